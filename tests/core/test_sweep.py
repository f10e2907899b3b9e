"""The sweep: nothing that waits is forgotten, whatever happened to the broker; duties start once in their time."""

import datetime as dt
import threading

import pytest
from celery import Celery
from django.db import connection

from core import jobs
from core.enums import JobStatus, Lane
from core.jobs import JobKind, nudge, run, sweep
from core.models import Counter, Job
from tests.core.job_kinds import counting
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def at(now: dt.datetime):
    return lambda: now


@pytest.mark.parametrize("url", ["redis://127.0.0.1:1/0", "amqp://127.0.0.1:1//"])
def test_a_broker_that_is_away_loses_nothing(
    start, nudges, monkeypatch, django_capture_on_commit_callbacks, caplog, url
):
    monkeypatch.setattr(jobs, "nudge", nudge)
    monkeypatch.setattr(jobs, "current_app", Celery("away", broker=url, broker_connection_timeout=1))
    with django_capture_on_commit_callbacks(execute=True):
        job = start(counting(), steps=1)
    assert "broker away" in caplog.text
    assert Job.objects.get(pk=job.pk).status == JobStatus.QUEUED
    monkeypatch.setattr(jobs, "nudge", lambda job_id, lane: nudges.append((job_id, lane)))
    sweep(NOW)
    assert (job.pk, Lane.NOW) in nudges


def test_the_sweep_nudges_what_waits_and_what_was_abandoned(kind, nudges):
    code = kind(counting())
    soon = NOW + dt.timedelta(seconds=30)
    rows = {
        "waits": (JobStatus.QUEUED, None),
        "runs": (JobStatus.RUNNING, soon),
        "abandoned": (JobStatus.RUNNING, NOW - dt.timedelta(seconds=1)),
        "done": (JobStatus.DONE, None),
        "failed": (JobStatus.FAILED, None),
        "canceled": (JobStatus.CANCELED, None),
    }
    made = {
        Job.objects.create(
            kind=code, status=status, lease_until=lease, created_at=NOW, lane=Lane.BULK
        ).pk: name
        for name, (status, lease) in rows.items()
    }
    count = sweep(NOW)
    assert {made[job_id] for job_id, _lane in nudges if job_id in made} == {"waits", "abandoned"}
    assert {lane for job_id, lane in nudges if job_id in made} == {Lane.BULK}
    assert count == len(nudges)


def test_a_periodic_duty_is_started_once_in_its_time(kind):
    code = kind(JobKind("test.minute", "Each minute", counting().step, every=60))
    start = dt.datetime(2022, 9, 15, 2, 0, 30, tzinfo=dt.UTC)
    for seconds in (0, 10, 29, 30, 40, 89, 90):
        sweep(start + dt.timedelta(seconds=seconds))
    assert Job.objects.filter(kind=code).count() == 3


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("vendor", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_two_schedulers_at_the_same_moment_start_one_duty(kind, on_database, vendor):
    on_database(vendor)
    code = kind(JobKind("test.minute", "Each minute", counting().step, every=60))
    together = threading.Barrier(3)
    failures = []

    def schedule() -> None:
        try:
            together.wait(10)
            sweep(NOW)
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=schedule) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert failures == []
    assert Job.objects.filter(kind=code).count() == 1


def test_ticks_that_are_done_go_after_a_day_and_nothing_else_does():
    old, new = NOW - dt.timedelta(days=2), NOW - dt.timedelta(hours=2)
    rows = {
        "old tick": {"key": "core.seal@1", "finished_at": old},
        "new tick": {"key": "core.seal@2", "finished_at": new},
        "somebody's": {"key": "report@3", "finished_at": old, "user_number": 5},
        "without a key": {"key": None, "finished_at": old},
        "failed tick": {"key": "core.seal@4", "finished_at": old, "status": JobStatus.FAILED},
    }
    made = {
        name: Job.objects.create(
            **{"kind": "core.seal", "status": JobStatus.DONE, "created_at": old, **row}
        ).pk
        for name, row in rows.items()
    }
    tidy = Job.objects.create(kind="core.tidy", created_at=NOW)
    assert run(tidy.pk, at(NOW)).result == {"deleted": 1}
    left = set(Job.objects.values_list("pk", flat=True))
    assert {name for name, pk in made.items() if pk not in left} == {"old tick"}


def test_the_seal_is_a_periodic_duty():
    sweep(NOW)
    job = Job.objects.get(kind="core.seal")
    assert run(job.pk, at(NOW)).status == JobStatus.DONE
    assert Counter.objects.count() == 0
