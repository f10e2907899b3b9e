"""Workbooks out: text stays text. Workbooks in: forgiving about form, strict about danger (T29)."""

import datetime as dt
import io
import re
import struct
import zipfile
from dataclasses import dataclass
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from core import spreadsheets, tables
from core.cells import as_text
from core.columns import Column
from core.exceptions import Refusal
from core.spreadsheets import Sheet, check_workbook, write_workbook
from core.tables import ReadSheet, read_sheet
from tests.helpers import cells_of, workbook


@dataclass
class Line:
    text: object = ""
    other: object = ""


TEXT = (Column("text", "文字", "text"), Column("other", "编号", "other", kind="code"))


def written(rows, columns=TEXT, **options) -> bytes:
    buffer = io.BytesIO()
    write_workbook(Sheet("名单", columns, rows, **options), buffer)
    return buffer.getvalue()


def read(data: bytes, headings: list[str]) -> ReadSheet:
    return read_sheet(data, {heading: (heading,) for heading in headings})


def cells_below(data: bytes) -> list[list]:
    return cells_of(data)[2:]


# Out


@pytest.mark.parametrize(
    "payload",
    [
        "=1+1",
        "=cmd|'/c calc'!A1",
        "+1",
        "-1+1",
        "@SUM(A1)",
        "\t=1+1",
        "#N/A",
        "TRUE",
        "001",
        "1E5",
        "2022-01-01",
    ],
)
def test_what_looks_like_a_formula_or_number_stays_the_text_it_is(payload):
    data = written([Line(payload, payload)])
    page = load_workbook(io.BytesIO(data)).worksheets[0]
    for cell in page[3]:
        assert (cell.data_type, cell.value, cell.number_format) == ("s", payload, "@")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet


def test_a_text_that_is_an_escape_is_shown_as_it_was():
    """Spreadsheet programs would show A; the library that reads here follows them."""
    sheet = read(written([Line("_x0041_", "_x005F_")]), ["文字", "编号"])
    assert sheet.rows[0].cells == {"文字": "_x0041_", "编号": "_x005F_"}


def test_eighteen_digits_lose_none():
    number = "110101199003077774"
    assert cells_below(written([Line("甲", number)])) == [["甲", number]]


def test_characters_that_no_workbook_can_hold_do_not_stop_an_export():
    assert cells_below(written([Line("甲\x0b乙\x00", "1")])) == [["甲乙", "1"]]


def test_numbers_days_and_instants_are_cells_of_their_kind():
    columns = (
        Column("int", "数", "text", kind="int"),
        Column("share", "率", "other", kind="percent"),
        Column("day", "日", lambda line: dt.date(2022, 8, 31)),
        Column("at", "时", lambda line: dt.datetime(2022, 8, 31, 16, tzinfo=dt.UTC)),
        Column("flag", "否", lambda line: False, kind="flag"),
        Column("none", "空", lambda line: None, kind="int"),
    )
    page = load_workbook(io.BytesIO(written([Line(5850, Decimal("33.3"))], columns))).worksheets[0]
    number, share, day, instant, flag, none = page[3]
    assert (number.value, number.data_type) == (5850, "n")
    assert (float(share.value), share.number_format) == (33.3, '0.0"%"')
    assert day.value == dt.datetime(2022, 8, 31)  # noqa: DTZ001 - a cell has no zone
    assert instant.value == dt.datetime(2022, 9, 1)  # noqa: DTZ001
    assert (flag.value, none.value) == ("否", None)


def test_title_notes_headings_rows_and_totals_stand_in_order():
    data = written([Line("甲", "1")], notes=["省份: 河北"], total=[("合计", 1)])
    assert cells_of(data) == [
        ["名单", None],
        ["省份: 河北", None],
        ["文字", "编号"],
        ["甲", "1"],
        ["合计", 1],
    ]
    assert load_workbook(io.BytesIO(data)).worksheets[0].freeze_panes == "A4"


def test_any_title_makes_a_sheet_name():
    buffer = io.BytesIO()
    write_workbook(Sheet("a/b:c*d?e[f]g\\" * 5, TEXT, []), buffer)
    name = load_workbook(io.BytesIO(buffer.getvalue())).sheetnames[0]
    assert len(name) <= 31
    assert not re.search(r"[\[\]:*?/\\]", name)


