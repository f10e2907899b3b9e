"""Extra time before, during and after the end (X5, T11), and messages into the exam."""

import datetime as dt
from typing import Any

import pytest

from accounts.actors import system_actor
from accounts.models import Region
from core.exceptions import NotAllowed, Refusal
from core.models import Event
from enrollment.models import Placement
from exams.models import Attempt, Broadcast, ExtraTime
from exams.services import close_overdue, grant_extra_time, hand_in, send_broadcast
from exams.services.sitting import SWEEP_MARGIN
from tests.exams.factories import EXAM_TIME, row_of, started
from tests.exams.sittings import save
from tests.factories import HENAN, Persona, trainee_persona

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def grant(year_2022: Any, national_officer: Persona) -> Any:
    def act(minutes: int = 10, **changes: Any) -> Any:
        values = {"reason": "停电", "actor": national_officer.actor, "now": EXAM_TIME + MINUTE}
        return grant_extra_time(year=year_2022, minutes=minutes, **{**values, **changes})

    return act


@pytest.fixture
def placed(attempt: Attempt, base_coordinator: Persona) -> Any:
    base = base_coordinator.unit
    Placement.objects.create(enrollment=attempt.enrollment, base=base, placed_at=EXAM_TIME)
    return base


def fresh(attempt: Attempt) -> Attempt:
    return Attempt.objects.get(pk=attempt.pk)


def test_x5_more_time_counts_at_once_and_keeps_the_grace(attempt: Attempt, grant: Any) -> None:
    given = grant(enrollment=attempt.enrollment)
    now = fresh(attempt)
    assert (given.extended, given.handed_in) == (1, 0)
    assert now.ends_at == attempt.deadline + 10 * MINUTE
    assert now.accept_until == attempt.accept_until + 10 * MINUTE
    assert now.deadline == attempt.deadline
    assert save(row_of(attempt, arrived_at=now.accept_until)) == ["saved"]
    assert save(row_of(attempt, sequence=2, arrived_at=now.accept_until + dt.timedelta(milliseconds=1))) == [
        "late"
    ]
    assert Event.objects.get(verb="grant_extra_time").data["attempts"] == [attempt.pk]


def test_t11_grants_add_up(attempt: Attempt, placed: Any, grant: Any) -> None:
    grant(base=placed)
    grant(5, enrollment=attempt.enrollment)
    assert fresh(attempt).extra_seconds == 15 * 60


def test_t11_after_time_was_up_but_before_the_sweep_the_sitting_goes_on(attempt: Attempt, grant: Any) -> None:
    over = attempt.accept_until + SWEEP_MARGIN + MINUTE
    grant(enrollment=attempt.enrollment, now=over)
    assert close_overdue(now=over) == 0
    assert fresh(attempt).is_open
    assert save(row_of(attempt, arrived_at=over)) == ["saved"]


def test_t11_what_is_handed_in_is_not_opened_again(
    attempt: Attempt, placed: Any, trainee: Persona, grant: Any
) -> None:
    hand_in(attempt=attempt, actor=trainee.actor, now=EXAM_TIME + MINUTE)
    with pytest.raises(Refusal, match="目前没有"):
        grant(base=placed)
    given = grant(base=placed, is_standing=True)
    assert (given.extended, given.handed_in) == (0, 1)
    assert fresh(attempt).extra_seconds == 0


def test_t11_the_sweep_closes_when_the_longer_time_is_over(attempt: Attempt, grant: Any) -> None:
    grant(enrollment=attempt.enrollment)
    last = attempt.accept_until + 10 * MINUTE + SWEEP_MARGIN
    assert (close_overdue(now=last), fresh(attempt).state) == (0, "open")
    assert (close_overdue(now=last + dt.timedelta(seconds=1)), fresh(attempt).state) == (1, "closed")


def test_t11_two_who_start_ten_minutes_apart_get_equal_time(
    attempt: Attempt, placed: Any, grant: Any, bank: None
) -> None:
    later = trainee_persona("later").enrollment
    assert later is not None
    Placement.objects.create(enrollment=later, base=placed, placed_at=EXAM_TIME)
    theirs = started(later, EXAM_TIME + 10 * MINUTE)
    assert grant(base=placed, now=EXAM_TIME + 11 * MINUTE).extended == 2
    mine = fresh(attempt)
    assert mine.ends_at - mine.started_at == fresh(theirs).ends_at - theirs.started_at


