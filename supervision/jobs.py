"""Sheets that are not confirmed are measured anew each hour, and when the office asks (pull)."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from accounts.actors import actor_of_job
from core.enums import Lane
from core.jobs import JobKind, Step
from core.models import Job
from programs.enums import Area, YearStatus
from programs.models import ProgramYear
from supervision.queries import open_cards
from supervision.services import refresh_scorecards

REFRESH = "supervision.refresh"
BATCH = 3


def refresh_step(job: Job, now: dt.datetime) -> Step:
    """The next few sheets; `params.year` bounds the work to one year."""
    cards = open_cards(_years(job))
    after = int(job.state.get("after", 0))
    batch = list(cards.filter(pk__gt=after)[:BATCH])
    done, total = cards.filter(pk__lte=after).count(), cards.count()
    if not batch:
        return Step(done=done, total=total, finished=True, apply=lambda: {"scorecards": done})
    actor = actor_of_job(job, now)

    def apply() -> None:
        refresh_scorecards(cards=batch, actor=actor, now=now)

    return Step(state={"after": batch[-1].pk}, done=done + len(batch), total=total, apply=apply)


def _years(job: Job) -> list[ProgramYear]:
    asked = job.params.get("year")
    years = (
        ProgramYear.objects.filter(pk=asked) if asked else ProgramYear.objects.filter(status=YearStatus.OPEN)
    )
    return [year for year in years if year.has(Area.SUPERVISION)]


KINDS = (JobKind(REFRESH, _("Measure the scorecards"), refresh_step, lane=Lane.BULK, every=3600),)
