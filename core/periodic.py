"""Periodic duties of the frame itself."""

import datetime as dt
import logging

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core.actor import Actor
from core.chain import chain_end, past_term, remove, seal
from core.enums import ActorKind, JobStatus
from core.events import record
from core.jobs import JobKind, Step
from core.models import Job

logger = logging.getLogger(__name__)
KEEP = dt.timedelta(days=1)


def _seal(job: Job, now: dt.datetime) -> Step:
    return Step(apply=lambda: {"sealed": seal()}, finished=True)


def _tidy(job: Job, now: dt.datetime) -> Step:
    """Finished ticks of periodic duties are kept a day."""
    old = Job.objects.filter(
        status=JobStatus.DONE, key__contains="@", user_number=None, finished_at__lt=now - KEEP
    )
    return Step(apply=lambda: {"deleted": old.delete()[0]}, finished=True)


def _expire(job: Job, now: dt.datetime) -> Step:
    """Events are kept EVENT_KEEP_DAYS; what was sealed till then can still be proved from the log of this line."""
    before = now - dt.timedelta(days=settings.EVENT_KEEP_DAYS)
    links = past_term(before)
    if not links:
        logger.info("the record of events ends at %s", chain_end())
        return Step(finished=True, done=job.done)

    def apply() -> dict[str, int]:
        count = remove(links)
        record("expire_events", None, actor=Actor(ActorKind.SYSTEM), now=now, data={"rows": count})
        return {"removed": job.done + count}

    return Step(apply=apply, done=job.done + len(links))


PERIODIC = (
    JobKind("core.seal", _("Seal the record of events"), _seal, every=60),
    JobKind("core.expire", _("Remove events after their term"), _expire, every=86400),
    JobKind("core.tidy", _("Remove old periodic jobs"), _tidy, every=3600),
)
