"""Video files: how long one plays, and handing out the part a player asks for."""

import re
from collections.abc import Iterator
from typing import BinaryIO

from django.core.files.base import File
from django.http import FileResponse, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.translation import gettext as _

from core.exceptions import Refusal

_CHUNK = 256 * 1024
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")
_CONTAINERS = (b"moov",)


def duration(file: "BinaryIO | File[bytes]") -> int:
    """Whole seconds of an MP4, from its movie header; raises Refusal when it has none or plays no second."""
    file.seek(0)
    header = _box(file, b"mvhd")
    file.seek(0)
    if header is None or len(header) < 20:
        raise Refusal(
            _("The video has no readable length."), remedy=_("Save it again as MP4 (H.264) and upload it.")
        )
    wide = header[0] == 1
    at = 20 if wide else 12
    scale = int.from_bytes(header[at : at + 4], "big")
    units = int.from_bytes(header[at + 4 : at + (12 if wide else 8)], "big")
    seconds = round(units / scale) if scale else 0
    if not 0 < seconds < 24 * 3600:
        raise Refusal(
            _("The video has no readable length."), remedy=_("Save it again as MP4 (H.264) and upload it.")
        )
    return seconds


def _box(file: "BinaryIO | File[bytes]", wanted: bytes) -> bytes | None:
    """The content of the first box of a kind, looked for inside the movie box."""
    while True:
        head = file.read(8)
        if len(head) < 8:
            return None
        size, kind, used = int.from_bytes(head[:4], "big"), head[4:], 8
        if size == 1:
            size, used = int.from_bytes(file.read(8), "big"), 16
        if kind == wanted:
            return file.read(max(0, min(size - used, 256)))
        if kind not in _CONTAINERS:
            if size < used:
                return None
            file.seek(size - used, 1)


def ranged_response(file: "File[bytes]", asked: str) -> HttpResponseBase:
    """The file, or the byte range that a player asks for: phones play nothing without it."""
    size = file.size
    found = _RANGE.fullmatch(asked.strip())
    if not found or not any(found.groups()):
        response: HttpResponseBase = FileResponse(file, content_type="video/mp4")
    else:
        first, last = _span(found, size)
        if first >= size or last < first:
            file.close()
            return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
        response = StreamingHttpResponse(_read(file, first, last), status=206, content_type="video/mp4")
        response["Content-Range"] = f"bytes {first}-{last}/{size}"
        response["Content-Length"] = str(last - first + 1)
    response["Accept-Ranges"] = "bytes"
    response["Cache-Control"] = "private, max-age=3600"
    return response


def _span(found: "re.Match[str]", size: int) -> tuple[int, int]:
    first, last = found.groups()
    if not first:
        return max(0, size - int(last)), size - 1
    return int(first), min(int(last), size - 1) if last else size - 1


def _read(file: "File[bytes]", first: int, last: int) -> Iterator[bytes]:
    with file:
        file.seek(first)
        left = last - first + 1
        while left > 0 and (piece := file.read(min(_CHUNK, left))):
            left -= len(piece)
            yield piece
