"""One policy for every upload: type by content, size, random names, served as attachment."""

from collections.abc import Callable
from dataclasses import dataclass

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from core.exceptions import Refusal
from core.models import public_code
from core.spreadsheets import check_workbook

_MAGIC: dict[str, Callable[[bytes], bool]] = {
    "pdf": lambda head: head.startswith(b"%PDF-"),
    "png": lambda head: head.startswith(b"\x89PNG\r\n\x1a\n"),
    "jpg": lambda head: head.startswith(b"\xff\xd8\xff"),
    "mp4": lambda head: head[4:8] == b"ftyp",
}


@dataclass(frozen=True, slots=True)
class UploadPolicy:
    """`kinds` out of pdf, png, jpg, mp4, xlsx; `limit` in bytes."""

    kinds: tuple[str, ...]
    limit: int = 20 * 1024 * 1024


SCANS = UploadPolicy(("pdf", "png", "jpg"))
WORKBOOKS = UploadPolicy(("xlsx",), 10 * 1024 * 1024)


def accept(file: UploadedFile, policy: UploadPolicy) -> str:
    """Check the content and return the random name under which it may be kept; raises Refusal."""
    if file.size is None or file.size > policy.limit:
        raise Refusal(
            _("The file “%(name)s” is larger than %(mb)s MB.")
            % {"name": file.name, "mb": policy.limit // 2**20},
            remedy=_("Reduce it (for a scan, 200 dpi are enough) and upload it again."),
        )
    file.seek(0)
    data = file.read()
    file.seek(0)
    kind = _kind(data, policy)
    if kind is None:
        raise Refusal(
            _("The file “%(name)s” is none of: %(kinds)s.")
            % {"name": file.name, "kinds": ", ".join(policy.kinds)},
            remedy=_("Save it in one of these forms and upload it again."),
        )
    return f"{public_code()}.{kind}"


def _kind(data: bytes, policy: UploadPolicy) -> str | None:
    for kind in policy.kinds:
        if kind == "xlsx":
            if data[:2] == b"PK" or data[:4] == b"\xd0\xcf\x11\xe0":
                check_workbook(data)
                return kind
        elif _MAGIC[kind](data[:16]):
            return kind
    return None
