"""The criteria of a year, the thresholds in force, and what the plan lets a province reach (S1, S2, S4)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from core.findings import Finding
from core.templatetags.portal import name_of
from programs.enums import TargetKind, Track
from programs.models import ProgramYear, Quota, Target
from supervision.enums import SheetKind
from supervision.models import Criterion, CriterionStep, Scorecard, ThresholdOverride
from supervision.rules import Ceiling, CriterionRow, plan_warning, reachable, unreachable
from supervision.thresholds import parsed

# what the plan gives at most for a figure: the seats of a province, the lessons it owes
_QUOTA, _LESSONS = "quota", "lessons"
_CEILINGS = {
    "courses.offline_passed": _QUOTA,
    "courses.lessons_delivered": _LESSONS,
    "courses.lessons_adopted_required": _LESSONS,
}


def criteria_of(year: ProgramYear) -> list[Criterion]:
    return list(Criterion.objects.filter(year=year).order_by("order"))


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The thresholds of a year: printed, by province, and steps; three queries for all sheets."""

    own: Mapping[tuple[int, str], ThresholdOverride]
    steps: Mapping[int, tuple[CriterionStep, ...]]

    def text(self, criterion: Criterion, region: str) -> str:
        override = self.own.get((criterion.pk, region))
        return override.threshold if override else criterion.threshold or ""

    def row(self, criterion: Criterion, region: str) -> CriterionRow:
        """The criterion as it binds the province (S4)."""
        steps = self.steps.get(criterion.pk, ())
        return CriterionRow(
            code=criterion.code,
            points=criterion.points,
            operator=criterion.operator,
            threshold=parsed(criterion.unit, self.text(criterion, region)),
            unit=criterion.unit,
            measured=criterion.is_measured,
            steps=tuple((parsed(criterion.unit, step.threshold), step.points) for step in steps),  # type: ignore[misc]
            text=criterion.text,
            clause=criterion.clause,
        )


def thresholds_of(year: ProgramYear) -> Thresholds:
    steps: dict[int, list[CriterionStep]] = defaultdict(list)
    for step in CriterionStep.objects.filter(year=year):
        steps[step.criterion_id].append(step)
    own = {(row.criterion_id, row.region_id): row for row in ThresholdOverride.objects.filter(year=year)}
    return Thresholds(own, {key: tuple(rows) for key, rows in steps.items()})


def applicable_points(criteria: Iterable[Criterion]) -> dict[str, tuple[Decimal, Decimal]]:
    """Full mark of each kind of sheet, as read and as its ticks are printed: 25, 75, 100 and 96 (S2)."""
    rows = list(criteria)
    return {
        kind: (
            sum((row.points for row in rows if row.applies_to(kind)), Decimal(0)),
            sum((row.points for row in rows if row.ticked_for(kind)), Decimal(0)),
        )
        for kind in SheetKind
    }


def ceilings(year: ProgramYear) -> dict[str, dict[str, Ceiling]]:
    """By kind of limit and province: the seats of the comprehensive track, the lessons to deliver."""
    seats = Quota.objects.filter(year=year, track=Track.COMPREHENSIVE).select_related("region")
    lessons = Target.objects.filter(year=year, kind=TargetKind.LESSONS_TO_DELIVER).select_related("region")
    return {
        _QUOTA: {row.region_id: Ceiling(name_of(row.region), row.available, _QUOTA) for row in seats},
        _LESSONS: {row.region_id: Ceiling(name_of(row.region), row.amount, _LESSONS) for row in lessons},
    }


def plan_warnings(year: ProgramYear) -> list[Finding]:
    """Criteria that some provinces cannot meet by their own plan (S4); also for the year's review."""
    found, limits, thresholds = [], ceilings(year), thresholds_of(year)
    for criterion in criteria_of(year):
        of_provinces = limits.get(_CEILINGS.get(criterion.figure, ""), {})
        short = [
            ceiling
            for region, ceiling in of_provinces.items()
            if not reachable(thresholds.row(criterion, region), ceiling.value)
        ]
        found += [plan_warning(thresholds.row(criterion, ""), short)] if short else []
    return found


def warnings_of(card: Scorecard) -> list[Finding]:
    """What on this sheet lies beyond the province's plan; a base has no plan of its own."""
    if card.kind == SheetKind.BASE:
        return []
    limits, thresholds, found = ceilings(card.year), thresholds_of(card.year), []
    for criterion in (row for row in criteria_of(card.year) if row.applies_to(card.kind)):
        ceiling = limits.get(_CEILINGS.get(criterion.figure, ""), {}).get(card.region_id)
        finding = unreachable(thresholds.row(criterion, card.region_id), ceiling) if ceiling else None
        found += [finding] if finding else []
    return found
