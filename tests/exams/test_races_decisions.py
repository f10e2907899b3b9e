"""What a person decides beside what happens at the same moment, on real connections (X5, X8)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from accounts.actors import system_actor
from core.exceptions import IllegalTransition
from core.models import Event
from enrollment.models import Enrollment
from exams.models import Answer, Attempt, Certificate, LateAnswer, VoidRequest
from exams.services import (
    ask_void,
    close_overdue,
    confirm_void,
    decide_late,
    hand_in,
    refuse_void,
    take_file,
)
from exams.services.sitting import SWEEP_MARGIN, receipt_holds
from tests.exams.factories import EXAM_TIME, right_rows, started
from tests.exams.sittings import MINUTE, REASON, arrive_late, ended, save, scored, second_officer
from tests.exams.test_answer_files import file_of, right_answers
from tests.exams.test_races import someone, together
from tests.factories import Persona
from tests.people import PEOPLE

__all__ = ["someone"]

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs PostgreSQL"),
]
LATER = EXAM_TIME + 200 * MINUTE


@pytest.fixture
def officers(someone: Enrollment) -> list[Persona]:
    return [PEOPLE["national_officer"](), second_officer()]


def tried(act: Callable[[], Any]) -> Callable[[], bool]:
    """Whether the act went through; somebody else was first otherwise."""

    def run() -> bool:
        try:
            act()
        except IllegalTransition:
            return False
        return True

    return run


def test_x5_two_confirm_at_once_and_one_of_them_does(someone: Enrollment, officers: list[Persona]) -> None:
    first, second = officers
    attempt = started(someone)
    save(*right_rows(attempt))
    ended(attempt)
    request = ask_void(attempt=attempt, reason=REASON, actor=first.actor, now=LATER)
    again = [
        VoidRequest.objects.select_related("attempt__enrollment__year__program").get(pk=request.pk)
        for _ in range(6)
    ]

    def confirm(row: VoidRequest) -> Callable[[], bool]:
        return tried(lambda: confirm_void(request=row, actor=second.actor, now=LATER))

    def refuse(row: VoidRequest) -> Callable[[], bool]:
        return tried(lambda: refuse_void(request=row, reason=REASON, actor=second.actor, now=LATER))

    done = together(*(confirm(row) for row in again[:4]), *(refuse(row) for row in again[4:]))
    assert done.count(True) == 1
    request.refresh_from_db()
    state = Attempt.objects.get().state
    assert (request.decision, state) in {("confirmed", "void"), ("refused", "closed")}
    voided = int(state == "void")
    for verb in ("void_attempt", "confirm_void", "revoke_certificate"):
        assert Event.objects.filter(verb=verb).count() == voided, verb


@pytest.mark.parametrize("turn", range(2))
def test_x5_a_hand_in_beside_a_confirmation_ends_void_with_no_valid_certificate(
    turn: int, someone: Enrollment, officers: list[Persona]
) -> None:
    first, second = officers
    attempt = started(someone)
    save(*right_rows(attempt))
    request = ask_void(attempt=attempt, reason=REASON, actor=first.actor, now=EXAM_TIME)
    late = attempt.accept_until + SWEEP_MARGIN * 2
    together(
        lambda: hand_in(attempt=attempt, actor=system_actor(), now=late),
        lambda: confirm_void(request=request, actor=second.actor, now=late),
        lambda: close_overdue(now=late),
    )
    assert Attempt.objects.get().state == "void"
    assert Certificate.objects.valid().count() == 0
    assert Event.objects.filter(verb="void_attempt").count() == 1


def test_x8_two_decide_about_one_pile_at_once_and_each_answer_is_decided_once(
    someone: Enrollment, officers: list[Persona]
) -> None:
    attempt = started(someone)
    scored(attempt, 70)
    keys = [arrive_late(attempt, number).pk for number in range(71, 77)]

    def decide(officer: Persona, accept: bool, chosen: list[int]) -> Callable[[], bool]:
        year = someone.year
        return tried(
            lambda: decide_late(
                attempt=attempt,
                chosen=chosen,
                accept=accept,
                reason=REASON,
                year=year,
                actor=officer.actor,
                now=LATER,
            )
        )

    first, second = officers
    together(decide(first, True, keys[:4]), decide(second, True, keys[2:]), decide(second, False, keys))
    done = Attempt.objects.get()
    counting = LateAnswer.objects.filter(decision="accepted").count()
    assert LateAnswer.objects.filter(decision="pending").count() == 0
    assert Event.objects.filter(verb__in=("accept_late", "refuse_late")).count() == 6
    assert (done.score, Answer.objects.count()) == (70 + counting, 70 + counting)
    assert receipt_holds(done)
    assert Certificate.objects.count() == int(done.score >= 72)


def test_x8_one_file_uploaded_many_times_at_once_lies_there_once(
    someone: Enrollment, officers: list[Persona]
) -> None:
    attempt = started(someone)
    data = file_of(attempt, right_answers(attempt, 10))
    acts = [lambda: take_file(data=data, year=someone.year, actor=officers[0].actor, now=LATER)] * 6
    outcomes = together(*acts)
    assert sorted(outcome.laid for outcome in outcomes) == [0, 0, 0, 0, 0, 10]
    assert LateAnswer.objects.count() == 10


def test_x5_a_grant_beside_the_sweep_leaves_the_sitting_open_or_found_it_closed(someone: Enrollment) -> None:
    """Whoever has the attempt's lock first: never closed with extra time that began before the closing."""
    attempt = started(someone)
    late = attempt.accept_until + SWEEP_MARGIN * 2
    until = attempt.accept_until + 60 * MINUTE

    def grant() -> int:
        rows = Attempt.objects.filter(pk=attempt.pk, state="open")
        return rows.update(accept_until=until, extra_seconds=3600)

    granted, *_closed = together(grant, *[lambda: close_overdue(now=late)] * 4)
    assert Attempt.objects.get().state == ("open" if granted else "closed")
