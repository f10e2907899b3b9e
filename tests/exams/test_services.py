"""Sign-up, attempts, hand-in, certificates and the bank, as the services promise it."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection

from accounts.actors import system_actor
from accounts.models import Region
from core.exceptions import IllegalTransition, NotAllowed, Refusal
from core.models import Event, Job
from enrollment.models import Enrollment
from exams import jobs
from exams.answers import batch
from exams.enums import ItemStatus
from exams.models import (
    Attempt,
    ExamWindow,
    SignUp,
)
from exams.services import (
    close_overdue,
    hand_in,
    import_items,
    sign_up,
    start_attempt,
    take_over,
)
from exams.services.items import Home
from exams.services.sitting import SWEEP_MARGIN, receipt_holds
from programs.enums import Track
from programs.services import close as close_subject
from tests.exams.factories import (
    EXAM_TIME,
    FULL,
    item_row,
    make_bank,
    places,
    right_rows,
    row_of,
    signed_up,
    started,
    with_figures,
    wrong_value,
)
from tests.factories import Persona, office_of, trainee_persona

MINUTE = dt.timedelta(minutes=1)
DAY = dt.timedelta(days=1)


def save(*rows: Any) -> None:
    with connection.cursor() as cursor:
        batch(cursor, rows)


def verbs() -> list[str]:
    return list(Event.objects.exclude(verb="load_year").order_by("pk").values_list("verb", flat=True))


# Signing up


def test_x4_sign_up_freezes_the_findings_it_rests_on(
    monkeypatch: pytest.MonkeyPatch, trainee: Persona, enrollment: Enrollment
) -> None:
    with_figures(monkeypatch, FULL)
    entry = sign_up(enrollment=enrollment, actor=trainee.actor, now=EXAM_TIME)
    assert [(f.kind, f.passed) for f in entry.frozen_findings] == [
        ("exam_online_hours", True),
        ("exam_homework_done", True),
        ("exam_offline_hours", True),
        ("exam_offline_passed", True),
    ]
    assert sign_up(enrollment=enrollment, actor=trainee.actor, now=EXAM_TIME + DAY) == entry
    assert verbs() == ["sign_up"]


@pytest.mark.parametrize(
    ("code", "amount"),
    [
        pytest.param("courses.online_hours", 169, id="X4-hours"),
        pytest.param("courses.homework_lessons_open", 1, id="X4-homework"),
        pytest.param("courses.offline_hours", 69, id="X4-offline-hours"),
        pytest.param("courses.offline_passed", 0, id="X4-offline-result"),
    ],
)
def test_x4_whoever_lacks_something_is_told_what(
    monkeypatch: pytest.MonkeyPatch, trainee: Persona, enrollment: Enrollment, code: str, amount: int
) -> None:
    with_figures(monkeypatch, {**FULL, code: amount})
    with pytest.raises(Refusal) as caught:
        sign_up(enrollment=enrollment, actor=trainee.actor, now=EXAM_TIME)
    assert [finding.figure for finding in caught.value.params["findings"]] == [code]
    assert not SignUp.objects.exists()


def test_x4_a_figure_nobody_provides_is_no_data_and_bars(
    monkeypatch: pytest.MonkeyPatch, trainee: Persona, enrollment: Enrollment
) -> None:
    with_figures(monkeypatch, {})
    with pytest.raises(Refusal) as caught:
        sign_up(enrollment=enrollment, actor=trainee.actor, now=EXAM_TIME)
    assert {finding.status for finding in caught.value.params["findings"]} == {"no_data"}


def test_x4_online_only_trainees_need_no_offline_training(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    with_figures(monkeypatch, {"courses.online_hours": 170, "courses.homework_lessons_open": 0})
    someone = trainee_persona("online", track=Track.ONLINE_ONLY)
    assert someone.enrollment is not None
    assert len(sign_up(enrollment=someone.enrollment, actor=someone.actor, now=EXAM_TIME).findings) == 2


def test_x4_only_the_approved_trainee_signs_up_and_nobody_else(
    monkeypatch: pytest.MonkeyPatch,
    trainee: Persona,
    other_trainee: Persona,
    hebei_coordinator: Persona,
    enrollment: Enrollment,
) -> None:
    with_figures(monkeypatch, FULL)
    for stranger in (other_trainee, hebei_coordinator):
        with pytest.raises(NotAllowed):
            sign_up(enrollment=enrollment, actor=stranger.actor, now=EXAM_TIME)
    Enrollment.objects.filter(pk=enrollment.pk).update(status="withdrawn")
    enrollment.refresh_from_db()
    with pytest.raises(Refusal):
        sign_up(enrollment=enrollment, actor=trainee.actor, now=EXAM_TIME)


def test_x4_a_closed_subject_takes_no_more_entries(
    monkeypatch: pytest.MonkeyPatch, trainee: Persona, enrollment: Enrollment, hebei: Region
) -> None:
    with_figures(monkeypatch, FULL)
    close_subject(year=enrollment.year, region=hebei, subject="exams", actor=system_actor(), now=EXAM_TIME)
    with pytest.raises(Refusal):
        sign_up(enrollment=enrollment, actor=trainee.actor, now=EXAM_TIME)


# Starting


def test_x3_a_start_draws_once_and_fixes_everything(attempt: Attempt) -> None:
    assert (attempt.number, attempt.item_count, attempt.full_points, attempt.pass_points) == (1, 100, 120, 72)
    assert attempt.deadline == EXAM_TIME + 90 * MINUTE
    assert attempt.accept_until == attempt.deadline + dt.timedelta(seconds=30)
    drawn = places(attempt)
    assert [place.ordinal for place in drawn] == list(range(1, 101))
    assert sum(place.points for place in drawn) == 120
    assert [place.row.answer_kind for place in drawn] == ["single"] * 60 + ["multiple"] * 20 + [
        "true_false"
    ] * 20


def test_x5_a_second_start_answers_the_running_attempt(attempt: Attempt, enrollment: Enrollment) -> None:
    assert started(enrollment, EXAM_TIME + MINUTE) == attempt
    assert Attempt.objects.count() == 1


def test_x4_who_has_not_signed_up_cannot_start(bank: None, trainee: Persona, enrollment: Enrollment) -> None:
    with pytest.raises(Refusal):
        start_attempt(enrollment=enrollment, device="d", actor=trainee.actor, now=EXAM_TIME)


def test_x5_nobody_starts_for_another(bank: None, other_trainee: Persona, enrollment: Enrollment) -> None:
    signed_up(enrollment)
    with pytest.raises(NotAllowed):
        start_attempt(enrollment=enrollment, device="d", actor=other_trainee.actor, now=EXAM_TIME)


def test_x5_three_failures_end_it_and_a_fourth_is_refused(
    bank: None, trainee: Persona, enrollment: Enrollment
) -> None:
    for number in range(3):
        attempt = started(enrollment, EXAM_TIME + number * DAY)
        assert attempt.number == number + 1
        assert (
            hand_in(attempt=attempt, actor=trainee.actor, now=EXAM_TIME + number * DAY + MINUTE).passed
            is False
        )
    with pytest.raises(Refusal):
        started(enrollment, EXAM_TIME + 4 * DAY)


def test_x5_after_a_pass_no_attempt_starts(
    attempt: Attempt, trainee: Persona, enrollment: Enrollment
) -> None:
    save(*right_rows(attempt))
    hand_in(attempt=attempt, actor=trainee.actor, now=EXAM_TIME + MINUTE)
    with pytest.raises(Refusal):
        started(enrollment, EXAM_TIME + DAY)


def test_x5_an_attempt_started_at_the_windows_last_second_has_its_full_time(
    bank: None, enrollment: Enrollment
) -> None:
    window = ExamWindow.objects.get(year=enrollment.year)
    late = started(enrollment, window.closes_at - dt.timedelta(seconds=1))
    assert late.deadline - late.started_at == 90 * MINUTE
    assert late.deadline > window.closes_at


def test_x3_a_bank_that_cannot_fill_the_paper_refuses_and_leaves_nothing(
    trainee: Persona, enrollment: Enrollment
) -> None:
    make_bank(singles=10, groups=0, multiple=24, true_false=24)
    signed_up(enrollment)
    with pytest.raises(Refusal) as caught:
        start_attempt(enrollment=enrollment, device="d", actor=trainee.actor, now=EXAM_TIME)
    assert caught.value.params["shortages"][0].missing == 50
    assert not Attempt.objects.exists()


def test_x3_items_of_another_specialty_and_outside_the_bank_are_not_drawn(
    bank: None, enrollment: Enrollment
) -> None:
    home = Home(unit=office_of("cancer"), status=ItemStatus.IN_BANK)
    foreign = [item_row("a1", number, specialties=["old-pathology"]) for number in range(900, 990)]
    import_items(rows=foreign, home=home, actor=system_actor(), now=EXAM_TIME)
    drafts = [item_row("a1", number) for number in range(700, 790)]
    import_items(rows=drafts, home=Home(unit=office_of("cancer")), actor=system_actor(), now=EXAM_TIME)
    numbers = [
        int(place.version.item.code.split("-")[2])
        for place in places(started(enrollment))
        if place.version.item.kind == "a1"
    ]
    assert max(numbers) < 700


def test_x5_a_meeting_overdue_attempt_is_closed_not_replaced(
    attempt: Attempt, enrollment: Enrollment
) -> None:
    met = started(enrollment, attempt.accept_until + DAY)
    assert (met.pk, met.state, met.closed_by) == (attempt.pk, "closed", "system")


# Handing in


def test_x8_hand_in_scores_writes_a_receipt_and_is_idempotent(attempt: Attempt, trainee: Persona) -> None:
    save(*right_rows(attempt, 30))
    done = hand_in(attempt=attempt, actor=trainee.actor, now=EXAM_TIME + MINUTE)
    assert (done.state, done.score, done.passed, done.closed_by) == ("closed", 30, False, "person")
    assert done.marks == {"single": 30, "multiple": 0, "true-false": 0}
    assert done.receipt == f"E2022-{attempt.pk:08d}"
    assert receipt_holds(done)
    assert receipt_holds(Attempt.objects.get())
    again = hand_in(attempt=attempt, actor=trainee.actor, now=EXAM_TIME + 5 * MINUTE)
    assert (again.closed_at, again.receipt_mac) == (done.closed_at, done.receipt_mac)
    assert verbs().count("close_attempt") == 1


def test_x8_a_sheet_changed_after_hand_in_no_longer_matches_its_receipt(
    attempt: Attempt, trainee: Persona
) -> None:
    save(*right_rows(attempt, 30))
    done = hand_in(attempt=attempt, actor=trainee.actor, now=EXAM_TIME + MINUTE)
    done.answers.filter(ordinal=1).update(value="zzzz")
    assert not receipt_holds(done)


@pytest.mark.parametrize(
    ("right", "passed"),
    [
        pytest.param(71, False, id="X5-71-fails"),
        pytest.param(72, True, id="X5-72-passes"),
        pytest.param(73, True, id="X5-73-passes"),
    ],
)
def test_x5_the_pass_mark_at_below_and_above(
    bank: None, trainee: Persona, enrollment: Enrollment, right: int, passed: bool
) -> None:
    attempt = started(enrollment)
    drawn = places(attempt)
    ones = [place for place in drawn if place.points == 1][: right - 2 * ((right - 60) // 2)]
    twos = [place for place in drawn if place.points == 2][: (right - len(ones)) // 2]
    rows = {row.ordinal: row for row in right_rows(attempt)}
    save(*(rows[place.ordinal] for place in (*ones, *twos)))
    done = hand_in(attempt=attempt, actor=trainee.actor, now=EXAM_TIME + MINUTE)
    assert (done.score, done.passed) == (right, passed)


def test_x8_wrong_and_right_are_told_apart(attempt: Attempt, trainee: Persona) -> None:
    save(*(row_of(attempt, place.ordinal, wrong_value(place)[:4]) for place in places(attempt)))
    assert hand_in(attempt=attempt, actor=trainee.actor, now=EXAM_TIME + MINUTE).score == 0


def test_x8_only_the_trainee_hands_in(
    attempt: Attempt, hebei_coordinator: Persona, other_trainee: Persona
) -> None:
    for stranger in (hebei_coordinator, other_trainee):
        with pytest.raises(NotAllowed):
            hand_in(attempt=attempt, actor=stranger.actor, now=EXAM_TIME)
        with pytest.raises(NotAllowed):
            take_over(attempt=attempt, device="x", actor=stranger.actor, now=EXAM_TIME)


def test_x8_a_hand_in_after_the_last_instant_is_the_systems(attempt: Attempt, trainee: Persona) -> None:
    done = hand_in(attempt=attempt, actor=trainee.actor, now=attempt.accept_until + MINUTE)
    assert done.closed_by == "system"


def test_x8_taking_over_counts_devices_once_and_ends_with_hand_in(attempt: Attempt, trainee: Persona) -> None:
    assert take_over(attempt=attempt, device="device", actor=trainee.actor, now=EXAM_TIME).generation == 1
    assert take_over(attempt=attempt, device="phone", actor=trainee.actor, now=EXAM_TIME).generation == 2
    assert take_over(attempt=attempt, device="phone", actor=trainee.actor, now=EXAM_TIME).generation == 2
    hand_in(attempt=attempt, actor=trainee.actor, now=EXAM_TIME + MINUTE)
    with pytest.raises(IllegalTransition):
        take_over(attempt=attempt, device="third", actor=trainee.actor, now=EXAM_TIME)


@pytest.mark.parametrize(
    ("after", "closed"),
    [
        pytest.param(-MINUTE, 0, id="X8-running"),
        pytest.param(SWEEP_MARGIN, 0, id="X8-answers-may-still-be-queued"),
        pytest.param(SWEEP_MARGIN + dt.timedelta(seconds=1), 1, id="X8-overdue"),
    ],
)
def test_x8_the_sweep_closes_what_is_over_and_nothing_else(
    attempt: Attempt, after: dt.timedelta, closed: int
) -> None:
    save(*right_rows(attempt))
    assert close_overdue(now=attempt.accept_until + after) == closed
    attempt.refresh_from_db()
    assert (attempt.state == "closed", attempt.passed) == (bool(closed), True if closed else None)
    assert close_overdue(now=attempt.accept_until + after) == 0


def test_x8_the_periodic_job_closes_in_short_steps(bank: None) -> None:
    for number in range(7):
        someone = trainee_persona(f"sitting-{number}")
        assert someone.enrollment is not None
        started(someone.enrollment)
    now = EXAM_TIME + 2 * 60 * MINUTE
    job = Job.objects.create(kind=jobs.SWEEP.code, created_at=now)
    first = jobs.SWEEP.step(job, now)
    assert (first.done, first.finished) == (5, False)
    assert first.apply is not None
    assert first.apply() == {"closed": 5}
    job.done = 5
    second = jobs.SWEEP.step(job, now)
    assert (second.done, second.finished) == (7, True)
    assert second.apply is not None
    assert second.apply() == {"closed": 7}
    assert Attempt.objects.filter(state="open").count() == 0
