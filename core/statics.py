"""Static files in production: named by their content, so that a browser keeps them for good."""

from whitenoise.storage import CompressedManifestStaticFilesStorage

_IMPORT = (
    r"""(?P<matched>import(?P<names> [^;"']+) from "(?P<url>\./[^"]+)";)""",
    """import%(names)s from "%(url)s";""",
)


class ModuleStorage(CompressedManifestStaticFilesStorage):
    """What one of our modules imports from another carries its hash as well: no page runs half of an old release.

    Foreign scripts stay as they are; Django's own switch for all of them stumbles over what stands in their comments.
    """

    patterns = (*CompressedManifestStaticFilesStorage.patterns, ("exam/*.js", (_IMPORT,)))
