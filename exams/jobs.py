"""Long and periodic work of the exam: closing what is overdue, counting how often items are used."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from core.jobs import JobKind, Step
from core.models import Job
from exams.queries import counted_uses, overdue_ids, years_with_exams
from exams.services import close_overdue
from exams.services.plan import keep_uses
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


def _count_uses(job: Job, now: dt.datetime) -> Step:
    """A year at a time; the counting itself runs outside the transaction that keeps it."""
    years = years_with_exams(now)[job.done :]
    if not years:
        return Step(done=job.done, total=job.done, finished=True)
    year, papers = years[0], counted_uses(years[0])
    return Step(
        done=job.done + 1,
        total=job.done + len(years),
        apply=lambda: keep_uses(year=year, papers=papers),
        finished=len(years) == 1,
    )


USES = JobKind("exams.count_uses", _("Count how often items are used"), _count_uses, every=300)
