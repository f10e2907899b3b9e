"""Hospitals' sheets, as the coordinator sends, chases and merges them (E11)."""

import datetime as dt
import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import Institution, Region
from core.crypto import keyed_index
from core.events import changes, record
from core.exceptions import Refusal
from core.transitions import advance
from enrollment.collecting import also_on
from enrollment.enums import SheetStatus
from enrollment.imports.reading import check_rows, duplicates_in_file
from enrollment.models import ImportRow, RosterImport, Sheet, SheetLine
from enrollment.models.collecting import LINK, Link
from enrollment.permissions import check_keep_roster
from enrollment.services.flows import SHEET_FLOW
from enrollment.services.guards import STANDING, open_for
from enrollment.services.imports import finish_reading, keep_raw
from enrollment.services.taking_in import apply_import
from programs.models import ProgramYear

L = TypeVar("L", bound=Link)
FIELDS = ("comprehensive_seats", "online_seats", "contact", "closes_at")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A hospital that is to fill in a sheet, and its part of the seats."""

    institution: Institution
    comprehensive: int
    online: int


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge took in, and the sheets it left because a person has to look at them first."""

    sheets: list[Sheet]
    taken: int
    left: list[Sheet]


def fresh_secret(link: L) -> L:
    """A new address of 128 random bits; the one before opens nothing any more (T04)."""
    link.token = secrets.token_hex(16)
    link.token_index = keyed_index(link.token, LINK)
    link.voided_at = None
    return link


def check_ahead(closes_at: dt.datetime, now: dt.datetime) -> None:
    if closes_at <= now:
        raise Refusal(_("This time is over already."), remedy=_("Choose a later day."))


@transaction.atomic
def send_sheets(
    *,
    year: ProgramYear,
    region: Region,
    wanted: Sequence[Wanted],
    closes_at: dt.datetime,
    contact: str,
    actor: Actor,
    now: dt.datetime,
) -> list[Sheet]:
    """A sheet with a link for each hospital that has none yet; who has one keeps it. Raises Refusal for none new."""
    check_keep_roster(actor, year, region.pk)
    open_for(year, region, *STANDING)
    check_ahead(closes_at, now)
    have = set(Sheet.objects.filter(year=year).values_list("institution", flat=True))
    fresh = {one.institution.pk: one for one in wanted if one.institution.pk not in have}
    if not fresh:
        raise Refusal(
            _("Every one of these hospitals has a sheet already."),
            remedy=_("Open it in the list to change its seats or its time."),
        )
    made = []
    for one in fresh.values():
        sheet = Sheet(
            year=year,
            region=region,
            institution=one.institution,
            comprehensive_seats=one.comprehensive,
            online_seats=one.online,
            contact=contact,
            closes_at=closes_at,
            created_at=now,
        )
        fresh_secret(sheet).save()
        record("send_sheet", sheet, actor=actor, now=now, to_state=sheet.status)
        made.append(sheet)
    return made


@transaction.atomic
def edit_sheet(*, sheet: Sheet, values: Mapping[str, Any], actor: Actor, now: dt.datetime) -> Sheet:
    """Other seats, another contact, a later or an earlier end; a time that is over closes the link."""
    locked = _kept(sheet, actor)
    before = {name: getattr(locked, name) for name in FIELDS}
    for name in FIELDS:
        setattr(locked, name, values[name])
    locked.save(update_fields=FIELDS)
    after = {name: getattr(locked, name) for name in FIELDS}
    record("edit_sheet", locked, actor=actor, now=now, data=changes(before, after))
    return locked


def _kept(sheet: Sheet, actor: Actor) -> Sheet:
    check_keep_roster(actor, sheet.year, sheet.region_id)
    locked: Sheet = Sheet.objects.select_for_update(of=("self",)).get(pk=sheet.pk)
    return locked


@transaction.atomic
def void_sheet(*, sheet: Sheet, actor: Actor, now: dt.datetime) -> Sheet:
    """The link opens nothing from now on; what was filled in stays."""
    locked = _kept(sheet, actor)
    if locked.voided_at is not None:
        raise Refusal(_("The link is void already."), remedy=_("Reload the page."))
    locked.voided_at = now
    locked.save(update_fields=["voided_at"])
    record("void_link", locked, actor=actor, now=now)
    return locked


@transaction.atomic
def renew_sheet(*, sheet: Sheet, actor: Actor, now: dt.datetime) -> Sheet:
    """Another address for the same sheet: the old one went to the wrong person, or was void."""
    locked = fresh_secret(_kept(sheet, actor))
    locked.save(update_fields=["token", "token_index", "voided_at"])
    record("renew_link", locked, actor=actor, now=now)
    return locked


@transaction.atomic
def reopen_sheet(*, sheet: Sheet, reason: str, actor: Actor, now: dt.datetime) -> Sheet:
    """Back to the hospital with a reason it reads on its page; its link must be open for that.

    Of a merged sheet the people stay on the roster, and the sheet begins empty: who is entered again is known there.
    """
    check_keep_roster(actor, sheet.year, sheet.region_id)
    # the roster before the sheet, as a merge takes them
    open_for(sheet.year, sheet.region, *STANDING)
    locked = _kept(sheet, actor)
    if locked.status == SheetStatus.MERGED:
        locked.comprehensive_count = locked.online_count = locked.faulty_count = 0
    if not locked.opens(now):
        raise Refusal(
            _("The hospital could not open its link."), remedy=_("Renew it or choose a later end first.")
        )
    advance(locked, SHEET_FLOW, "reopen_sheet", actor=actor, now=now, reason=reason)
    locked.reason = reason.strip()
    locked.save(update_fields=["reason", "comprehensive_count", "online_count", "faulty_count"])
    return locked


