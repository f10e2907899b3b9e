"""A worker process that says when it prints and takes its time over it: `python -m tests.reports.slow_worker <job>`."""

import os
import sys
import time

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings_test")
    django.setup()

from core import jobs
from reports import jobs as report_jobs
from reports.models import AnnualReport

_PRINT = report_jobs.report_pdf
SECONDS = 20


def aloud(report: AnnualReport) -> bytes:
    print("printing", flush=True)  # noqa: T201 - the parent listens
    time.sleep(SECONDS)
    return _PRINT(report)


if __name__ == "__main__":
    report_jobs.report_pdf = aloud
    jobs.run(int(sys.argv[1]))
