"""An attempt is void when two people of the office say so (X5)."""

import datetime as dt
from dataclasses import replace

import pytest
from django.db import IntegrityError

from accounts.models import Notice
from core.exceptions import Closed, IllegalTransition, NotAllowed, Refusal
from core.models import Event
from exams.enums import AttemptState, CertificateStatus
from exams.models import Answer, Attempt, Certificate, LateAnswer, VoidRequest
from exams.queries import standing_of
from exams.rules import StartBar
from exams.services import (
    ask_void,
    confirm_void,
    decide_late,
    hand_in,
    refuse_void,
    start_attempt,
)
from programs.services import close as close_subject
from tests.exams.factories import EXAM_TIME, places, right_rows, right_value, row_of, started
from tests.exams.sittings import MINUTE, REASON, arrive_late, ended, save, scored, second_officer
from tests.factories import Persona

DAY = dt.timedelta(days=1)
LATER = EXAM_TIME + DAY


@pytest.fixture
def second(db: None) -> Persona:
    return second_officer()


def ask(attempt: Attempt, officer: Persona, reason: str = REASON) -> VoidRequest:
    return ask_void(attempt=attempt, reason=reason, actor=officer.actor, now=LATER)


def void(attempt: Attempt, first: Persona, second: Persona) -> Attempt:
    return confirm_void(request=ask(attempt, first), actor=second.actor, now=LATER)


def test_x5_asking_changes_nothing_and_confirming_makes_the_attempt_void(
    attempt: Attempt, national_officer: Persona, second: Persona, trainee: Persona
) -> None:
    request = ask(attempt, national_officer)
    assert Attempt.objects.get().state == AttemptState.OPEN
    confirm_void(request=request, actor=second.actor, now=LATER)
    request.refresh_from_db()
    assert (Attempt.objects.get().state, request.decision) == (AttemptState.VOID, "confirmed")
    assert (request.decided_by, request.decided_at) == (second.user, LATER)
    event = Event.objects.get(verb="void_attempt")
    assert (event.from_state, event.to_state, event.reason) == ("open", "void", REASON)
    assert (event.user_number, Event.objects.get(verb="ask_void").user_number) == (
        second.user.pk, national_officer.user.pk,
    )  # fmt: skip
    told = Notice.objects.get(membership__user=trainee.user)
    assert told.url.endswith(f"/attempts/{attempt.pk}/result/")


def test_x5_the_chance_comes_back_and_a_void_first_attempt_does_not_start_the_clock(
    attempt: Attempt, national_officer: Persona, second: Persona, trainee: Persona
) -> None:
    enrollment = attempt.enrollment
    ended(attempt)
    assert standing_of(enrollment, LATER).used == 1
    void(attempt, national_officer, second)
    # fifteen days after the void start: were it the first start, the time would be over
    later = EXAM_TIME + 15 * DAY
    where = standing_of(enrollment, later)
    assert (where.used, where.left, where.bar) == (0, 3, StartBar.NONE)
    again = start_attempt(enrollment=enrollment, device="d", actor=trainee.actor, now=later)
    assert again.number == 2
    assert Attempt.objects.with_chance().get(pk=again.pk).chance == 1
    assert (standing_of(enrollment, later + MINUTE).ends_at or later) > later + 10 * DAY


def test_x5_an_open_sitting_that_is_void_takes_no_answer(
    attempt: Attempt, national_officer: Persona, second: Persona, trainee: Persona
) -> None:
    save(row_of(attempt, 1, right_value(places(attempt)[0])))
    void(attempt, national_officer, second)
    late = row_of(attempt, 3, arrived_at=attempt.accept_until + MINUTE)
    assert save(row_of(attempt, 2), late) == ["refused", "refused"]
    assert (Answer.objects.count(), LateAnswer.objects.count()) == (1, 0)
    assert hand_in(attempt=attempt, actor=trainee.actor, now=LATER).state == AttemptState.VOID
    assert Event.objects.filter(verb="close_attempt").count() == 0


def test_x5_a_certificate_that_rested_on_it_is_revoked_with_the_reason_and_the_next_pass_is_certified(
    attempt: Attempt, national_officer: Persona, second: Persona, trainee: Persona
) -> None:
    save(*right_rows(attempt))
    ended(attempt)
    void(attempt, national_officer, second)
    revoked = Certificate.objects.get()
    assert (revoked.status, revoked.revoked_at) == (CertificateStatus.REVOKED, LATER)
    assert Event.objects.get(verb="revoke_certificate").reason == REASON
    again = started(attempt.enrollment, LATER)
    save(*right_rows(again))
    ended(again, LATER + MINUTE)
    valid = Certificate.objects.valid().get()
    assert valid.attempt == again
    assert valid.number != revoked.number


