"""Annual reports: the list, the narrative, building with progress, filing, and the documents (R1)."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.enums import Role
from accounts.models import Region
from accounts.queries import history
from core.exceptions import Refusal, Text
from core.forms import add_refusal
from core.lists import list_view
from core.submissions import SubmissionStatus
from core.templatetags.portal import display, name_of
from core.uploads import served
from programs.enums import Area
from programs.http import PortalRequest, year_page
from programs.models import Participation, ProgramYear
from reports.columns import ANNUAL_REPORTS, REPORT_TONES
from reports.enums import ReportStatus, Section
from reports.forms import NarrativeForm
from reports.models import AnnualReport
from reports.permissions import can_decide, can_write, can_write_report, check_write_report
from reports.queries.reports import facts_of, with_reports
from reports.rules import filing_findings, moved_findings
from reports.services import (
    build_report,
    check_open,
    decide_report,
    file_report,
    has_failed,
    start_report,
    write_report,
)
from reports.views.counted import OFFICES, PROVINCES, crumbs

READERS = (*OFFICES, *PROVINCES)
WRITERS = (Role.NATIONAL_OFFICE, Role.TECHNICAL_LEAD)
VERBS: dict[str, Text] = {
    "start_report": gettext_lazy("Report begun"),
    "revise_report": gettext_lazy("Narrative changed"),
    "build_report": gettext_lazy("Asked to be built"),
    "finish_report": gettext_lazy("Report built"),
    "file_report": gettext_lazy("Handed up"),
    "return_report": gettext_lazy("Returned"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(*READERS, area=Area.REPORTS)
def report_list(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """The country's report and where each province stands with its own; POST exports the list."""
    region = request.scope.region_code if request.scope.is_provincial else ""
    own = AnnualReport.objects.visible_to(request.scope).filter(year=year, region=region or None).first()
    rows = with_reports(Participation.objects.visible_to(request.scope).filter(year=year))
    context = {
        "year": year,
        "place": name_of(year),
        "own": own,
        "own_tone": REPORT_TONES[ReportStatus(own.status)] if own else "",
        "may_start": own is None and can_write(request.actor, year, region),
        "crumbs": crumbs(request, year, (_("Annual reports"), "")),
    }
    return list_view(
        request,
        ANNUAL_REPORTS,
        rows,
        actor=request.actor,
        template="reports/report_list.html",
        context=context,
    )


