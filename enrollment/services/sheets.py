"""What a hospital does with its sheet. Whoever holds the link may; each act asks again whether it still opens (E11)."""

import datetime as dt
import json
from collections.abc import Mapping

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from accounts.actors import Actor
from core.events import record
from core.exceptions import Refusal
from core.imports import read_list
from core.transitions import advance
from core.uploads import WORKBOOKS, accept
from enrollment.collecting import (
    SHEET_COLUMNS,
    index_of,
    read_typed,
    sheet_stamp,
    strangers,
    words_of_sheet,
)
from enrollment.enums import SheetStatus
from enrollment.models import Sheet, SheetLine
from enrollment.rules.rows import Vocabulary
from enrollment.services.flows import SHEET_FLOW
from programs.enums import Track

MOST_LINES = 300


def open_sheet(sheet: Sheet, now: dt.datetime, *states: SheetStatus) -> Sheet:
    """The locked sheet, while its link opens and it stands in one of `states`; raises Refusal."""
    locked: Sheet = (
        Sheet.objects.select_for_update(of=("self",))
        .select_related("year__program", "region", "institution")
        .get(pk=sheet.pk)
    )
    if not locked.opens(now):
        raise Refusal(
            _("The time for this sheet is over."), remedy=_("Call the coordinator of your province.")
        )
    if locked.status not in states:
        raise Refusal(
            _("The sheet is “%(status)s”; it takes no change now.")
            % {"status": SheetStatus(locked.status).label},
            remedy=_("Call the coordinator of your province to have it opened again."),
        )
    return locked


@transaction.atomic
def begin_sheet(*, sheet: Sheet, actor: Actor, now: dt.datetime) -> Sheet:
    """The hospital has read what becomes of the data and begins; the coordinator sees it."""
    locked = open_sheet(sheet, now, SheetStatus.SENT)
    return advance(locked, SHEET_FLOW, "begin_sheet", actor=actor, now=now)


@transaction.atomic
def save_line(
    *, sheet: Sheet, number: int | None, cells: Mapping[str, str], actor: Actor, now: dt.datetime
) -> SheetLine:
    """A new person (without number), or another content for a line; nobody stands on a sheet twice."""
    locked = open_sheet(sheet, now, SheetStatus.FILLING)
    line = _line(locked, number)
    _fill(line, cells, words_of_sheet(locked), now)
    twin = locked.lines.filter(id_number_index=line.id_number_index).exclude(pk=line.pk).first()
    if twin is not None and line.id_number_index:
        raise Refusal(
            _("This identity number stands on the sheet already: %(name)s.") % {"name": twin.typed["name"]},
            remedy=_("Open that line, or correct the number."),
        )
    line.save()
    _count(locked, now)
    record("save_line", locked, actor=actor, now=now, data={"line": line.number})
    return line


def _line(sheet: Sheet, number: int | None) -> SheetLine:
    if number is not None:
        found = sheet.lines.filter(number=number).first()
        if found is None:
            raise Refusal(
                _("This line is no longer on the sheet."), remedy=_("Go back and add the person anew.")
            )
        return found
    _check_room(sheet, 1)
    return SheetLine(sheet=sheet, number=_next(sheet.lines.all()))


def _check_room(sheet: Sheet, more: int) -> None:
    if sheet.lines.count() + more > MOST_LINES:
        raise Refusal(
            _("A sheet holds at most %(n)s people.") % {"n": MOST_LINES},
            remedy=_("Call the coordinator of your province."),
        )


def _next(lines: QuerySet[SheetLine]) -> int:
    return (lines.aggregate(last=Max("number"))["last"] or 0) + 1


def _fill(line: SheetLine, cells: Mapping[str, str], words: Vocabulary, now: dt.datetime) -> None:
    typed = {**cells, "institution": line.sheet.institution.name}
    reading = read_typed(typed, words, now)
    line.cells = json.dumps(typed, ensure_ascii=False)
    line.id_number_index, line.is_bad = index_of(reading), reading.is_bad


