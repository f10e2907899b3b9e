"""How the scorecard counts (S1-S4); pure."""

import datetime as dt
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from core.enums import FindingStatus, Measure, Operator, Severity
from core.findings import Finding
from core.values import holds, share_holds
from supervision.enums import LineDecision, ScorecardStatus
from supervision.thresholds import Threshold

K = TypeVar("K", bound=Hashable)
Value = int | Decimal | dt.date
NOTHING = Decimal(0)
STEP = Decimal("0.5")
EDITABLE = (ScorecardStatus.DRAFT, ScorecardStatus.RETURNED)
MEASURED_ANEW = (ScorecardStatus.DRAFT, ScorecardStatus.SELF_ASSESSED, ScorecardStatus.RETURNED)
DECIDED = (LineDecision.CONFIRMED, LineDecision.OVERRIDDEN)


@dataclass(frozen=True, slots=True)
class CriterionRow:
    """A criterion as it binds one unit: `threshold` is the province's own where one was set."""

    code: str
    points: Decimal
    operator: str = ""
    threshold: Threshold | None = None
    unit: str = ""
    measured: bool = False
    steps: tuple[tuple[Threshold, Decimal], ...] = ()
    text: str = ""
    clause: str = ""


@dataclass(frozen=True, slots=True)
class Measurement:
    """What the records say; a share has the counted part in `amount` and the whole in `base`."""

    amount: Value | None
    base: int | Decimal | None = None


@dataclass(frozen=True, slots=True)
class Score:
    """`points` is None where nothing is measured: papers and people decide."""

    state: FindingStatus
    points: Decimal | None


NO_DATA = Score(FindingStatus.NO_DATA, None)


def score(row: CriterionRow, found: Measurement | None) -> Score:
    """All or nothing unless the year stores steps; without a threshold, a figure or its base there is no data (S3)."""
    if not row.measured or found is None or row.threshold is None or not _has_data(row, found):
        return NO_DATA
    full = _meets(row, found, row.threshold)
    reached = [points for threshold, points in row.steps if _meets(row, found, threshold)]
    points = row.points if full else max(reached, default=NOTHING)
    return Score(FindingStatus.PASSED if full else FindingStatus.FAILED, points)


def _has_data(row: CriterionRow, found: Measurement) -> bool:
    return found.amount is not None and (row.unit != Measure.SHARE or bool(found.base))


def _meets(row: CriterionRow, found: Measurement, threshold: Threshold) -> bool:
    if row.unit == Measure.SHARE:
        return share_holds(row.operator, found.amount, found.base, threshold)  # type: ignore[arg-type]
    return holds(row.operator, found.amount, threshold)


def points_fit(points: Decimal, maximum: Decimal) -> bool:
    """People give 0 to the maximum in steps of a half (S3)."""
    return NOTHING <= points <= maximum and points % STEP == 0


# One sheet


@dataclass(frozen=True, slots=True)
class SheetLine:
    """A criterion on a unit's sheet: what was measured, claimed and decided."""

    code: str
    text: str
    maximum: Decimal
    state: FindingStatus = FindingStatus.NO_DATA
    measured_points: Decimal | None = None
    self_points: Decimal | None = None
    reviewer_points: Decimal | None = None
    decision: str = LineDecision.PENDING
    has_evidence: bool = False
    ticked: bool = True


def counted(line: SheetLine) -> Decimal:
    """What the line is worth now: the reviewer's points, else what is proposed to the reviewer."""
    if line.decision in DECIDED and line.reviewer_points is not None:
        return line.reviewer_points
    return proposed(line)


def proposed(line: SheetLine) -> Decimal:
    """Measured points stand; where there is no data, what is claimed counts as far as there is evidence (S3)."""
    if line.measured_points is not None:
        return line.measured_points
    return (line.self_points or NOTHING) if line.has_evidence else NOTHING


@dataclass(frozen=True, slots=True)
class SheetTotals:
    """`applicable` is the sheet's full mark, `printed` the sum of the ticks as printed (S2)."""

    applicable: Decimal = NOTHING
    printed: Decimal = NOTHING
    measured: Decimal = NOTHING
    claimed: Decimal = NOTHING
    points: Decimal = NOTHING
    lines: int = 0
    decided: int = 0


def totals(lines: Iterable[SheetLine]) -> SheetTotals:
    every = list(lines)
    return SheetTotals(
        applicable=sum((line.maximum for line in every), NOTHING),
        printed=sum((line.maximum for line in every if line.ticked), NOTHING),
        measured=sum((line.measured_points or NOTHING for line in every), NOTHING),
        claimed=sum((_claimed(line) for line in every), NOTHING),
        points=sum((counted(line) for line in every), NOTHING),
        lines=len(every),
        decided=sum(line.decision in DECIDED for line in every),
    )


def _claimed(line: SheetLine) -> Decimal:
    """What the unit gives itself: its own points, where it says nothing the measured ones."""
    return line.self_points if line.self_points is not None else line.measured_points or NOTHING


def submission_findings(lines: Iterable[SheetLine]) -> list[Finding]:
    """What keeps a self-assessment from being handed up: a line without points, points without papers (S3)."""
    return [finding for line in lines if (finding := _fault(line)) is not None]


