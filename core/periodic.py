"""Periodic duties of the frame itself."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from core.enums import JobStatus
from core.events import seal
from core.jobs import JobKind, Step
from core.models import Job

KEEP = dt.timedelta(days=1)


def _seal(job: Job, now: dt.datetime) -> Step:
    return Step(apply=lambda: {"sealed": seal()}, finished=True)


def _tidy(job: Job, now: dt.datetime) -> Step:
    """Finished ticks of periodic duties are kept a day."""
    old = Job.objects.filter(
        status=JobStatus.DONE, key__contains="@", user_number=None, finished_at__lt=now - KEEP
    )
    return Step(apply=lambda: {"deleted": old.delete()[0]}, finished=True)


PERIODIC = (
    JobKind("core.seal", _("Seal the record of events"), _seal, every=60),
    JobKind("core.tidy", _("Remove old periodic jobs"), _tidy, every=3600),
)
