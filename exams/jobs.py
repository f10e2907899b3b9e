"""The sweep: attempts whose time is over are closed by the system."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from core.jobs import JobKind, Step
from core.models import Job
from exams.queries import overdue_ids
from exams.services import close_overdue
from exams.services.sitting import SWEEP_MARGIN

CHUNK = 5


def _close(job: Job, now: dt.datetime) -> Step:
    """A few attempts per step, so that a step stays short."""
    waiting = len(overdue_ids(now - SWEEP_MARGIN, CHUNK + 1))
    done = job.done + min(waiting, CHUNK)
    return Step(
        done=done,
        total=done + max(0, waiting - CHUNK),
        apply=lambda: {"closed": done if close_overdue(now=now, limit=CHUNK) else job.done},
        finished=waiting <= CHUNK,
    )


SWEEP = JobKind("exams.close_overdue", _("Close sittings whose time is over"), _close, every=30)
