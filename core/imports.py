"""A list that people fill in and upload: columns declared once make the template, its reading and the marked return."""

import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import TextChoices
from django.utils import translation
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from core.exceptions import Refusal, Text
from core.marking import LOOK, WRONG, cell_text
from core.spreadsheets import MAX_ROWS
from core.tables import LISTS, ReadSheet, read_sheet

HEAD = 2
_HEADING = PatternFill("solid", fgColor="E8EEF5")
_NEEDED = PatternFill("solid", fgColor="FFF3D6")
_WRONG = PatternFill("solid", fgColor=WRONG)
_LOOK = PatternFill("solid", fgColor=LOOK)


@dataclass(frozen=True, slots=True)
class ImportColumn:
    """`also`: further headings people write over it, separated by commas. One that is not `offered` is read where a
    list has it, but no template asks for it."""

    code: str
    label: Text
    hint: Text = ""
    width: int = 14
    required: bool = False
    also: Text = ""
    offered: bool = True


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem of a line as it is shown; `code` is stable, people quote it."""

    number: int
    cell: str
    person: str
    column: str
    code: str
    cause: str
    remedy: str
    is_notice: bool


@dataclass(frozen=True, slots=True)
class Template:
    """`title` names the sheet, `heading` stands above it, `options` are the words of a column's drop-down list.

    `note` stands in the properties of the file. `stamp` says for whom and by which version the template was made: words separated by |, the first names the kind.
    """

    title: str
    heading: str
    stamp: str
    columns: Sequence[ImportColumn]
    options: Callable[[ImportColumn], Sequence[str]] = lambda _column: ()
    note: str = ""


# In


def in_every_language() -> Iterator[str]:
    """Run the body once per language of the portal: a sheet made in one is read in another."""
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            yield code


def names_of(columns: Iterable[ImportColumn]) -> dict[str, list[str]]:
    """Every heading a column may have, its labels before what else people write."""
    columns = list(columns)
    labels: dict[str, list[str]] = {column.code: [] for column in columns}
    others: dict[str, list[str]] = {column.code: [] for column in columns}
    for _language in in_every_language():
        for column in columns:
            labels[column.code].append(str(column.label))
            others[column.code] += filter(None, str(column.also).split(","))
    return {code: labels[code] + others[code] for code in labels}


def read_list(data: bytes, columns: Sequence[ImportColumn], stamp: str) -> ReadSheet:
    """The rows of an upload by column code; one process reads it once (see core.tables for what is forgiven).

    Raises Refusal as `read_sheet` does, and for a template that was made for somebody else or is of an older version; a
    sheet without a stamp is taken as it is.
    """
    needed = {column.code for column in columns if column.required}
    sheet = read_sheet(data, names_of(columns), needed)
    kind = stamp.partition("|")[0]
    if sheet.stamp.startswith(f"{kind}|") and sheet.stamp != stamp:
        raise Refusal(
            _("This workbook was made for another province, year or version of the template."),
            remedy=_("Download the template again and copy your rows into it."),
        )
    return sheet


def problems_of(
    number: int,
    problems: Iterable[Mapping[str, Any]],
    *,
    person: str,
    columns: Mapping[str, ImportColumn],
    faults: type[TextChoices],
    remedies: Mapping[str, Text],
    notices: Iterable[str] = (),
) -> list[Problem]:
    """What was found in a line ({code, column, cell, params}), in the reader's language."""
    return [
        Problem(
            number=number,
            cell=one["cell"],
            person=person,
            column=str(columns[one["column"]].label),
            code=one["code"],
            cause=str(faults(one["code"]).label) % one["params"],
            remedy=str(remedies[one["code"]]) % one["params"],
            is_notice=one["code"] in notices,
        )
        for one in problems
    ]


def text_of(problems: Iterable[Problem]) -> str:
    return "\n".join(f"{one.code} {one.column}: {one.cause} {one.remedy}" for one in problems)


# Out


def template_file(template: Template) -> bytes:
    """Drop-downs from a hidden sheet, every column text, instructions, and a stamp."""
    return _saved(_book(template))


