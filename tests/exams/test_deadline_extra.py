"""T11: more time holds to the second by every way in, whenever it is granted, and no sweep closes too early (X5)."""

import datetime as dt
import random
from typing import Any

import pytest

from accounts.actors import system_actor
from core.exceptions import Refusal
from exams.models import Attempt, ExtraTime, LateAnswer
from exams.services import close_overdue, hand_in, start_attempt
from exams.services.control import grant_extra_time
from exams.services.sitting import SWEEP_MARGIN
from tests.exams.doors import DOORS, view_door
from tests.exams.factories import EXAM_TIME, right_value, row_of
from tests.exams.sittings import MINUTE, SECOND, ones, save
from tests.exams.test_deadline import GRACE, INSTANTS, MILLISECOND, Sitting, sitting  # noqa: F401 - a fixture

MORE = 15


def grant(attempt: Attempt, now: dt.datetime, minutes: int = MORE, *, standing: bool = False) -> None:
    enrollment = attempt.enrollment
    grant_extra_time(
        year=enrollment.year,
        enrollment=enrollment,
        minutes=minutes,
        reason="考场停电",
        is_standing=standing,
        actor=system_actor(),
        now=now,
    )


# How long after the start, or after the end as it was, the time is granted
GRANTED = [
    pytest.param(lambda one: one.started_at + MINUTE, id="X5-while-it-runs"),
    pytest.param(lambda one: one.deadline - SECOND, id="X5-a-second-before-the-end"),
    pytest.param(lambda one: one.accept_until, id="X5-at-the-last-instant"),
    pytest.param(lambda one: one.accept_until + SWEEP_MARGIN, id="X5-over-and-not-swept-yet"),
]


@pytest.mark.parametrize("when", GRANTED)
@pytest.mark.parametrize("door", list(DOORS))
def test_x5_more_time_moves_the_last_instant_by_just_so_much(sitting: Any, door: str, when: Any) -> None:  # noqa: F811
    """The sweep runs at each instant, and closes nobody whose answer may still arrive."""
    with DOORS[door]() as send:
        one = sitting("sitter")
        grant(one.attempt, when(one.attempt))
        end = one.attempt.deadline + MORE * MINUTE
        for number, (after, in_time) in enumerate(INSTANTS[:-1], 1):
            moment = max(end + after, when(one.attempt))
            one.clock.move_to(moment)
            close_overdue(now=moment)
            assert one.save(send, one.page_token(), sequence=number) == ("saved" if in_time else "late"), (
                after
            )
        assert Attempt.objects.get().is_open
        close_overdue(now=end + GRACE + SWEEP_MARGIN + MILLISECOND)
        done = Attempt.objects.get()
        assert (done.state, done.closed_by, done.score) == ("closed", "system", one.place.points)
        assert (done.extra_seconds, done.deadline) == (MORE * 60, one.attempt.deadline)


def test_x5_standing_time_is_there_from_the_start_of_a_later_sitting(sitting: Any) -> None:  # noqa: F811
    first = sitting("sitter").attempt
    grant(first, EXAM_TIME + MINUTE, standing=True)
    hand_in(attempt=first, actor=system_actor(), now=EXAM_TIME + 2 * MINUTE)
    later = EXAM_TIME + dt.timedelta(days=1)
    second = start_attempt(enrollment=first.enrollment, device="d", actor=system_actor(), now=later)
    assert (second.deadline, second.extra_seconds) == (later + 90 * MINUTE, MORE * 60)
    assert second.ends_at == later + (90 + MORE) * MINUTE
    assert second.accept_until == second.ends_at + GRACE


def test_x5_time_granted_after_the_end_of_a_closed_sitting_opens_nothing(attempt: Attempt) -> None:
    late = attempt.accept_until + 2 * SWEEP_MARGIN
    close_overdue(now=late)
    with pytest.raises(Refusal):
        grant(attempt, late)
    grant(attempt, late, standing=True)
    attempt.refresh_from_db()
    assert (attempt.state, attempt.extra_seconds) == ("closed", 0)


