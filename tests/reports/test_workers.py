"""A real worker process killed with -9 while it builds: one report comes of it, and without the lease two would (R1)."""

import signal
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from core.enums import JobStatus
from core.jobs import run
from core.models import Event, Job, JobQuerySet
from reports.enums import ReportStatus
from reports.services import build_report
from tests.core.processes import environment, start
from tests.reports.factories import written

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def asked(hebei_coordinator):
    """A report that somebody wants built, and its job."""
    report = written(hebei_coordinator)
    return report, build_report(report=report, actor=hebei_coordinator.actor, now=timezone.now())


def _kill_while_printing(job_id: int) -> None:
    """A worker process of its own; it says where it stands and is killed there without warning."""
    worker = start("tests.reports.slow_worker", str(job_id), env=environment(VAR_DIR=str(settings.VAR_DIR)))
    assert worker.stdout is not None
    with worker, worker.stdout:
        for line in worker.stdout:
            if line.strip() == "printing":
                worker.send_signal(signal.SIGKILL)
                break
    assert worker.returncode == -signal.SIGKILL, "the worker ended before it printed"


def _finished(report) -> int:
    return Event.objects.of(report).filter(verb="finish_report").count()


@pytest.mark.parametrize("vendor", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_a_worker_killed_in_the_middle_of_the_report_leaves_one(on_database, asked, vendor):
    on_database(vendor)
    report, job = asked
    _kill_while_printing(job.pk)
    job.refresh_from_db()
    assert (job.status, job.state["frozen"], _finished(report)) == (JobStatus.RUNNING, True, 0)
    assert run(job.pk) is None, "the dead worker's lease still runs"
    after_lease = timezone.now() + timedelta(seconds=settings.JOB_LEASE_SECONDS + 1)
    done = run(job.pk, lambda: after_lease)
    report.refresh_from_db()
    assert done is not None
    assert (done.status, done.fence, report.status, _finished(report)) == (
        JobStatus.DONE,
        2,
        ReportStatus.BUILT,
        1,
    )
    assert report.pdf.size > 10_000


def test_control_without_the_lease_two_workers_build_the_same_report(asked, monkeypatch):
    """The protection taken away: while the first still prints, a second takes the job and finishes it."""
    _report, job = asked
    worker = start("tests.reports.slow_worker", str(job.pk), env=environment(VAR_DIR=str(settings.VAR_DIR)))
    assert worker.stdout is not None
    with worker, worker.stdout:
        assert any(line.strip() == "printing" for line in worker.stdout)
        assert run(job.pk) is None, "with the lease nobody takes it"
        monkeypatch.setattr(JobQuerySet, "due", lambda rows, now: rows.exclude(status=JobStatus.DONE))
        taken = run(job.pk)
        worker.send_signal(signal.SIGKILL)
    assert taken is not None, "without the lease a second worker takes a job that is being worked"
    assert Job.objects.get(pk=job.pk).fence == 2