@require_POST
@year_page(*WRITERS, area=Area.REPORTS)
def report_start(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """Begin the report of the own place."""
    code = request.scope.region_code if request.scope.is_provincial else ""
    region = get_object_or_404(Region, pk=code) if code else None
    report = start_report(year=year, region=region, actor=request.actor, now=request.now)
    return redirect("reports:report-edit", pk=report.pk, **year.url_kwargs)


@require_safe
@year_page(*READERS, area=Area.REPORTS)
def report_show(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """Where the report stands, its narrative, its documents, and what the checks say."""
    report = _report(request, year, pk)
    facts = facts_of(report, request.scope, request.now)
    may_write = can_write_report(request.actor, report)
    context = {
        "year": year,
        "report": report,
        "title": _title(report),
        "facts": _facts(report),
        "findings": moved_findings(facts) if report.is_filed else filing_findings(facts),
        "chapters": [(section.label, report.narrative[section]) for section in Section],
        "job": _job(report, may_write) if report.status == ReportStatus.BUILDING else None,
        "may_write": may_write and not report.is_filed,
        "may_file": may_write and report.status == ReportStatus.BUILT,
        "may_decide": can_decide(request.actor, report) and _waits(report),
        "receipt": _receipt(report),
        "history": history(report, VERBS),
        "crumbs": _crumbs(request, year, (_title(report), "")),
    }
    return render(request, "reports/report_show.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(*WRITERS, area=Area.REPORTS)
def report_edit(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """Write the narrative."""
    report = _report(request, year, pk)
    check_write_report(request.actor, report)
    if request.method != "POST":  # what was typed before stands beside the refusal
        check_open(report)
    form = NarrativeForm(request.POST or None, initial=NarrativeForm.told(report))
    if request.method == "POST" and form.is_valid():
        try:
            write_report(report=report, sections=form.cleaned_data, actor=request.actor, now=request.now)
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The narrative is saved. Build the report to see it on paper."))
            return redirect("reports:report-show", pk=pk, **year.url_kwargs)
    context = {
        "year": year,
        "form": form,
        "title": _("Write the narrative"),
        "cancel_url": _url("report-show", report),
        "crumbs": _crumbs(
            request, year, (_title(report), _url("report-show", report)), (_("Write the narrative"), "")
        ),
    }
    return render(request, "reports/report_edit.html", context)


@require_POST
@year_page(*WRITERS, area=Area.REPORTS)
def report_build(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """Ask a worker to build; the report's page shows how far it is."""
    build_report(report=_report(request, year, pk), actor=request.actor, now=request.now)
    return redirect("reports:report-show", pk=pk, **year.url_kwargs)


@require_safe
@year_page(*READERS, area=Area.REPORTS)
def report_progress(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """How far the build is, asked every two seconds; once it is over the page is to be loaded anew."""
    report = _report(request, year, pk)
    job = _job(report, can_write_report(request.actor, report))
    if job is None:
        raise Http404
    response = render(request, "reports/_job.html", {"job": job})
    if report.job and report.job.is_over and request.htmx:  # type: ignore[attr-defined]
        response["HX-Refresh"] = "true"
    return response


@require_POST
@year_page(*WRITERS, area=Area.REPORTS)
def report_file(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """Freeze the report and hand it up; the page then shows the receipt."""
    submission = file_report(report=_report(request, year, pk), actor=request.actor, now=request.now)
    messages.success(
        request, _("The annual report is filed under number %(number)s.") % {"number": submission.number}
    )
    return redirect("reports:report-show", pk=pk, **year.url_kwargs)


@require_POST
@year_page(Role.NATIONAL_OFFICE, area=Area.REPORTS)
def report_decide(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """Accept what a province filed, or return it with a reason."""
    report = _report(request, year, pk)
    accept = request.POST.get("decision") == "accept"
    reason = request.POST.get("reason", "")
    decide_report(report=report, accept=accept, reason=reason, actor=request.actor, now=request.now)
    done = (
        _("The annual report is accepted.") if accept else _("The annual report is returned to the province.")
    )
    messages.success(request, done)
    return redirect("reports:report-show", pk=pk, **year.url_kwargs)


@require_safe
@year_page(*READERS, area=Area.REPORTS)
def report_pdf(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    report = _report(request, year, pk)
    return served(report.pdf, f"{_title(report)}.pdf")


@require_safe
@year_page(*READERS, area=Area.REPORTS)
def report_document(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    report = _report(request, year, pk)
    return served(report.document, f"{_title(report)}.docx")


def _report(request: PortalRequest, year: ProgramYear, pk: int) -> AnnualReport:
    rows = AnnualReport.objects.visible_to(request.scope)
    related = rows.select_related("year__program__owner", "region", "unit", "job", "submission")
    return get_object_or_404(related, year=year, pk=pk)


def _url(name: str, report: AnnualReport) -> str:
    return reverse(f"reports:{name}", kwargs={**report.year.url_kwargs, "pk": report.pk})


def _title(report: AnnualReport) -> str:
    place = name_of(report.region) if report.region else _("Whole country")
    return _("%(place)s: annual report %(year)s") % {"place": place, "year": report.year.year}


def _crumbs(request: PortalRequest, year: ProgramYear, *further: tuple[Text, str]) -> list[tuple[Text, str]]:
    back = reverse("reports:report-list", kwargs=year.url_kwargs)
    return crumbs(request, year, (_("Annual reports"), back), *further)


def _facts(report: AnnualReport) -> list[dict[str, Any]]:
    return [
        {"label": _("Unit"), "value": name_of(report.unit)},
        {"label": _("Status"), "value": report.get_status_display()},
        {"label": _("Built at"), "value": display(report.built_at)},
        {"label": _("Handed up at"), "value": display(report.filed_at) if report.is_filed else ""},
        {
            "label": _("Decision"),
            "value": report.submission.get_status_display() if report.submission else "",
        },
        {"label": _("Reason"), "value": report.submission.reason if report.submission else ""},
    ]


def _job(report: AnnualReport, may_write: bool) -> dict[str, Any] | None:
    """What components/job.html wants of the latest build."""
    if report.job is None:
        return None
    return {
        "job": report.job,
        "poll_url": _url("report-progress", report),
        "retry_url": _url("report-build", report) if may_write and has_failed(report) else "",
    }


def _waits(report: AnnualReport) -> bool:
    """For the office's decision; nobody decides on its own report."""
    return (
        report.is_filed
        and report.region_id is not None
        and report.submission is not None
        and report.submission.status == SubmissionStatus.SUBMITTED
    )


def _receipt(report: AnnualReport) -> dict[str, Any] | None:
    submission = report.submission
    if submission is None or not report.is_filed:
        return None
    next_step = (
        _("The national office accepts the report or returns it with a reason.")
        if _waits(report)
        else _("Nothing more is to be done.")
    )
    return {
        "title": _("Annual report filed"),
        "number": submission.number,
        "time": submission.submitted_at,
        "version": submission.version,
        "digest": submission.sha256,
        "next_step": next_step,
    }
