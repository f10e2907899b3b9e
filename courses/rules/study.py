"""How far a trainee is, and what is missing (C1, C2, C6, C7, C10)."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from courses.enums import Requirement, StudyState


@dataclass(frozen=True, slots=True)
class LessonFact:
    """A lesson of the trainee's plan and where they stand with it."""

    lesson_id: int
    requirement: str
    theme: str = ""
    started: bool = False
    watched: bool = False
    asks_homework: bool = False
    homework_done: bool = False

    @property
    def owes_homework(self) -> bool:
        """Only required lessons ask for it (C6)."""
        return self.requirement == Requirement.REQUIRED and self.asks_homework and not self.homework_done

    @property
    def state(self) -> StudyState:
        if self.watched:
            return StudyState.HOMEWORK if self.owes_homework else StudyState.DONE
        return StudyState.STARTED if self.started else StudyState.OPEN


@dataclass(frozen=True, slots=True)
class Targets:
    """What the year asks for."""

    required: int
    elective: int
    online_hours: Decimal
    offline_hours: Decimal


@dataclass(frozen=True, slots=True)
class Totals:
    """What a trainee has, as the ledger holds it; `offline_passed` None means not assessed."""

    required: int = 0
    elective: int = 0
    homework: int = 0
    online_hours: Decimal = Decimal(0)
    offline_hours: Decimal = Decimal(0)
    practice_hours: Decimal = Decimal(0)
    offline_passed: bool | None = None

    @property
    def hours(self) -> Decimal:
        return self.online_hours + self.offline_hours


@dataclass(frozen=True, slots=True)
class Missing:
    """What stands between a trainee and the exam, lesson by lesson; `electives` is how many are still to choose."""

    required: tuple[LessonFact, ...]
    homework: tuple[LessonFact, ...]
    electives: int
    online_hours: Decimal
    offline_hours: Decimal
    offline_result: bool

    @property
    def nothing(self) -> bool:
        return not (
            self.required or self.homework or self.electives or self.online_hours or self.offline_hours
        ) and (not self.offline_result)


def missing(facts: Sequence[LessonFact], targets: Targets, totals: Totals, *, offline: bool) -> Missing:
    """`offline` says whether the trainee's track includes offline training."""
    zero = Decimal(0)
    return Missing(
        required=tuple(f for f in facts if f.requirement == Requirement.REQUIRED and not f.watched),
        homework=tuple(f for f in facts if f.owes_homework),
        electives=max(0, targets.elective - totals.elective),
        online_hours=max(zero, targets.online_hours - totals.online_hours),
        offline_hours=max(zero, targets.offline_hours - totals.offline_hours) if offline else zero,
        offline_result=offline and totals.offline_passed is not True,
    )


def next_lesson(facts: Sequence[LessonFact], targets: Targets, totals: Totals) -> LessonFact | None:
    """What to do now: open homework of a watched lesson, the lesson begun, the next required one, then electives."""
    wanted = [f for f in facts if f.requirement == Requirement.REQUIRED or totals.elective < targets.elective]
    for state in (StudyState.HOMEWORK, StudyState.STARTED):
        found = next((f for f in wanted if f.state == state), None)
        if found:
            return found
    waiting = [f for f in wanted if f.state == StudyState.OPEN]
    return min(waiting, key=lambda f: f.requirement != Requirement.REQUIRED, default=None)


class StudyStep(StrEnum):
    """What a trainee does now; worded in templates/courses/_now.html."""

    HOMEWORK = "homework"
    WATCH = "watch"
    SESSIONS = "sessions"
    ASSESSMENT = "assessment"
    RESIT = "resit"
    LESSONS = "lessons"
    EXAM = "exam"
    OVER = "over"


def study_step(
    lesson: LessonFact | None, missing: Missing, totals: Totals, *, signed_up: bool, running: bool
) -> StudyStep:
    """The one thing to do, `lesson` being what `next_lesson` answers; `running` says whether the year is open. Whoever
    has signed up for the exam is past study.
    """
    steps = (
        (StudyStep.EXAM, signed_up or missing.nothing),
        (StudyStep.OVER, not running),
        (StudyStep.HOMEWORK, lesson is not None and lesson.state == StudyState.HOMEWORK),
        (StudyStep.WATCH, lesson is not None),
        (StudyStep.SESSIONS, bool(missing.offline_hours)),
        (StudyStep.RESIT, missing.offline_result and totals.offline_passed is False),
        (StudyStep.ASSESSMENT, missing.offline_result),
    )
    # what is left is online, and every lesson there is has been taken
    return next((step for step, holds in steps if holds), StudyStep.LESSONS)


def meets_homework_standard(correct: int, asked: int, answered: int, share: Decimal) -> bool:
    """All answered, and at least the year's share of them right (C6)."""
    return asked > 0 and answered >= asked and Decimal(correct) >= share * asked


@dataclass(frozen=True, slots=True)
class ThemeStanding:
    """Electives watched in a theme against its share; `share` None does not bind (C2)."""

    theme: str
    done: int
    share: Decimal | None
    needed: int

    @property
    def met(self) -> bool:
        return self.done >= self.needed


def theme_standings(
    facts: Sequence[LessonFact], shares: Mapping[str, Decimal | None], electives: int
) -> tuple[ThemeStanding, ...]:
    """One per theme of the year, in its order: of the electives set, each theme's share rounded up."""
    done: dict[str, int] = {}
    for fact in facts:
        if fact.requirement == Requirement.ELECTIVE and fact.watched:
            done[fact.theme] = done.get(fact.theme, 0) + 1
    return tuple(
        ThemeStanding(theme, done.get(theme, 0), share, _ceiling((share or Decimal(0)) * electives))
        for theme, share in shares.items()
    )


def _ceiling(value: Decimal) -> int:
    return int(value.to_integral_value("ROUND_CEILING"))


def attended_hours(hours: Decimal, *, remote: bool, remote_share: Decimal) -> Decimal:
    """A session's hours on site, the year's share of them from afar (C9); one decimal, never rounded up."""
    earned = hours * remote_share if remote else hours
    return earned.quantize(Decimal("0.1"), rounding="ROUND_DOWN")


def online_share(totals: Totals) -> Decimal | None:
    """Online hours in all hours, in percent, for information (C10); None before the first hour."""
    return (totals.online_hours * 100 / totals.hours).quantize(Decimal("0.1")) if totals.hours else None


def expected_hours(target: Decimal, begins: dt.datetime, due: dt.datetime, now: dt.datetime) -> Decimal:
    """What somebody in step with the calendar has by now: a straight line from beginning to deadline."""
    if now >= due or due <= begins:
        return target
    elapsed = max(dt.timedelta(0), now - begins)
    return (
        target
        * Decimal(elapsed // dt.timedelta(seconds=1))
        / Decimal((due - begins) // dt.timedelta(seconds=1))
    ).quantize(Decimal("0.1"), rounding="ROUND_DOWN")
