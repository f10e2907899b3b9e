"""Sittings that are over: closed by the system, by the sweep and by whatever meets them; withdrawal while one runs (X5, X8)."""

import datetime as dt
from typing import Any

import pytest

from accounts.actors import system_actor
from accounts.scope import Scope
from core.exceptions import Refusal
from core.figures import FIGURES
from enrollment.enums import EnrollmentStatus
from enrollment.models import Enrollment
from exams.columns.tables import closed_by_words
from exams.enums import AttemptState
from exams.models import Attempt, Certificate
from exams.queries import score_rows, standing_of
from exams.rules import StartBar
from exams.services import close_if_over, close_overdue, hand_in, start_attempt, take_over
from exams.services.sitting import SWEEP_MARGIN, receipt_holds
from programs.where import Where
from tests.exams.factories import EXAM_TIME, right_rows, signed_up, started
from tests.exams.sittings import MINUTE, SECOND, at, save, text
from tests.factories import EnrollmentFactory, Persona


def leave(enrollment: Enrollment, status: str = EnrollmentStatus.WITHDRAWN) -> None:
    Enrollment.objects.filter(pk=enrollment.pk).update(status=status)
    enrollment.refresh_from_db()


def after(attempt: Attempt) -> dt.datetime:
    return attempt.accept_until + SECOND


# whatever meets a sitting that is over


def start(attempt: Attempt, now: dt.datetime) -> Attempt:
    return start_attempt(enrollment=attempt.enrollment, device="x", actor=system_actor(), now=now)


def takeover(attempt: Attempt, now: dt.datetime) -> Attempt:
    return take_over(attempt=attempt, device="x", actor=system_actor(), now=now)


def hand(attempt: Attempt, now: dt.datetime) -> Attempt:
    person = system_actor()
    return hand_in(attempt=attempt, actor=person, now=now)


def ask(attempt: Attempt, now: dt.datetime) -> Attempt:
    return close_if_over(attempt=attempt, now=now)


def sweep(attempt: Attempt, now: dt.datetime) -> Attempt:
    close_overdue(now=now + SWEEP_MARGIN)
    return Attempt.objects.get(pk=attempt.pk)


ACTS = pytest.mark.parametrize("act", [start, takeover, hand, ask, sweep])


@ACTS
def test_x8_an_overdue_sitting_is_closed_by_whatever_meets_it(act: Any, attempt: Attempt) -> None:
    save(*right_rows(attempt, 60))
    done = act(attempt, after(attempt))
    assert (done.state, done.closed_by, done.score) == ("closed", "system", 60)
    assert receipt_holds(done)
    assert str(closed_by_words(done))


@ACTS
def test_x5_extra_time_granted_meanwhile_keeps_the_sitting_open(act: Any, attempt: Attempt) -> None:
    """Read before the grant, closed after it: the lock judges anew."""
    now = after(attempt)
    stale = Attempt.objects.select_related("enrollment").get(pk=attempt.pk)
    Attempt.objects.update(extra_seconds=600, accept_until=attempt.accept_until + 10 * MINUTE)
    if act is hand:
        assert (
            act(stale, now).closed_by == "system"
        )  # the system stands for the trainee here; it is a hand-in in time
        return
    assert act(stale, now).state == AttemptState.OPEN


