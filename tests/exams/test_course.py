"""The course of a sitting for those who look after it: every grant, message and verdict of its own, nobody else's (X5, X8)."""

import datetime as dt
from typing import Any

from accounts.models import Region
from enrollment.models import Placement
from exams.columns.control import clock
from exams.control import end_of
from exams.course import course_of
from exams.models import Attempt, Broadcast, ExtraTime
from exams.services import ask_void, confirm_void, hand_in
from tests.exams.factories import EXAM_TIME
from tests.exams.sittings import MINUTE, REASON, second_officer
from tests.factories import HENAN, Persona


def fresh(attempt: Attempt) -> Attempt:
    return Attempt.objects.select_related("enrollment").get(pk=attempt.pk)


def notes_of(attempt: Attempt) -> list[str]:
    """What was said or given, oldest first."""
    return [event["note"] for event in reversed(course_of(fresh(attempt))) if event.get("note")]


def say(attempt: Attempt, text: str, minutes: int, **where: Any) -> None:
    sent_at = EXAM_TIME + minutes * MINUTE
    Broadcast.objects.create(year=attempt.enrollment.year, text=text, sent_at=sent_at, **where)


def give(attempt: Attempt, reason: str, minutes: int, *, standing: bool = False) -> None:
    ExtraTime.objects.create(
        year=attempt.enrollment.year,
        enrollment=attempt.enrollment,
        minutes=5,
        is_standing=standing,
        reason=reason,
        granted_at=EXAM_TIME + minutes * MINUTE,
    )


def test_x8_messages_that_reached_the_sitting_stand_in_its_course(
    attempt: Attempt, trainee: Persona, base_coordinator: Persona
) -> None:
    base = base_coordinator.unit
    say(attempt, "before", -1)
    say(attempt, "all", 1)
    say(attempt, "henan", 2, region=Region.objects.get(pk=HENAN))
    say(attempt, "other base", 3, base=base)
    assert notes_of(attempt) == ["all"]
    Placement.objects.create(enrollment=attempt.enrollment, base=base, placed_at=EXAM_TIME)
    say(attempt, "province", 4, region=attempt.enrollment.region)
    assert notes_of(attempt) == ["all", "other base", "province"]
    closed = hand_in(attempt=attempt, actor=trainee.actor, now=EXAM_TIME + 5 * MINUTE)
    say(attempt, "after", 6)
    assert notes_of(attempt) == ["all", "other base", "province", closed.receipt]


def test_t11_what_was_granted_before_and_stands_is_told_beside_the_longer_time(attempt: Attempt) -> None:
    give(attempt, "of an earlier sitting", -20)
    give(attempt, "standing", -10, standing=True)
    give(attempt, "now", 10)
    assert notes_of(attempt) == ["standing", "now"]


def test_x5_a_void_sitting_tells_when_and_why_and_nothing_later(
    attempt: Attempt, national_officer: Persona
) -> None:
    assert end_of(fresh(attempt)) is None
    request = ask_void(
        attempt=attempt, reason=REASON, actor=national_officer.actor, now=EXAM_TIME + 2 * MINUTE
    )
    confirm_void(request=request, actor=second_officer().actor, now=EXAM_TIME + 3 * MINUTE)
    give(attempt, "later", 4, standing=True)
    say(attempt, "later", 4)
    assert end_of(fresh(attempt)) == EXAM_TIME + 3 * MINUTE
    assert notes_of(attempt) == [REASON]
    assert course_of(fresh(attempt))[0]["tone"] == "danger"
    Attempt.objects.filter(pk=attempt.pk).update(state="void")
    request.delete()
    assert end_of(fresh(attempt)) is None


def test_x8_the_last_contact_is_told_to_the_second() -> None:
    assert clock(EXAM_TIME + dt.timedelta(seconds=7), EXAM_TIME) == "09:00:07"
    assert clock(EXAM_TIME - dt.timedelta(days=1), EXAM_TIME) == "2022-12-04 09:00:00"
