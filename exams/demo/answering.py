"""Answers of a demo's paper, written through the exam's own door."""

from django.db import connection

from core.demo import DemoContext
from exams.answers import SaveRow, batch
from exams.models import Attempt, AttemptItem
from exams.rules import as_value


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
