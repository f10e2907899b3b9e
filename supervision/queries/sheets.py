"""Sheets and their lines: measured from the live records, kept once confirmed (S3)."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Avg, Count, Q, QuerySet, Sum

from accounts.enums import Role, UnitKind
from accounts.models import Unit
from accounts.scope import Scope
from core.enums import FindingStatus, Operator
from core.figures import FIGURES, Figure
from core.findings import Finding
from programs.models import Participation, ProgramYear
from programs.where import Where
from supervision.enums import SheetKind
from supervision.models import Criterion, Scorecard, ScorecardLine
from supervision.queries.plan import Thresholds, thresholds_of
from supervision.rules import (
    DECIDED,
    MEASURED_ANEW,
    Frozen,
    Measurement,
    SheetLine,
    SheetTotals,
    counted,
    drift,
    score,
    submission_findings,
    totals,
)

SUBJECT = "supervision"
_PLACES = Decimal("0.0001")
_LOOKUPS: dict[str, str] = {
    Operator.GE: "gte",
    Operator.GT: "gt",
    Operator.LE: "lte",
    Operator.LT: "lt",
    Operator.EQ: "exact",
}
# judged beside the scorecard (000 六(五), R4)
BESIDE = (
    "exams.qualified",
    "exams.certificates",
    "exams.pass_rate",
    "supervision.practice_sessions",
    "supervision.live_sessions",
    "supervision.published",
)


def owner_scope(year: ProgramYear) -> Scope:
    """The eyes of the program's owner: a sheet shows every unit the same number, whoever looks."""
    return Scope(role=Role.NATIONAL_OFFICE, owner_id=year.program.owner_id)


def where_of(card: Scorecard) -> Where:
    """The cut of the data that a sheet is measured on: the province, or what is placed with the base."""
    if card.kind == SheetKind.BASE:
        return Where(card.year_id, base_id=card.unit_id)
    return Where(card.year_id, region=card.region_id)


# Measuring


def measurement(figure: Figure, scope: Scope, where: Where) -> Measurement:
    """What the records say now, rounded as it is kept."""
    value = figure.value(scope, where)
    return Measurement(_rounded(value.amount), value.base)


def _rounded(amount: Any) -> Any:
    if isinstance(amount, float | Decimal):
        return Decimal(str(amount)).quantize(_PLACES)
    return amount


def measured(card: Scorecard, criterion: Criterion) -> Measurement | None:
    """The criterion's figure for this sheet; None where no room measures it."""
    figure = FIGURES.get(criterion.figure) if criterion.is_measured else None
    return measurement(figure, owner_scope(card.year), where_of(card)) if figure else None


def remeasure(card: Scorecard, line: ScorecardLine, thresholds: Thresholds) -> None:
    """Put what holds now into the line's columns; the caller decides whether that is saved."""
    row = thresholds.row(line.criterion, card.region_id)
    found = measured(card, line.criterion)
    result = score(row, found)
    line.maximum, line.threshold = row.points, thresholds.text(line.criterion, card.region_id)
    line.state, line.measured_points = result.state, result.points
    _keep(line, found or Measurement(None))
    line.points = counted(sheet_line(line, card.kind))


def _keep(line: ScorecardLine, found: Measurement) -> None:
    day = found.amount if isinstance(found.amount, dt.date) else None
    number = None if day or found.amount is None else Decimal(found.amount)  # type: ignore[arg-type]
    line.value_on, line.value = day, number
    line.base = None if found.base is None else Decimal(found.base)


def kept(line: ScorecardLine) -> Measurement:
    """What the line holds, in the kinds in which it was measured."""
    base = line.base
    if base is not None and base == base.to_integral_value():
        base = int(base)  # type: ignore[assignment]
    return Measurement(line.value_on or _whole(line.value), base)


def _whole(number: Decimal | None) -> int | Decimal | None:
    if number is not None and number == number.to_integral_value():
        return int(number)
    return number


# Sheets


def with_totals(rows: "QuerySet[Scorecard]") -> "QuerySet[Scorecard]":
    """Full mark, measured and counted points beside each sheet, summed over its lines."""
    return rows.annotate(
        applicable=Sum("lines__maximum"),
        measured=Sum("lines__measured_points"),
        points=Sum("lines__points"),
        line_count=Count("lines"),
        decided_count=Count("lines", filter=Q(lines__decision__in=DECIDED)),
    )


def cards_of(year: ProgramYear) -> "QuerySet[Scorecard]":
    return Scorecard.objects.filter(year=year).select_related("year__program", "region", "unit")


def open_cards(years: Iterable[ProgramYear]) -> "QuerySet[Scorecard]":
    """The sheets of the years that are still measured anew."""
    rows = Scorecard.objects.filter(year__in=years, status__in=MEASURED_ANEW)
    return rows.select_related("year__program", "region", "unit").order_by("pk")


