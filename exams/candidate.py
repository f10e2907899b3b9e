"""Reads of the candidate's own pages: where somebody is on the way through the exam, and what the rules page says."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from enrollment.enums import EnrollmentStatus
from enrollment.models import Enrollment
from exams.enums import VoidDecision
from exams.models import (
    Answer,
    Attempt,
    BlueprintRow,
    Certificate,
    ExamWindow,
    SignUp,
    SystemCheck,
    VoidRequest,
)
from exams.queries import standing_of
from exams.rules import Standing, StartBar, TimeLeft
from exams.rules.way import Stage, Step, way
from programs.enums import SettingCode
from programs.models import ProgramYear, Setting

GONE = (EnrollmentStatus.WITHDRAWN, EnrollmentStatus.REPLACED)


@dataclass(frozen=True, slots=True)
class ExamPlace:
    """Where a trainee is on the way through the exam; templates/exams/_next.html words the one step that is due."""

    sign_up: SignUp | None
    standing: Standing
    running: Attempt | None
    best: int | None
    certificate: Certificate | None
    time_left: TimeLeft | None
    is_over: bool = False
    takes_part: bool = True

    @property
    def must_read(self) -> bool:
        """Signed up, and an attempt may start now or later, but the rules are not confirmed."""
        ahead = self.standing.bar in {StartBar.NONE, StartBar.NOT_OPEN}
        return ahead and self.sign_up is not None and self.sign_up.rules_read_at is None

    @property
    def has_step(self) -> bool:
        """Whether there is something to do; otherwise the trainee waits, or the exam is over for them."""
        if self.must_read or self.standing.bar in {StartBar.PASSED, StartBar.RUNNING, StartBar.NONE}:
            return True
        return self.sign_up is None and self.standing.bar is StartBar.NOT_OPEN


def exam_place_of(enrollment: Enrollment, now: dt.datetime) -> ExamPlace:
    attempts = list(Attempt.objects.filter(enrollment=enrollment).counted().select_related("enrollment"))
    where = standing_of(enrollment, now)
    running = next((attempt for attempt in attempts if attempt.is_open), None)
    return ExamPlace(
        sign_up=SignUp.objects.filter(enrollment=enrollment).first(),
        standing=where,
        time_left=where.time_left(now),
        running=running,
        is_over=running is not None and running.is_over(now),
        takes_part=enrollment.status not in GONE,
        best=max((attempt.score for attempt in attempts if attempt.score is not None), default=None),
        certificate=Certificate.objects.filter(enrollment=enrollment).first(),
    )


def running_exam(person_id: int) -> Attempt | None:
    """The sitting a person is in, whatever the year: until it is handed in, no answer of any item is shown to them."""
    rows = Attempt.objects.open().filter(enrollment__person=person_id)
    found: Attempt | None = rows.select_related("enrollment__year__program").first()
    return found


def voided(enrollment: Enrollment) -> "QuerySet[VoidRequest]":
    """The trainee's attempts that two people of the office made void, with the reason."""
    rows: QuerySet[VoidRequest] = VoidRequest.objects.filter(attempt__enrollment=enrollment)
    return rows.filter(decision=VoidDecision.CONFIRMED).select_related("attempt")


# The steps before the exam


@dataclass(frozen=True, slots=True)
class Preparation:
    """The five steps and what stands behind them; `practice` is the newest one with an answer or handed in."""

    steps: list[Step]
    check: SystemCheck | None
    practice: Attempt | None
    practices: int


def preparation_of(enrollment: Enrollment, place: ExamPlace, unmet: int) -> Preparation:
    check = SystemCheck.objects.filter(enrollment=enrollment).first()
    practices = list(
        Attempt.sittings.filter(enrollment=enrollment, is_practice=True)
        .filter(Exists(Answer.objects.filter(~Q(value=""), attempt=OuterRef("pk"))))
        .order_by("-number")
    )
    stage = Stage(
        bar=place.standing.bar,
        unmet=unmet,
        signed_up=place.sign_up is not None,
        rules_read=place.sign_up is not None and place.sign_up.rules_read_at is not None,
        checked=check.passed if check else None,
        practiced=any(not practice.is_open for practice in practices),
    )
    return Preparation(way(stage), check, next(iter(practices), None), len(practices))


# The rules of the exam


@dataclass(frozen=True, slots=True)
class RulesSheet:
    """What the rules page says of the year's exam; every figure is a row of the year (X3, X5)."""

    parts: list[BlueprintRow]
    windows: list[ExamWindow]
    values: dict[str, Setting]

    @property
    def items(self) -> int:
        return sum(part.count for part in self.parts)

    @property
    def points(self) -> int:
        return sum(part.total for part in self.parts)

    def _whole(self, code: SettingCode) -> int:
        return int(self.values[code].value)

    @property
    def minutes(self) -> int:
        return self._whole(SettingCode.EXAM_MINUTES)

    @property
    def pass_points(self) -> int:
        return self._whole(SettingCode.PASS_POINTS)

    @property
    def attempts(self) -> int:
        return self._whole(SettingCode.EXAM_ATTEMPTS)

    @property
    def days(self) -> int:
        return self._whole(SettingCode.EXAM_WINDOW_DAYS)

    @property
    def grace(self) -> int:
        """Seconds in which answers on their way are still taken."""
        return self._whole(SettingCode.ANSWER_GRACE_SECONDS)

    @property
    def provisional(self) -> list[str]:
        """Why some of these figures are provisional, each reason once."""
        shown = (*self.parts, *self.windows, *(self.values[code] for code in RULE_SETTINGS))
        return list(dict.fromkeys(row.assumed for row in shown if row.is_provisional))


RULE_SETTINGS = (
    SettingCode.EXAM_MINUTES,
    SettingCode.PASS_POINTS,
    SettingCode.EXAM_ATTEMPTS,
    SettingCode.EXAM_WINDOW_DAYS,
    SettingCode.ANSWER_GRACE_SECONDS,
)


def rules_of(year: ProgramYear) -> RulesSheet:
    return RulesSheet(
        parts=list(BlueprintRow.objects.filter(year=year).order_by("order")),
        windows=list(ExamWindow.objects.filter(year=year).order_by("opens_at")),
        values={row.code: row for row in Setting.objects.filter(year=year, code__in=RULE_SETTINGS)},
    )
