"""Archives are looked through before anybody unpacks them (T29, T30, T31)."""

import io
import random
import struct
import zipfile

import pytest

from core.archives import MAX_ENTRIES, check_archive
from core.exceptions import Refusal
from tests.core.files import XLSX, archive

REL = b'<Relationships><Relationship Id="1" Type="http://x/%s" Target="http://evil" TargetMode="External"/></Relationships>'


def refused(data: bytes) -> str:
    with pytest.raises(Refusal) as refusal:
        check_archive(data)
    assert refusal.value.remedy
    return str(refusal.value)


def test_a_workbook_as_programs_write_it_passes():
    assert "xl/workbook.xml" in check_archive(XLSX)
    check_archive(archive({"xl/a.xml": b"<a/>"}, zipfile.ZIP_STORED))


@pytest.mark.parametrize(
    "parts",
    [
        {"/etc/passwd": b""},
        {"../x.xml": b""},
        {"xl/../../x.xml": b""},
        {"xl\\..\\x.xml": b""},
        {"C:evil.xml": b""},
        {"a.xml:stream": b""},
        {"A.xml": b"", "a.XML": b""},
        {"é.xml": b"", "e\u0301.xml": b""},
    ],
    ids=str,
)
def test_names_that_leave_the_archive_or_clash(parts):
    refused(archive(parts))


def test_a_link_in_an_archive():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        link = zipfile.ZipInfo("xl/link")
        link.external_attr = 0o120777 << 16
        packed.writestr(link, "/etc/passwd")
    refused(buffer.getvalue())


@pytest.mark.parametrize(
    "head", [b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0", b"Rar!", b"\x1f\x8b", b"MZ"]
)
def test_a_file_within_the_file(head):
    refused(archive({"xl/embeddings/a.bin": head + bytes(40)}))


def test_a_macro():
    refused(archive({"xl/vbaProject.bin": b"x"}))


def test_too_many_parts():
    refused(archive({f"xl/{number}.xml": b"" for number in range(MAX_ENTRIES)}))


def test_a_small_file_that_unpacks_into_a_huge_one():
    refused(archive({"xl/worksheets/sheet1.xml": b"0" * (60 * 2**20)}))


def directory_says(data: bytes, name: bytes, *, size: int | None = None, packed: int | None = None) -> bytes:
    """The same archive with another size of a part in its central directory."""
    changed = bytearray(data)
    at = data.rfind(b"PK\x01\x02", 0, data.rfind(name))
    if packed is not None:
        struct.pack_into("<L", changed, at + 20, packed)
    if size is not None:
        struct.pack_into("<L", changed, at + 24, size)
    return bytes(changed)


def test_a_directory_that_lies_about_sizes():
    data = archive({"xl/a.xml": b"<a/>" * 100})
    check_archive(directory_says(data, b"xl/a.xml"))
    for size in (0, 10, 401, 2**31):
        refused(directory_says(data, b"xl/a.xml", size=size))
    for packed in (0, 1, 2**31):
        refused(directory_says(data, b"xl/a.xml", packed=packed))


def test_a_zip64_lie():
    extra = struct.pack("<HHQ", 1, 8, 2**63)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
    data = buffer.getvalue()
    at = data.index(b"PK\x01\x02")
    head = bytearray(data[at : at + 46])
    struct.pack_into("<L", head, 24, 0xFFFFFFFF)
    struct.pack_into("<H", head, 30, len(extra))
    name = b"[Content_Types].xml"
    tail = bytearray(data[data.index(b"PK\x05\x06") :])
    struct.pack_into("<L", tail, 12, 46 + len(name) + len(extra))
    refused(data[:at] + bytes(head) + name + extra + bytes(tail))


def test_parts_that_share_their_bytes():
    data = archive({"xl/a.xml": b"<a/>", "xl/b.xml": b"<a/>"}, zipfile.ZIP_STORED)
    changed = bytearray(data)
    first = data.rfind(b"PK\x01\x02", 0, data.rfind(b"xl/a.xml"))
    second = data.rfind(b"PK\x01\x02", 0, data.rfind(b"xl/b.xml"))
    changed[second + 42 : second + 46] = changed[first + 42 : first + 46]
    refused(bytes(changed))


def test_another_compression_than_offices_use():
    refused(archive({"xl/a.xml": b"<a/>" * 50}, zipfile.ZIP_LZMA))


def test_an_encrypted_part():
    data = bytearray(archive({"xl/a.xml": b"<a/>"}))
    at = data.rfind(b"PK\x01\x02", 0, data.rfind(b"xl/a.xml"))
    data[at + 8] |= 1
    refused(bytes(data))


@pytest.mark.parametrize(
    "markup",
    [
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        b'<!ENTITY a "b">',
        '<?xml version="1.0" encoding="utf-16"?><a/>'.encode("utf-16"),
        b'<?xml version="1.0" encoding="utf-7"?><a/>',
    ],
    ids=["doctype", "entity", "utf-16", "utf-7"],
)
def test_markup_that_reaches_for_more(markup):
    refused(archive({"xl/a.xml": markup}))


def test_content_taken_from_elsewhere_is_refused_and_a_link_to_click_is_not():
    for kind in (b"attachedTemplate", b"externalLinkPath", b"oleObject", b"image"):
        refused(archive({"word/_rels/document.xml.rels": REL % kind}))
    check_archive(archive({"word/_rels/document.xml.rels": REL % b"hyperlink"}))


def test_a_thousand_damaged_archives_are_judged_without_a_crash():
    chance = random.Random(29)
    judged = 0
    for _ in range(1000):
        data = bytearray(XLSX)
        for _ in range(chance.randrange(1, 8)):
            # most of what an archive says of itself stands at its end
            at = (
                chance.randrange(len(data) - 900, len(data))
                if chance.random() < 0.8
                else chance.randrange(len(data))
            )
            data[at] = chance.randrange(256)
        try:
            check_archive(bytes(data))
        except Refusal:
            judged += 1
    assert judged > 300