@transaction.atomic
def move_end(
    *,
    year: ProgramYear,
    region: Region,
    sheets: Iterable[int],
    closes_at: dt.datetime | None,
    actor: Actor,
    now: dt.datetime,
) -> int:
    """One end for several sheets, all or none of them; a time that is over closes their links. Merged ones stay."""
    check_keep_roster(actor, year, region.pk)
    if closes_at is None:
        raise Refusal(_("The last day is missing."), remedy=_("Choose it, tick the sheets again and send."))
    found = Sheet.objects.select_for_update(of=("self",)).filter(year=year, region=region, pk__in=set(sheets))
    rows = list(found.exclude(status=SheetStatus.MERGED).order_by("pk"))
    if not rows:
        raise Refusal(
            _("No sheet is ticked whose time could be changed."),
            remedy=_("Tick sheets that are not on the roster yet."),
        )
    for sheet in rows:
        before, sheet.closes_at = {"closes_at": sheet.closes_at}, closes_at
        data = changes(before, {"closes_at": closes_at})
        record("edit_sheet", sheet, actor=actor, now=now, data=data)
    Sheet.objects.bulk_update(rows, ["closes_at"])
    return len(rows)


@transaction.atomic
def remove_sheet(*, sheet: Sheet, actor: Actor, now: dt.datetime) -> None:
    """A sheet sent by mistake goes altogether, as long as nobody stands on it."""
    locked = _kept(sheet, actor)
    if locked.roster_import_id is not None or locked.lines.exists():
        raise Refusal(
            _("Somebody stands on this sheet, or it is merged."),
            remedy=_("Take the link back; what was filled in stays for the record."),
        )
    record("remove_sheet", locked, actor=actor, now=now, data={"institution": locked.institution.name})
    locked.delete()


# On to the roster


def checked_lines(
    cells: Sequence[Mapping[str, str]], staged: RosterImport, now: dt.datetime
) -> list[ImportRow]:
    """Lines read by the roster's rules and against everyone enrolled; nothing is kept."""
    rows = [
        ImportRow(roster_import=staged, number=number, cells=json.dumps(dict(one), ensure_ascii=False))
        for number, one in enumerate(cells, 1)
    ]
    check_rows(rows, staged, {}, now)
    return rows


def take_in(
    cells: Sequence[Mapping[str, str]],
    *,
    year: ProgramYear,
    region: Region,
    name: str,
    actor: Actor,
    now: dt.datetime,
) -> RosterImport:
    """Lines without errors become applications, in the caller's transaction, as an uploaded roster would.

    Raises Refusal where no line is without errors. What was left out stands marked in the upload that this makes.
    """
    staged = RosterImport.objects.create(year=year, region=region, file_name=name[:200], created_at=now)
    keep_raw(staged=staged, rows=checked_lines(cells, staged, now))
    finish_reading(staged=staged, duplicates=duplicates_in_file(staged, {}), actor=actor, now=now)
    apply_import(staged=staged, only_good=True, actor=actor, now=now)
    return RosterImport.objects.get(pk=staged.pk)


def cells_of(lines: Iterable[SheetLine], sheet: Sheet) -> list[dict[str, str]]:
    return [{**line.typed, "institution": sheet.institution.name} for line in lines]


def needs_a_look(sheet: Sheet, now: dt.datetime) -> bool:
    """Whether a line cannot be taken in, or its person stands on another hospital's sheet, too."""
    lines = list(sheet.lines.all())
    staged = RosterImport(year=sheet.year, region=sheet.region)
    bad = any(row.is_bad for row in checked_lines(cells_of(lines, sheet), staged, now))
    return bad or bool(also_on(lines, sheet))


@transaction.atomic
def merge_sheet(*, sheet: Sheet, actor: Actor, now: dt.datetime) -> Merged:
    """The lines without errors of one sheet become applications; a sheet merged twice at once doubles nobody."""
    check_keep_roster(actor, sheet.year, sheet.region_id)
    open_for(sheet.year, sheet.region, *STANDING)
    return Merged([sheet], _merge(sheet, actor, now), [])


@transaction.atomic
def merge_sheets(
    *, year: ProgramYear, region: Region, sheets: Iterable[int], actor: Actor, now: dt.datetime
) -> Merged:
    """All of `sheets` that are handed in and need no look, all or none of them; the others are left and named."""
    check_keep_roster(actor, year, region.pk)
    open_for(year, region, *STANDING)
    found = Sheet.objects.filter(year=year, region=region, pk__in=set(sheets), status=SheetStatus.HANDED_IN)
    rows = list(found.select_related("year__program", "region", "institution").order_by("pk"))
    if not rows:
        raise Refusal(_("None of these sheets is handed in."), remedy=_("Reload the page and choose again."))
    left = [sheet for sheet in rows if needs_a_look(sheet, now)]
    done = [sheet for sheet in rows if sheet not in left]
    return Merged(done, sum(_merge(sheet, actor, now) for sheet in done), left)


def _merge(sheet: Sheet, actor: Actor, now: dt.datetime) -> int:
    advance(sheet, SHEET_FLOW, "merge_sheet", actor=actor, now=now)
    given: dict[str, Any] = {
        "year": sheet.year,
        "region": sheet.region,
        "name": sheet.institution.name,
    }
    sheet.roster_import = take_in(cells_of(sheet.lines.all(), sheet), **given, actor=actor, now=now)
    sheet.save(update_fields=["roster_import"])
    # they stand in the upload now, and go with it
    sheet.lines.all().delete()
    return sheet.roster_import.taken_count
