"""Running attempts and lessons being watched; prints the tokens of their devices as JSON.

`python -m bench.seed_attempts COUNT`.
"""

import datetime as dt
import json
import os
import sys

import django
from django.utils import timezone

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

# models can be imported only now
from bench.people import enroll  # noqa: E402
from courses import watching  # noqa: E402
from courses.enums import LessonStatus  # noqa: E402
from courses.models import Lesson, WatchStream  # noqa: E402
from enrollment.models import Enrollment  # noqa: E402
from exams.answers import issue_token  # noqa: E402
from exams.models import Attempt, ExamWindow  # noqa: E402


def seed(count: int) -> dict[str, list[str]]:
    """`count` people in the middle of a sitting, as many before a lesson."""
    now = timezone.now()
    window = ExamWindow.objects.earliest("opens_at")
    enrollments = enroll(window.year, count, now)
    ends = now + dt.timedelta(hours=3)
    attempts = Attempt.objects.bulk_create(
        Attempt(
            enrollment=enrollment, window=window, number=1, seed="bench", started_at=now, deadline=ends, accept_until=ends,
            item_count=100, full_points=120, pass_points=72,
        )
        for enrollment in enrollments
    )  # fmt: skip
    sitting = [issue_token(attempt.pk, attempt.enrollment.person_id, 1) for attempt in attempts]
    return {"sitting": sitting, "watching": _watch(enrollments, now)}


def _watch(enrollments: list[Enrollment], now: dt.datetime) -> list[str]:
    """A long lesson, so that nobody comes to its end while it is measured."""
    office = enrollments[0].year.program.owner
    lesson = Lesson.objects.create(
        code="bench",
        title="bench",
        owner=office,
        unit=office,
        status=LessonStatus.PUBLISHED,
        seconds=80_000,
        created_at=now,
    )
    streams = WatchStream.objects.bulk_create(
        WatchStream(
            person_id=enrollment.person_id,
            enrollment=enrollment,
            lesson=lesson,
            nonce="bench",
            last_beat_at=now,
        )
        for enrollment in enrollments
    )
    return [
        watching.issue_token(stream.person_id, stream.enrollment_id, lesson.pk, stream.nonce)
        for stream in streams
    ]


if __name__ == "__main__":
    print(json.dumps(seed(int(sys.argv[1]))))
