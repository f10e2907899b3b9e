"""The two Celery tasks: nudges for work whose truth is the Job row."""

from celery import shared_task
from django.utils import timezone

from core import jobs


@shared_task(name="core.run_job")
def run_job(job_id: int) -> None:
    jobs.run(job_id)


@shared_task(name="core.sweep")
def sweep() -> None:
    jobs.sweep(timezone.now())
