"""Reading what hospitals and applicants typed: the roster's own rules, told beside each field; reads, writes nothing."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Region
from accounts.rules import fold
from core.crypto import keyed_index
from core.imports import Problem, Template, template_file
from core.templatetags.portal import deadline, mask_id, mask_phone
from core.values import CHINA
from enrollment.enums import Fault, SheetStatus
from enrollment.imports.columns import BY_CODE, COLUMNS, FLAG_COLUMNS, RosterColumn, options_of
from enrollment.imports.problems import worded
from enrollment.imports.reading import vocabulary
from enrollment.models import Applicant, ImportRow, Invitation, Sheet, SheetLine
from enrollment.models.collecting import LINK
from enrollment.rules.rows import Reading, Vocabulary, read_row
from programs.enums import Track
from programs.models import ProgramYear

# a hospital's workplace is known, the identity number says sex and birth date
_FIXED = ("institution", "institution_level", "institution_kind", "sex", "birth_date")
TYPED = tuple(column for column in COLUMNS if column.code not in _FIXED)
# what the hospital's workbook may hold; its own name is only compared
SHEET_COLUMNS: tuple[RosterColumn, ...] = tuple(
    replace(column, offered=column.offered and column.code not in _FIXED, required=False)
    if column.code in _FIXED
    else column
    for column in COLUMNS
)
VERSION = 1


# What a secret address opens


def sheet_behind(token: str, now: dt.datetime) -> Sheet | None:
    rows = Sheet.objects.opened_by(token, now)
    return rows.select_related("year__program__owner", "region", "institution").first()


def invitation_behind(token: str, now: dt.datetime) -> Invitation | None:
    rows = Invitation.objects.opened_by(token, now)
    return rows.select_related("year__program__owner", "region").first()


def applicant_behind(token: str, now: dt.datetime) -> Applicant | None:
    """The state of an application is told as long as it is kept."""
    rows = Applicant.objects.filter(token_index=keyed_index(token, LINK))
    return rows.select_related("year__program__owner", "region").first()


# Reading what is typed


def words_of_sheet(sheet: Sheet) -> Vocabulary:
    """The words of the year's lists, and this hospital alone under all its names."""
    words = vocabulary(sheet.year, sheet.region)
    pk = sheet.institution.merged_into_id or sheet.institution_id
    own = {name: known for name, known in words.institutions.items() if known.pk == pk}
    return replace(words, institutions=own)


def words_of(region: Region, year: ProgramYear) -> Vocabulary:
    return vocabulary(year, region)


def read_typed(cells: Mapping[str, str], words: Vocabulary, now: dt.datetime) -> Reading:
    """A line by the rules of the roster; whether somebody is enrolled is the province's to know, not asked here."""
    return read_row(cells, words, now.astimezone(CHINA).date())


def index_of(reading: Reading) -> str:
    return keyed_index(reading.values["id_number"], "id_number")


def problems_of_reading(reading: Reading) -> list[tuple[str, str, str]]:
    """What keeps the line from being taken, as (column, its label, cause and remedy in the reader's language)."""
    found = [{**one, "cell": ""} for one in reading.problems]
    shown = worded(ImportRow(number=0, problems=found), "")
    pairs = zip(found, shown, strict=True)
    return [
        (one["column"], problem.column, _told(problem)) for one, problem in pairs if not problem.is_notice
    ]


def _told(problem: Problem) -> str:
    """A form and a page have no cells."""
    return (
        _("Please fill this in.") if problem.code == Fault.REQUIRED else f"{problem.cause} {problem.remedy}"
    )


def in_words(values: Mapping[str, Any], year: ProgramYear) -> list[str]:
    """What tells people of a list apart beside their name, however it was typed."""
    told = []
    for code in ("track", "profession", "specialty"):
        labels = {value: str(label) for value, label in options_of(BY_CODE[code], year)}
        told.append(labels.get(values[code], ""))
    return [*filter(None, told), *filter(None, [values["title"]])]


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A person of a sheet as lists show them: numbers masked, what is wrong in words.

    `over` says that the seats of the track were full before this line.
    """

    number: int
    name: str
    id_number: str
    phone: str
    track: str
    problems: tuple[str, ...] = ()
    over: bool = False


def shown_lines(sheet: Sheet, words: Vocabulary, now: dt.datetime) -> list[ShownLine]:
    """The sheet's people in the order typed."""
    left = {Track.COMPREHENSIVE: sheet.comprehensive_seats, Track.ONLINE_ONLY: sheet.online_seats}
    shown = []
    for line in sheet.lines.all():
        reading = read_typed(line.typed, words, now)
        track = reading.values["track"]
        over = track in left and left[track] < 1
        if track in left:
            left[track] -= 1
        shown.append(_shown(line.number, line.typed, reading, over=over))
    return shown


