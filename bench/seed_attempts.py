"""Running attempts for the bench; prints the tokens of their devices as JSON. `python -m bench.seed_attempts COUNT`."""

import datetime as dt
import json
import os
import sys

import django
from django.utils import timezone

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

# models can be imported only now
from accounts.enums import InstitutionKind, InstitutionLevel  # noqa: E402
from accounts.models import Institution, Person, Region  # noqa: E402
from enrollment.enums import Profession  # noqa: E402
from enrollment.models import Enrollment  # noqa: E402
from exams.answers import issue_token  # noqa: E402
from exams.models import Attempt, ExamWindow  # noqa: E402
from programs.enums import Track  # noqa: E402
from programs.models import Specialty  # noqa: E402


def seed(count: int) -> list[str]:
    """`count` people in the middle of a sitting."""
    now = timezone.now()
    window = ExamWindow.objects.earliest("opens_at")
    region = Region.objects.provinces().earliest("order")
    institution = Institution.objects.create(
        name="bench", level=InstitutionLevel.COUNTY, kind=InstitutionKind.GENERAL_HOSPITAL, region=region
    )
    specialty = Specialty.objects.filter(year=window.year).earliest("order")
    people = Person.objects.bulk_create(Person(name=f"bench {number}") for number in range(count))
    enrollments = Enrollment.objects.bulk_create(
        Enrollment(
            year=window.year, person=person, region=region, track=Track.COMPREHENSIVE, specialty=specialty,
            institution=institution, institution_level=institution.level, profession=Profession.PHYSICIAN, applied_at=now,
        )
        for person in people
    )  # fmt: skip
    ends = now + dt.timedelta(hours=3)
    attempts = Attempt.objects.bulk_create(
        Attempt(
            enrollment=enrollment, window=window, number=1, seed="bench", started_at=now, deadline=ends, accept_until=ends,
            item_count=100, full_points=120, pass_points=72,
        )
        for enrollment in enrollments
    )  # fmt: skip
    return [issue_token(attempt.pk, attempt.enrollment.person_id, 1) for attempt in attempts]


if __name__ == "__main__":
    print(json.dumps(seed(int(sys.argv[1]))))
