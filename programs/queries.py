"""Reads of the year's plan."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from accounts.enums import UnitKind
from accounts.models import Unit
from accounts.scope import Scope
from core.exceptions import Closed
from core.figures import FIGURES
from core.findings import Finding
from core.templatetags.portal import name_of
from core.words import word
from programs.enums import Area, DutyState, SettingCode, TargetKind, Track
from programs.models import (
    Closing,
    Duty,
    DutyExtension,
    DutyRecord,
    Participation,
    ProgramYear,
    Quota,
    Setting,
    Target,
    YearRow,
)
from programs.rules import LiveTarget, PlanFacts, duty_state, plan_findings
from programs.where import Where
from programs.yearmodels import YEAR_MODELS


def setting(year: ProgramYear, code: SettingCode) -> Decimal:
    """A named value of the year; a year without it is not fit to be used (DoesNotExist)."""
    return Setting.objects.get(year=year, code=code).value


def settings_of(year: ProgramYear) -> dict[str, Decimal]:
    """All named values of the year by code, in one query."""
    return dict(Setting.objects.filter(year=year).values_list("code", "value"))


def provinces_of(year: ProgramYear) -> list[Participation]:
    """The provinces that take part, in the official order."""
    rows = Participation.objects.filter(year=year).order_by("order")
    return list(rows.select_related("region", "administrative_unit", "technical_unit"))


def _beside(rows: QuerySet[Any], field: str) -> Subquery:
    same = rows.filter(year=OuterRef("year"), region=OuterRef("region"))
    return Subquery(same.values(field)[:1])


def with_quotas(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Provinces with the seats of each track beside them, and the keys of those quotas."""
    for track in Track:
        own = Quota.objects.filter(track=track)
        rows = rows.annotate(**{track: _beside(own, "seats"), f"{track}_key": _beside(own, "pk")})
    seats = [Coalesce(F(track), 0) for track in Track]
    beside: QuerySet[Any] = rows.annotate(
        seats=seats[0] + seats[1], source=_beside(Quota.objects.all(), "clause")
    )
    return beside


