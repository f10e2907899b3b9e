"""Acts on annual reports (R1)."""

import datetime as dt
import hashlib
from collections.abc import Mapping
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models.fields.files import FieldFile
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.actors import Actor
from accounts.models import Region
from accounts.services.notices import tell_owner
from core.enums import JobStatus
from core.events import record
from core.exceptions import IllegalTransition, Refusal
from core.findings import blocking
from core.jobs import enqueue
from core.models import Job
from core.transitions import FLOWS, Edge, Flow, advance
from programs.models import Participation, ProgramYear, Submission
from programs.queries import check_not_closed
from programs.services import decide_submission, submit
from reports.enums import ReportStatus
from reports.models import AnnualReport
from reports.permissions import check_decide, check_write, check_write_report
from reports.queries.reports import facts_of
from reports.rules import filing_findings

BUILD_JOB = "reports.build"
READY = gettext_noop("The annual report of %(year)s is built. Look at the PDF, then file it.")
FAILED = gettext_noop("The annual report of %(year)s could not be built. Open it to read why.")
SUBMISSION_KIND = "annual_report"
SUBJECT = "reports"
_UNFILED = (ReportStatus.DRAFT, ReportStatus.BUILDING, ReportStatus.BUILT)
FLOW = Flow(
    "reports.annualreport",
    ReportStatus,
    (
        Edge("build_report", _UNFILED, ReportStatus.BUILDING),
        Edge("finish_report", (ReportStatus.BUILDING,), ReportStatus.BUILT),
        Edge("revise_report", _UNFILED, ReportStatus.DRAFT),
        Edge("file_report", (ReportStatus.BUILT,), ReportStatus.FILED),
        Edge("return_report", (ReportStatus.FILED,), ReportStatus.DRAFT, needs_reason=True),
    ),
)
FLOWS.add(FLOW)


@transaction.atomic
def start_report(*, year: ProgramYear, region: Region | None, actor: Actor, now: dt.datetime) -> AnnualReport:
    """The one report of a province or (without a region) of the country; a second call gives the first's (R1)."""
    check_write(actor, year, region.pk if region else "")
    unit = year.program.owner
    if region is not None:
        participation = (
            Participation.objects.filter(year=year, region=region).select_related("technical_unit").first()
        )
        if participation is None or participation.technical_unit is None:
            raise Refusal(
                _("The province has no technical lead unit in this year."),
                remedy=_("Ask the national office to enter it."),
            )
        unit = participation.technical_unit
    report, created = AnnualReport.objects.get_or_create(year=year, region=region, defaults={"unit": unit})
    if created:
        record("start_report", report, actor=actor, now=now, to_state=report.status)
    return report


@transaction.atomic
def write_report(
    *, report: AnnualReport, sections: Mapping[str, str], actor: Actor, now: dt.datetime
) -> AnnualReport:
    """Keep the narrative; what was built from the old one is built again before it can be filed."""
    check_write_report(actor, report)
    locked = _locked(report)
    check_open(locked)
    changed = [name for name, text in sections.items() if getattr(locked, name) != text]
    advance(locked, FLOW, "revise_report", actor=actor, now=now, sections=changed)
    for name in changed:
        setattr(locked, name, sections[name])
    locked.save(update_fields=changed)
    return locked


@transaction.atomic
def build_report(*, report: AnnualReport, actor: Actor, now: dt.datetime) -> Job:
    """Ask a worker to take the figures and print; while one is at it, the same job is the answer."""
    check_write_report(actor, report)
    locked = _locked(report)
    if _is_running(locked) and locked.job:
        return locked.job
    advance(locked, FLOW, "build_report", actor=actor, now=now)
    locked.builds += 1
    key = f"{BUILD_JOB}:{locked.pk}:{locked.builds}"
    locked.job = enqueue(BUILD_JOB, {"report": locked.pk}, actor=actor, now=now, key=key)
    locked.save(update_fields=["builds", "job"])
    return locked.job


@transaction.atomic
def keep_snapshot(*, report: AnnualReport, job: Job, snapshot: Mapping[str, Any]) -> None:
    """Freeze the figures that this build has taken; called by the job's step."""
    locked = _of_job(report, job)
    locked.snapshot = dict(snapshot)
    locked.save(update_fields=["snapshot"])


@transaction.atomic
def finish_report(
    *, report: AnnualReport, job: Job, pdf: bytes, document: bytes, actor: Actor, now: dt.datetime
) -> AnnualReport:
    """Keep both documents of this build and let the older ones go; called by the job's last step."""
    locked = _of_job(report, job)
    _replace(locked.pdf, f"{locked.pk}-{locked.builds}.pdf", pdf)
    _replace(locked.document, f"{locked.pk}-{locked.builds}.docx", document)
    locked.built_at = now
    locked.save(update_fields=["pdf", "document", "built_at"])
    advance(locked, FLOW, "finish_report", actor=actor, now=now, build=locked.builds)
    _tell_asker(locked, job, READY, now)
    return locked


