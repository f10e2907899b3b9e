"""What is past its date, unit by unit, and what comes next (R2, P4)."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from accounts.models import Unit
from accounts.scope import Scope
from core.values import CHINA, printed_day
from programs.enums import DutyState
from programs.models import Duty, ProgramYear
from programs.queries import DutyLine, duty_lines

_PENDING = (DutyState.DUE, DutyState.OVERDUE)


@dataclass(frozen=True, slots=True)
class Overdue:
    """A duty that one unit has not done although its day is over."""

    duty: Duty
    unit: Unit
    due_at: dt.datetime
    days: int


@dataclass(frozen=True, slots=True)
class Coming:
    """A duty whose date lies ahead, with how many have done it."""

    duty: Duty
    done: int
    total: int


def calendar_lines(year: ProgramYear, scope: Scope, now: dt.datetime) -> list[DutyLine]:
    """The calendar with where the units in scope stand."""
    duties = (
        Duty.objects.visible_to(scope)
        .filter(year=year)
        .select_related("year__program")
        .order_by("due_at", "order")
    )
    return duty_lines(list(duties), year, scope, now)


def of_region(lines: Iterable[DutyLine], code: str) -> list[DutyLine]:
    """The calendar of one province: its own units' standings, and no duty that none of them holds."""
    own = [
        replace(line, standings=tuple(one for one in line.standings if one.unit.region_id == code))
        for line in lines
    ]
    return [line for line in own if line.standings]


def overdue(lines: Iterable[DutyLine], now: dt.datetime) -> list[Overdue]:
    """Every unit's duty that is past its date and not done, longest overdue first."""
    today = now.astimezone(CHINA).date()
    found = [
        Overdue(line.duty, standing.unit, standing.due_at, (today - printed_day(standing.due_at)).days)
        for line in lines
        for standing in line.standings
        if standing.state == DutyState.OVERDUE
    ]
    return sorted(found, key=lambda one: one.due_at)


def by_region(rows: Iterable[Overdue]) -> Mapping[str, int]:
    return Counter(row.unit.region_id for row in rows if row.unit.region_id)


def by_unit(rows: Iterable[Overdue]) -> Mapping[int, int]:
    return Counter(row.unit.pk for row in rows)


def by_duty(rows: Iterable[Overdue]) -> list[tuple[Duty, list[Overdue]]]:
    """The overdue by duty, in the order in which they came due."""
    groups: dict[int, list[Overdue]] = defaultdict(list)
    duties: dict[int, Duty] = {}
    for row in rows:
        groups[row.duty.pk].append(row)
        duties[row.duty.pk] = row.duty
    return [(duties[pk], found) for pk, found in groups.items()]


def coming(lines: Iterable[DutyLine], now: dt.datetime, days: int = 30) -> list[Coming]:
    """Duties that fall due within the next days and that somebody still has to do."""
    limit = now + dt.timedelta(days=days)
    return [
        Coming(line.duty, line.count(DutyState.DONE, DutyState.LATE), len(line.standings))
        for line in lines
        if now < line.duty.due_at <= limit and line.count(*_PENDING)
    ]