def _fault(line: SheetLine) -> Finding | None:
    if line.measured_points is not None:
        return None
    if line.self_points is None:
        kind = "criterion_unassessed"
    elif line.self_points > 0 and not line.has_evidence:
        kind = "criterion_evidence"
    else:
        return None
    return Finding(
        kind=kind,
        status=FindingStatus.FAILED,
        severity=Severity.HARD,
        code=line.code,
        value=line.self_points,
        threshold=line.maximum,
        params={"label": line.text},
    )


# Thresholds against the plan


@dataclass(frozen=True, slots=True)
class Ceiling:
    """The most a province can reach by the plan: its quota, its lesson target."""

    province: str
    value: int
    kind: str


def reachable(row: CriterionRow, ceiling: int) -> bool:
    """False when a count asked for lies beyond what the plan gives (S4)."""
    if (
        row.operator not in {Operator.GE, Operator.GT}
        or isinstance(row.threshold, dt.date)
        or row.threshold is None
    ):
        return True
    return holds(row.operator, Decimal(ceiling), row.threshold)


def unreachable(row: CriterionRow, ceiling: Ceiling) -> Finding | None:
    """The warning that the province cannot meet the threshold (200 passes against a quota of 100)."""
    if reachable(row, ceiling.value):
        return None
    return Finding(
        kind="criterion_unreachable",
        status=FindingStatus.FAILED,
        severity=Severity.WARN,
        value=ceiling.value,
        threshold=row.threshold,
        operator=row.operator,
        code=row.code,
        clause=row.clause,
        params={"label": row.text, "province": ceiling.province, "ceiling": ceiling.kind},
    )


def plan_warning(row: CriterionRow, short: Sequence[Ceiling]) -> Finding:
    """One warning for the year's review: in which provinces the threshold is out of reach."""
    return Finding(
        kind="criteria_unreachable",
        status=FindingStatus.FAILED,
        severity=Severity.WARN,
        value=len(short),
        threshold=row.threshold,
        operator=row.operator,
        code=row.code,
        clause=row.clause,
        params={"label": row.text, "provinces": [one.province for one in short], "ceiling": short[0].kind},
    )


# Ranking


def ranked(points: Mapping[K, Decimal]) -> dict[K, int]:
    """Rank by points, equal points share a rank and the next one is skipped (S4)."""
    ordered = sorted(points.values(), reverse=True)
    return {key: ordered.index(value) + 1 for key, value in points.items()}


# Money


@dataclass(frozen=True, slots=True)
class Arrival:
    """`missing` is the most that was lacking at any deadline already past; `due_on` the last deadline."""

    allocated: Decimal
    arrived: Decimal
    due_on: dt.date | None
    missing: Decimal
    last_on: dt.date | None
    settled: bool

    @property
    def in_time(self) -> bool | None:
        """None while nothing is allocated or a deadline still runs."""
        if self.missing:
            return False
        return True if self.settled and self.due_on else None


def months_later(day: dt.date, months: int) -> dt.date:
    """The same day so many months on; the last day of a shorter month."""
    year, month = divmod(day.month - 1 + months, 12)
    first = dt.date(day.year + year, month + 1, 1)
    following = (first + dt.timedelta(days=31)).replace(day=1)
    return min(first + dt.timedelta(days=day.day - 1), following - dt.timedelta(days=1))


def arrival(
    allocations: Sequence[tuple[dt.date, Decimal]],
    arrivals: Sequence[tuple[dt.date, Decimal]],
    months: int,
    today: dt.date,
) -> Arrival:
    """Whether what was allocated arrived within the months counted from each allocation (S6)."""
    allocated, missing, settled, due_on = NOTHING, NOTHING, True, None
    for day, amount in sorted(allocations):
        allocated += amount
        due_on = months_later(day, months)
        lacking = max(NOTHING, allocated - sum((part for on, part in arrivals if on <= due_on), NOTHING))
        missing = max(missing, lacking) if due_on < today else missing
        settled = settled and (not lacking or due_on < today)
    return Arrival(
        allocated=allocated,
        arrived=sum((amount for _, amount in arrivals), NOTHING),
        due_on=due_on,
        missing=missing,
        last_on=max((day for day, _ in arrivals), default=None),
        settled=settled,
    )


@dataclass(frozen=True, slots=True)
class Frozen:
    """What a confirmed line keeps, beside what is true today."""

    row: CriterionRow
    kept: Measurement
    kept_threshold: str = ""
    today: Measurement | None = None
    today_threshold: str = ""


def drift(frozen: Frozen) -> Finding | None:
    """A confirmed sheet is never recomputed; where live data or threshold differ it says so."""
    same_data = frozen.today is None or frozen.today == frozen.kept
    if same_data and frozen.today_threshold == frozen.kept_threshold:
        return None
    return Finding(
        kind="criterion_changed",
        status=FindingStatus.FAILED,
        severity=Severity.INFO,
        value=frozen.kept.amount,
        base=frozen.kept.base,
        unit=frozen.row.unit,
        code=frozen.row.code,
        params={
            "label": frozen.row.text,
            "today": frozen.today or frozen.kept,
            "kept_threshold": frozen.kept_threshold,
            "today_threshold": frozen.today_threshold,
        },
    )
