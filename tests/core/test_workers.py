"""Real processes: a worker killed with -9 in the middle, and Celery over each of its transports."""

import signal
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from core.actor import Actor
from core.enums import ActorKind, JobStatus
from core.events import record
from core.jobs import JOB_KINDS, enqueue, run
from core.models import Event, Job
from tests.core.job_kinds import COUNT, counting, effects
from tests.core.processes import environment, start, wait_for

SYSTEM = Actor(ActorKind.SYSTEM)
STEPS = 6
pytestmark = pytest.mark.django_db(transaction=True)


def _kill_at(place: str, job_id: int) -> None:
    """Let a worker process work the job and kill it without warning where it stands in `place`."""
    worker = start("tests.core.job_kinds", "run", str(job_id), env=environment())
    assert worker.stdout is not None
    with worker, worker.stdout:
        for line in worker.stdout:
            if line.strip() == place:
                worker.send_signal(signal.SIGKILL)
                break
    assert worker.returncode == -signal.SIGKILL, f"the worker ended before {place}"


@pytest.mark.parametrize("place", ["compute 3", "apply 3"])
@pytest.mark.parametrize("vendor", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_a_worker_killed_in_the_middle_loses_nothing_and_doubles_nothing(
    on_database, monkeypatch, vendor, place
):
    on_database(vendor)
    monkeypatch.setattr(JOB_KINDS, "_entries", {**JOB_KINDS._entries, COUNT: counting()})
    job = enqueue(COUNT, {"steps": STEPS}, actor=SYSTEM, now=timezone.now())
    _kill_at(place, job.pk)
    job.refresh_from_db()
    assert (job.status, job.done, effects(job.pk)) == (JobStatus.RUNNING, 2, [1, 1])
    assert run(job.pk) is None, "the dead worker's lease still runs"
    after_lease = timezone.now() + timedelta(seconds=settings.JOB_LEASE_SECONDS + 1)
    done = run(job.pk, lambda: after_lease)
    assert done is not None
    assert (done.status, done.fence) == (JobStatus.DONE, 2)
    assert effects(job.pk) == [1] * STEPS


def _celery_seals_the_record(tmp_path, **changes: str) -> None:
    """A worker process is nudged over the broker by another process and does a real duty."""
    event = record("wait", None, actor=SYSTEM, now=timezone.now())
    env = environment(VAR_DIR=str(tmp_path), **changes)
    options = ("--pool", "solo", "-Q", "now,bulk", "-l", "INFO", "--without-gossip", "--without-mingle")
    log = tmp_path / "worker.log"
    worker = start("celery", "-A", "config", "worker", *options, env=env, log=log)
    try:
        assert wait_for(lambda: "ready" in log.read_text()), log.read_text()
        asking = start("tests.core.job_kinds", "enqueue", "core.seal", env=env)
        job_id = int(asking.communicate(timeout=30)[0])
        over = wait_for(lambda: Job.objects.get(pk=job_id).is_over)
        assert over, f"not taken: {log.read_text()}"
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.wait(30)
    job = Job.objects.get(pk=job_id)
    assert (job.status, job.attempts) == (JobStatus.DONE, 1)
    assert job.result["sealed"] >= 1
    assert Event.objects.get(pk=event.pk).link.position >= 1


def test_celery_without_a_broker_server(tmp_path, on_database):
    on_database("sqlite")
    _celery_seals_the_record(tmp_path, REDIS_URL="")


@pytest.mark.redis
def test_celery_over_redis(tmp_path):
    if not settings.REDIS_URL:
        pytest.skip("REDIS_URL names no Redis")
    _celery_seals_the_record(tmp_path, REDIS_URL=settings.REDIS_URL)
