"""What is looked at in a zip archive (.xlsx, .docx) before anybody unpacks it (T29, T30, T31)."""

import io
import re
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath

from django.utils.translation import gettext as _

from core.exceptions import Refusal

MAX_UNPACKED = 200 * 1024 * 1024
MAX_ENTRIES = 2000
MAX_RATIO = 200
# a small part may shrink as much as it likes
RATIO_FROM = 5 * 1024 * 1024
_CHUNK = 256 * 1024
_ENCRYPTED = 0x1 | 0x40 | 0x2000
_LINK, _KIND = 0o120000, 0o170000
_LOCAL_HEADER = 30
_NESTED_HEADS = (
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"\xd0\xcf\x11\xe0",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
    b"MZ",
)
_BROKEN = (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, struct.error, ValueError, OSError)
_DECLARED = re.compile(rb"encoding\s*=\s*[\"']([^\"']*)", re.IGNORECASE)
_EXTERNAL = re.compile(rb"<\w*:?Relationship\b[^>]*TargetMode\s*=\s*[\"']External[^>]*>", re.IGNORECASE)


def check_archive(data: bytes) -> set[str]:
    """The names in an archive that is safe to unpack; raises Refusal with what is wrong with it."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries, end = archive.infolist(), archive.start_dir
    except _BROKEN as error:
        raise _not_readable() from error
    _check_sizes(entries, len(data), end)
    _check_names(entries)
    for entry in entries:
        _check_content(entry, data)
    return {entry.filename for entry in entries}


def _not_readable() -> Refusal:
    return Refusal(
        _("The file is damaged or is no workbook or document."),
        remedy=_("Open it, save it again as .xlsx or .docx and upload it again."),
    )


def _check_sizes(entries: list[zipfile.ZipInfo], size: int, directory: int) -> None:
    """By what the directory declares; that it tells the truth is checked part by part."""
    unpacked = sum(entry.file_size for entry in entries)
    packed = max(1, min(size, sum(entry.compress_size for entry in entries)))
    bomb = unpacked > RATIO_FROM and unpacked > MAX_RATIO * packed
    if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED or bomb:
        raise Refusal(
            _("The file is too large once unpacked."),
            remedy=_("Copy its content into a new workbook or document and upload that."),
        )
    end = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        # parts that share bytes are how a small archive unpacks into a huge one
        if entry.header_offset < end:
            raise _not_readable()
        end = entry.header_offset + _LOCAL_HEADER + entry.compress_size
    if end > directory:
        raise _not_readable()


def _check_names(entries: list[zipfile.ZipInfo]) -> None:
    seen: set[str] = set()
    for entry in entries:
        name = entry.orig_filename
        path = PurePosixPath(name)
        folded = unicodedata.normalize("NFKC", name).casefold()
        leaves = path.is_absolute() or ".." in path.parts or re.search(r"[\\:\x00-\x1f]", name)
        link = (entry.external_attr >> 16) & _KIND == _LINK
        if leaves or link or folded in seen:
            raise Refusal(
                _("The file holds parts with forbidden names."),
                remedy=_("Copy its content into a new workbook or document and upload that."),
            )
        seen.add(folded)


def _check_content(entry: zipfile.ZipInfo, data: bytes) -> None:
    """Neither encrypted nor a nested archive, a program, a macro or a part fetched from elsewhere."""
    if entry.flag_bits & _ENCRYPTED:
        raise Refusal(
            _("The file is encrypted."), remedy=_("Save it without a password and upload it again.")
        )
    head = _read_through(entry, data)
    if head.startswith(_NESTED_HEADS) or entry.filename.lower().endswith("vbaproject.bin"):
        raise Refusal(
            _("The file holds another file or a macro."),
            remedy=_("Remove embedded files and macros, save it as .xlsx or .docx and upload it again."),
        )
    if entry.filename.endswith((".xml", ".rels")):
        _check_markup(head, entry.filename)


def _read_through(entry: zipfile.ZipInfo, data: bytes) -> bytes:
    """Unpack the whole part, keep its beginning: a part that is longer or shorter than declared is refused."""
    head, size = b"", 0
    try:
        for piece in _unpacked(entry, data):
            size += len(piece)
            if size > entry.file_size:
                raise _not_readable()
            if len(head) < _CHUNK:
                head += piece
    except (zlib.error, struct.error) as error:
        raise _not_readable() from error
    if size != entry.file_size:
        raise _not_readable()
    return head


def _unpacked(entry: zipfile.ZipInfo, data: bytes) -> Iterator[bytes]:
    """What the part really holds, whatever its header says."""
    name_size, extra_size = struct.unpack_from("<HH", data, entry.header_offset + 26)
    start = entry.header_offset + _LOCAL_HEADER + name_size + extra_size
    packed = data[start : start + entry.compress_size]
    if entry.compress_type == zipfile.ZIP_STORED:
        yield packed
    elif entry.compress_type == zipfile.ZIP_DEFLATED:
        inflate = zlib.decompressobj(-zlib.MAX_WBITS)
        while packed and not inflate.eof:
            yield inflate.decompress(packed, _CHUNK)
            packed = inflate.unconsumed_tail
        yield inflate.flush(_CHUNK)
    else:
        raise _not_readable()


def _check_markup(head: bytes, name: str) -> None:
    """No document type, no entity, no other encoding than UTF-8, nothing fetched from elsewhere but a link to click."""
    declared = _DECLARED.search(head[:200])
    foreign = declared and declared[1].upper() not in {b"UTF-8", b"US-ASCII", b"ASCII"}
    if b"\0" in head[:200] or b"<!DOCTYPE" in head or b"<!ENTITY" in head or foreign:
        raise _not_readable()
    outside = [found for found in _EXTERNAL.findall(head) if b"/hyperlink" not in found]
    if outside and name.endswith(".rels"):
        raise Refusal(
            _("The file takes content from another file."),
            remedy=_("Copy it as values into a new workbook or document and upload that."),
        )
