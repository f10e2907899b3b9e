"""Pictures are drawn anew: what is kept was written by the portal, without place, camera or hidden bytes."""

import io
import struct
import warnings
import zlib

from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from core.exceptions import Refusal

# an A3 page at 350 dpi; unpacked it takes 100 MB, and turning it upright as much again
MAX_PIXELS = 25_000_000
FORMATS = {"png": "PNG", "jpg": "JPEG"}
_BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    EOFError,
    IndexError,
    KeyError,
    struct.error,
    zlib.error,
)


def redrawn(data: bytes, kind: str) -> ContentFile:
    """The picture with nothing but its pixels, upright; raises Refusal when it cannot be read or is too large."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a damaged picture is refused or drawn, never a line in the log
            with Image.open(io.BytesIO(data), formats=[FORMATS[kind]]) as picture:
                _check_pixels(picture)
                return _drawn(picture, kind)
    except (*_BROKEN, Image.DecompressionBombError) as error:
        raise Refusal(
            _("The picture cannot be read."), remedy=_("Open it, save it again as PNG or JPG and upload it.")
        ) from error


def _check_pixels(picture: Image.Image) -> None:
    if picture.width * picture.height > MAX_PIXELS:
        raise Refusal(
            _("The picture has more than %(count)s million pixels.") % {"count": MAX_PIXELS // 10**6},
            remedy=_("Reduce it (for a scan, 200 dpi are enough) and upload it again."),
        )


def _drawn(picture: Image.Image, kind: str) -> ContentFile:
    """Without a copy that is not needed: a worker has room for few pictures of this size."""
    ImageOps.exif_transpose(picture, in_place=True)
    modes = ("RGB", "L") if kind == "jpg" else ("RGB", "L", "RGBA", "LA", "1")
    plain = picture if picture.mode in modes else picture.convert("RGBA" if kind == "png" else "RGB")
    plain.info.clear()
    buffer = io.BytesIO()
    plain.save(buffer, FORMATS[kind], **({"quality": 88} if kind == "jpg" else {}))
    return ContentFile(buffer.getvalue())
