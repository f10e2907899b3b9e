"""Items in a workbook: the template, rows people fill in, groups, and what is wrong at which cell (I2)."""

import io
import shutil
import subprocess
from typing import Any

import pytest
from django.utils import translation
from openpyxl import load_workbook

from core.exceptions import Refusal
from exams.formats import xlsx
from exams.formats.reading import Vocabulary
from exams.formats.reports import Outcome, Read
from tests.exams.entry_samples import A1, B1, B2, SOUND, TF
from tests.helpers import workbook

REFUSED, REDUCED = Outcome.REFUSED, Outcome.REDUCED
WORDS = Vocabulary(
    {"upper-gi": "上消化道肿瘤"}, {"imaging": "影像 专业", "endo": "内镜"}, {"3.2": "胃癌筛查"}
)
HEADS = ["题型", "题组", "编号", "题干", "A", "B", "C", "D", "E", "答案", "解析", "难度", "主题", "专业方向"]
FIVE = ["胃镜", "肠镜", "胸片", "超声", "化验"]
NONE = [""] * 5


def sheet(*rows: list[Any]) -> bytes:
    return workbook(HEADS, [[*row, *[""] * (len(HEADS) - len(row))] for row in rows])


def report(read: Read) -> list[tuple[str, str, str, int | None]]:
    return [(one.place.cell, one.code, one.severity, one.item) for one in read.reports]


def test_rows_as_people_fill_them_in():
    read = xlsx.read(
        sheet(
            ["A1型题", "", "", "首选的检查是", *FIVE, "ａ", "", "易", "上消化道肿瘤", "影像 专业；内镜"],
            ["多选题", "", "x-1", "内镜有", *FIVE, "A、B", "", 4],
            ["判断题", "", "", "胃镜可取活检。", *NONE, "√"],
        ),
        WORDS,
    )
    assert read.reports == ()
    assert [(one.kind, one.code, one.key, one.difficulty) for one in read.entries] == [
        ("a1", "", ("A",), 1),
        ("x", "x-1", ("A", "B"), 4),
        ("tf", "", ("T",), 3),
    ]
    assert (read.entries[0].theme, read.entries[0].specialties) == ("upper-gi", ("imaging", "endo"))
    assert [str(place.cell) for place in read.places] == ["D2", "D3", "D4"]


def test_a_group_by_its_name_or_by_rows_without_options():
    read = xlsx.read(
        sheet(
            ["B1", "g-1", "", "甲", *FIVE, "A"],
            ["B1", "g-1", "", "乙", *FIVE, "B"],
            ["", "", "", "丙", *NONE, "C"],
            ["B1", "第2组", "", "丁", *FIVE, "A"],
            ["", "第2组", "", "戊", *NONE, "B"],
            ["B2", "", "", "己", *FIVE, "A"],
            ["A1", "", "", "单题是什么", *FIVE, "A"],
        )
    )
    assert read.reports == ()
    assert [(one.kind, one.code, "".join(stem.stem for stem in one.stems)) for one in read.entries] == [
        ("b1", "g-1", "甲乙丙"),
        ("b1", "", "丁戊"),
        ("b2", "", "己"),
        ("a1", "", ""),
    ]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([["", "", "", "问题", *FIVE, "A"]], [("A2", "no_kind", REFUSED, None)]),
        ([["A3", "", "", "问题", *FIVE, "A"]], [("A2", "kind_unknown", REFUSED, None)]),
        ([["A1", "", "", "问题", *FIVE, "见书"]], [("J2", "key_unreadable", REFUSED, None)]),
        ([["A1", "", "", "", *FIVE, "A"]], [("D2", "no_stem", REFUSED, None)]),
        ([["A1", "组", "", "问题", *FIVE, "A"]], [("B2", "group_name", REDUCED, 0)]),
        ([["判断", "", "", "问题", *FIVE, "F"]], [("E2", "options_dropped", REDUCED, 0)]),
        ([["A1", "", "", "问题", *FIVE, "A", "", "很难"]], [("L2", "difficulty_unread", REDUCED, 0)]),
        ([["A1", "", "编号一", "问题", *FIVE, "A"]], [("D2", "code_unusable", REDUCED, 0)]),
        ([["A1", "", "a" * 81, "问题", *FIVE, "A"]], [("D2", "code_unusable", REDUCED, 0)]),
        ([["A1", "", "c", "问题", *FIVE, "A"]] * 2, [("D3", "code_twice", REDUCED, 1)]),
        ([["A1", "", "", "长" * 8001, *FIVE, "A"]], [("D2", "text_long", REFUSED, None)]),
        (
            [["B1", "g", "", "甲", *FIVE, "A"], ["B1", "g", "", "乙", *reversed(FIVE), "B"]],
            [("E3", "group_options", REFUSED, None)],
        ),
        (
            [["B1", "g", "", "甲", *FIVE, "A"], ["B2", "g", "", "乙", *NONE, "B"]],
            [("A3", "group_mixed", REFUSED, None)],
        ),
        (
            [
                ["B1", "g", "", "甲", *FIVE, "A"],
                ["A1", "", "", "问题", *FIVE, "A"],
                ["B1", "g", "", "乙", *FIVE, "B"],
            ],
            [("B4", "group_apart", REFUSED, None)],
        ),
        (
            [
                ["B1", "g", "", "甲", *FIVE, "A", "", 2, "肺"],
                ["B1", "g", "", "乙", *NONE, "B", "", 3, "肝"],
            ],
            [("M3", "group_field", REDUCED, 0), ("L3", "group_field", REDUCED, 0)],
        ),
    ],
    ids=lambda value: "",
)
def test_what_is_wrong_is_said_at_its_cell(rows: list[list[Any]], expected: list[tuple]):
    read = xlsx.read(sheet(*rows))
    assert report(read) == expected
    for one in read.reports:
        assert one.cause
        assert one.remedy


