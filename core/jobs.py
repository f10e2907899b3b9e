"""Long work in short steps; each step commits its effect together with the job's progress, under a fence.

A killed worker or a lost broker loses nothing and doubles nothing: the next worker goes on from the last step.
"""

import datetime as dt
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from celery import current_app
from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.db.models import F
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError

from core.actor import Actor
from core.enums import JobStatus, Lane
from core.exceptions import Refusal, Text
from core.models import Job
from core.registry import Registry

logger = logging.getLogger(__name__)
MAX_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Step:
    """What one step found out; `apply` writes it, in the transaction that records the progress."""

    state: Mapping[str, Any] = field(default_factory=dict)
    done: int = 0
    total: int = 0
    note: str = ""
    apply: Callable[[], Mapping[str, Any] | None] | None = None
    finished: bool = False
    file: File | None = None
    file_name: str = ""


@dataclass(frozen=True, slots=True)
class JobKind:
    """`step(job, now)` computes without writing and returns a Step; `every` seconds makes it a periodic duty.

    `ended(job, now)` is called in the transaction of the last step, so once; `failed(job, now)` once when the work is
    given up: so that its owner can be told.
    """

    code: str
    label: Text
    step: Callable[[Job, dt.datetime], Step]
    lane: Lane = Lane.NOW
    every: int | None = None
    ended: Callable[[Job, dt.datetime], None] | None = None
    failed: Callable[[Job, dt.datetime], None] | None = None


class LeaseLost(Exception):
    """Another worker took the job over; this one must not write."""


JOB_KINDS: Registry[JobKind] = Registry("job kinds")


def nudge(job_id: int, lane: str) -> None:
    """Tell a worker of the lane; a broker that is away is no loss, the sweep comes by."""
    try:
        current_app.send_task("core.run_job", (job_id,), queue=lane, retry=False)
    except (OperationalError, OSError):
        logger.warning("broker away; job %s waits for the sweep", job_id)


def enqueue(
    kind: str, params: Mapping[str, Any], *, actor: Actor, now: dt.datetime, key: str | None = None
) -> Job:
    """Create the job's row and nudge a worker after the commit; the same `key` gives the same job."""
    defaults = {
        "kind": JOB_KINDS[kind].code,
        "lane": JOB_KINDS[kind].lane,
        "params": dict(params),
        "user_number": actor.user_id,
        "membership_number": actor.membership_id,
        "realm": actor.realm,
        "language": translation.get_language() or settings.LANGUAGE_CODE,
        "created_at": now,
    }
    job, created = (
        Job.objects.get_or_create(key=key, defaults=defaults)
        if key
        else (Job.objects.create(**defaults), True)
    )
    if created:
        transaction.on_commit(lambda: nudge(job.pk, job.lane))
    return job


def run(job_id: int, clock: Callable[[], dt.datetime] = timezone.now) -> Job | None:
    """Take the lease and work the job to its end; None when another worker has it or it is over."""
    job = _claim(job_id, clock())
    if job is None:
        return None
    with translation.override(job.language):
        kept = _work(job, clock)
    return Job.objects.get(pk=job_id) if kept else None


def _work(job: Job, clock: Callable[[], dt.datetime]) -> bool:
    """False when another worker has taken the job over."""
    try:
        if job.attempts > MAX_ATTEMPTS:
            # each of its workers died without a word
            _fail(job, _gave_up(job), clock())
            return True
        while not job.is_over:
            job = _take_step(job, clock)
    except LeaseLost:
        logger.warning("job %s: lease lost, another worker goes on", job.pk)
        return False
    except Refusal as refusal:
        _fail(job, str(refusal), clock())
    except Exception:
        logger.exception("job %s failed", job.pk)
        _give_back(job, clock())
    return True


def _claim(job_id: int, now: dt.datetime) -> Job | None:
    lease = now + dt.timedelta(seconds=settings.JOB_LEASE_SECONDS)
    taken = (
        Job.objects.due(now)
        .filter(pk=job_id)
        .update(status=JobStatus.RUNNING, lease_until=lease, fence=F("fence") + 1, attempts=F("attempts") + 1)
    )
    return Job.objects.get(pk=job_id) if taken else None


def _take_step(job: Job, clock: Callable[[], dt.datetime]) -> Job:
    step = JOB_KINDS[job.kind].step(job, clock())
    with transaction.atomic():
        current = Job.objects.select_for_update().get(pk=job.pk)
        if current.fence != job.fence or current.status != JobStatus.RUNNING:
            raise LeaseLost
        result = step.apply() if step.apply else None
        _keep(current, step, result, clock())
        tell = JOB_KINDS[job.kind].ended
        if step.finished and tell:
            tell(current, clock())
    return current


def _keep(job: Job, step: Step, result: Mapping[str, Any] | None, now: dt.datetime) -> None:
    job.state, job.done, job.total, job.note = dict(step.state), step.done, step.total, step.note
    job.lease_until = now + dt.timedelta(seconds=settings.JOB_LEASE_SECONDS)
    job.attempts = 1
    if result is not None:
        job.result = dict(result)
    if step.file is not None:
        job.file_name = step.file_name
        job.file.save(f"{job.pk}-{job.fence}", step.file, save=False)
    if step.finished:
        job.status, job.finished_at = JobStatus.DONE, now
    job.save()


def _fail(job: Job, message: str, now: dt.datetime) -> None:
    failed = Job.objects.filter(pk=job.pk, fence=job.fence).update(
        status=JobStatus.FAILED, error=message, finished_at=now, lease_until=None
    )
    tell = JOB_KINDS[job.kind].failed
    if failed and tell:
        try:
            tell(job, now)
        except Exception:
            logger.exception("job %s: nobody could be told that it failed", job.pk)


def _gave_up(job: Job) -> str:
    return _("The work failed three times. Quote number %(number)s to the help desk.") % {"number": job.pk}


def _give_back(job: Job, now: dt.datetime) -> None:
    """An unexpected fault: tried again by the sweep, given up after MAX_ATTEMPTS."""
    if job.attempts >= MAX_ATTEMPTS:
        _fail(job, _gave_up(job), now)
    else:
        Job.objects.filter(pk=job.pk, fence=job.fence).update(status=JobStatus.QUEUED, lease_until=None)


def sweep(now: dt.datetime) -> int:
    """Start periodic duties that are due and nudge every job that waits or was abandoned; returns how many."""
    for kind in JOB_KINDS:
        if kind.every:
            tick = int(now.timestamp()) // kind.every
            Job.objects.get_or_create(
                key=f"{kind.code}@{tick}", defaults={"kind": kind.code, "lane": kind.lane, "created_at": now}
            )
    due = list(Job.objects.due(now).order_by("pk").values_list("pk", "lane"))
    for job_id, lane in due:
        nudge(job_id, lane)
    return len(due)
