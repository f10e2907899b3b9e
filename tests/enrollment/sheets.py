"""Roster workbooks as coordinators send them, and what is wrong with them."""

from django.core.files.uploadedfile import SimpleUploadedFile

from enrollment.imports.columns import COLUMNS
from enrollment.models import RosterImport
from tests.factories import id_number
from tests.helpers import workbook

HEADINGS = [str(column.label) for column in COLUMNS]
FLOOD = 450


def line(number: int, **changes) -> dict[str, str]:
    """A line without fault; the codes stand for the words of the lists."""
    return {
        "name": f"赵{number}",
        "id_number": id_number(number),
        "phone": f"139{number:08d}",
        "institution": "测试县医院",
        "institution_level": "county",
        "profession": "physician",
        "track": "comprehensive",
        "specialty": "临床",
        "fine_specialty": "健康管理",
        "health_management": "是",
        **changes,
    }


def sheet(*lines: dict[str, str]) -> bytes:
    return workbook(HEADINGS, [[one.get(column.code, "") for column in COLUMNS] for one in lines])


def upload(data: bytes, name: str = "名单.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def faults(staged: RosterImport) -> list[tuple[int, str, str, str]]:
    """(row, cell, column, code) of every problem."""
    return [
        (row.number, problem["cell"], problem["column"], problem["code"])
        for row in staged.rows.all()
        for problem in row.problems
    ]


def cell(column: str, row: int) -> str:
    index = [one.code for one in COLUMNS].index(column)
    return f"{chr(ord('A') + index)}{row}"
