"""Long work of this room: reading an uploaded roster line by line, taking it in."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from accounts.actors import actor_of_job
from accounts.services.notices import tell_owner
from core.imports import read_list
from core.jobs import JobKind, Step
from core.models import Job
from enrollment.imports.columns import COLUMNS
from enrollment.imports.reading import check_rows, duplicates_in_file, problems_of_list, raw_rows
from enrollment.imports.workbooks import stamp
from enrollment.models import RosterImport
from enrollment.services.imports import (
    APPLY_JOB,
    READ_JOB,
    finish_reading,
    keep_checked,
    keep_raw,
)
from enrollment.services.taking_in import apply_import

CHUNK = 200


def read_step(job: Job, now: dt.datetime) -> Step:
    """First the sheet as a whole, then its lines in chunks, at last what only shows across lines."""
    staged = RosterImport.objects.select_related("year__program", "region").get(pk=job.params["import"])
    if "letters" not in job.state:
        return _open_sheet(staged)
    rows = list(staged.rows.filter(number__gt=job.state["after"])[:CHUNK])
    if not rows:
        return _finish(job, staged, now)
    lacking = check_rows(rows, staged, job.state["letters"], now, again=True)
    done = job.done + len(rows)
    return Step(
        state={
            **job.state,
            "after": rows[-1].number,
            "lacking": sorted(lacking.union(job.state["lacking"])),
        },
        done=done,
        total=staged.row_count,
        note=_("%(done)s of %(total)s rows checked") % {"done": done, "total": staged.row_count},
        apply=lambda: keep_checked(rows),
    )


def _open_sheet(staged: RosterImport) -> Step:
    sheet = read_list(staged.data, COLUMNS, stamp(staged.year, staged.region))
    rows = raw_rows(staged, sheet)
    return Step(
        state={"letters": sheet.letters, "after": 0, "lacking": []},
        total=len(rows),
        apply=lambda: keep_raw(staged=staged, rows=rows, layout=sheet.layout),
    )


def _finish(job: Job, staged: RosterImport, now: dt.datetime) -> Step:
    duplicates = duplicates_in_file(staged, job.state["letters"])
    problems = problems_of_list(job.state["lacking"], staged.layout)
    actor = actor_of_job(job, now)

    def apply() -> Mapping[str, Any]:
        finish_reading(staged=staged, duplicates=duplicates, problems=problems, actor=actor, now=now)
        return {"rows": staged.row_count, "bad": staged.bad_count}

    return Step(state=job.state, done=job.done, total=job.done, apply=apply, finished=True)


def apply_step(job: Job, now: dt.datetime) -> Step:
    """One short act: everything or nothing, in the transaction that records the job's end."""
    staged = RosterImport.objects.select_related("year__program", "region").get(pk=job.params["import"])
    actor = actor_of_job(job, now)

    def apply() -> Mapping[str, Any]:
        return {"taken": apply_import(staged=staged, only_good=job.params["only_good"], actor=actor, now=now)}

    return Step(done=staged.row_count, total=staged.row_count, apply=apply, finished=True)


def _tell(text: str) -> Callable[[Job, dt.datetime], None]:
    """Whoever sent the list hears of it, with a link to its page."""

    def tell(job: Job, now: dt.datetime) -> None:
        staged = RosterImport.objects.select_related("year__program", "region").get(pk=job.params["import"])
        url = reverse("enrollment:import-show", kwargs={**staged.year.url_kwargs, "pk": staged.pk})
        tell_owner(job, text, url=url, params={"province": staged.region}, now=now)

    return tell


KINDS = (
    JobKind(
        READ_JOB,
        gettext_lazy("Read the uploaded roster"),
        read_step,
        ended=_tell(gettext_noop("The list of %(province)s is read. Look through it, then take it in.")),
        failed=_tell(gettext_noop("The list of %(province)s could not be read. Open it to see why.")),
    ),
    JobKind(
        APPLY_JOB,
        gettext_lazy("Take in the uploaded roster"),
        apply_step,
        ended=_tell(gettext_noop("The list of %(province)s is taken in.")),
        failed=_tell(gettext_noop("The list of %(province)s could not be taken in. Open it to see why.")),
    ),
)
