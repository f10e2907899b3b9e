"""A roster of 1,000 and of 10,000 rows, uploaded and read to its preview by the job; prints JSON. `python -m bench.preview`.

Works on the database of `DATABASE_URL`, filled with the demo; the uploads stay in it.
"""

import json
import os
import time
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

# models can be imported only now
from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: E402
from django.db import connection  # noqa: E402
from django.utils import timezone, translation  # noqa: E402

from accounts.actors import actor_of  # noqa: E402
from accounts.enums import Role  # noqa: E402
from accounts.models import Membership  # noqa: E402
from core.enums import JobStatus  # noqa: E402
from core.jobs import run  # noqa: E402
from enrollment.enums import RosterStatus  # noqa: E402
from enrollment.imports.workbooks import template  # noqa: E402
from enrollment.models import Roster, RosterImport  # noqa: E402
from enrollment.services.imports import stage_import  # noqa: E402
from programs.models import ProgramYear  # noqa: E402
from tests.enrollment.generated import filled, generated  # noqa: E402

FEW, MANY = 1_000, 10_000


class _Transactions:
    """The seconds from the first statement to the last of every transaction, and how many statements there were."""

    def __init__(self) -> None:
        self.statements, self.seconds = 0, [0.0]
        self._started: float | None = None

    def __call__(self, execute, sql, params, many, context):
        self.statements += 1
        if not connection.in_atomic_block:
            self._started = None
        elif self._started is None:
            self._started = time.perf_counter()
            self.seconds.append(0.0)
        done = execute(sql, params, many, context)
        if self._started is not None:
            self.seconds[-1] = time.perf_counter() - self._started
        return done


def measure() -> dict[str, Any]:
    """By number of rows: seconds from the upload to the preview, the longest transaction, statements."""
    year = ProgramYear.objects.filter(enrollments__isnull=False).latest("year")
    roster = Roster.objects.filter(year=year).order_by("region").first()
    if roster is None:
        raise RuntimeError("the demo has no roster")
    Roster.objects.filter(pk=roster.pk).update(status=RosterStatus.OPEN)
    keeper = Membership.objects.filter(role=Role.TECHNICAL_LEAD, unit__region=roster.region_id).earliest("pk")
    with translation.override("zh-hans"):
        blank = template(year, roster.region)
    return {
        str(count): _preview(year, roster, keeper, filled(blank, generated(count, seed=count)))
        for count in (FEW, MANY)
    }


def _preview(year: ProgramYear, roster: Roster, keeper: Membership, data: bytes) -> dict[str, Any]:
    file = SimpleUploadedFile("roster.xlsx", data)
    found, started = _Transactions(), time.perf_counter()
    with translation.override("zh-hans"), connection.execute_wrapper(found):
        staged = stage_import(
            year=year, region=roster.region, file=file, actor=actor_of(keeper), now=timezone.now()
        )
        job = run(staged.job_number or 0)
    seconds = time.perf_counter() - started
    if job is None or job.status != JobStatus.DONE:
        raise RuntimeError(f"not read: {job and job.error}")
    staged = RosterImport.objects.get(pk=staged.pk)
    return {
        "ms": seconds * 1000,
        "rows": staged.row_count,
        "bad": staged.bad_count,
        "longest_ms": max(found.seconds) * 1000,
        "statements": found.statements,
    }


if __name__ == "__main__":
    print(json.dumps(measure()))