def with_targets(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Provinces with the lessons they owe beside them, and the keys of those targets."""
    for kind in TargetKind:
        own = Target.objects.filter(kind=kind)
        rows = rows.annotate(**{kind: _beside(own, "amount"), f"{kind}_key": _beside(own, "pk")})
    beside: QuerySet[Any] = rows.annotate(source=_beside(Target.objects.all(), "clause"))
    return beside


def assumptions(year: ProgramYear) -> list[tuple[str, list[YearRow]]]:
    """Every row whose figure the text does not give, by model, unconfirmed first."""
    found = []
    for entry in YEAR_MODELS:
        rows = list(
            entry.model._default_manager.filter(year=year).exclude(assumed="").order_by("confirmed_at", "pk")
        )
        if rows:
            found.append((word(entry.code), rows))
    return found


def due_at(duty: Duty, unit: Unit | None) -> dt.datetime:
    """When a duty is due for a unit: the extended instant, else the printed one (P2)."""
    extension = DutyExtension.objects.filter(duty=duty, unit=unit).first() if unit else None
    return extension.due_at if extension else duty.due_at


def duty_of_kind(year: ProgramYear, kind: str) -> Duty | None:
    return Duty.objects.filter(year=year, kind=kind).order_by("due_at").first()


def is_closed(year: ProgramYear, region_code: str, subject: str) -> bool:
    return Closing.objects.filter(year=year, region=region_code, subject=subject).exists()


def check_not_closed(year: ProgramYear, region_code: str, subject: str) -> None:
    """Raises Closed when the subject of the province and year takes no more changes."""
    if is_closed(year, region_code, subject):
        raise Closed(
            _("This subject is closed for the province and year."),
            remedy=_("Ask the national office to reopen it, with a reason."),
        )


def changed_rows(
    old: Iterable[YearRow], new: Iterable[YearRow], ignore: frozenset[str]
) -> list[tuple[str, str, object, object]]:
    """Field by field what a copied year has otherwise: (code, field, before, after)."""
    before = {row.code: row for row in old}
    differences = []
    for row in new:
        source = before.get(row.code)
        for column in row._meta.concrete_fields:
            if source is None or column.is_relation or column.name in ignore:
                continue
            was, now = getattr(source, column.attname), getattr(row, column.attname)
            if was != now:
                differences.append((row.code, column.name, was, now))
    return differences


def plan_facts(year: ProgramYear) -> PlanFacts:
    """What the checks of a plan read."""
    enrolls = year.has(Area.ENROLLMENT)
    provinces = Participation.objects.filter(year=year).count() if enrolls else 0
    quotas = Quota.objects.filter(year=year).aggregate(rows=Count("pk"), seats=Sum("seats"))
    return PlanFacts(
        year=year.year,
        settings=settings_of(year),
        quotas_wanted=provinces * len(Track),
        quotas_set=quotas["rows"],
        seats=quotas["seats"] or 0,
        live=_live_targets(year),
        deadlines=tuple((name_of(duty), duty.due_at) for duty in Duty.objects.filter(year=year)),
        provisional=sum(count.provisional for count in row_counts(year)),
    )


def _live_targets(year: ProgramYear) -> tuple[LiveTarget, ...]:
    amounts: dict[str, dict[str, int]] = {}
    for target in Target.objects.filter(year=year).select_related("region"):
        amounts.setdefault(name_of(target.region), {})[target.kind] = target.amount
    return tuple(
        LiveTarget(province, kinds.get(TargetKind.OFFLINE_LESSONS, 0), kinds.get(TargetKind.LIVE_LESSONS, 0))
        for province, kinds in amounts.items()
    )


def plan_findings_of(year: ProgramYear) -> list[Finding]:
    """The plan's own checks and those that rooms registered with their year models."""
    registered = [finding for entry in YEAR_MODELS if entry.check for finding in entry.check(year)]
    return [*plan_findings(plan_facts(year)), *registered]


@dataclass(frozen=True, slots=True)
class RowCount:
    """How many rows of one kind a year holds, and how many of them are provisional."""

    code: str
    label: str
    rows: int
    provisional: int


def row_counts(year: ProgramYear) -> list[RowCount]:
    """One line per registered kind of row, also where there is none."""
    provisional = Count("pk", filter=~Q(assumed="") & Q(confirmed_at=None))
    counts = []
    for entry in YEAR_MODELS:
        found = entry.model._default_manager.filter(year=year).aggregate(
            rows=Count("pk"), provisional=provisional
        )
        counts.append(RowCount(entry.code, word(entry.code), found["rows"], found["provisional"]))
    return counts


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of one row that the new year has otherwise than the one it was copied from."""

    label: str
    row: str
    field: Any
    before: Any
    after: Any


NOT_COMPARED = frozenset({"id", "confirmed_at", "moved", "available"})


def year_differences(year: ProgramYear) -> list[Difference]:
    """Side by side with the source, model by model; empty for a year that was not copied."""
    if year.copied_from_id is None:
        return []
    found = []
    for entry in YEAR_MODELS:
        old, new = (
            list(entry.model._default_manager.filter(year=one)) for one in (year.copied_from_id, year)
        )
        names = {row.code: str(name_of(row)) for row in new}
        for code, name, before, after in changed_rows(old, new, NOT_COMPARED):
            column = entry.model._meta.get_field(name)
            label = word(entry.code)
            found.append(Difference(label, names[code], column, before, after))
    return found


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one unit stands with one duty; `amount` is what the records say, `record` the evidence."""

    unit: Unit
    state: DutyState
    due_at: dt.datetime
    extended: bool = False
    record: DutyRecord | None = None
    amount: Any = None

    @property
    def done_on(self) -> dt.date | None:
        return (
            self.record.done_on
            if self.record
            else (self.amount if isinstance(self.amount, dt.date) else None)
        )


@dataclass(frozen=True, slots=True)
class DutyLine:
    """A duty with the standing of every unit in scope that holds it."""

    duty: Duty
    standings: tuple[Standing, ...]

    def count(self, *states: DutyState) -> int:
        return sum(standing.state in states for standing in self.standings)

    def of(self, unit_id: int | None) -> Standing | None:
        return next((standing for standing in self.standings if standing.unit.pk == unit_id), None)


def years_of_unit(unit_id: int) -> list[str]:
    """The years with a row that names the unit, as administrative or technical lead unit (P3)."""
    named = Participation.objects.filter(Q(administrative_unit=unit_id) | Q(technical_unit=unit_id))
    rows = ProgramYear.objects.filter(pk__in=named.values("year")).select_related("program")
    return [name_of(year) for year in rows.order_by("-year", "program")]


def holders(year: ProgramYear, scope: Scope) -> list[Unit]:
    """The units in scope that the calendar may bind: the office, both units of each province, bases and hospitals."""
    takes_part = Q(leads__year=year) | Q(administers__year=year) | Q(pk=year.program.owner_id)
    local = Q(kind__in=[UnitKind.TRAINING_BASE, UnitKind.HOSPITAL])
    units = Unit.objects.visible_to(scope).filter(takes_part | local).select_related("region")
    return list(units.order_by("region__order", "kind", "code").distinct())


def duty_lines(duties: Sequence[Duty], year: ProgramYear, scope: Scope, now: dt.datetime) -> list[DutyLine]:
    """What is done, due and overdue today, from records where it can be, by evidence where not (P4)."""
    units = holders(year, scope)
    records = {
        (row.duty_id, row.unit_id): row for row in DutyRecord.objects.filter(year=year, unit__in=units)
    }
    later = {
        (row.duty_id, row.unit_id): row.due_at
        for row in DutyExtension.objects.filter(year=year, unit__in=units)
    }
    lines = []
    for duty in duties:
        amounts = _amounts(duty, year, scope)
        standings = [
            _standing(
                duty, unit, records.get((duty.pk, unit.pk)), later.get((duty.pk, unit.pk)), amounts, now
            )
            for unit in units
            if unit.kind in duty.holders
        ]
        lines.append(DutyLine(duty, tuple(standings)))
    return lines


def _standing(
    duty: Duty,
    unit: Unit,
    record: DutyRecord | None,
    later: dt.datetime | None,
    amounts: dict[Any, Any],
    now: dt.datetime,
) -> Standing:
    amount = amounts.get(unit.pk if unit.kind == UnitKind.TRAINING_BASE else unit.region_id)
    done_on = record.done_on if record else (amount if isinstance(amount, dt.date) else None)
    state = duty_state(later or duty.due_at, bool(record or amount), done_on, now)
    return Standing(unit, state, later or duty.due_at, later is not None, record, amount)


def _amounts(duty: Duty, year: ProgramYear, scope: Scope) -> dict[Any, Any]:
    """The duty's figure by province and base; nothing where no room measures it."""
    figure = FIGURES.get(duty.figure) if duty.figure else None
    if figure is None:
        return {}
    where = Where(year.pk)
    found = {}
    for dimension in {"province", "base"} & set(figure.by):
        found.update({key: value.amount for key, value in figure.values(scope, where, dimension).items()})
    return found
