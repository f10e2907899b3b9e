"""What holds among the rows of a plan, and where a unit stands with a duty; pure."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from core.enums import FindingStatus, Operator, Severity
from core.findings import Finding
from core.values import day_start, printed_day
from programs.enums import DeadlineStage, DutyState, SettingCode

Settings = Mapping[str, Decimal]

RANGES = (
    (SettingCode.HOMEWORK_ITEMS_MIN, SettingCode.HOMEWORK_ITEMS_MAX),
    (SettingCode.TRAINING_MONTHS_MIN, SettingCode.TRAINING_MONTHS_MAX),
    (SettingCode.NOMINEES_MIN, SettingCode.NOMINEES_MAX),
    (SettingCode.PASS_POINTS, SettingCode.EXCELLENT_POINTS),
    (SettingCode.EXCELLENT_POINTS, SettingCode.EXAM_POINTS),
)
ITEM_QUOTAS = (
    SettingCode.ITEM_QUOTA_A1,
    SettingCode.ITEM_QUOTA_A2,
    SettingCode.ITEM_QUOTA_B1,
    SettingCode.ITEM_QUOTA_B2,
    SettingCode.ITEM_QUOTA_X,
)


@dataclass(frozen=True, slots=True)
class LiveTarget:
    """What a province owes offline, and how much of that goes out live (C9)."""

    province: str
    offline: int
    live: int


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """The rows of a year as the checks read them; `quotas_wanted` is 0 where the year enrolls nobody."""

    year: int
    settings: Settings = field(default_factory=dict)
    quotas_wanted: int = 0
    quotas_set: int = 0
    seats: int = 0
    live: tuple[LiveTarget, ...] = ()
    deadlines: tuple[tuple[str, dt.datetime], ...] = ()
    provisional: int = 0


def duty_state(due_at: dt.datetime, done: bool, done_on: dt.date | None, now: dt.datetime) -> DutyState:
    """Done, done late, to be done or overdue; work done on the printed day itself is in time (P2, P4)."""
    if done:
        late = done_on is not None and day_start(done_on) >= due_at
        return DutyState.LATE if late else DutyState.DONE
    return DutyState.OVERDUE if now >= due_at else DutyState.DUE


def warning_at(due_at: dt.datetime, now: dt.datetime) -> DeadlineStage | None:
    """What a unit that has not done a duty is told now; nothing more once it is overdue for a week (P4)."""
    left = due_at - now
    if left > dt.timedelta(days=7) or left <= -dt.timedelta(days=7):
        return None
    if left <= dt.timedelta():
        return DeadlineStage.OVERDUE
    return DeadlineStage.DAY if left <= dt.timedelta(days=1) else DeadlineStage.WEEK


def plan_findings(facts: PlanFacts) -> list[Finding]:
    """Whether the plan can be kept at all: contradictions are hard, gaps are warnings (P1)."""
    found = [*_ranges(facts.settings), *_item_quotas(facts.settings), *_lessons(facts.settings)]
    return [*found, *_quotas(facts), *_live(facts.live), *_dates(facts), *_provisional(facts)]


def _finding(kind: str, passed: bool, severity: Severity, **values: object) -> Finding:
    status = FindingStatus.PASSED if passed else FindingStatus.FAILED
    return Finding(kind=kind, status=status, severity=severity, **values)  # type: ignore[arg-type]


def _ranges(settings: Settings) -> Iterable[Finding]:
    for low, high in RANGES:
        if low in settings and high in settings:
            yield _finding(
                "plan_range",
                settings[low] <= settings[high],
                Severity.HARD,
                code=low,
                value=settings[low],
                threshold=settings[high],
                operator=Operator.LE,
                params={"low": low.label, "high": high.label},
            )


def _item_quotas(settings: Settings) -> Iterable[Finding]:
    parts = [settings[code] for code in ITEM_QUOTAS if code in settings]
    if parts and SettingCode.ITEMS_PER_PROVINCE in settings:
        wanted = settings[SettingCode.ITEMS_PER_PROVINCE]
        total = sum(parts, Decimal(0))
        yield _finding(
            "plan_item_quotas",
            total == wanted,
            Severity.HARD,
            value=total,
            threshold=wanted,
            operator=Operator.EQ,
        )


def _lessons(settings: Settings) -> Iterable[Finding]:
    """One lesson is one class hour (C1): the lessons must be able to fill the hours."""
    wanted = settings.get(SettingCode.ONLINE_HOURS_REQUIRED)
    lessons = [
        settings[code]
        for code in (SettingCode.REQUIRED_LESSONS, SettingCode.ELECTIVE_LESSONS)
        if code in settings
    ]
    if wanted is not None and lessons:
        total = sum(lessons, Decimal(0))
        yield _finding(
            "plan_lessons",
            total >= wanted,
            Severity.HARD,
            value=total,
            threshold=wanted,
            operator=Operator.GE,
        )


def _quotas(facts: PlanFacts) -> Iterable[Finding]:
    if facts.quotas_wanted:
        yield _finding(
            "plan_quotas",
            facts.quotas_set >= facts.quotas_wanted,
            Severity.WARN,
            value=facts.quotas_set,
            threshold=facts.quotas_wanted,
            operator=Operator.EQ,
            params={"seats": facts.seats},
        )


def _live(targets: tuple[LiveTarget, ...]) -> Iterable[Finding]:
    if targets:
        over = [target.province for target in targets if target.live > target.offline]
        yield _finding(
            "plan_live",
            not over,
            Severity.HARD,
            value=len(over),
            threshold=0,
            operator=Operator.EQ,
            params={"provinces": over},
        )


def _dates(facts: PlanFacts) -> Iterable[Finding]:
    """A date outside the year's number is likely a wrong shift."""
    if facts.deadlines:
        outside = [name for name, due_at in facts.deadlines if printed_day(due_at).year != facts.year]
        yield _finding(
            "plan_dates",
            not outside,
            Severity.WARN,
            value=len(outside),
            threshold=0,
            operator=Operator.EQ,
            params={"duties": outside, "year": facts.year},
        )


def _provisional(facts: PlanFacts) -> Iterable[Finding]:
    yield _finding(
        "plan_provisional",
        not facts.provisional,
        Severity.WARN,
        value=facts.provisional,
        threshold=0,
        operator=Operator.EQ,
    )
