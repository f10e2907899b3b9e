"""T29: what is made to exhaust a worker is refused within 2 s of processor time and 256 MB, held to it by the system."""

import io
import json
import subprocess
import sys
import zipfile
import zlib
from functools import cache

import pytest
from PIL import Image

from core.pictures import MAX_PIXELS
from tests.core.bounded import ENDS
from tests.core.files import PDF, archive, pdf_with_packed, picture
from tests.core.processes import environment
from tests.helpers import workbook

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits of a process as Linux has them")
HUGE = 250 * 2**20
SHEET = "xl/worksheets/sheet1.xml"


def _with_sheet(markup: bytes) -> bytes:
    """A real workbook with another sheet inside."""
    with zipfile.ZipFile(io.BytesIO(workbook(["姓名"], [["甲"]]))) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    return archive({name: part for name, part in {**parts, SHEET: markup}.items() if name[0] != "["})


def _laughs() -> bytes:
    """The billion laughs: entities that grow tenfold nine times."""
    rows = b"".join(b'<!ENTITY e%d "%s">' % (number, b"&e%d;" % (number - 1) * 10) for number in range(1, 10))
    return b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "ha">' + rows + b"]><x>&e9;</x>"


def _overlapping() -> bytes:
    """Many parts of one packed megabyte: a directory that points a thousand times at the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", bytes(2**20))
        first = packed.infolist()[0]
        for number in range(1000):
            again = zipfile.ZipInfo(f"xl/{number}.xml")
            for name in ("CRC", "compress_size", "file_size", "compress_type", "header_offset"):
                setattr(again, name, getattr(first, name))
            packed.filelist.append(again)
            packed.NameToInfo[again.filename] = again
    return buffer.getvalue()


@cache
def _bomb() -> bytes:
    return archive({SHEET: bytes(HUGE)})


def _lying() -> bytes:
    """Its directory and its part say 1,000 bytes; it holds 250 MB."""
    return _bomb().replace(HUGE.to_bytes(4, "little"), (1000).to_bytes(4, "little"))


def _png(width: int, height: int) -> bytes:
    """A picture that says it is that large and holds next to nothing."""
    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x06\0\0\0"

    def chunk(kind: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")

    packed = zlib.compress(bytes(10_000_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def _largest() -> bytes:
    """As many pixels as may be, and lying on its side."""
    exif = Image.Exif()
    exif[0x0112] = 6
    return picture("JPEG", size=(MAX_PIXELS // 5000, 5000), exif=exif)


DANGERS = {
    "bomb.xlsx": _bomb,
    "lying.xlsx": _lying,
    "overlapping.xlsx": _overlapping,
    "nested.xlsx": lambda: archive({"xl/embeddings/a.bin": _bomb()}),
    "parts.xlsx": lambda: archive({f"xl/{number}.xml": b"" for number in range(20_000)}),
    "laughs.xlsx": lambda: _with_sheet(_laughs()),
    "entity.docx": lambda: archive(
        {"word/document.xml": b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'}
    ),
    "far-row.xlsx": lambda: _with_sheet(
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        b'<dimension ref="A1:XFD1048576"/><sheetData><row r="2147483647"><c r="XFD2147483647"><v>1</v></c></row>'
        b"</sheetData></worksheet>"
    ),
    "far-cell.xlsx": lambda: _with_sheet(
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
        b"</sheetData></worksheet>"
    ),
    "encrypted.xlsx": lambda: (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512) + "EncryptedPackage".encode("utf-16-le") + bytes(512)
    ),
    "pixels.png": lambda: _png(60_000, 60_000),
    "packed.pdf": lambda: pdf_with_packed(bytes(HUGE)),
    "packed-often.pdf": lambda: PDF + pdf_with_packed(bytes(20 * 2**20))[len(PDF) :] * 40,
}
HARMLESS = {
    "roster.xlsx": lambda: workbook(["姓名", "单位"], [[f"人{number}", "县医院"] for number in range(2000)]),
    "scan.jpg": lambda: picture("JPEG", size=(2480, 3508)),
    "scan.pdf": lambda: PDF,
    "turned.jpg": _largest,
}


def test_t29_what_exhausts_a_worker_is_refused_within_its_limits(tmp_path):
    for name, make in {**DANGERS, **HARMLESS}.items():
        (tmp_path / name).write_bytes(make())
    for control in ("control-memory", "control-time"):
        (tmp_path / control).touch()
    done = subprocess.run(
        [sys.executable, "-m", "tests.core.bounded", str(tmp_path)],
        env=dict(environment()),
        check=True,
        capture_output=True,
        text=True,
    )
    assert json.loads(done.stdout) == {
        **dict.fromkeys(DANGERS, ENDS[10]),
        **dict.fromkeys(HARMLESS, ENDS[0]),
        "control-memory": ENDS[11],
        "control-time": "SIGKILL",
    }
