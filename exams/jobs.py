"""Long and periodic work of the exam: closing what is overdue, counting how often items are used, finding look-alikes."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from core.jobs import JobKind, Step
from core.models import Job
from exams.bank import look_alikes, to_compare
from exams.queries import counted_uses, over_ids, years_with_exams
from exams.services import close_overdue
from exams.services.pairs import keep_pairs
from exams.services.plan import keep_uses
from exams.services.sitting import SWEEP_MARGIN

CHUNK = 5
COMPARED_AT_ONCE = 1000


def _close(job: Job, now: dt.datetime) -> Step:
    """A few attempts per step, so that a step stays short."""
    waiting = len(over_ids(now - SWEEP_MARGIN, CHUNK + 1))
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


def _compare(job: Job, now: dt.datetime) -> Step:
    """Some hundred items at a time against all the others; only keeping what was found is a transaction."""
    waiting = to_compare(COMPARED_AT_ONCE + 1)
    if not waiting:
        return Step(done=job.done, total=job.done, finished=True)
    compared = dict(list(waiting.items())[:COMPARED_AT_ONCE])
    pairs = look_alikes(compared)
    done = job.done + len(compared)
    return Step(
        done=done,
        total=done + len(waiting) - len(compared),
        apply=lambda: {"found": keep_pairs(compared=compared, pairs=pairs, now=now)},
        finished=len(waiting) <= COMPARED_AT_ONCE,
    )


COMPARE = JobKind("exams.compare_items", _("Look for items that repeat others"), _compare, every=60)