def _shown(number: int, typed: Mapping[str, str], reading: Reading, *, over: bool) -> ShownLine:
    values = reading.values
    return ShownLine(
        number=number,
        name=values["name"],
        id_number=mask_id(values["id_number"] or typed.get("id_number", "")),
        phone=mask_phone(values["phone"] or typed.get("phone", "")),
        track=str(Track(values["track"]).label) if values["track"] else "",
        problems=tuple(f"{label}: {text}" for _column, label, text in problems_of_reading(reading)),
        over=over,
    )


def to_typed(values: Mapping[str, Any], year: ProgramYear) -> dict[str, str]:
    """A form's answers as the cells of a line: what was chosen stands there in words, as in a workbook."""
    cells = {}
    for column in COLUMNS:
        value = values.get(column.code)
        if column.code in FLAG_COLUMNS:
            cells[column.code] = str(dict(options_of(column, year))[True]) if value else ""
        else:
            labels = {str(key): str(label) for key, label in options_of(column, year)}
            cells[column.code] = labels.get(str(value), str(value or ""))
    return cells


def from_typed(reading: Reading, typed: Mapping[str, str]) -> dict[str, Any]:
    """A line as a form's first values; what was not understood stays as typed where a field can hold it."""
    return {
        column.code: typed.get(column.code, "")
        if reading.values.get(column.code) in (None, "")
        else reading.values[column.code]
        for column in TYPED
    }


# The hospital's workbook


def sheet_stamp(sheet: Sheet) -> str:
    year = sheet.year
    return f"sheet|{year.program.code}|{year.year}|{sheet.institution_id}|{VERSION}"


def sheet_template(sheet: Sheet) -> bytes:
    """A workbook for this hospital: its name stands above, and nobody types it."""
    return template_file(
        Template(
            title=_("Roster"),
            heading=f"{sheet.year.name} · {sheet.institution.name}",
            stamp=sheet_stamp(sheet),
            columns=SHEET_COLUMNS,
            options=lambda column: [
                str(label) for _value, label in options_of(BY_CODE[column.code], sheet.year)
            ],
        )
    )


def strangers(rows: Iterable[tuple[int, Mapping[str, str]]], words: Vocabulary) -> list[int]:
    """The rows of a workbook that name another workplace than this hospital."""
    return [
        number
        for number, cells in rows
        if cells.get("institution", "").strip() and fold(cells["institution"]) not in words.institutions
    ]


# The coordinator's view


def sheet_url(sheet: Sheet) -> str:
    """The whole address that the hospital opens."""
    return settings.PUBLIC_URL.rstrip("/") + reverse("enrollment_open:sheet-show", args=[sheet.token])


def link_text(sheet: Sheet) -> str:
    """What the coordinator sends to one hospital."""
    return _("%(hospital)s: please enter your trainees of %(year)s until %(time)s. %(url)s") % {
        "hospital": sheet.institution.name,
        "year": sheet.year.name,
        "time": deadline(sheet.closes_at),
        "url": sheet_url(sheet),
    }


def missing(sheets: Iterable[Sheet]) -> list[Sheet]:
    """Those whose hospital has not handed in and whose link was not taken back."""
    waiting = {SheetStatus.SENT, SheetStatus.FILLING}
    return [sheet for sheet in sheets if sheet.status in waiting and sheet.voided_at is None]


def reminder_of(sheets: Sequence[Sheet], out_of: int) -> str:
    """Ready to be copied into the chat of the hospitals; empty when all have returned theirs."""
    if not sheets:
        return ""
    latest = min(sheet.closes_at for sheet in sheets)
    return _("%(n)s of %(all)s hospitals have not handed in their trainees: %(names)s. Due %(due)s.") % {
        "n": len(sheets),
        "all": out_of,
        "names": _(", ").join(sheet.institution.name for sheet in sheets),
        "due": deadline(latest),
    }


def also_on(lines: Iterable[SheetLine], sheet: Sheet) -> dict[str, list[str]]:
    """By identity index: other hospitals of the province with the same person on a sheet not yet merged."""
    wanted = {line.id_number_index for line in lines} - {""}
    others = SheetLine.objects.filter(
        sheet__year=sheet.year_id, sheet__region=sheet.region_id, id_number_index__in=wanted
    ).exclude(sheet=sheet.pk)
    found: dict[str, list[str]] = {}
    for index, name in others.values_list("id_number_index", "sheet__institution__name"):
        found.setdefault(index, []).append(name)
    return found
