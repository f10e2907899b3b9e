"""2,000 broken files over the four formats: each read or refused in words, nothing fetched, opened or run (I2, T30)."""

import io
import os
import random
import socket
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from unittest import mock

import pytest

from core.exceptions import Refusal
from core.tables import ReadSheet
from exams.formats import docx, gift, moodle, pasted, xlsx
from exams.formats.reports import Read
from tests.core.files import archive
from tests.exams.entry_samples import SOUND
from tests.exams.formats.documents import document, levels, paragraph, run, texts
from tests.exams.formats.guard import Reached, nothing_reached
from tests.helpers import cells_of

WORKBOOKS = 140
SAMPLES = Path(__file__).with_name("samples")
PLANTED = [
    b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
    b'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/x.dtd">',
    b"&x;",
    b'<img src="http://127.0.0.1:9/a.png">',
    b'<xi:include href="file:///etc/passwd"/>',
    b"]]>",
    b"<![CDATA[",
    b"{=",
    b"}",
    b"~%",
    b"::",
    b"->",
    b"\\",
    b"\x00",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\xf0\x9f",
    b"=cmd|'/c calc'!A1",
    b"{{ 7*7 }}",
    b"__import__('os').system('true')",
    b"1. ",
    "答案：".encode(),
    "一、A1型题".encode(),
    "（1～3题共用备选答案）".encode(),
    b"A. ",
    b"9" * 400,
    b"<" * 300,
    b"\n\n",
]


def spoiled(data: bytes, chance: random.Random) -> bytes:
    """A few bytes changed, cut out, doubled or planted, at places of no choice of ours."""
    changed = bytearray(data)
    for _round in range(chance.randint(1, 6)):
        at = chance.randrange(len(changed) + 1)
        until = min(len(changed), at + chance.choice((1, 3, 20, 400)))
        match chance.randrange(5):
            case 0:
                changed[at:until] = b""
            case 1:
                changed[at:at] = changed[at:until]
            case 2:
                changed[at:at] = chance.choice(PLANTED)
            case 3:
                changed[at:until] = chance.choice(PLANTED)
            case _:
                changed[at:until] = chance.randbytes(until - at)
    return bytes(changed)


def document_of(markup: bytes) -> bytes:
    return archive({"word/document.xml": markup})


def _document() -> bytes:
    lines = (SAMPLES / "writer.txt").read_text(encoding="utf-8").splitlines()
    listed = paragraph(run("自动编号的题"), numbered=("1", 0))
    return document(texts(*lines) + listed, levels(("decimal", "%1.")))


def _markup() -> bytes:
    with zipfile.ZipFile(io.BytesIO(_document())) as packed:
        return packed.read("word/document.xml")


def read_cells(data: bytes) -> Read:
    """A workbook with these lines and tabs as rows and cells: the spreadsheet library is bounded elsewhere (T29)."""
    rows = [line.split("\t") for line in data.decode("utf-8", "replace").split("\n")]
    columns = [column.code for column in xlsx.COLUMNS]
    read_rows = [
        xlsx.ReadRow(number, dict(zip(columns, (cell.strip() for cell in row), strict=False)))
        for number, row in enumerate(rows, 3)
    ]
    with mock.patch.object(xlsx, "read_list", return_value=ReadSheet({}, read_rows)):
        return xlsx.read(b"")


def _cells() -> bytes:
    rows = cells_of(xlsx.write(SOUND).data)[2:]
    return "\n".join("\t".join(str(cell or "").replace("\n", " ") for cell in row) for row in rows).encode()


SOURCES: dict[str, tuple[Callable[[bytes], Read], Callable[[], bytes], int]] = {
    "moodle": (moodle.read, (SAMPLES / "moodle-export.xml").read_bytes, 500),
    "gift": (gift.read, (SAMPLES / "constructs.gift").read_bytes, 400),
    "pasted": (
        lambda data: pasted.read_text(data.decode("utf-8", "replace")),
        (SAMPLES / "writer.txt").read_bytes,
        300,
    ),
    "document": (docx.read, _document, 200),
    "markup": (lambda data: docx.read(document_of(data)), _markup, 300),
    "cells": (read_cells, _cells, 160),
}


def outcome(read: Callable[[bytes], Read], data: bytes) -> str:
    try:
        found = read(data)
    except Refusal as refusal:
        said = (str(refusal.message), str(refusal.remedy))
        return "refused" if all(said) else "refused without words"
    assert len(found.places) == len(found.entries)
    for one in found.reports:
        assert one.cause
        assert one.remedy
        assert str(one.place)
    return "read"


@pytest.mark.no_cover  # others measure the same lines, here and below
@pytest.mark.parametrize("name", SOURCES)
def test_no_broken_file_is_more_than_refused(name: str):
    read, make, count = SOURCES[name]
    data, chance = make(), random.Random(20260)
    assert outcome(read, data) == "read"
    files = [spoiled(data, chance) for _file in range(count)]
    for encoding in ("utf-16", "utf-8-sig", "gb18030"):  # Python reads its own tables of them once
        "x".encode(encoding).decode(encoding)
    with nothing_reached() as seen:
        outcomes = Counter(outcome(read, one) for one in files)
    assert seen == []
    assert outcomes.keys() <= {"read", "refused"}
    assert outcomes["read"] > 0
    assert outcomes.total() == count


@pytest.mark.no_cover
@pytest.mark.parametrize("count", [WORKBOOKS])
def test_no_broken_workbook_is_more_than_refused(count: int):
    """The real reader: it runs in a bounded process of its own, so that the guard stands around the rest."""
    data, chance = xlsx.write(SOUND).data, random.Random(20261)
    assert outcome(xlsx.read, data) == "read"
    outcomes = Counter(outcome(xlsx.read, spoiled(data, chance)) for _file in range(count))
    assert outcomes.keys() <= {"read", "refused"}


def test_two_thousand_files_are_broken():
    assert sum(count for _read, _make, count in SOURCES.values()) + WORKBOOKS == 2000


@pytest.mark.parametrize(
    "act",
    [
        lambda: Path(__file__).read_bytes(),
        lambda: os.open(__file__, os.O_RDONLY),
        socket.socket,
        lambda: os.system("true"),  # noqa: S605
        lambda: exec("1"),  # noqa: S102
    ],
    ids=["open", "os.open", "socket", "system", "exec"],
)
def test_the_guard_sees_what_it_stands_for(act: Callable[[], object]):
    with nothing_reached() as seen, pytest.raises(Reached):
        act()
    assert seen
