"""How long the office's list of trainees takes at best; prints milliseconds and queries as JSON. `python -m bench.list_page`."""

import json
import os
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

# models can be imported only now
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.urls import reverse  # noqa: E402

from accounts.enums import Role  # noqa: E402
from accounts.models import Membership  # noqa: E402
from enrollment.models import Enrollment  # noqa: E402
from programs.models import ProgramYear  # noqa: E402

ROUNDS = 30


def measure() -> dict[str, float]:
    """The whole page through middleware, view and template, as the national office sees it."""
    year = ProgramYear.objects.filter(enrollments__isnull=False).earliest("year")
    office = Membership.objects.filter(unit=year.program.owner, role=Role.NATIONAL_OFFICE).earliest("pk")
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(office.user)
    url = reverse("enrollment:person-list", kwargs=year.url_kwargs)
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        status = client.get(url).status_code
        times.append(time.perf_counter() - started)
        if status != 200:
            raise RuntimeError(f"{url}: {status}")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        client.get(url)
    people = Enrollment.objects.filter(year=year).count()
    return {"ms": min(times) * 1000, "queries": len(queries), "people": people}


if __name__ == "__main__":
    print(json.dumps(measure()))