def lines_of(card: Scorecard) -> list[ScorecardLine]:
    """The lines in printed order with criterion and evidence; two queries."""
    rows = ScorecardLine.objects.filter(scorecard=card).order_by("criterion__order")
    return list(rows.select_related("criterion").prefetch_related("evidence"))


def live_lines(card: Scorecard) -> list[ScorecardLine]:
    """The lines as the records stand at this moment; a confirmed sheet's as it keeps them. Nothing is saved."""
    lines = lines_of(card)
    if card.status in MEASURED_ANEW:
        thresholds = thresholds_of(card.year)
        for line in lines:
            remeasure(card, line, thresholds)
    return lines


def sheet_line(line: ScorecardLine, kind: str) -> SheetLine:
    return SheetLine(
        code=line.criterion.code,
        text=line.criterion.text,
        maximum=line.maximum,
        state=FindingStatus(line.state),
        measured_points=line.measured_points,
        self_points=line.self_points,
        reviewer_points=line.reviewer_points,
        decision=line.decision,
        has_evidence=bool(line.note.strip()) or bool(line.evidence.all()),
        ticked=line.criterion.ticked_for(kind),
    )


def totals_of(card: Scorecard, lines: Iterable[ScorecardLine]) -> SheetTotals:
    return totals(sheet_line(line, card.kind) for line in lines)


def findings_of(card: Scorecard, lines: Iterable[ScorecardLine]) -> list[Finding]:
    """What keeps the self-assessment from being handed up."""
    return submission_findings(sheet_line(line, card.kind) for line in lines)


def drifts_of(card: Scorecard, lines: Iterable[ScorecardLine]) -> list[Finding]:
    """Where live data or thresholds have moved on since the sheet was confirmed; it keeps what it has."""
    thresholds, found = thresholds_of(card.year), []
    for line in lines:
        if not line.criterion.is_measured:
            continue
        frozen = Frozen(
            row=thresholds.row(line.criterion, card.region_id),
            kept=kept(line),
            kept_threshold=line.threshold,
            today=measured(card, line.criterion),
            today_threshold=thresholds.text(line.criterion, card.region_id),
        )
        finding = drift(frozen)
        found += [finding] if finding else []
    return found


@dataclass(frozen=True, slots=True)
class Beside:
    """A figure judged beside the scorecard, with the way to its rows."""

    figure: Figure
    value: Any


def beside(card: Scorecard) -> list[Beside]:
    """What 六(五) counts beside the sheet (R4, C13)."""
    scope, where = owner_scope(card.year), where_of(card)
    return [Beside(FIGURES[code], FIGURES[code].value(scope, where)) for code in BESIDE]


def reaching(card: Scorecard, line: ScorecardLine) -> int | None:
    """How many of those a mean is taken over reach what is asked of it themselves; None for what is no mean (S3)."""
    figure = FIGURES.get(line.criterion.figure) if line.criterion.is_measured else None
    if figure is None or not isinstance(figure.aggregate, Avg) or not line.threshold:
        return None
    (mean_of,) = figure.aggregate.get_source_expressions()[:1]
    asked = {f"{mean_of.name}__{_LOOKUPS[line.criterion.operator]}": line.threshold}
    return figure.rows(owner_scope(card.year), where_of(card)).filter(**asked).count()


def assessed_units(year: ProgramYear) -> list[tuple[str, str, Unit]]:
    """Who gets a sheet: both units of each province and its bases, as (kind, region, unit)."""
    found: list[tuple[str, str, Unit]] = []
    provinces = Participation.objects.filter(year=year).select_related(
        "administrative_unit", "technical_unit"
    )
    for row in provinces.order_by("order"):
        pairs = (
            (SheetKind.ADMINISTRATIVE, row.administrative_unit),
            (SheetKind.TECHNICAL, row.technical_unit),
        )
        found += [(kind, row.region_id, unit) for kind, unit in pairs if unit]
    bases = Unit.objects.filter(kind=UnitKind.TRAINING_BASE, owner=year.program.owner_id)
    bases = bases.filter(region__participations__year=year).distinct().order_by("region__order", "code")
    found += [(SheetKind.BASE, base.region_id or "", base) for base in bases]
    return found


def status_counts(year: ProgramYear, scope: Scope) -> dict[str, int]:
    rows = (
        Scorecard.objects.visible_to(scope)
        .filter(year=year)
        .order_by()
        .values("status")
        .annotate(cards=Count("pk"))
    )
    return dict(rows.values_list("status", "cards"))


def card_of(year: ProgramYear, unit_id: int | None) -> Scorecard | None:
    """The sheet of the unit that signs in."""
    return cards_of(year).filter(unit=unit_id).first()