# In and out again

words = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn", "Co")), max_size=40)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(words, words), max_size=8))
def test_what_was_exported_reads_back_as_it_was(pairs):
    lines = [Line(text.strip(), other.strip()) for text, other in pairs]
    sheet = read(written(lines), ["文字", "编号"])
    kept = [line for line in lines if line.text or line.other]
    assert [(row.cells["文字"], row.cells["编号"]) for row in sheet.rows] == [
        (line.text, line.other) for line in kept
    ]


def test_row_numbers_and_letters_are_those_the_person_sees():
    data = workbook(
        ["序号", "姓名", "身份证号"], [[1, "甲", "1"], [None, None, None], [3, "丙", "3"]], above=2
    )
    sheet = read(data, ["姓名", "身份证号"])
    assert [(row.number, row.cells["姓名"]) for row in sheet.rows] == [(4, "甲"), (6, "丙")]
    assert sheet.letters == {"姓名": "B", "身份证号": "C"}


@pytest.mark.parametrize(
    "headings",
    [
        ["姓名", "身份证号", "手机号"],
        ["手机号", "姓名", "身份证号"],
        ["姓 名*", "身份\n证号", " 手机号＊ "],
        ["姓名", "身份证号", "手机号", "", "备注"],
    ],
    ids=["as-printed", "other-order", "spaces-breaks-stars", "more-columns"],
)
def test_headings_are_found_as_people_write_them(headings):
    values = {"姓名": "甲", "身份证号": "11", "手机号": "139"}
    plain = ["".join(heading.split()).rstrip("*＊") for heading in headings]
    sheet = read(workbook(headings, [[values.get(name, "x") for name in plain]]), list(values))
    assert sheet.rows[0].cells == values


def test_a_missing_column_is_left_to_the_room_to_report():
    sheet = read(workbook(["姓名", "手机号"], [["甲", "139"]]), ["姓名", "身份证号", "手机号"])
    assert list(sheet.letters) == ["姓名", "手机号"]
    assert sheet.rows[0].cells == {"姓名": "甲", "手机号": "139"}


def test_the_list_may_stand_on_any_sheet():
    book = Workbook()
    book.active.append(["填表说明"])
    book.create_sheet("名单").append(["姓名", "手机号"])
    book["名单"].append(["甲", 13900000001])
    buffer = io.BytesIO()
    book.save(buffer)
    assert read(buffer.getvalue(), ["姓名", "手机号"]).rows[0].cells == {
        "姓名": "甲",
        "手机号": "13900000001",
    }


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        ("  甲 ", "甲"),
        (13900000001.0, "13900000001"),
        (1.5, "1.5"),
        (110101199003077774.0, "1.10E+17"),
        (110101199003077774, "1.10E+17"),
        (13900000001, "13900000001"),
        (float("nan"), "nan"),
        (dt.datetime(2022, 8, 31), "2022-08-31"),  # noqa: DTZ001
        (dt.datetime(2022, 8, 31, 17, 30), "2022-08-31 17:30"),  # noqa: DTZ001
        (True, "True"),
    ],
    ids=str,
)
def test_cells_as_the_person_sees_them(value, text):
    assert as_text(value) == text


def test_a_heading_row_far_down_is_not_looked_for():
    with pytest.raises(Refusal) as refused:
        read(workbook(["姓名"], [["甲"]], above=40), ["姓名"])
    assert "姓名" in str(refused.value)


def test_a_sheet_of_other_things_is_refused_with_the_headings_it_lacks():
    with pytest.raises(Refusal) as refused:
        read(workbook(["商品", "价格"], [["茶", 1]]), ["姓名", "身份证号", "手机号"])
    assert "姓名、身份证号、手机号" in str(refused.value)
    assert refused.value.remedy


def test_more_rows_than_the_limit_are_refused(monkeypatch):
    monkeypatch.setattr(tables, "MAX_ROWS", 5)
    data = workbook(["姓名"], [[f"人{number}"] for number in range(6)])
    with pytest.raises(Refusal):
        read(data, ["姓名"])
    assert len(read(workbook(["姓名"], [["人"]] * 5), ["姓名"]).rows) == 5