def test_x5_the_sweep_does_not_close_what_was_extended_after_it_looked(
    attempt: Attempt, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("exams.services.sitting.over_ids", lambda now, limit: [attempt.pk])
    assert close_overdue(now=attempt.accept_until) == 1
    assert Attempt.objects.get().state == AttemptState.OPEN


def test_x8_the_sweep_waits_for_answers_in_the_queue(attempt: Attempt) -> None:
    close_overdue(now=attempt.accept_until + SWEEP_MARGIN)
    assert Attempt.objects.get().state == AttemptState.OPEN
    close_overdue(now=attempt.accept_until + SWEEP_MARGIN + SECOND)
    assert Attempt.objects.get().state == AttemptState.CLOSED


def test_x8_a_hand_in_in_time_is_the_trainees(attempt: Attempt, trainee: Persona) -> None:
    done = hand_in(attempt=attempt, actor=trainee.actor, now=attempt.accept_until)
    assert done.closed_by == "person"
    assert str(closed_by_words(done)) != ""
    assert closed_by_words(Attempt(state="open")) == ""


# withdrawal


@ACTS
@pytest.mark.parametrize("status", [EnrollmentStatus.WITHDRAWN, EnrollmentStatus.REPLACED])
def test_e11_a_running_sitting_of_who_left_is_ended_by_the_system_and_earns_nothing(
    act: Any, status: str, attempt: Attempt, national_officer: Persona
) -> None:
    save(*right_rows(attempt))
    leave(attempt.enrollment, status)
    done = act(attempt, EXAM_TIME + MINUTE)
    assert (done.state, done.closed_by, done.score, done.passed) == ("closed", "system", 120, True)
    assert Certificate.objects.count() == 0
    year = attempt.enrollment.year
    for code in ("exams.qualified", "exams.sat", "exams.passed", "exams.certificates"):
        assert FIGURES[code].value(national_officer.scope, Where(year.pk)).amount == 0, code
    assert not score_rows(year, national_officer.scope).exists()


def test_e11_who_left_starts_no_attempt(bank: None, enrollment: Enrollment, trainee: Persona) -> None:
    signed_up(enrollment)
    leave(enrollment)
    with pytest.raises(Refusal):
        start_attempt(enrollment=enrollment, device="d", actor=trainee.actor, now=EXAM_TIME)
    assert Attempt.objects.count() == 0


def test_e11_approved_again_in_the_year_is_a_new_enrollment_with_fresh_attempts(
    attempt: Attempt, trainee: Persona, national_officer: Persona
) -> None:
    """As in E14: conditions and attempts begin anew; what the former enrollment holds stays there and counts nowhere."""
    former = attempt.enrollment
    save(*right_rows(attempt))
    leave(former)
    close_overdue(now=EXAM_TIME + MINUTE)
    again = EnrollmentFactory(
        person=former.person, region=former.region, year=former.year, registration=former.registration
    )
    where = standing_of(again, EXAM_TIME)
    assert (where.used, where.bar) == (0, StartBar.NONE)
    fresh = started(again, EXAM_TIME + 2 * MINUTE)
    assert (fresh.number, fresh.enrollment) == (1, again)
    page = trainee.client.get(at("exam-show"))
    assert page.context["enrollment"] == again
    assert FIGURES["exams.passed"].value(national_officer.scope, Where(former.year_id)).amount == 0


def test_e11_the_very_enrollment_put_right_counts_with_its_result(
    attempt: Attempt, scope_of_all: Scope
) -> None:
    """No step leads back from a withdrawal; were one put right, the attempt would count like any other."""
    save(*right_rows(attempt))
    leave(attempt.enrollment)
    close_overdue(now=EXAM_TIME + MINUTE)
    leave(attempt.enrollment, EnrollmentStatus.APPROVED)
    assert standing_of(attempt.enrollment, EXAM_TIME).bar is StartBar.PASSED
    assert FIGURES["exams.passed"].value(scope_of_all, Where(attempt.enrollment.year_id)).amount == 1


@pytest.fixture
def scope_of_all(national_officer: Persona) -> Scope:
    return national_officer.scope


# pages


@pytest.fixture
def clock(autumn_2022: Any) -> Any:
    autumn_2022.move_to(EXAM_TIME)
    return autumn_2022


def test_x8_the_exam_page_says_that_the_time_is_over_and_one_button_closes_it(
    clock: Any, attempt: Attempt, trainee: Persona
) -> None:
    save(*right_rows(attempt, 3))
    clock.move_to(after(attempt))
    close = at("attempt-close", pk=attempt.pk)
    assert close in text(trainee.client.get(at("exam-show")))
    # from another device than the one in use: the page goes on by itself
    room = trainee.client.get(at("attempt-show", pk=attempt.pk))
    assert "exams/attempt_over.html" in [one.name for one in room.templates]
    assert all(part in text(room) for part in (close, "exam/over.js"))
    assert room["Refresh"] == "20"
    assert Attempt.objects.get().state == AttemptState.OPEN
    answer = trainee.client.post(close, follow=True)
    assert answer.redirect_chain[-1][0] == at("attempt-result", pk=attempt.pk)
    assert Attempt.objects.get().closed_by == "system"


def test_x8_the_button_ends_no_running_sitting(clock: Any, attempt: Attempt, trainee: Persona) -> None:
    answer = trainee.client.post(at("attempt-close", pk=attempt.pk))
    assert answer["Location"] == at("attempt-show", pk=attempt.pk)
    assert Attempt.objects.get().state == AttemptState.OPEN


def test_e11_the_pages_tell_who_left_what_became_of_the_sitting(
    clock: Any, attempt: Attempt, trainee: Persona
) -> None:
    leave(attempt.enrollment)
    close = at("attempt-close", pk=attempt.pk)
    assert close in text(trainee.client.get(at("exam-show")))
    assert close in text(trainee.client.get(at("attempt-show", pk=attempt.pk)))
    result = trainee.client.post(close, follow=True)
    assert result.context["takes_part"] is False
    assert "does not count" not in text(result)
    again = text(trainee.client.get(at("exam-show")))
    assert at("attempt-start") not in again


def test_x8_the_list_of_scores_says_how_many_the_portal_handed_in(
    clock: Any, attempt: Attempt, national_officer: Persona
) -> None:
    close_if_over(attempt=attempt, now=after(attempt))
    page = national_officer.client.get(at("score-list"))
    assert [row.ended_by_system for row in page.context["list"].page.object_list] == [1]
