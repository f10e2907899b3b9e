"""E11, T35: what comes back is the workbook that was sent, marked in its own cells; corrected it imports clean."""

import io

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from core import returned
from core.imports import HEAD
from core.marking import AUTHOR
from enrollment.imports.columns import BY_CODE
from enrollment.imports.workbooks import marked
from enrollment.models import RosterImport
from tests.enrollment.sheets import faults, line

pytestmark = pytest.mark.django_db
CODES = list(line(1))
TOP = 4  # the row of the headings


def own_list(*lines: dict[str, str], without: str = "", formula: str = "") -> Workbook:
    """A hospital's own list: a title, an extra column with a formula in front, a remark behind, a second sheet."""
    book = Workbook()
    page = book.active
    page.title = "八月"
    page["A1"] = "某某医院名单"
    page.merge_cells("A1:M2")
    codes = [code for code in CODES if code != without]
    page.append([])
    for number, heading in enumerate(["序号", *(str(BY_CODE[code].label) for code in codes), "备注"], 1):
        page.cell(TOP, number, heading)
    for at, one in enumerate(lines, TOP + 1):
        page.cell(at, 1, f"=ROW()-{TOP}")
        for number, code in enumerate(codes, 2):
            page.cell(at, number, one[code])
        page.cell(at, len(codes) + 2, f"备注{at}")
    if formula:
        page.cell(TOP + 1, codes.index("department") + 2 if "department" in codes else 5).value = formula
    book.create_sheet("说明")["B7"] = "请勿删除"
    return book


def saved(book: Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def again(staged: RosterImport) -> Workbook:
    return load_workbook(io.BytesIO(marked(staged)))


def comments(page) -> dict[str, str]:
    return {cell.coordinate: cell.comment.text for row in page.iter_rows() for cell in row if cell.comment}


def test_everything_stays_where_it_was(read, known_hospital):
    book = own_list(line(1, phone="1", name=""), line(2), line(3, profession="魔法师"))
    book["八月"]["N5"].fill = PatternFill("solid", fgColor="00FF00")
    back = again(read(data=saved(book)))
    assert back.sheetnames == ["八月", "说明"]
    assert back["说明"]["B7"].value == "请勿删除"
    page = back["八月"]
    assert (page["A1"].value, page["A5"].value, page["L5"].value) == ("某某医院名单", "=ROW()-4", "备注5")
    assert [str(area) for area in page.merged_cells.ranges] == ["A1:M2"]
    assert page["N5"].fill.fgColor.rgb == "0000FF00"
    assert {cell: text[:7] for cell, text in comments(page).items()} == {
        "B5": "IMP-001",
        "D5": "IMP-020",
        "G7": "IMP-030",
    }
    assert page["M4"].value == "结果"
    assert [page[f"M{row}"].value is None for row in (5, 6, 7)] == [False, True, False]


def test_the_corrected_copy_imports_clean_and_a_second_round_marks_anew(read, known_hospital):
    back = again(read(data=saved(own_list(line(1, phone="1"), line(2, phone="2")))))
    back["八月"]["D5"] = "13900000001"
    second = read(data=saved(back))
    assert [code for *_rest, code in faults(second)] == ["IMP-020"]
    page = again(second)["八月"]
    assert list(comments(page)) == ["D6"]
    assert page["D5"].fill.fgColor.rgb == "00000000", "what was put right is marked no longer"
    assert (page["M5"].value, page["N4"].value) == (None, None), "the results stand in the same column"
    page["D6"] = "13900000002"
    assert faults(read(data=saved(page.parent))) == []


def test_a_comment_of_ones_own_stays(read, known_hospital):
    book = own_list(line(1, phone="1"))
    book["八月"]["D5"].comment = Comment("座机", "王医生")
    book["八月"]["B5"].comment = Comment("曾用名", "王医生")
    page = again(read(data=saved(book)))["八月"]
    assert (page["D5"].comment.author, page["B5"].comment.text) == (AUTHOR, "曾用名")
    assert page["D5"].comment.text.endswith("座机")


def test_a_missing_column_is_added_and_marked(read, known_hospital):
    page = again(read(data=saved(own_list(line(1), without="phone"))))["八月"]
    assert (page["L4"].value, page["M4"].value) == (str(BY_CODE["phone"].label), "结果")
    assert comments(page)["L4"].startswith("IMP-003")
    page["L5"] = "13900000001"
    assert faults(read(data=saved(page.parent))) == []


def test_a_merged_cell_is_marked_where_it_shows(read, known_hospital):
    book = own_list(line(1), line(2, phone=""))
    book["八月"].merge_cells("D5:D6")
    page = again(read(data=saved(book)))["八月"]
    assert list(comments(page)) == ["D5"]


def test_the_lists_own_formulas_show_what_they_showed(read, known_hospital, monkeypatch):
    book = own_list(line(1, phone="1"))
    book["八月"]["C5"] = '="" '
    staged = read(data=saved(book))
    page = again(staged)["八月"]
    assert page["C5"].value is None
    assert page["A5"].value == "=ROW()-4", "a column of their own keeps its formulas"


def test_texts_that_look_like_escapes_or_formulas_stay(read, known_hospital):
    book = own_list(line(1, phone="1"), line(2))
    page = book["八月"]
    page["L5"], page["L6"] = "_x005F_x0041_", "=1+1"
    page["L6"].data_type = "s"
    back = again(read(data=saved(book)))["八月"]
    assert (back["L5"].value, back["L6"].value, back["L6"].data_type) == ("_x005F_x0041_", "=1+1", "s")


@pytest.mark.parametrize("why", ["cannot be kept", "reads otherwise", "takes too long"])
def test_what_cannot_be_kept_comes_back_in_the_templates_columns(read, known_hospital, monkeypatch, why):
    staged = read(data=saved(own_list(line(1, phone="1"))))
    if why == "cannot be kept":
        staged.layout = {**staged.layout, "sheet": "没有这个表"}
    elif why == "reads otherwise":
        staged.rows.update(number=9)
    else:
        monkeypatch.setattr(returned, "PATIENCE", 0.001)
    page = again(staged).worksheets[0]
    assert page.cell(HEAD, 1).value == f"{BY_CODE['name'].label}*"
    assert [cell.value for cell in page[HEAD + 1]][2] == "1"


def test_an_upload_without_a_layout_comes_back_in_the_templates_columns(read, known_hospital):
    staged = read(data=saved(own_list(line(1, phone="1"))))
    staged.layout = {}
    assert again(staged).worksheets[0].cell(HEAD, 1).value == f"{BY_CODE['name'].label}*"