@pytest.mark.parametrize(("standing", "seconds"), [(True, 900), (False, 0)], ids=["standing", "running-only"])
def test_x5_a_later_attempt_has_what_stands(
    attempt: Attempt, placed: Any, grant: Any, standing: bool, seconds: int
) -> None:
    grant(10, enrollment=attempt.enrollment, is_standing=standing)
    grant(5, base=placed, is_standing=standing)
    grace = attempt.accept_until - attempt.deadline
    hand_in(attempt=attempt, actor=system_actor(), now=EXAM_TIME + MINUTE)
    second = started(attempt.enrollment, EXAM_TIME + dt.timedelta(days=1))
    assert second.extra_seconds == seconds
    assert second.accept_until == second.deadline + grace + dt.timedelta(seconds=seconds)


def test_x5_nobody_elses_time_grows(attempt: Attempt, grant: Any, base_coordinator: Persona) -> None:
    other = trainee_persona("other").enrollment
    assert other is not None
    Placement.objects.create(enrollment=other, base=base_coordinator.unit, placed_at=EXAM_TIME)
    theirs = started(other)
    assert grant(base=base_coordinator.unit).extended == 1
    assert (fresh(attempt).extra_seconds, fresh(theirs).extra_seconds) == (0, 600)


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"minutes": 0}, id="X5-no-minutes"),
        pytest.param({"minutes": 181}, id="X5-more-than-three-hours"),
        pytest.param({"reason": "  "}, id="X5-no-reason"),
        pytest.param({"enrollment": None}, id="X5-for-nobody"),
        pytest.param({"base": "base"}, id="X5-for-both"),
    ],
)
def test_x5_a_grant_that_says_too_little_is_refused(
    attempt: Attempt, placed: Any, grant: Any, wrong: dict[str, Any]
) -> None:
    values: dict[str, Any] = {"enrollment": attempt.enrollment, **wrong}
    if "base" in wrong:
        values["base"] = placed
    with pytest.raises(Refusal):
        grant(**values)
    assert not ExtraTime.objects.exists()


@pytest.mark.parametrize("minutes", [1, 180], ids=["X5-least", "X5-most"])
def test_x5_minutes_at_their_bounds(attempt: Attempt, grant: Any, minutes: int) -> None:
    grant(minutes, enrollment=attempt.enrollment)
    assert fresh(attempt).extra_seconds == minutes * 60


def test_x5_only_the_office_gives_time(
    attempt: Attempt, grant: Any, hebei_coordinator: Persona, nuclear_officer: Persona
) -> None:
    for someone in (hebei_coordinator, nuclear_officer):
        with pytest.raises(NotAllowed):
            grant(enrollment=attempt.enrollment, actor=someone.actor)


def test_x8_a_province_speaks_to_its_own_only(
    year_2022: Any,
    hebei: Any,
    hebei_coordinator: Persona,
    base_coordinator: Persona,
    nuclear_officer: Persona,
) -> None:
    def say(someone: Persona, **where: Any) -> None:
        send_broadcast(year=year_2022, text="请保持安静", **where, actor=someone.actor, now=EXAM_TIME)

    say(hebei_coordinator, region=hebei)
    say(hebei_coordinator, base=base_coordinator.unit)
    for someone, where in (
        (hebei_coordinator, {}),
        (hebei_coordinator, {"region": Region.objects.get(pk=HENAN)}),
        (base_coordinator, {"base": base_coordinator.unit}),
        (nuclear_officer, {"region": hebei}),
    ):
        with pytest.raises(NotAllowed):
            say(someone, **where)
    assert Broadcast.objects.count() == 2


@pytest.mark.parametrize("text", ["", " \n ", "字" * 301], ids=["X8-empty", "X8-blank", "X8-too-long"])
def test_x8_a_message_that_cannot_be_read_is_refused(
    year_2022: Any, national_officer: Persona, text: str
) -> None:
    with pytest.raises(Refusal):
        send_broadcast(year=year_2022, text=text, actor=national_officer.actor, now=EXAM_TIME)


def test_x8_the_longest_message_is_sent_in_one_line(year_2022: Any, national_officer: Persona) -> None:
    sent = send_broadcast(
        year=year_2022, text="字" * 298 + "\n好", actor=national_officer.actor, now=EXAM_TIME
    )
    assert sent.text == "字" * 298 + " 好"
