"""What must hold when several requests meet, on real connections (X1, X5, X8)."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from django.db import connection

from accounts.actors import system_actor
from core import hot
from core.models import Event
from enrollment.models import Enrollment
from exams.answers import DOOR
from exams.models import Answer, Attempt, AttemptItem, Certificate, Item, SignUp
from exams.services import Decision, close_overdue, decide_items, hand_in, start_attempt, supply
from exams.services.sitting import SWEEP_MARGIN, receipt_holds
from tests.exams.factories import EXAM_TIME, make_bank, right_rows, row_of, signed_up, started
from tests.exams.test_services_items import hand_up, province_rows
from tests.factories import cancer_2022, trainee_persona
from tests.people import PEOPLE

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="needs PostgreSQL"),
]


def together(*acts: Callable[[], Any]) -> list[Any]:
    """Run acts at one moment, each on its own connection; a failure of any is raised."""
    barrier = threading.Barrier(len(acts))
    results: list[Any] = [None] * len(acts)
    failures: list[BaseException] = []

    def run(place: int, act: Callable[[], Any]) -> None:
        try:
            barrier.wait(10)
            results[place] = act()
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=one) for one in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    if failures:
        raise failures[0]
    return results


@pytest.fixture
def someone(transactional_db: None) -> Enrollment:
    make_bank()
    enrollment = trainee_persona("racer").enrollment
    assert enrollment is not None
    signed_up(enrollment)
    return enrollment


def test_x5_twenty_starts_at_once_make_one_attempt_that_all_get(someone: Enrollment) -> None:
    def start() -> Attempt:
        return start_attempt(enrollment=someone, device="d", actor=system_actor(), now=EXAM_TIME)

    attempts = together(*[start] * 20)
    assert {attempt.pk for attempt in attempts} == {Attempt.objects.get().pk}
    assert AttemptItem.objects.count() == 100
    assert Event.objects.filter(verb="start_attempt").count() == 1


def test_x8_hand_in_and_sweep_at_once_give_one_result(someone: Enrollment) -> None:
    attempt = started(someone)
    hot.commit(DOOR, right_rows(attempt))
    late = attempt.accept_until + SWEEP_MARGIN * 2
    acts: list[Callable[[], Any]] = [lambda: hand_in(attempt=attempt, actor=system_actor(), now=late)] * 5
    together(*acts, *[lambda: close_overdue(now=late)] * 5)
    assert Attempt.objects.get().score == 120
    assert Event.objects.filter(verb="close_attempt").count() == 1
    assert Certificate.objects.count() == 1


def test_x1_two_readers_of_one_list_bring_it_to_its_end(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each decides half of what is left at one moment: without the lock each sees the other half waiting and leaves it."""
    year, office, writer = cancer_2022(), PEOPLE["national_officer"](), PEOPLE["hebei_coordinator"]()
    submission = hand_up(writer, year, province_rows())
    halves = Item.objects.filter(kind="a1"), Item.objects.exclude(kind="a1")
    both, settle = threading.Barrier(2), supply._settle

    def met(*args: Any) -> None:
        with suppress(threading.BrokenBarrierError):
            both.wait(1)
        settle(*args)

    def decide(items: Any) -> Callable[[], Any]:
        decisions = [Decision(item, accept=True) for item in items]
        return lambda: decide_items(
            submission=submission, decisions=decisions, actor=office.actor, now=EXAM_TIME
        )

    monkeypatch.setattr(supply, "_settle", met)
    together(*(decide(items) for items in halves))
    submission.refresh_from_db()
    assert (submission.status, Item.objects.in_bank().count()) == ("accepted", 150)


def saves_of(attempt: Attempt, count: int) -> Iterator[Callable[[], list[Any]]]:
    for row in right_rows(attempt, count):
        yield lambda row=row: hot.commit(DOOR, [row])


def test_x8_an_answer_acknowledged_beside_a_hand_in_is_in_the_result(someone: Enrollment) -> None:
    """Whatever the order, an acknowledged answer is scored and one that is not acknowledged is not."""
    attempt = started(someone)

    def close() -> list[Any]:
        return [hand_in(attempt=attempt, actor=system_actor(), now=EXAM_TIME)]

    results = together(*saves_of(attempt, 24), close)
    words = [verdict.word for result in results[:-1] for verdict in result]
    done = Attempt.objects.get()
    assert set(words) <= {"saved", "closed"}
    assert done.score == words.count("saved") == Answer.objects.count()
    assert receipt_holds(done)


def test_x8_the_gathered_writer_answers_many_at_once_truly(someone: Enrollment) -> None:
    attempt = started(someone)
    gatherer = hot.Gatherer(DOOR)
    asked = [[row] for row in right_rows(attempt, 60)] + [[row_of(attempt, ordinal=101)]]

    async def all_at_once() -> list[Any]:
        return await asyncio.gather(*map(gatherer, asked))

    results = asyncio.run(all_at_once())
    gatherer.close()
    assert [verdict.word for result in results for verdict in result] == ["saved"] * 60 + ["refused"]
    assert Answer.objects.count() == 60


def test_x8_a_locked_attempt_does_not_stall_the_others(
    someone: Enrollment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One person's locked row is refused for now; everyone else of the batch is saved."""
    monkeypatch.setattr(hot, "LOCK_MILLISECONDS", 100)
    mine = started(someone)
    other = trainee_persona("second").enrollment
    assert other is not None
    theirs = started(other)
    locked, done, gatherer = threading.Event(), threading.Event(), hot.Gatherer(DOOR)

    def hold() -> None:
        connection.ensure_connection()
        with connection.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT 1 FROM exams_attempt WHERE id = %s FOR UPDATE", [mine.pk])
            locked.set()
            done.wait(10)
            cursor.execute("ROLLBACK")

    def save() -> list[Any]:
        locked.wait(10)
        try:
            return asyncio.run(gatherer([row_of(mine), row_of(theirs)]))
        finally:
            done.set()
            gatherer.close()

    _, verdicts = together(hold, save)
    assert verdicts[0] is hot.UNAVAILABLE
    assert verdicts[1].word == "saved"
    assert SignUp.objects.count() == 2
