"""The list of trainees, the dashboard and a roster's findings among 7,400 and among 740,000 enrollments; prints JSON.

`python -m bench.recruitment` works on the database of `DATABASE_URL`, filled with the demo of the whole country, and leaves
it a hundred times as large: for a database of its own.
"""

import json
import os
import time
from collections.abc import Callable
from typing import Any

import django
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

# models can be imported only now
from django.db import connection, models  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.urls import reverse  # noqa: E402

from accounts.enums import Role  # noqa: E402
from accounts.models import Membership, Person, Region  # noqa: E402
from bench.rotation import NEWER  # noqa: E402
from enrollment.models import Enrollment, Registration  # noqa: E402
from enrollment.queries import health_of  # noqa: E402
from programs.models import ProgramYear  # noqa: E402

ROUNDS, TIMES = 5, 100
# keys of the copies: far above those of the rows copied
STEP = 1_000_000
COPIED: tuple[type[models.Model], ...] = (Person, Registration, Enrollment)


def measure() -> dict[str, Any]:
    """Milliseconds and queries of each page, with the enrollments that are there and with a hundred times as many."""
    # the change of keys may have been measured on these rows
    settings.PERSONAL_DATA_KEYS = [*settings.PERSONAL_DATA_KEYS, NEWER]
    year = ProgramYear.objects.filter(enrollments__isnull=False).earliest("year")
    few = _pages(year)
    multiply()
    return {"few": few, "many": _pages(year)}


def _pages(year: ProgramYear) -> dict[str, Any]:
    office = Membership.objects.filter(unit=year.program.owner, role=Role.NATIONAL_OFFICE).earliest("pk")
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(office.user)
    region = Region.objects.get(pk="130000")
    acts: dict[str, Callable[[], object]] = {
        "list": lambda: _get(client, reverse("enrollment:person-list", kwargs=year.url_kwargs)),
        "dashboard": lambda: _get(client, reverse("reports:dashboard-show", kwargs=year.url_kwargs)),
        "ledger": lambda: _get(client, reverse("enrollment:quota-ledger", kwargs=year.url_kwargs)),
        "findings": lambda: health_of(year, region),
    }
    people = Enrollment.objects.filter(year=year)
    counts = {"people": people.count(), "in_province": people.filter(region=region).count()}
    return {**counts, **{name: _timed(act) for name, act in acts.items()}}


def _get(client: Client, url: str) -> None:
    status = client.get(url).status_code
    if status != 200:
        raise RuntimeError(f"{url}: {status}")


def _timed(act: Callable[[], object]) -> dict[str, float]:
    act()
    # before the rounds: the session of a page that takes seconds is stamped again after a minute, with queries of its own
    with CaptureQueriesContext(connection) as queries:
        act()
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        act()
        times.append(time.perf_counter() - started)
    return {"ms": min(times) * 1000, "queries": len(queries)}


def multiply() -> None:
    """Ninety-nine copies of every person, number and enrollment, each copy pointing at its own."""
    with connection.cursor() as cursor:
        for model in COPIED:
            columns = [field for field in model._meta.concrete_fields if not field.generated]
            names = ", ".join(f'"{field.column}"' for field in columns)
            values = ", ".join(_copied(field) for field in columns)
            table = f'"{model._meta.db_table}"'
            cursor.execute(
                f"INSERT INTO {table} ({names}) SELECT {values} FROM {table}, generate_series(1, {TIMES - 1}) k"  # noqa: S608
            )
        cursor.execute("ANALYZE")


def _copied(field: models.Field) -> str:
    column = f'"{field.column}"'
    own = field.primary_key or field.related_model in COPIED
    if own:
        return f"{column} + k * {STEP}"
    unique = field.unique or str(field.column).endswith("_index")
    return f"CASE WHEN {column} = '' THEN '' ELSE left(md5({column} || k), 20) END" if unique else column


if __name__ == "__main__":
    print(json.dumps(measure()))
