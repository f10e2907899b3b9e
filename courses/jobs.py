"""Periodic duties of the room: credit records itself, the ledger follows a changed specialty (C7)."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.actors import system_actor
from core.enums import Lane
from core.jobs import JobKind, Step
from core.models import Job
from courses.ledger import recount_strays
from courses.services import award_credits
from programs.enums import Area, YearStatus
from programs.models import ProgramYear

EVERY = 600
CHUNK = 200


def step(job: Job, now: dt.datetime) -> Step:
    """One chunk of ledgers and credits; over when a chunk finds nothing left."""
    done = job.done

    def apply() -> Mapping[str, Any]:
        years = ProgramYear.objects.filter(status=YearStatus.OPEN).select_related("program__owner")
        awarded = sum(
            award_credits(year=year, actor=system_actor(str(year.program.owner_id)), now=now, limit=CHUNK)
            for year in years
            if year.has(Area.COURSES)
        )
        return {"awarded": awarded, "recounted": recount_strays(CHUNK)}

    before = job.result
    finished = done > 0 and not (before.get("awarded") or before.get("recounted"))
    return Step(done=done + 1, finished=finished, apply=None if finished else apply)


STUDY_SWEEP = JobKind("courses.study_sweep", _("Credits and hours"), step, lane=Lane.BULK, every=EVERY)
