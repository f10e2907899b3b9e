"""From an uploaded workbook to lines with their problems; reads the database, writes nothing."""

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from accounts.models import Region
from core.crypto import keyed_index
from core.tables import ReadSheet
from core.values import CHINA
from enrollment.enums import Fault
from enrollment.imports.columns import COLUMNS, FLAG_COLUMNS, words_of
from enrollment.models import ImportRow, RosterImport
from enrollment.queries import institutions_by_name, online_specialty_of, roster_conflicts
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
    rows: Sequence[ImportRow], roster_import: RosterImport, letters: dict[str, str], now: dt.datetime
) -> None:
    """Fill in values and problems of each line: the line alone, then against everyone already enrolled."""
    words = vocabulary(roster_import.year, roster_import.region)
    today = now.astimezone(CHINA).date()
    readings = [(row, read_row(json.loads(row.cells), words, today)) for row in rows]
    for row, reading in readings:
        row.id_number_index = keyed_index(reading.values["id_number"], "id_number")
    _check_against_enrolled(readings, roster_import)
    for row, reading in readings:
        row.values = json.dumps(reading.values, ensure_ascii=False)
        row.problems = [{**problem, "cell": _cell(letters, problem, row)} for problem in reading.problems]
        row.is_bad = reading.is_bad


def _cell(letters: dict[str, str], problem: dict[str, Any], row: ImportRow) -> str:
    return f"{letters.get(problem['column'], '')}{row.number}"


def _check_against_enrolled(
    readings: Iterable[tuple[ImportRow, Reading]], roster_import: RosterImport
) -> None:
    by_index = {row.id_number_index: reading for row, reading in readings if row.id_number_index}
    found = roster_conflicts(roster_import.year, roster_import.region, by_index.keys())
    for row, reading in readings:
        for name, here, track in found.get(row.id_number_index, []):
            if name and tidy_name(name) != reading.values["name"]:
                reading.fault(Fault.NAME_DIFFERS, "name")
            if track is None:
                continue
            if not here:
                reading.fault(Fault.OTHER_PROVINCE, "id_number")
            elif reading.values["track"] not in {None, track}:
                reading.fault(Fault.OTHER_TRACK, "track")
            else:
                reading.fault(Fault.ALREADY_HERE, "id_number")


def duplicates_in_file(roster_import: RosterImport, letters: dict[str, str]) -> list[ImportRow]:
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
