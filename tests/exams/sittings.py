"""What the tests of decided sittings share: saving through the door, handing in, a second person of the office."""

import datetime as dt
from typing import Any

from django.db import connection
from django.urls import reverse

from accounts.actors import system_actor
from accounts.enums import Role
from exams.answers import batch
from exams.models import Attempt, AttemptItem, LateAnswer
from exams.services import hand_in
from tests.exams.factories import EXAM_TIME, places, right_value, row_of, wrong_value
from tests.factories import Persona, office_of, persona

SECOND = dt.timedelta(seconds=1)
MINUTE = dt.timedelta(minutes=1)
REASON = "考场停电半小时，考生未能继续作答。"


def at(name: str, **kwargs: Any) -> str:
    return reverse(f"exams:{name}", kwargs={"program": "cancer", "year": 2022, **kwargs})


def save(*rows: Any) -> list[str]:
    with connection.cursor() as cursor:
        return [verdict.word for verdict in batch(cursor, rows)]


def text(response: Any) -> str:
    return str(response.content.decode())


def ended(attempt: Attempt, now: dt.datetime = EXAM_TIME + MINUTE) -> Attempt:
    """Handed in by its trainee."""
    return hand_in(attempt=attempt, actor=system_actor(), now=now)


def ones(attempt: Attempt) -> list[AttemptItem]:
    """The eighty places of the paper that are worth one point each, in order."""
    return [place for place in places(attempt) if place.points == 1]


def scored(attempt: Attempt, points: int) -> Attempt:
    """Handed in with right answers at the first places that are worth one point."""
    save(*[row_of(attempt, place.ordinal, right_value(place)) for place in ones(attempt)[:points]])
    return ended(attempt)


def arrive_late(
    attempt: Attempt, number: int, *, right: bool = True, sequence: int = 9, **row: Any
) -> LateAnswer:
    """An answer for the pile at the place `number` of `ones`, a minute after the last accepted instant."""
    place = ones(attempt)[number - 1]
    value = right_value(place) if right else wrong_value(place)
    late = attempt.accept_until + MINUTE
    save(row_of(attempt, place.ordinal, value, sequence, **{"arrived_at": late, **row}))
    return LateAnswer.objects.latest("pk")


def second_officer() -> Persona:
    """Another person of the office that owns the cancer program."""
    return persona("national-2", Role.NATIONAL_OFFICE, office_of("cancer"), name="李复核")
