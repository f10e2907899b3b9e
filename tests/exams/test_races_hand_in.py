"""Hand-in, saves and the sweep at one moment: one result, every acknowledged answer in it and no other (X8)."""

import random
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction

from accounts.actors import system_actor
from core import hot
from core.models import Event
from enrollment.models import Enrollment
from exams import answers
from exams.answers import DOOR, SaveRow
from exams.models import Answer, Attempt, Certificate, LateAnswer
from exams.services import close_overdue, hand_in, take_over
from exams.services.sitting import SWEEP_MARGIN, receipt_holds
from tests.exams.factories import (
    EXAM_TIME,
    make_bank,
    places,
    right_rows,
    right_value,
    row_of,
    signed_up,
    started,
    wrong_value,
)
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
    rows = [row._replace(arrived_at=last) for row in right_rows(attempt, 30)]
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


def waits_for_locks(count: int, seconds: float, ended: threading.Event | None = None) -> bool:
    """Whether so many of the others wait for a lock within that time; nobody waits on when `ended` is set."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and not (ended and ended.is_set()):
        with connection.cursor() as cursor:
            # within a transaction the activity is read once and kept
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE wait_event_type = 'Lock' AND datname = current_database()"
            )
            if cursor.fetchone()[0] >= count:
                return True
        time.sleep(0.01)
    return False


class Held:
    """Three acts that meet within the one statement of a save: it has read the attempt and waits at the answer's row."""

    def __init__(self, first: SaveRow, then: SaveRow) -> None:
        self._first, self._then = first, then
        self._taken, self._inside, self._ended = threading.Event(), threading.Event(), threading.Event()

    def hold(self) -> bool:
        """Keep the row until the save waits for it and the hand-in has ended or waits too."""
        with transaction.atomic():
            attempt, ordinal = self._first.place
            Answer.objects.select_for_update().get(attempt=attempt, ordinal=ordinal)
            self._taken.set()
            is_met = waits_for_locks(1, 10)
            self._inside.set()
            waits_for_locks(2, 1, self._ended)
        return is_met

    def save(self) -> str:
        assert self._taken.wait(10)
        word: str = hot.commit(DOOR, [self._then])[0].word
        return word

    def end(self) -> None:
        assert self._inside.wait(15)
        hand_in(attempt=Attempt.objects.get(), actor=system_actor(), now=EXAM_TIME)
        self._ended.set()


@pytest.mark.parametrize(
    ("lock", "holds"),
    [
        pytest.param(" FOR KEY SHARE", True, id="X8-as-it-is"),
        pytest.param("", False, id="X8-control-without-the-lock"),
    ],
)
def test_x8_a_hand_in_waits_for_the_save_that_was_first(
    running: Attempt, monkeypatch: pytest.MonkeyPatch, lock: str, holds: bool
) -> None:
    """The hand-in comes when the save has seen the sitting open and has not written yet."""
    place = places(running)[0]
    first = row_of(running, place.ordinal, wrong_value(place))
    then = row_of(running, place.ordinal, right_value(place), sequence=2)
    assert hot.commit(DOOR, [first])[0].word == "saved"
    assert " FOR KEY SHARE" in answers._PREPARE
    # each of the three has a connection of its own, which prepares the statement anew
    monkeypatch.setattr(answers, "_PREPARE", answers._PREPARE.replace(" FOR KEY SHARE", lock))
    held = Held(first, then)
    is_met, saved, _ = together(held.hold, held.save, held.end)
    done = Attempt.objects.get()
    assert (is_met, saved, Answer.objects.get().value) == (True, "saved", then.value)
    assert (done.score == place.points, receipt_holds(done)) == (holds, holds)