def test_x5_where_another_pass_stands_a_certificate_is_issued_anew_with_its_score(
    attempt: Attempt, national_officer: Persona, second: Persona
) -> None:
    """The first attempt gained its pass from late answers after the second had been passed."""
    scored(attempt, 71)
    again = started(attempt.enrollment, EXAM_TIME + DAY)
    save(*right_rows(again))
    ended(again, EXAM_TIME + DAY + MINUTE)
    late = arrive_late(attempt, 72)
    decide_late(
        attempt=attempt, chosen=[late.pk], accept=True, reason=REASON, year=attempt.enrollment.year,
        actor=national_officer.actor, now=LATER,
    )  # fmt: skip
    assert Certificate.objects.get().attempt == again
    void(again, national_officer, second)
    valid = Certificate.objects.valid().get()
    assert (valid.attempt, valid.content["score"]) == (attempt, 72)


def test_x5_a_void_attempt_that_earned_nothing_touches_no_certificate(
    attempt: Attempt, national_officer: Persona, second: Persona
) -> None:
    scored(attempt, 71)
    again = started(attempt.enrollment, EXAM_TIME + DAY)
    save(*right_rows(again))
    ended(again, EXAM_TIME + DAY + MINUTE)
    void(attempt, national_officer, second)
    assert Certificate.objects.valid().get().attempt == again


def test_x5_an_office_that_revoked_a_certificate_issues_no_other_for_the_same_enrollment(
    attempt: Attempt, national_officer: Persona, second: Persona
) -> None:
    """A pass gained later does not undo what the office revoked for a reason of its own."""
    scored(attempt, 71)
    again = started(attempt.enrollment, EXAM_TIME + DAY)
    save(*right_rows(again))
    ended(again, EXAM_TIME + DAY + MINUTE)
    Certificate.objects.update(status=CertificateStatus.REVOKED)
    late = arrive_late(attempt, 72)
    decide_late(
        attempt=attempt, chosen=[late.pk], accept=True, reason=REASON, year=attempt.enrollment.year,
        actor=national_officer.actor, now=LATER,
    )  # fmt: skip
    assert Attempt.objects.get(pk=attempt.pk).passed
    assert Certificate.objects.valid().count() == 0


def test_x5_the_one_who_asked_never_decides_whatever_the_membership(
    attempt: Attempt,
    national_officer: Persona,
    second: Persona,
    hebei_coordinator: Persona,
    nuclear_officer: Persona,
) -> None:
    request = ask(attempt, national_officer)
    for someone in (national_officer, hebei_coordinator, nuclear_officer):
        with pytest.raises(NotAllowed):
            confirm_void(request=request, actor=someone.actor, now=LATER)
        with pytest.raises(NotAllowed):
            refuse_void(request=request, reason=REASON, actor=someone.actor, now=LATER)
    assert Attempt.objects.get().state == AttemptState.OPEN


def test_x5_another_membership_of_the_asker_is_not_a_second_person(
    attempt: Attempt, national_officer: Persona
) -> None:
    request = ask(attempt, national_officer)
    elsewhere = replace(national_officer.actor, membership_id=0)
    with pytest.raises(NotAllowed):
        confirm_void(request=request, actor=elsewhere, now=LATER)


def test_x5_only_the_office_asks_in_a_sentence_and_once(
    attempt: Attempt, national_officer: Persona, second: Persona, hebei_coordinator: Persona
) -> None:
    with pytest.raises(NotAllowed):
        ask(attempt, hebei_coordinator)
    with pytest.raises(Refusal):
        ask(attempt, national_officer, "作弊")
    ask(attempt, national_officer)
    with pytest.raises(IllegalTransition):
        ask(attempt, second)
    with pytest.raises(IntegrityError):
        VoidRequest.objects.create(attempt=attempt, reason=REASON, asked_by=second.user, asked_at=LATER)


def test_x5_refused_the_attempt_stands_and_may_be_asked_about_again(
    attempt: Attempt, national_officer: Persona, second: Persona
) -> None:
    request = ask(attempt, national_officer)
    with pytest.raises(Refusal):
        refuse_void(request=request, reason=" ", actor=second.actor, now=LATER)
    refuse_void(request=request, reason="证据不足", actor=second.actor, now=LATER)
    assert Attempt.objects.get().state == AttemptState.OPEN
    with pytest.raises(IllegalTransition):
        confirm_void(request=request, actor=second.actor, now=LATER)
    void(attempt, national_officer, second)
    with pytest.raises(IllegalTransition):
        ask(attempt, national_officer)


def test_x5_a_closed_subject_voids_nothing(
    attempt: Attempt, national_officer: Persona, second: Persona
) -> None:
    request = ask(attempt, national_officer)
    close_subject(
        year=attempt.enrollment.year, region=attempt.enrollment.region, subject="exams",
        actor=national_officer.actor, now=LATER,
    )  # fmt: skip
    with pytest.raises(Closed):
        confirm_void(request=request, actor=second.actor, now=LATER)
    assert Attempt.objects.get().state == AttemptState.OPEN
