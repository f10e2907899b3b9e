"""Answers of a demo's paper, written through the exam's own door."""

import datetime as dt

from django.db import connection

from accounts.actors import Actor
from accounts.enums import Role
from accounts.scope import Scope
from core.demo import DemoContext
from core.enums import ActorKind
from exams.answers import SaveRow, batch
from exams.models import Attempt, AttemptItem
from exams.rules import as_value
from exams.services import hand_in


def answer(context: DemoContext, attempt: Attempt, points: int, share: float = 1.0) -> None:
    """Right answers up to about `points` and wrong ones for the rest, on that share of the places."""
    places = list(
        AttemptItem.objects.filter(attempt=attempt)
        .order_by("ordinal")
        .values_list("ordinal", "options", "points", "version__key")
    )
    context.random.shuffle(places)
    rows, earned = [], 0
    for ordinal, options, worth, key in places[: round(len(places) * share)]:
        right = earned + worth <= points
        earned += worth if right else 0
        picked = [option["id"] for option in options if (option["label"] in key) == right]
        value = as_value(picked if right else picked[:1])
        rows.append(SaveRow(attempt.pk, attempt.generation, ordinal, value, ordinal, attempt.started_at))
    with connection.cursor() as cursor:
        batch(cursor, rows)


def hand_over(attempt: Attempt, now: dt.datetime) -> Attempt:
    """Handed in by its trainee, not by the portal."""
    scope = Scope(role=Role.TRAINEE, person_id=attempt.enrollment.person_id)
    trainee = Actor(kind=ActorKind.PERSON, role=Role.TRAINEE, scope=scope)
    return hand_in(attempt=attempt, actor=trainee, now=now)