def marked_file(template: Template, lines: Iterable[tuple[Mapping[str, str], Sequence[Problem]]]) -> bytes:
    """Lines as typed in the template's columns, faulty cells marked and explained: corrected, it is uploaded again.

    A column the template does not offer stands there when a line has something in it.
    """
    lines = list(lines)
    used = {code for cells, _problems in lines for code, text in cells.items() if text}
    offered = [column for column in template.columns if column.offered or column.code in used]
    book = _book(template, offered)
    page = book.worksheets[0]
    result = page.cell(HEAD, len(offered) + 1, _("Result"))
    result.font, page.column_dimensions[result.column_letter].width = Font(bold=True), 60
    for at, (cells, problems) in enumerate(lines, HEAD + 1):
        _mark(page, at, offered, cells, problems)
        _write(page, at, len(offered) + 1, text_of(problems))
    return _saved(book)


def _saved(book: Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _book(template: Template, offered: Sequence[ImportColumn] = ()) -> Workbook:
    offered = offered or [column for column in template.columns if column.offered]
    book = Workbook()
    book.properties.description = template.note or None
    book.remove(book.worksheets[0])
    page = book.create_sheet(template.title)
    help_page, lists = book.create_sheet(_("How to fill in")), book.create_sheet(LISTS)
    page["A1"] = template.heading
    page["A1"].font = Font(bold=True, size=13)
    lists["A1"] = template.stamp
    lists.sheet_state = "hidden"
    for number, column in enumerate(offered, 1):
        _head(page, number, column)
        _drop_down(page, lists, number, template.options(column))
    page.freeze_panes = f"B{HEAD + 1}"
    _instructions(help_page, offered)
    return book


def _head(page: Worksheet, number: int, column: ImportColumn) -> None:
    letter = get_column_letter(number)
    # the style of a column applies to cells not filled yet: what is typed there stays text
    page.column_dimensions[letter].number_format = "@"
    page.column_dimensions[letter].width = column.width
    cell = page.cell(HEAD, number, f"{column.label}*" if column.required else str(column.label))
    cell.font, cell.fill = Font(bold=True), _NEEDED if column.required else _HEADING
    cell.alignment = Alignment(wrap_text=True, vertical="center")
    if column.hint:
        cell.comment = Comment(str(column.hint), page.title)


def _drop_down(page: Worksheet, lists: Worksheet, number: int, words: Sequence[str]) -> None:
    """The list stands in the hidden sheet: a list inside a cell rule is cut at 255 characters."""
    if not words:
        return
    letter = get_column_letter(number)
    for row, word in enumerate(words, 2):
        lists.cell(row, number, word)
    rule = DataValidation(
        type="list", formula1=f"={LISTS}!${letter}$2:${letter}${len(words) + 1}", allow_blank=True
    )
    rule.error, rule.errorTitle = _("Choose one from the list."), _("Not in the list")
    rule.showErrorMessage = True
    page.add_data_validation(rule)
    rule.add(f"{letter}{HEAD + 1}:{letter}{HEAD + MAX_ROWS}")


def _instructions(page: Worksheet, columns: Iterable[ImportColumn]) -> None:
    page.column_dimensions["A"].width, page.column_dimensions["B"].width = 32, 90
    lines: list[tuple[str, str]] = [
        (
            _("One row each"),
            _("Columns marked * are needed. Order of columns and extra columns do not matter."),
        ),
        (
            _("After filling in"),
            _("Upload the file; the portal shows every fault with its cell before anything is taken in."),
        ),
        *((str(column.label), str(column.hint)) for column in columns),
    ]
    for row, (what, how) in enumerate(lines, 1):
        page.cell(row, 1, what).font = Font(bold=True)
        page.cell(row, 2, how).alignment = Alignment(wrap_text=True)


def _mark(
    page: Worksheet,
    at: int,
    columns: Sequence[ImportColumn],
    cells: Mapping[str, str],
    problems: Sequence[Problem],
) -> None:
    for number, column in enumerate(columns, 1):
        cell = _write(page, at, number, cells.get(column.code, ""))
        mine = [one for one in problems if one.column == str(column.label)]
        if mine:
            cell.fill = _LOOK if all(one.is_notice for one in mine) else _WRONG
            cell.comment = Comment(text_of(mine), page.title)


def _write(page: Worksheet, row: int, column: int, text: str) -> Any:
    """A text cell: "=1+1" stays what it looks like."""
    cell = page.cell(row, column)
    cell.value = cell_text(text)
    cell.data_type, cell.number_format = "s", "@"
    return cell
