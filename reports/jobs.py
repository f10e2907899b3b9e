"""Long work of this room: an annual report, figure by figure, then on paper."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actors import Actor, actor_of_job
from core.figures import FIGURES
from core.jobs import JobKind, Step
from core.models import Job
from reports.documents.annual import report_pdf
from reports.documents.editable import report_document
from reports.models import AnnualReport
from reports.permissions import check_write_report
from reports.queries.reports import figure_entry, snapshot_of
from reports.selection import shown_codes
from reports.services import BUILD_JOB, finish_report, keep_snapshot, tell_failed_build

_AFTER_FIGURES = 2


def build_step(job: Job, now: dt.datetime) -> Step:
    """One figure at a time, then the snapshot is frozen, at last both documents are printed from it."""
    rows = AnnualReport.objects.select_related("year__program__owner", "region", "unit")
    report = rows.get(pk=job.params["report"])
    actor = actor_of_job(job, now)
    check_write_report(actor, report)
    state: Mapping[str, Any] = job.state or {"codes": shown_codes(), "figures": [], "frozen": False}
    if len(state["figures"]) < len(state["codes"]):
        return _take_figure(report, state, actor)
    if not state["frozen"]:
        return _freeze(report, job, state, actor, now)
    return _print(report, job, actor, now)


def _take_figure(report: AnnualReport, state: Mapping[str, Any], actor: Actor) -> Step:
    done = len(state["figures"])
    figure = FIGURES[state["codes"][done]]
    entry = figure_entry(figure, report, actor.scope)
    figures = [*state["figures"], entry]
    words = {"done": done + 1, "total": len(state["codes"]), "figure": figure.label}
    return Step(
        state={**state, "figures": figures},
        done=done + 1,
        total=len(state["codes"]) + _AFTER_FIGURES,
        note=_("Figures: %(done)s of %(total)s – %(figure)s") % words,
    )


def _freeze(report: AnnualReport, job: Job, state: Mapping[str, Any], actor: Actor, now: dt.datetime) -> Step:
    snapshot = snapshot_of(report, state["figures"], actor.scope, now)

    def apply() -> Mapping[str, Any]:
        keep_snapshot(report=report, job=job, snapshot=snapshot)
        return {"report": report.pk}

    done = len(state["codes"]) + 1
    note = _("The figures are taken; the pages are being set.")
    return Step(state={**state, "frozen": True}, done=done, total=done + 1, note=note, apply=apply)


def _print(report: AnnualReport, job: Job, actor: Actor, now: dt.datetime) -> Step:
    pdf, document = report_pdf(report), report_document(report)

    def apply() -> Mapping[str, Any]:
        finish_report(report=report, job=job, pdf=pdf, document=document, actor=actor, now=now)
        return {"report": report.pk, "bytes": len(pdf)}

    done = job.done + 1
    return Step(
        state=job.state, done=done, total=done, note=_("The report is ready."), apply=apply, finished=True
    )


def tell_failed(job: Job, now: dt.datetime) -> None:
    report = AnnualReport.objects.select_related("year__program").get(pk=job.params["report"])
    tell_failed_build(report=report, job=job, now=now)


BUILD = JobKind(BUILD_JOB, gettext_lazy("Build the annual report"), build_step, failed=tell_failed)
