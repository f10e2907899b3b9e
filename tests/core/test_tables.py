"""Finding the list in a workbook from outside (T35): headings however they stand, old and WPS files, nothing lost unseen."""

import io
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from core.exceptions import Refusal
from core.tables import heading_key, read_sheet
from core.values import read_date

NAMES = {
    "name": ("姓名", "Full name", "学员"),
    "id": ("身份证号", "Identity number"),
    "phone": ("手机号", "联系电话"),
    "place": ("工作单位", "工作单位名称"),
    "level": ("单位级别", "工作单位级别"),
}
NEEDED = ("name", "id", "phone")


def grid_book(*sheets: list[list[object]]) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for number, rows in enumerate(sheets, 1):
        page = book.create_sheet(f"表{number}")
        for row in rows:
            page.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("head", "letters"),
    [
        ([["姓名", "身份证号", "手机号"]], "ABC"),
        ([["Full name*", "IDENTITY  NUMBER:", "联系电话（必填）"]], "ABC"),
        ([["名单"], [], ["填报单位："], ["姓\u200b名", "身份证号", "手机号"]], "ABC"),
        ([["姓名", "证件", None, "手机号"], [None, "类型", "身份证号"]], "ACD"),
        ([["基本情况"], ["学员", "身份证号", "手机号"]], "ABC"),
    ],
    ids=["plain", "english-with-marks", "titles-above", "two-rows", "group-over-all"],
)
def test_headings_are_found_however_they_stand(head, letters):
    width = len(letters) + 1
    data = grid_book([*head, [f"c{number}" for number in range(width)]])
    sheet = read_sheet(data, NAMES, NEEDED)
    assert sheet.letters == dict(zip(NEEDED, letters, strict=True))
    assert [row.number for row in sheet.rows] == [len(head) + 1]
    assert sheet.rows[0].cells == {key: f"c{'ABCD'.index(letter)}" for key, letter in sheet.letters.items()}


def test_a_column_under_a_group_is_named_by_both():
    head = [["姓名", "身份证号", "手机号", "工作单位", None], [None, None, None, "名称", "级别"]]
    sheet = read_sheet(grid_book([*head, ["甲", "1", "139", "县医院", "县级"]]), NAMES, NEEDED)
    assert sheet.letters == {"name": "A", "id": "B", "phone": "C", "place": "D", "level": "E"}
    assert [row.number for row in sheet.rows] == [3]


def test_headings_printed_again_are_no_row():
    head = ["姓名", "身份证号", "手机号"]
    data = grid_book([head, ["甲", "1", "139"], [], head, ["乙", "2", "138"]])
    assert [row.cells["name"] for row in read_sheet(data, NAMES, NEEDED).rows] == ["甲", "乙"]


def test_an_empty_sheet_with_headings_gives_way_to_the_filled_one():
    head = ["姓名", "身份证号", "手机号"]
    assert len(read_sheet(grid_book([head], [head, ["甲", "1", "139"]]), NAMES, NEEDED).rows) == 1
    assert read_sheet(grid_book([head]), NAMES, NEEDED).rows == []


def test_two_filled_sheets_are_refused_by_name_not_half_read():
    head = ["姓名", "身份证号", "手机号"]
    with pytest.raises(Refusal) as refused:
        read_sheet(grid_book([head, ["甲", "1", "139"]], [head, ["乙", "2", "138"]]), NAMES, NEEDED)
    assert "表1、表2" in str(refused.value)


def test_lists_side_by_side_are_refused_not_half_read():
    head = ["姓名", "身份证号", "手机号"]
    with pytest.raises(Refusal) as refused:
        read_sheet(grid_book([head * 2, ["甲", "1", "139", "乙", "2", "138"]]), NAMES, NEEDED)
    assert "A" in str(refused.value)
    assert "D" in str(refused.value)
    assert len(read_sheet(grid_book([head * 2, ["甲", "1", "139"]]), NAMES, NEEDED).rows) == 1


def test_the_label_counts_before_other_names():
    data = grid_book([["联系电话", "手机号", "姓名", "身份证号"], ["0311", "139", "甲", "1"]])
    assert read_sheet(data, NAMES, NEEDED).rows[0].cells["phone"] == "139"


def test_fewer_than_half_of_the_needed_columns_are_no_list():
    with pytest.raises(Refusal):
        read_sheet(grid_book([["姓名", "单位级别", "工作单位"], ["甲", "县", "院"]]), NAMES, NEEDED)


def test_an_old_workbook_is_read_as_a_new_one():
    data = Path(__file__).with_name("data").joinpath("list.xls").read_bytes()
    sheet = read_sheet(data, {**NAMES, "born": ("出生日期",)}, NEEDED)
    assert [tuple(row.cells[key] for key in ("name", "id", "phone", "born")) for row in sheet.rows] == [
        ("赵1", "130102198504120011", "13900000001", "1985-04-12"),
        ("阿依古丽·买买提", "1.30E+17", "139 0000 0002", "1985.4.12"),
        ("𠮷㛃", "13010219850412001x", "13900000003", "31149"),
    ]


_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def bare_workbook(rows: list[list[str]]) -> bytes:
    """The least that is a workbook: no styles, no table of texts, as WPS and small programs write it."""
    lines = "".join(
        "<row>" + "".join(f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in row) + "</row>"
        for row in rows
    )
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r" Type='
        f'"{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets><sheet name="Sheet1" '
        'sheetId="1" r:id="r"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r" Type='
        f'"{_RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{_MAIN}"><sheetData>{lines}</sheetData></worksheet>',
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def test_a_workbook_without_styles_and_with_texts_in_its_cells_is_read():
    data = bare_workbook([["姓名", "身份证号", "手机号"], ["甲", "130102198504120011", "139"]])
    cells = read_sheet(data, NAMES, NEEDED).rows[0].cells
    assert cells == {"name": "甲", "id": "130102198504120011", "phone": "139"}


def test_one_heading_in_many_spellings():
    spellings = ("身份证号", " 身份证号＊", "身份证号（18位）", "身 份\n证 号：", "身份证号【必填】")
    assert {heading_key(one) for one in spellings} == {"身份证号"}
    assert heading_key("（备注）") == "(备注)"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1985-04-12", "1985-04-12"),
        ("１９８５/4/12", "1985-04-12"),
        ("1985.4.12", "1985-04-12"),
        ("1985年4月12日", "1985-04-12"),
        ("19850412", "1985-04-12"),
        ("1985-04-12 00:00", "1985-04-12"),
        ("31149", "1985-04-12"),
        ("1985412", None),
        ("1985", None),
        ("1985-02-30", None),
        ("八五年", None),
        ("", None),
    ],
)
def test_days_as_people_type_them(text, day):
    found = read_date(text)
    assert (found.isoformat() if found else None) == day
