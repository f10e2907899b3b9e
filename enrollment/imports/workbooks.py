"""The roster workbook as it goes out: the template made for a province, and an upload with its faults marked."""

import io
import json
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from accounts.models import Region
from core.exceptions import Refusal
from core.spreadsheets import MAX_ROWS, grids
from enrollment.imports.columns import COLUMNS, options_of
from enrollment.imports.problems import Worded, text_of, worded
from enrollment.models import ImportRow, RosterImport
from programs.models import ProgramYear

VERSION = 1
HEAD = 2
_LISTS = "lists"
_HEADING = PatternFill("solid", fgColor="E8EEF5")
_NEEDED = PatternFill("solid", fgColor="FFF3D6")
_WRONG = PatternFill("solid", fgColor="F9D7D4")
_LOOK = PatternFill("solid", fgColor="FFF3D6")


def stamp(year: ProgramYear, region: Region) -> str:
    return f"roster|{year.program.code}|{year.year}|{region.pk}|{VERSION}"


def check_stamp(data: bytes, year: ProgramYear, region: Region) -> None:
    """A template made for another province, year or version is refused; a sheet without a stamp is taken as it is."""
    try:
        found_lists = [grid for _name, grid in grids(data, 1, _LISTS)]
    except Refusal:
        return
    found = "".join(grid[0][0] for grid in found_lists if grid and grid[0])
    if found.startswith("roster|") and found != stamp(year, region):
        raise Refusal(
            _("This workbook was made for another province, year or version of the template."),
            remedy=_("Download the template again and copy your rows into it."),
        )


def template(year: ProgramYear, region: Region) -> bytes:
    """Drop-downs from a hidden sheet, every column text, instructions, and a stamp."""
    return _saved(_book(year, region))


def _saved(book: Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _book(year: ProgramYear, region: Region) -> Workbook:
    book = Workbook()
    book.remove(book.worksheets[0])
    page = book.create_sheet(_("Roster"))
    help_page, lists = book.create_sheet(_("How to fill in")), book.create_sheet(_LISTS)
    page["A1"] = f"{year.name} · {region.name} · {_('Roster')}"
    page["A1"].font = Font(bold=True, size=13)
    lists["A1"] = stamp(year, region)
    lists.sheet_state = "hidden"
    for number, column in enumerate(COLUMNS, 1):
        _head(page, number)
        _drop_down(page, lists, number, [str(label) for _value, label in options_of(column, year)])
    page.freeze_panes = f"B{HEAD + 1}"
    _instructions(help_page)
    return book


def _head(page: Worksheet, number: int) -> None:
    column = COLUMNS[number - 1]
    letter = get_column_letter(number)
    # the style of a column applies to cells not filled yet: what is typed there stays text
    page.column_dimensions[letter].number_format = "@"
    page.column_dimensions[letter].width = column.width
    cell = page.cell(HEAD, number, f"{column.label}*" if column.required else str(column.label))
    cell.font, cell.fill = Font(bold=True), _NEEDED if column.required else _HEADING
    cell.alignment = Alignment(wrap_text=True, vertical="center")
    cell.comment = Comment(str(column.hint), _("Roster"))


def _drop_down(page: Worksheet, lists: Worksheet, number: int, words: list[str]) -> None:
    """The list stands in the hidden sheet: a list inside a cell rule is cut at 255 characters."""
    if not words:
        return
    letter = get_column_letter(number)
    for row, word in enumerate(words, 2):
        lists.cell(row, number, word)
    rule = DataValidation(
        type="list", formula1=f"={_LISTS}!${letter}$2:${letter}${len(words) + 1}", allow_blank=True
    )
    rule.error, rule.errorTitle = _("Choose one from the list."), _("Not in the list")
    rule.showErrorMessage = True
    page.add_data_validation(rule)
    rule.add(f"{letter}{HEAD + 1}:{letter}{HEAD + MAX_ROWS}")


def _instructions(page: Worksheet) -> None:
    page.column_dimensions["A"].width, page.column_dimensions["B"].width = 32, 90
    lines: list[tuple[str, str]] = [
        (
            _("One person per row"),
            _("Columns marked * are needed. Order of columns and extra columns do not matter."),
        ),
        (
            _("After filling in"),
            _("Upload the file; the portal shows every fault with its cell before anything is taken in."),
        ),
        *((str(column.label), str(column.hint)) for column in COLUMNS),
    ]
    for row, (what, how) in enumerate(lines, 1):
        page.cell(row, 1, what).font = Font(bold=True)
        page.cell(row, 2, how).alignment = Alignment(wrap_text=True)


def marked(staged: RosterImport) -> bytes:
    """The uploaded lines in the template's columns, faulty cells marked and explained: corrected, it is uploaded again."""
    book = _book(staged.year, staged.region)
    page = book.worksheets[0]
    result = page.cell(HEAD, len(COLUMNS) + 1, _("Result"))
    result.font, page.column_dimensions[result.column_letter].width = Font(bold=True), 60
    for offset, row in enumerate(staged.rows.all(), HEAD + 1):
        _fill(page, offset, row, json.loads(row.cells))
    return _saved(book)


def _fill(page: Worksheet, at: int, row: ImportRow, cells: dict[str, Any]) -> None:
    problems = worded(row, cells.get("name", ""))
    by_column: dict[str, list[Worded]] = {column.code: [] for column in COLUMNS}
    for raw, one in zip(row.problems, problems, strict=True):
        by_column[raw["column"]].append(one)
    for number, column in enumerate(COLUMNS, 1):
        cell = page.cell(at, number)
        # a text cell: "=1+1" stays what it looks like
        cell.value, cell.data_type, cell.number_format = cells.get(column.code, ""), "s", "@"
        if by_column[column.code]:
            cell.fill = _LOOK if all(one.is_notice for one in by_column[column.code]) else _WRONG
            cell.comment = Comment(text_of(by_column[column.code]), _("Roster"))
    page.cell(at, len(COLUMNS) + 1, text_of(problems))
