"""Hand-in, saves and the sweep at one moment: one result, every acknowledged answer in it and no other (X8)."""

import dataclasses
import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from django.db import connection  # noqa: F401 - the condition of the mark reads it

from accounts.actors import system_actor
from core import hot
from core.models import Event
from enrollment.models import Enrollment
from exams import answers
from exams.answers import DOOR
from exams.models import Answer, Attempt, Certificate, LateAnswer
from exams.services import close_overdue, hand_in, take_over
from exams.services.sitting import SWEEP_MARGIN, receipt_holds
from tests.exams.factories import EXAM_TIME, make_bank, places, right_rows, signed_up, started
from tests.exams.racing import Act, Racers, sound, together
from tests.factories import trainee_persona

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="needs PostgreSQL"),
]
ROUNDS = 12


def racer(number: int = 0) -> Enrollment:
    enrollment = trainee_persona(f"racer-{number}").enrollment
    assert enrollment is not None
    signed_up(enrollment)
    return enrollment


@pytest.fixture
def running(transactional_db: None) -> Attempt:
    make_bank()
    return started(racer())


@pytest.fixture
def racers(transactional_db: None) -> Iterator[Racers]:
    make_bank()
    with Racers(40) as found:
        yield found


def soon(act: Act) -> Act:
    """Within a twentieth of a second, so that a hand-in falls among the saves."""

    def run() -> Any:
        time.sleep(random.uniform(0, 0.05))
        return act()

    return run


def acts_of(attempt: Attempt) -> tuple[list[Act], list[Act]]:
    """Thirty saves that arrived in time, and all that may close the sitting then: the trainee, a request, the sweep."""
    last = attempt.accept_until
    swept = last + SWEEP_MARGIN * 2
    rows = [dataclasses.replace(row, arrived_at=last) for row in right_rows(attempt, 30)]
    saves = [soon(lambda row=row: hot.commit(DOOR, [row])[0].word) for row in rows]
    ends: list[Act] = [soon(lambda: hand_in(attempt=attempt, actor=system_actor(), now=last).pk)] * 5
    return saves, [*ends, *[soon(lambda: close_overdue(now=swept))] * 5]


def test_x8_hand_in_saves_and_sweep_at_once_give_one_true_result(racers: Racers) -> None:
    mixed = 0
    for number in range(ROUNDS):
        attempt = started(racer(number))
        saves, ends = acts_of(attempt)
        words = sound(racers.together(*saves[:15], *ends, *saves[15:]))
        words = words[:15] + words[25:]
        saved = {
            place.ordinal for place, word in zip(places(attempt), words, strict=False) if word == "saved"
        }
        done = Attempt.objects.get(pk=attempt.pk)
        assert set(words) <= {"saved", "closed"}
        assert set(Answer.objects.filter(attempt=attempt).values_list("ordinal", flat=True)) == saved
        assert done.score == sum(place.points for place in places(attempt) if place.ordinal in saved)
        assert LateAnswer.objects.filter(attempt=attempt, reason="closed").count() == 30 - len(saved)
        assert receipt_holds(done)
        assert Event.objects.filter(verb="close_attempt", object_id=str(attempt.pk)).count() == 1
        mixed += 0 < len(saved) < 30
    assert mixed, "no round had saves on both sides of the hand-in: the race was none"
    assert Certificate.objects.count() == 0


def moving(attempt: Attempt, number: int) -> Act:
    def move() -> int:
        device = f"phone-{number}"
        moved = take_over(attempt=attempt, device=device, actor=system_actor(), now=EXAM_TIME)
        return moved.generation

    return move


def test_x8_a_take_over_beside_saves_leaves_one_writer(racers: Racers) -> None:
    """What the older device is told is saved is there; after the take-over nothing of it is taken any more (T18)."""
    for number in range(4):
        attempt = started(racer(number))
        saves = [
            lambda row=row: hot.commit(DOOR, [row])[0].word for row in right_rows(attempt, 20)
        ]  # fmt: skip
        moves = [moving(attempt, number) for number in range(20)]
        results = sound(racers.together(*[act for pair in zip(saves, moves, strict=True) for act in pair]))
        words, generations = results[::2], results[1::2]
        assert sorted(generations) == list(range(2, 22))
        assert set(words) <= {"saved", "stale"}
        assert Answer.objects.filter(attempt=attempt).count() == words.count("saved")
        assert Event.objects.filter(verb="take_over_attempt", object_id=str(attempt.pk)).count() == 20


# The lock of a save, made to meet the hand-in every time


Lock = Callable[[Any, Any], dict[int, answers.Guard]]
with_lock: Lock = answers._lock_attempts


def without_lock(cursor: Any, ids: Any) -> dict[int, answers.Guard]:
    """A save as it would be if it read the attempt without FOR KEY SHARE."""

    class Plain:
        def __init__(self) -> None:
            self.fetchall = cursor.fetchall

        def execute(self, sql: str, values: Sequence[Any]) -> None:
            assert " FOR KEY SHARE" in sql
            cursor.execute(sql.replace(" FOR KEY SHARE", ""), values)

    return with_lock(Plain(), ids)


@pytest.mark.parametrize(
    ("lock", "holds"),
    [
        pytest.param(with_lock, True, id="X8-as-it-is"),
        pytest.param(without_lock, False, id="X8-control-without-the-lock"),
    ],
)
def test_x8_a_hand_in_waits_for_the_save_that_was_first(
    running: Attempt, monkeypatch: pytest.MonkeyPatch, lock: Lock, holds: bool
) -> None:
    """The hand-in comes when the save has seen the sitting open and has not written yet."""
    seen, ended = threading.Event(), threading.Event()

    def slowly(cursor: Any, ids: Any) -> dict[int, answers.Guard]:
        guards = lock(cursor, ids)
        seen.set()
        ended.wait(1)
        return guards

    def end() -> None:
        assert seen.wait(10)
        hand_in(attempt=running, actor=system_actor(), now=EXAM_TIME)
        ended.set()

    row = right_rows(running, 1)[0]
    with monkeypatch.context() as patch:
        patch.setattr(answers, "_lock_attempts", slowly)
        saved, _ = together(lambda: hot.commit(DOOR, [row])[0].word, end)
    done = Attempt.objects.get()
    assert saved == "saved"
    assert (done.score == Answer.objects.count(), receipt_holds(done)) == (holds, holds)