def test_the_template_has_lists_headings_and_a_stamp():
    with translation.override("zh-hans"):
        book = load_workbook(io.BytesIO(xlsx.template(WORDS, "河北省 · 试题")))
    page = book.worksheets[0]
    heads = [cell.value for cell in page[2]]
    assert page["A1"].value == "河北省 · 试题"
    assert heads[:6] == ["题型*", "题组", "编号", "病例", "题干*", "选项A"]
    assert "选项H" in heads
    assert "选项I" not in heads
    assert len(page.data_validations.dataValidation) == 4
    words = {cell.value for row in book["lists"].iter_rows() for cell in row}
    assert {"items|1", "A1", "判断题", "上消化道肿瘤", "胃癌筛查", "5"} <= words


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_sheet_made_in_one_language_is_read_in_another(language: str):
    with translation.override(language):
        data = xlsx.write(SOUND, WORDS).data
    with translation.override("en" if language == "zh-hans" else "zh-hans"):
        assert xlsx.read(data, WORDS) == xlsx.read(data, WORDS)
        assert xlsx.read(data, WORDS).entries == SOUND


def test_names_of_the_year_stand_in_the_sheet_and_codes_in_the_bank():
    values = {
        str(cell.value)
        for row in load_workbook(io.BytesIO(xlsx.write([A1], WORDS).data)).worksheets[0]
        for cell in row
    }
    assert {"上消化道肿瘤", "影像 专业"} <= values
    assert "upper-gi" not in values


def test_faults_come_back_marked_at_their_cell():
    data = sheet(["A1", "", "", "问题", *FIVE, "见书"], ["A1", "", "", "问题二", *FIVE, "B"])
    read = xlsx.read(data)
    page = load_workbook(io.BytesIO(xlsx.marked(data, read.reports))).worksheets[0]
    faulty = {
        cell.coordinate: cell.value for row in page.iter_rows(min_row=3) for cell in row if cell.comment
    }
    assert list(faulty.values()) == ["见书"]
    assert "key_unreadable" in str(page.cell(3, page.max_column).value)
    assert not page.cell(4, page.max_column).value
    assert xlsx.read(xlsx.marked(data, read.reports)).entries == read.entries


def test_no_cell_becomes_a_formula():
    entry = xlsx.replace(A1, stem="=1+1", explanation="@SUM(A1)", source="+cmd|' /C calc'!A0")
    page = load_workbook(io.BytesIO(xlsx.write([entry]).data)).worksheets[0]
    assert "f" not in {cell.data_type for row in page.iter_rows(min_row=3) for cell in row}
    assert xlsx.read(xlsx.write([entry]).data).entries == (entry,)


def test_another_version_of_the_template_is_refused(monkeypatch: pytest.MonkeyPatch):
    data = xlsx.write([TF]).data
    monkeypatch.setattr(xlsx, "STAMP", "items|2")
    with pytest.raises(Refusal):
        xlsx.read(data)


def test_too_many_items(monkeypatch: pytest.MonkeyPatch):
    data = xlsx.write([B1, B2]).data
    monkeypatch.setattr("exams.formats.reports.MAX_ITEMS", 5)
    assert len(xlsx.read(data).entries) == 2
    monkeypatch.setattr("exams.formats.reports.MAX_ITEMS", 4)
    with pytest.raises(Refusal) as refusal:
        xlsx.read(data)
    assert refusal.value.remedy


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice (soffice) is not installed")
def test_a_workbook_saved_by_libreoffice(tmp_path):
    (tmp_path / "items.xlsx").write_bytes(xlsx.write(SOUND).data)
    command = [
        "soffice",
        f"-env:UserInstallation=file://{tmp_path}/profile",
        "--headless",
        "--convert-to",
        "xlsx",
    ]
    subprocess.run(
        [*command, "--outdir", str(tmp_path / "out"), str(tmp_path / "items.xlsx")], check=True, timeout=120
    )
    assert xlsx.read((tmp_path / "out" / "items.xlsx").read_bytes()).entries == SOUND