# Danger


def _archive(entries: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def _bomb() -> bytes:
    """250 MB of nothing in a quarter of a megabyte."""
    return _archive({"[Content_Types].xml": b"", "xl/worksheets/sheet1.xml": bytes(250 * 2**20)})


def _lying_bomb() -> bytes:
    """The same, but its directory says that it is small."""
    data = bytearray(_archive({"[Content_Types].xml": b"", "xl/workbook.xml": bytes(60 * 2**20)}))
    size = struct.pack("<I", 60 * 2**20)
    return bytes(data.replace(size, struct.pack("<I", 1000)))


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
DANGERS = {
    "garbage": lambda: b"\x00garbage" * 1000,
    "empty": lambda: b"",
    "a picture": lambda: b"\x89PNG\r\n\x1a\n" + bytes(5000),
    "a cut-off workbook": lambda: workbook(["姓名"], [["甲"]])[:1500],
    "an archive of something else": lambda: _archive({"readme.txt": b"hello"}),
    "a workbook without sheets": lambda: _archive({"[Content_Types].xml": b"<Types/>"}),
    "too many entries": lambda: _archive({f"{number}": b"" for number in range(2100)}),
    "a bomb": _bomb,
    "a bomb that lies about its size": _lying_bomb,
    "encrypted": lambda: OLE + bytes(512) + "EncryptedPackage".encode("utf-16-le") + bytes(512),
    "an old workbook that is none": lambda: OLE + bytes(5000),
    "too large": lambda: bytes(spreadsheets.MAX_UPLOAD + 1),
}


@pytest.fixture(scope="module")
def dangers() -> dict[str, bytes]:
    return {name: make() for name, make in DANGERS.items()}


@pytest.mark.parametrize("name", DANGERS)
def test_danger_is_refused_with_a_remedy(dangers, name):
    with pytest.raises(Refusal) as refused:
        read(dangers[name], ["姓名"])
    assert refused.value.message
    assert refused.value.remedy


@pytest.mark.parametrize(
    "name", ["a bomb", "too many entries", "too large", "encrypted", "a picture", "empty"]
)
def test_danger_is_refused_before_anything_is_unpacked(dangers, name, monkeypatch):
    def unpacks(*_):
        pytest.fail("unpacked")

    monkeypatch.setattr(tables, "grids", unpacks)
    monkeypatch.setattr(zipfile.ZipFile, "open", unpacks)
    with pytest.raises(Refusal):
        read(dangers[name], ["姓名"])


@pytest.mark.parametrize("ends", ["", "raise SystemExit(1)", "import os; os.abort()"])
def test_a_reader_that_is_ended_halfway_is_a_refusal(ends, tmp_path, monkeypatch):
    """Killed in the middle of a line, failed, or crashed: never half a sheet, never a crash here (T29)."""
    script = tmp_path / "reader.py"
    script.write_text(f"print('[\"名单\", [[\"姓名\"', end='', flush=True)\n{ends}\n", encoding="utf-8")
    monkeypatch.setattr(spreadsheets, "_READER", script)
    with pytest.raises(Refusal):
        read(workbook(["姓名"], [["甲"]]), ["姓名"])
    script.write_text(f"{ends or 'raise SystemExit(1)'}\n", encoding="utf-8")
    with pytest.raises(Refusal) as refused:
        read(workbook(["姓名"], [["甲"]]), ["姓名"])
    assert "无法读取" in str(refused.value)


def test_entities_of_the_file_are_not_followed():
    with zipfile.ZipFile(io.BytesIO(workbook(["姓名"], [["SOMEBODY"]]))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    evil = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    page = "xl/worksheets/sheet1.xml"
    assert b"SOMEBODY" in parts[page]
    parts[page] = evil + parts[page].replace(b"SOMEBODY", b"&e;")
    try:
        rows = read(_archive(parts), ["姓名"]).rows
    except Refusal:
        return
    assert "root:" not in str(rows)


def test_a_workbook_of_ours_passes_the_check():
    check_workbook(workbook(["姓名"], [["甲"]]))
