"""What a PDF must not carry. Names are looked for in the bytes, so that no parser meets a stranger's file first."""

import re
import zlib

from django.utils.translation import gettext as _

from core.exceptions import Refusal

ACTIVE = ("JavaScript", "Launch", "EmbeddedFile", "EmbeddedFiles", "RichMedia", "GoToE", "ImportData")
MAX_UNPACKED = 50 * 1024 * 1024
_DICTIONARY = 4096


def _named(*names: str) -> re.Pattern[bytes]:
    """A name of the format, each letter plain or escaped as #xx."""
    spelled = (
        "".join(rf"(?:{letter}|#{ord(letter):02x}|#{ord(letter):02X})" for letter in name) for name in names
    )
    return re.compile(rf"/(?:{'|'.join(spelled)})(?![A-Za-z0-9])".encode())


_ACTIVE, _ENCRYPT, _PACKED = _named(*ACTIVE), _named("Encrypt"), _named("ObjStm")
_FILTER = _named("Filter")
_DEFLATED = re.compile(rb"/Filter\s*(\[\s*/FlateDecode\s*\]|/FlateDecode(?![A-Za-z0-9]))")
_STREAM = re.compile(rb"stream\r?\n")


def check_pdf(data: bytes) -> None:
    """Raises Refusal for a PDF that is encrypted or carries a script, a program to start or other files."""
    if _ENCRYPT.search(data):
        raise Refusal(
            _("The PDF is protected by a password."),
            remedy=_("Save it without protection, or scan it again."),
        )
    if _ACTIVE.search(data) or _ACTIVE.search(_packed_objects(data)):
        raise Refusal(
            _("The PDF carries a script or other files."),
            remedy=_("Print it to a new PDF, or scan it, and upload that."),
        )


def _packed_objects(data: bytes) -> bytes:
    """The objects that a PDF keeps in compressed streams."""
    found, left = [], MAX_UNPACKED
    for mark in _PACKED.finditer(data):
        stream = _STREAM.search(data, mark.end(), mark.end() + _DICTIONARY)
        if stream is None:
            continue
        begin = max(data.rfind(b"obj", 0, mark.start()), 0)
        pieces = _inflated(data, data[begin : stream.start()], stream.end(), left)
        found.append(pieces)
        left -= len(pieces)
    return b"\n".join(found)


def _inflated(data: bytes, dictionary: bytes, start: int, limit: int) -> bytes:
    if not _FILTER.search(dictionary):
        return b""  # plain: already looked at
    if not _DEFLATED.search(dictionary):
        raise _unreadable()
    unpacker = zlib.decompressobj()
    try:
        text = unpacker.decompress(data[start:], max(1, limit))
    except zlib.error as error:
        raise _unreadable() from error
    if unpacker.unconsumed_tail:
        raise _unreadable()
    return text


def _unreadable() -> Refusal:
    return Refusal(
        _("The PDF cannot be checked."), remedy=_("Print it to a new PDF, or scan it, and upload that.")
    )
