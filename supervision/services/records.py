"""Activities and money, recorded by the unit itself with evidence (S6, S7, C13)."""

import datetime as dt
from decimal import Decimal

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Max, Min
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import Unit
from core.events import record
from core.exceptions import Refusal
from core.uploads import SCANS, accept
from core.values import day_start, printed_day
from programs.models import Duty, DutyRecord, ProgramYear
from programs.permissions import can_record_duty
from programs.queries import check_not_closed
from programs.services import record_duty
from supervision.enums import IN_A_DIRECTION, KICKOFF_FIGURE, ActivityKind
from supervision.models import Activity, FundEntry
from supervision.permissions import check_own, check_record

ACTIVITIES, FUNDS = "activities", "funds"


def _own_unit(actor: Actor, year: ProgramYear, subject: str) -> Unit:
    """The unit that records, in a province where the subject is not closed."""
    check_record(actor, year)
    unit: Unit = Unit.objects.select_related("region").get(pk=actor.scope.unit_id or 0)
    check_not_closed(year, unit.region_id or "", subject)
    return unit


def check_past(day: dt.date, now: dt.datetime) -> None:
    """Raises Refusal for a day to come."""
    if day_start(day) > now:
        raise Refusal(_("This day is still to come."), remedy=_("Record it on the day itself or later."))


def _check_in_year(day: dt.date, year: ProgramYear) -> None:
    """Within the calendar years that the plan's duties lie in: an older activity would count for this year."""
    due = Duty.objects.filter(year=year).aggregate(first=Min("due_at"), last=Max("due_at"))
    if due["first"] and not printed_day(due["first"]).year <= day.year <= printed_day(due["last"]).year:
        raise Refusal(
            _("This day lies outside the program year."),
            remedy=_("Check the day, or record it in the year in which it was held."),
        )


@transaction.atomic
def record_activity(
    *,
    year: ProgramYear,
    kind: str,
    title: str,
    held_on: dt.date,
    participants: int | None,
    note: str,
    file: UploadedFile | None,
    actor: Actor,
    now: dt.datetime,
) -> Activity:
    """What a unit held or published; a kick-off meeting is entered in the calendar too, where it still lacks (S7)."""
    unit = _own_unit(actor, year, ACTIVITIES)
    check_past(held_on, now)
    _check_in_year(held_on, year)
    activity = Activity(
        year=year,
        unit=unit,
        region=unit.region,
        kind=kind,
        title=title.strip(),
        held_on=held_on,
        participants=participants,
        note=note.strip(),
        recorded_at=now,
    )
    if file:
        scan = accept(file, SCANS)
        activity.file.save(scan.kept_as, scan, save=False)
    activity.save()
    record(
        "record_activity",
        activity,
        actor=actor,
        now=now,
        data={"kind": kind, "held_on": held_on, "file": bool(file)},
    )
    if kind == ActivityKind.KICKOFF:
        duty = Duty.objects.filter(year=year, figure=KICKOFF_FIGURE).first()
        enter_in_calendar(duty, unit, held_on, activity.title, actor, now)
    return activity


def enter_in_calendar(
    duty: Duty | None, unit: Unit, day: dt.date, note: str, actor: Actor, now: dt.datetime
) -> None:
    """A duty that the unit did here needs no second entry in the calendar; one that stands there stays (P4)."""
    if (
        duty
        and can_record_duty(actor, duty, unit)
        and not DutyRecord.objects.filter(duty=duty, unit=unit).exists()
    ):
        record_duty(
            duty=duty,
            unit=unit,
            done_on=day,
            note=note,
            file=None,
            actor=actor,
            now=now,
        )


@transaction.atomic
def remove_activity(*, activity: Activity, actor: Actor, now: dt.datetime) -> None:
    """The unit takes back what it recorded by mistake; the event keeps what it was."""
    check_own(actor, activity.year, activity.unit_id)
    check_not_closed(activity.year, activity.region_id, ACTIVITIES)
    data = {"kind": activity.kind, "held_on": activity.held_on, "title": activity.title}
    record("remove_activity", activity, actor=actor, now=now, data=data)
    activity.delete()


@transaction.atomic
def record_fund(
    *,
    year: ProgramYear,
    kind: str,
    direction: str,
    amount: Decimal,
    booked_on: dt.date,
    note: str,
    file: UploadedFile | None,
    actor: Actor,
    now: dt.datetime,
) -> FundEntry:
    """One entry in the unit's book; budget and spending name their direction, nothing else has one (S6)."""
    unit = _own_unit(actor, year, FUNDS)
    check_past(booked_on, now)
    if amount <= 0:
        raise Refusal(_("The amount must be more than zero."), remedy=_("Enter the amount in yuan."))
    if (kind in IN_A_DIRECTION) != bool(direction):
        raise Refusal(
            _("A budget and a spending name one of the three directions; money received has none."),
            remedy=_("Choose the direction, or leave it empty."),
        )
    entry = FundEntry(
        year=year,
        unit=unit,
        region=unit.region,
        kind=kind,
        direction=direction,
        amount=amount,
        booked_on=booked_on,
        note=note.strip(),
        recorded_at=now,
    )
    if file:
        scan = accept(file, SCANS)
        entry.file.save(scan.kept_as, scan, save=False)
    entry.save()
    data = {
        "kind": kind,
        "direction": direction,
        "amount": amount,
        "booked_on": booked_on,
        "file": bool(file),
    }
    record("record_fund", entry, actor=actor, now=now, data=data)
    return entry


@transaction.atomic
def remove_fund(*, entry: FundEntry, actor: Actor, now: dt.datetime) -> None:
    """The unit takes back an entry made by mistake; the event keeps it."""
    check_own(actor, entry.year, entry.unit_id)
    check_not_closed(entry.year, entry.region_id, FUNDS)
    data = {
        "kind": entry.kind,
        "direction": entry.direction,
        "amount": entry.amount,
        "booked_on": entry.booked_on,
    }
    record("remove_fund", entry, actor=actor, now=now, data=data)
    entry.delete()
