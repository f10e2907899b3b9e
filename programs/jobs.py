"""Periodic work of this room: reminders of deadlines."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from core.jobs import JobKind, Step
from core.models import Job
from programs.models import Duty
from programs.reminders import near_duties, warn_of

HOUR = 3600


def _warn(job: Job, now: dt.datetime) -> Step:
    """One duty a step; who was told is not told again."""
    left = [pk for pk in near_duties(now) if pk > job.state.get("after", 0)]
    if not left:
        return Step(state=job.state, done=job.done, total=job.done, finished=True)
    duty = Duty.objects.select_related("year__program").get(pk=left[0])
    return Step(
        state={"after": duty.pk},
        done=job.done + 1,
        total=job.done + len(left),
        apply=lambda: {"told": warn_of(duty, now=now)},
    )


KINDS = (JobKind("programs.warn", _("Remind units of deadlines"), _warn, every=HOUR),)
