"""Workbooks out and in. Text stays text: numbers of people never become floats, formulas never become formulas."""

import contextlib
import datetime as dt
import io
import json
import subprocess
import sys
from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import IO, Any, BinaryIO, cast
from urllib.parse import quote

from django.http import HttpResponse
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from core.archives import check_archive
from core.columns import Column
from core.exceptions import Refusal
from core.marking import cell_text
from core.templatetags.portal import display
from core.values import CHINA

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MAX_UPLOAD = 10 * 1024 * 1024
MAX_ROWS = 20_000
_READER = Path(__file__).with_name("cells.py")
_NUMERIC = {"int", "decimal", "percent"}
_HEAD_FILL = PatternFill("solid", fgColor="E8EEF5")
_LINE = Border(bottom=Side(style="thin", color="C8D0DA"))


@dataclass(frozen=True, slots=True)
class Sheet:
    """`stamp` is printed at the head and foot of every page."""

    title: str
    columns: Sequence[Column]
    rows: Iterable[Any]
    notes: Sequence[str] = field(default_factory=list)
    foot: Sequence[Any] = field(default_factory=list)
    total: Sequence[tuple[Any, Any]] = field(default_factory=list)
    stamp: str = ""


def workbook_response(sheet: Sheet, name: str) -> tuple[HttpResponse, int]:
    """An attachment named `name`.xlsx and the number of rows in it."""
    buffer = io.BytesIO()
    count = write_workbook(sheet, buffer)
    response = HttpResponse(buffer.getvalue(), content_type=XLSX)
    response["Content-Disposition"] = (
        f"attachment; filename=\"export.xlsx\"; filename*=UTF-8''{quote(name)}.xlsx"
    )
    return response, count


def write_workbook(sheet: Sheet, target: BinaryIO) -> int:
    """Title, notes, frozen heading, rows and totals; returns the number of rows."""
    book = Workbook(write_only=True)
    page = book.create_sheet(_safe_sheet_name(sheet.title))
    for number, column in enumerate(sheet.columns, 1):
        page.column_dimensions[get_column_letter(number)].width = column.width
    page.freeze_panes = f"A{len(sheet.notes) + 3}"
    page.oddHeader.center.text = page.oddFooter.center.text = sheet.stamp or None
    page.append([_styled(page, sheet.title, bold=True, size=14)])
    for note in sheet.notes:
        page.append([_text_cell(page, note)])
    page.append([_head_cell(page, str(column.label)) for column in sheet.columns])
    count = 0
    for row in sheet.rows:
        page.append([_data_cell(page, column, column.read(row)) for column in sheet.columns])
        count += 1
    if sheet.foot:
        page.append([_foot_cell(page, value) for value in sheet.foot])
    for label, value in sheet.total:
        page.append([_styled(page, str(label), bold=True), _number_or_text(page, value)])
    book.save(target)
    return count


def _safe_sheet_name(title: str) -> str:
    return "".join(" " if char in r"[]:*?/\\" else char for char in title)[:31] or "Sheet"


def _cell(page: WriteOnlyWorksheet, value: Any, number_format: str) -> Cell:
    cell: Cell = WriteOnlyCell(page, value=value)
    cell.number_format = number_format
    return cell


def _text_cell(page: WriteOnlyWorksheet, text: str) -> Cell:
    # inlineStr by type keeps "=1+1", "001" and eighteen digits exactly as typed
    cell = _cell(page, cell_text(text), "@")
    cell.data_type = "s"
    return cell


def _styled(page: WriteOnlyWorksheet, text: str, *, bold: bool, size: int = 11) -> Cell:
    cell = _text_cell(page, text)
    cell.font = Font(bold=bold, size=size)
    return cell


def _head_cell(page: WriteOnlyWorksheet, text: str) -> Cell:
    cell = _styled(page, text, bold=True)
    cell.fill, cell.border = _HEAD_FILL, _LINE
    cell.alignment = Alignment(vertical="center", wrap_text=True)
    return cell


def _number_or_text(page: WriteOnlyWorksheet, value: Any) -> Cell:
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return _cell(page, value, "General")
    return _text_cell(page, str(value))


def _foot_cell(page: WriteOnlyWorksheet, value: Any) -> Cell:
    cell = _text_cell(page, "") if value is None else _number_or_text(page, value)
    cell.font = Font(bold=True)
    return cell


def _data_cell(page: WriteOnlyWorksheet, column: Column, value: Any) -> Cell:
    if value is None or value == "":
        return _text_cell(page, "")
    if column.kind in _NUMERIC and isinstance(value, int | Decimal):
        return _cell(page, value, {"int": "#,##0", "percent": '0.0"%"'}.get(column.kind, "#,##0.0#"))
    if isinstance(value, dt.datetime):
        return _cell(page, value.astimezone(CHINA).replace(tzinfo=None), "yyyy-mm-dd hh:mm")
    if isinstance(value, dt.date):
        return _cell(page, value, "yyyy-mm-dd")
    return _text_cell(page, display(value, column.kind))


# Reading


def check_workbook(data: bytes) -> None:
    """Refuse before unpacking: too large, not a workbook, encrypted, a bomb (T29)."""
    if len(data) > MAX_UPLOAD:
        raise Refusal(
            _("The file is larger than %(mb)s MB.") % {"mb": MAX_UPLOAD // 2**20}, remedy=_("Split the list.")
        )
    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        if b"E\0n\0c\0r\0y\0p\0t" in data:
            raise Refusal(
                _("The workbook is encrypted."), remedy=_("Save it without a password and upload it again.")
            )
        return
    if "[Content_Types].xml" not in check_archive(data):
        raise Refusal(_("This is not a workbook."), remedy=_("Save it as .xlsx and upload it again."))


def grids(data: bytes, rows: int, only: str = "") -> Generator[tuple[str, list[list[str]]]]:
    """Name and first rows of every sheet, or of the one called `only`; close it when enough was read.

    Raises Refusal when the workbook cannot be read, or not within the bounds of core.cells.
    """
    command = [sys.executable, "-I", str(_READER), str(rows), only]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL) as reader:  # noqa: S603
        source, target = cast(IO[bytes], reader.stdin), cast(IO[bytes], reader.stdout)
        try:
            with contextlib.suppress(BrokenPipeError):
                source.write(data)
                source.close()
            for line in target:
                yield _sheet(line)
            if reader.wait():
                raise _unreadable()
        finally:
            reader.kill()


def _sheet(line: bytes) -> tuple[str, list[list[str]]]:
    if not line.endswith(b"\n"):  # the reader was ended in the middle of it
        raise _unreadable()
    name, grid = json.loads(line)
    return name, grid


def _unreadable() -> Refusal:
    return Refusal(
        _("The workbook cannot be read, or is too large."),
        remedy=_("Copy the list into a new workbook, save it as .xlsx, then upload it."),
    )
