"""From an uploaded workbook to lines with their problems; reads the database, writes nothing."""

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from openpyxl.utils import get_column_letter

from accounts.models import Person, Region
from core.crypto import keyed_index
from core.tables import ReadSheet
from core.values import CHINA
from enrollment.enums import Fault, RowEffect
from enrollment.imports.again import Standing, standing_people
from enrollment.imports.columns import COLUMNS, FLAG_COLUMNS, words_of
from enrollment.models import ImportRow, RosterImport
from enrollment.queries import institutions_by_name, online_specialty_of
from enrollment.rules.rows import Reading, Vocabulary, read_row, tidy_name
from programs.models import ProgramYear


def raw_rows(roster_import: RosterImport, sheet: ReadSheet) -> list[ImportRow]:
    """Lines as typed, not yet looked at."""
    return [
        ImportRow(
            roster_import=roster_import,
            number=row.number,
            cells=json.dumps(row.cells, ensure_ascii=False),
        )
        for row in sheet.rows
    ]


def vocabulary(year: ProgramYear, region: Region) -> Vocabulary:
    """The words of the year's lists and the institutions of the province."""
    choices = {column.code: words_of(column, year) for column in COLUMNS}
    return Vocabulary(
        choices=choices,
        flags=choices[FLAG_COLUMNS[0]],
        institutions=institutions_by_name(region),
        online_specialty=online_specialty_of(year),
    )


def check_rows(
    rows: Sequence[ImportRow],
    roster_import: RosterImport,
    letters: Mapping[str, str],
    now: dt.datetime,
    *,
    again: bool = False,
) -> set[str]:
    """Fill in values, problems and effect of each line: the line alone, then against everyone already enrolled.

    With `again` a line may be about somebody on the province's roster already; otherwise that is a fault. Returns the
    columns that the list lacks and a line wants; they are told once for the list, not at each of its lines.
    """
    words = vocabulary(roster_import.year, roster_import.region)
    today = now.astimezone(CHINA).date()
    readings = [(row, read_row(json.loads(row.cells), words, today)) for row in rows]
    for row, reading in readings:
        row.id_number_index = keyed_index(reading.values["id_number"], "id_number")
    _check_against_enrolled(readings, roster_import, again=again)
    lacking: set[str] = set()
    for row, reading in readings:
        row.values = json.dumps(reading.values, ensure_ascii=False)
        row.is_bad = reading.is_bad
        here, absent = _told_at_the_line(reading.problems, letters)
        row.problems = [{**problem, "cell": _cell(letters, problem, row)} for problem in here]
        lacking |= absent
    return lacking


def _told_at_the_line(
    problems: Iterable[dict[str, Any]], letters: Mapping[str, str]
) -> tuple[list[dict[str, Any]], set[str]]:
    """The problems of a line apart from the empty cells of columns that the list does not have; and those columns."""
    here, absent = [], set()
    for problem in problems:
        if letters and problem["code"] == Fault.REQUIRED and problem["column"] not in letters:
            absent.add(problem["column"])
        else:
            here.append(problem)
    return here, absent


def problems_of_list(lacking: Iterable[str], layout: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A column that is wanting, once: at the first free cell beside the headings, where it may be added."""
    free, head = layout.get("width", 0), layout.get("head", "")
    order = [column.code for column in COLUMNS if column.code in set(lacking)]
    return [
        {
            "code": str(Fault.NO_COLUMN),
            "column": code,
            "params": {},
            "cell": f"{get_column_letter(free + number)}{head}",
        }
        for number, code in enumerate(order, 1)
    ]


def _cell(letters: Mapping[str, str], problem: dict[str, Any], row: ImportRow) -> str:
    """A level that is wanting where the list has no levels is told at its workplace."""
    letter = letters.get(problem["column"]) or letters.get("institution", "")
    return f"{letter}{row.number}"


def _check_against_enrolled(
    readings: Iterable[tuple[ImportRow, Reading]], roster_import: RosterImport, *, again: bool
) -> None:
    indexes = {row.id_number_index for row, _reading in readings} - {""}
    names = dict(Person.objects.filter(id_number_index__in=indexes).values_list("id_number_index", "name"))
    standing = standing_people(roster_import.year, indexes)
    for row, reading in readings:
        found = standing.get(row.id_number_index)
        name = names.get(row.id_number_index, "")
        if found is not None and again and found.is_of(roster_import, reading.values):
            _judge(row, reading, found)
            continue
        if name and tidy_name(name) != reading.values["name"]:
            reading.fault(Fault.NAME_DIFFERS, "name")
        if found is not None:
            _refuse(reading, found, roster_import)


def _refuse(reading: Reading, found: Standing, roster_import: RosterImport) -> None:
    if found.enrollment.region_id != roster_import.region_id:
        reading.fault(Fault.OTHER_PROVINCE, "id_number")
    elif reading.values["track"] not in {None, found.enrollment.track}:
        reading.fault(Fault.OTHER_TRACK, "track")
    else:
        reading.fault(Fault.ALREADY_HERE, "id_number")


def _judge(row: ImportRow, reading: Reading, found: Standing) -> None:
    """What the line changes of somebody who is here already: an empty cell nothing, so nothing is required."""
    reading.problems = [problem for problem in reading.problems if problem["code"] != Fault.REQUIRED]
    differs = found.changes(json.loads(row.cells), reading.values)
    row.effect = RowEffect.CHANGED if differs else RowEffect.SAME
    asked = found.by_request(differs)
    if asked and found.waits:
        reading.fault(Fault.REQUEST_WAITS, asked[0])


def duplicates_in_file(roster_import: RosterImport, letters: Mapping[str, str]) -> list[ImportRow]:
    """Lines that share an identity number with another, with the problem added to each."""
    lines = defaultdict(list)
    for number, index in roster_import.rows.exclude(id_number_index="").values_list(
        "number", "id_number_index"
    ):
        lines[index].append(number)
    twice = {index: numbers for index, numbers in lines.items() if len(numbers) > 1}
    rows = list(roster_import.rows.filter(number__in=[n for numbers in twice.values() for n in numbers]))
    for row in rows:
        numbers = ", ".join(map(str, twice[row.id_number_index]))
        problem = {"code": str(Fault.TWICE_IN_FILE), "column": "id_number", "params": {"rows": numbers}}
        row.problems = [*row.problems, {**problem, "cell": _cell(letters, problem, row)}]
        row.is_bad = True
    return rows