def test_x5_what_came_late_before_the_grant_stays_apart_and_a_new_answer_counts(attempt: Attempt) -> None:
    late = attempt.accept_until + SECOND
    place = ones(attempt)[0]
    assert save(row_of(attempt, place.ordinal, right_value(place), 1, arrived_at=late)) == ["late"]
    grant(attempt, late + SECOND)
    assert save(row_of(attempt, place.ordinal, right_value(place), 2, arrived_at=late + 2 * SECOND)) == [
        "saved"
    ]
    assert LateAnswer.objects.get().decision == "pending"


# Whatever the order of grants, sweeps, saves and hand-ins


class Clockwork:
    """The plain model of one sitting's time, beside the portal."""

    def __init__(self, attempt: Attempt, seed: int) -> None:
        self.attempt, self.random = attempt, random.Random(seed)
        self.now, self.extra, self.is_open, self.sequence = attempt.started_at, 0, True, 0

    @property
    def last(self) -> dt.datetime:
        return self.attempt.deadline + self.extra * MINUTE + GRACE

    def step(self) -> None:
        self.random.choice([self.wait, self.wait, self.grant, self.sweep, self.save, self.end])()

    def wait(self) -> None:
        near = self.last + self.random.choice(
            [-SECOND, 0 * SECOND, MILLISECOND, SWEEP_MARGIN, SWEEP_MARGIN + MILLISECOND]
        )
        self.now = max(self.now, self.random.choice([self.now + 5 * MINUTE, near]))

    def grant(self) -> None:
        minutes = self.random.randint(1, 20)
        try:
            grant(self.attempt, self.now, minutes)
            assert self.is_open
            self.extra += minutes
        except Refusal:
            assert not self.is_open

    def sweep(self) -> None:
        close_overdue(now=self.now)
        self.is_open = self.is_open and self.now <= self.last + SWEEP_MARGIN

    def end(self) -> None:
        """Seldom: the sitting is over then."""
        if self.random.random() < 0.2:
            done = hand_in(attempt=self.attempt, actor=system_actor(), now=self.now)
            assert done.state == "closed"
            self.is_open = False

    def save(self) -> None:
        self.sequence += 1
        word = "late" if self.now > self.last else "saved" if self.is_open else "closed"
        assert save(row_of(self.attempt, sequence=self.sequence, arrived_at=self.now)) == [word]

    def check(self) -> None:
        found = Attempt.objects.get(pk=self.attempt.pk)
        assert (found.is_open, found.extra_seconds, found.accept_until) == (
            self.is_open,
            self.extra * 60,
            self.last,
        )


def test_x5_no_order_of_grants_and_sweeps_closes_early_or_adds_twice(attempt: Attempt) -> None:
    fresh = {field: getattr(attempt, field) for field in ("state", "extra_seconds", "accept_until")}
    for seed in range(150):
        Attempt.objects.filter(pk=attempt.pk).update(**fresh, receipt=None, score=None)
        attempt.answers.all().delete()
        attempt.late_answers.all().delete()
        ExtraTime.objects.all().delete()
        clockwork = Clockwork(attempt, seed)
        for _ in range(10):
            clockwork.step()
            clockwork.check()


@pytest.mark.parametrize(
    "forgets", [False, True], ids=["X5-as-it-is", "X5-control-a-sweep-that-forgets-grants"]
)
def test_x5_the_sweep_reads_the_extension(
    attempt: Attempt, monkeypatch: pytest.MonkeyPatch, forgets: bool
) -> None:
    grant(attempt, EXAM_TIME)
    if forgets:
        monkeypatch.setattr(
            Attempt,
            "is_over",
            lambda self, now, margin: self.is_open and self.deadline + GRACE < now - margin,
        )
        monkeypatch.setattr("exams.services.sitting.over_ids", lambda now, limit: [attempt.pk])
    close_overdue(now=attempt.accept_until + SWEEP_MARGIN + MINUTE)
    assert Attempt.objects.get().is_open is not forgets


def test_x5_equal_seconds_for_all_of_a_grant(sitting: Any) -> None:  # noqa: F811
    first, second = sitting("early"), sitting("later")
    for one in (first, second):
        grant(one.attempt, EXAM_TIME + MINUTE)
        one.attempt.refresh_from_db()
    with view_door() as send:
        said = [send({"token": one.token, "answers": [[1, "a", 1]]}).data["until"] for one in (first, second)]
    assert said == [
        int((one.attempt.started_at + (90 + MORE) * MINUTE).timestamp() * 1000) for one in (first, second)
    ]
