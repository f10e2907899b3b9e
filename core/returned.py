"""An uploaded list as it goes back: the workbook itself with its faulty cells marked, nothing else in it touched."""

import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from openpyxl.utils import column_index_from_string
from openpyxl.utils.cell import coordinate_from_string

from core.exceptions import Refusal
from core.imports import ImportColumn, Problem, in_every_language, names_of, text_of
from core.marking import LOOK, WRONG, cell_text
from core.tables import ReadSheet, read_sheet

_ROOT = Path(__file__).resolve().parent.parent
# of the clock: the process is bounded in processor time by itself
PATIENCE = 60


@dataclass(frozen=True, slots=True)
class Returned:
    """An upload as it was read: where its list stands (ReadSheet.layout), its lines as (row, cells, problems), and what
    is wrong with the list as a whole."""

    data: bytes
    layout: Mapping[str, Any]
    lines: Sequence[tuple[int, Mapping[str, str], Sequence[Problem]]]
    problems: Sequence[Problem] = ()


def marked_upload(upload: Returned, columns: Sequence[ImportColumn]) -> bytes | None:
    """The workbook with each faulty cell marked in its own place and a column that says why beside the rows.

    None for what is no .xlsx, what the library cannot keep, and where the copy would not read as the upload did.
    """
    if not upload.layout or upload.data[:2] != b"PK":
        return None
    needs = json.dumps(_marks(upload), ensure_ascii=False).encode() + b"\n"
    command = [sys.executable, "-E", "-s", "-m", "core.marking"]
    try:
        done = subprocess.run(  # noqa: S603
            command, input=needs + upload.data, capture_output=True, cwd=_ROOT, timeout=PATIENCE, check=True
        )
    except subprocess.SubprocessError:
        return None
    return done.stdout if _reads_alike(done.stdout, upload, columns) else None


def _marks(upload: Returned) -> dict[str, Any]:
    found = [problem for _row, _cells, problems in upload.lines for problem in problems]
    return {
        "sheet": upload.layout["sheet"],
        "head": upload.layout["head"],
        "columns": [column_index_from_string(letter) for letter in upload.layout["letters"].values()],
        "cells": [*_cells(upload.problems, heading=True), *_cells(found)],
        "rows": {row: cell_text(text_of(problems)) for row, _cells, problems in upload.lines if problems},
        "result": _("Result"),
        "known": [_("Result") for _language in in_every_language()],
    }


def _cells(
    problems: Iterable[Problem], *, heading: bool = False
) -> list[tuple[int, int, str, str, str | None]]:
    """Row, column, text and color of each cell, once; with `heading` it gets the name of its column."""
    of: dict[str, list[Problem]] = defaultdict(list)
    for problem in problems:
        of[problem.cell].append(problem)
    return [
        (
            coordinate_from_string(cell)[1],
            column_index_from_string(coordinate_from_string(cell)[0]),
            cell_text(text_of(mine)),
            LOOK if all(one.is_notice for one in mine) else WRONG,
            cell_text(mine[0].column) if heading else None,
        )
        for cell, mine in of.items()
    ]


def _reads_alike(data: bytes, upload: Returned, columns: Sequence[ImportColumn]) -> bool:
    """Whether the marked copy has the same rows with the same cells, so that nothing typed is lost on the way."""
    needed = {column.code for column in columns if column.required}
    try:
        sheet: ReadSheet = read_sheet(data, names_of(columns), needed)
    except Refusal:
        return False
    read = {row.number: row.cells for row in sheet.rows}
    added = {code: "" for code in sheet.letters if code not in upload.layout["letters"]}
    return read == {row: {**cells, **added} for row, cells, _problems in upload.lines}