def _count(sheet: Sheet, now: dt.datetime) -> None:
    """The sheet's figures after a change; lists read them without opening a line."""
    words = words_of_sheet(sheet)
    lines = list(sheet.lines.all())
    tracks = [read_typed(line.typed, words, now).values["track"] for line in lines]
    sheet.comprehensive_count = tracks.count(Track.COMPREHENSIVE)
    sheet.online_count = tracks.count(Track.ONLINE_ONLY)
    sheet.faulty_count = sum(line.is_bad for line in lines)
    sheet.changed_at = now
    sheet.save(update_fields=["comprehensive_count", "online_count", "faulty_count", "changed_at"])


@transaction.atomic
def remove_line(*, sheet: Sheet, number: int, actor: Actor, now: dt.datetime) -> Sheet:
    """Take a person off; the line is deleted at once."""
    locked = open_sheet(sheet, now, SheetStatus.FILLING)
    _line(locked, number).delete()
    _count(locked, now)
    record("remove_line", locked, actor=actor, now=now, data={"line": number})
    return locked


@transaction.atomic
def upload_lines(*, sheet: Sheet, file: UploadedFile, actor: Actor, now: dt.datetime) -> Sheet:
    """The people of this hospital's workbook: new ones are added, those of a known identity number replaced.

    Lines with faults stand on the sheet, to be corrected there. Raises Refusal for what is no such workbook, for rows of
    another workplace, and for more people than a sheet holds; then nothing is taken.
    """
    accept(file, WORKBOOKS)
    file.seek(0)
    read = read_list(file.read(), SHEET_COLUMNS, sheet_stamp(sheet))
    locked = open_sheet(sheet, now, SheetStatus.FILLING)
    words = words_of_sheet(locked)
    foreign = strangers([(row.number, row.cells) for row in read.rows], words)
    if foreign:
        raise Refusal(
            _("Rows %(rows)s name another workplace; this sheet is for %(name)s.")
            % {"rows": ", ".join(map(str, foreign[:10])), "name": locked.institution.name},
            remedy=_("Delete these rows, or correct their workplace."),
        )
    if not read.rows:
        raise Refusal(
            _("The workbook has no row below the headings."), remedy=_("Fill it in and upload it again.")
        )
    _check_room(locked, len(read.rows))
    have = {line.id_number_index: line for line in locked.lines.exclude(id_number_index="")}
    number = _next(locked.lines.all())
    for row in read.rows:
        line = SheetLine(sheet=locked, number=number)
        _fill(line, row.cells, words, now)
        known = have.get(line.id_number_index)
        if known is not None:
            known.cells, known.is_bad = line.cells, line.is_bad
            line = known
        else:
            number += 1
        line.save()
        if line.id_number_index:
            have[line.id_number_index] = line
    _count(locked, now)
    record("upload_lines", locked, actor=actor, now=now, data={"lines": len(read.rows)})
    return locked


@transaction.atomic
def hand_in_sheet(*, sheet: Sheet, actor: Actor, now: dt.datetime) -> Sheet:
    """To the province, with a receipt; from now on only the coordinator opens it again."""
    locked = open_sheet(sheet, now, SheetStatus.FILLING)
    if not locked.lines.exists():
        raise Refusal(_("Nobody is on the sheet."), remedy=_("Add at least one person."))
    if locked.faulty_count:
        raise Refusal(
            _("%(n)s lines are to be corrected first.") % {"n": locked.faulty_count},
            remedy=_("Open each line that is marked."),
        )
    locked.version, locked.handed_in_at, locked.reason = locked.version + 1, now, ""
    locked.save(update_fields=["version", "handed_in_at", "reason"])
    return advance(locked, SHEET_FLOW, "hand_in_sheet", actor=actor, now=now, receipt=locked.receipt_number)


@transaction.atomic
def forget_lines(found: QuerySet[SheetLine], now: dt.datetime) -> int:
    """These people's lines go from their sheets."""
    count = 0
    sheets = Sheet.objects.filter(pk__in=found.values("sheet"))
    for sheet in sheets.select_related("year__program", "region", "institution"):
        count += found.filter(sheet=sheet).delete()[0]
        _count(sheet, now)
    return count
