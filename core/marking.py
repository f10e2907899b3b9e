"""Marks in a workbook from outside, as a process of its own whose memory and time the system bounds (T29).

Run as a module, so that nothing of the portal is loaded but this and core.cells: on standard input a line of JSON with
the marks, then the workbook; on standard output the workbook with them. Everything else in it stays as it was.
"""

import io
import json
import re
import sys
from collections.abc import Iterable
from typing import Any, cast
from xml.etree.ElementTree import iterparse

from openpyxl import load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, MergedCell
from openpyxl.cell.text import Text
from openpyxl.comments import Comment
from openpyxl.reader import excel
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.xml.constants import SHEET_MAIN_NS

from core.cells import bound

SECONDS, BYTES = 30, 512 * 2**20
WRONG, LOOK = "F9D7D4", "FFF3D6"
# by it a later round knows the marks of an earlier one
AUTHOR = "portal"
# beyond so many the column beside the rows says it alone: every comment is a shape of its own
MOST_COMMENTS = 2000
WIDTH = 60
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
Marks = dict[str, Any]


def cell_text(text: str) -> str:
    """What to write so that a spreadsheet program shows this text: "_x0041_" would be shown as A."""
    return _ESCAPE.sub("_x005F_", ILLEGAL_CHARACTERS_RE.sub("", text))


def _strings(source: Any) -> list[str]:
    """The shared texts exactly as they stand there: the library would take their escapes off and write none."""
    texts = []
    for _event, node in iterparse(source):  # noqa: S314 - bounded by the process
        if node.tag == f"{{{SHEET_MAIN_NS}}}si":
            found: Any = Text.from_tree(cast(Any, node))
            texts.append(found.content)
            node.clear()
    return texts


def marked(data: bytes, marks: Marks) -> bytes:
    """`cells` [row, column, text, color, value or None] in the `sheet`, `rows` {row: text} under the heading `result`.

    `known` are the headings under which an earlier round may have put its results, `columns` the numbers of those whose
    formulas give way to the values they had.
    """
    book = load_workbook(io.BytesIO(data), keep_links=False)
    page = book[marks["sheet"]]
    _clear(page)
    _settle_formulas(page, data, marks)
    beside = _last_column(page, marks) + 1
    for number, (row, column, text, color, value) in enumerate(marks["cells"]):
        _mark(page, row, column, text if number < MOST_COMMENTS else "", color)
        if value is not None:
            _write(page, row, column, value).font = Font(bold=True)
    _write_results(page, beside, marks)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _cells(page: Worksheet) -> Iterable[Any]:
    return list(page._cells.values())


def _clear(page: Worksheet) -> None:
    for cell in _cells(page):
        if cell.comment is not None and cell.comment.author == AUTHOR:
            cell.comment, cell.fill = None, PatternFill()


def _settle_formulas(page: Worksheet, data: bytes, marks: Marks) -> None:
    """The list's own formulas become what they showed: a workbook that no program has calculated shows nothing."""
    found = [cell for cell in _cells(page) if cell.data_type == "f" and cell.column in marks["columns"]]
    if found:
        shown = load_workbook(io.BytesIO(data), keep_links=False, data_only=True)[page.title]
        for cell in found:
            cell.value = shown.cell(cell.row, cell.column).value


def _last_column(page: Worksheet, marks: Marks) -> int:
    """The last column in use, by a value, a merged range or a heading that is to be added."""
    used = [cell.column for cell in _cells(page) if cell.value is not None]
    merged = [area.max_col for area in page.merged_cells.ranges if area.max_row >= marks["head"]]
    added = [column for _row, column, _text, _color, value in marks["cells"] if value is not None]
    return max([*used, *merged, *added], default=0)


def _mark(page: Worksheet, row: int, column: int, text: str, color: str) -> None:
    """A cell inside a merged one has no content of its own; the one that shows is marked."""
    cell = page.cell(row, column)
    if isinstance(cell, MergedCell):
        area = next(area for area in page.merged_cells.ranges if cell.coordinate in area)
        cell = page.cell(area.min_row, area.min_col)
    cell.fill = PatternFill("solid", fgColor=color)
    if cell.data_type != "d":
        # what is corrected there stays text: long numbers keep their digits
        cell.number_format = "@"
    if text:
        before = f"\n\n{cell.comment.text}" if cell.comment is not None else ""
        cell.comment = Comment(text + before, AUTHOR)


def _write_results(page: Worksheet, beside: int, marks: Marks) -> None:
    """In the column of an earlier round where there is one, else beside everything."""
    head = marks["head"]
    column: int = next((cell.column or beside for cell in page[head] if cell.value in marks["known"]), beside)
    for row in range(head + 1, page.max_row + 1):
        if (row, column) in page._cells:
            page.cell(row, column).value = None
    heading = _write(page, head, column, marks["result"])
    heading.font = Font(bold=True)
    page.column_dimensions[heading.column_letter].width = WIDTH
    for row, text in marks["rows"].items():
        _write(page, int(row), column, text)


def _write(page: Worksheet, row: int, column: int, text: str) -> Any:
    """A text cell: "=1+1" stays what it looks like."""
    cell = page.cell(row, column)
    cell.value = text
    cell.data_type, cell.number_format = "s", "@"
    return cell


def main() -> None:
    marks = json.loads(sys.stdin.buffer.readline())
    setattr(excel, "read_string_table", _strings)  # noqa: B010 - the library's own hook has no type
    sys.stdout.buffer.write(marked(sys.stdin.buffer.read(), marks))


if __name__ == "__main__":
    bound(SECONDS, BYTES)
    main()