@transaction.atomic
def tell_failed_build(*, report: AnnualReport, job: Job, now: dt.datetime) -> None:
    """Whoever asked for the report learns that it could not be built; called when the job is given up."""
    _tell_asker(report, job, FAILED, now)


def _tell_asker(report: AnnualReport, job: Job, text: str, now: dt.datetime) -> None:
    url = reverse("reports:report-show", kwargs={**report.year.url_kwargs, "pk": report.pk})
    tell_owner(job, text, params={"year": report.year.year}, url=url, now=now)


def file_report(*, report: AnnualReport, actor: Actor, now: dt.datetime) -> Submission:
    """Hand the report up: snapshot, narrative and the digest of the PDF are frozen; returns the receipt (R1).

    Raises Refusal while a section is empty, the report is not built, or reports of the province are closed.
    """
    check_write_report(actor, report)
    with transaction.atomic():
        locked = _locked(report)
        _check_built(locked)
        if locked.region_id:
            check_not_closed(locked.year, locked.region_id, SUBJECT)
        findings = filing_findings(facts_of(locked, actor.scope, now))
        hard = [str(finding.params["label"]) for finding in blocking(findings)]
        if hard:
            raise Refusal(
                _("Still empty: %(sections)s.") % {"sections": "、".join(hard)},
                remedy=_("Write these sections, build the report again, then file it."),
            )
        locked.submission = submit(
            kind=SUBMISSION_KIND, year=locked.year, unit=locked.unit, region=locked.region,
            content=_content(locked), findings=findings, actor=actor, now=now,
        )  # fmt: skip
        locked.filed_at = now
        locked.save(update_fields=["submission", "filed_at"])
        advance(locked, FLOW, "file_report", actor=actor, now=now, number=locked.submission.number)
    return locked.submission


def decide_report(
    *, report: AnnualReport, accept: bool, reason: str, actor: Actor, now: dt.datetime
) -> AnnualReport:
    """The office accepts what a province filed, or returns it with a reason to be filed again."""
    check_decide(actor, report)
    with transaction.atomic():
        locked = _locked(report)
        if locked.status != ReportStatus.FILED or locked.submission is None:
            raise Refusal(_("This report is not filed."), remedy=_("Wait until the province files it."))
        decide_submission(submission=locked.submission, accept=accept, reason=reason, actor=actor, now=now)
        if not accept:
            advance(locked, FLOW, "return_report", actor=actor, now=now, reason=reason)
    return locked


def _locked(report: AnnualReport) -> AnnualReport:
    rows = AnnualReport.objects.select_for_update(of=("self",))
    return rows.select_related("year__program__owner", "region", "unit", "job", "submission").get(
        pk=report.pk
    )


def _is_running(report: AnnualReport) -> bool:
    """A build whose job is over without a result has failed; it may be asked for again."""
    return report.status == ReportStatus.BUILDING and report.job is not None and not report.job.is_over


def check_open(report: AnnualReport) -> None:
    """Neither filed nor being printed; raises Refusal."""
    if report.is_filed:
        raise IllegalTransition(
            _("This report is filed; its words are frozen."),
            remedy=_("They open again when the national office returns the report."),
        )
    if _is_running(report):
        raise Refusal(_("The report is being built."), remedy=_("Wait until it is done, then change it."))


def _check_built(report: AnnualReport) -> None:
    """Its files are there, and nothing was changed after they were printed."""
    if report.status != ReportStatus.BUILT:
        raise IllegalTransition(
            _("Only a report that was built and not changed since can be filed."),
            remedy=_("Build the report, look at the PDF, then file it."),
        )


def _of_job(report: AnnualReport, job: Job) -> AnnualReport:
    """The report as long as this job builds it; a job that was overtaken must not write."""
    locked = _locked(report)
    if locked.status != ReportStatus.BUILDING or locked.job_id != job.pk:
        raise Refusal(_("The report is no longer built by this work."), remedy=_("Build it again."))
    return locked


def _replace(file: FieldFile, name: str, data: bytes) -> None:
    """The name belongs to this build alone: what a killed attempt left there goes, the former build's on commit."""
    storage, former = file.storage, file.name
    target = file.field.generate_filename(file.instance, name)
    if storage.exists(target):
        storage.delete(target)
    file.save(name, ContentFile(data), save=False)
    if former and former != file.name:
        transaction.on_commit(lambda: storage.delete(former))


def _content(report: AnnualReport) -> dict[str, Any]:
    with report.pdf.open("rb") as pdf:
        digest = hashlib.sha256(pdf.read()).hexdigest()
    return {"snapshot": report.snapshot, "narrative": report.narrative, "pdf_sha256": digest}


def has_failed(report: AnnualReport) -> bool:
    return report.status == ReportStatus.BUILDING and (
        report.job is None or report.job.status == JobStatus.FAILED
    )
