"""Uploading a roster: template, progress, preview of every fault, and the choice to take it in."""

from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.enums import Role
from accounts.queries import history
from core.enums import JobStatus
from core.exceptions import NotAllowed, Refusal, Text
from core.forms import ReasonForm, add_refusal
from core.lists import list_view
from core.models import Job
from core.spreadsheets import XLSX
from enrollment.columns import IMPORTS
from enrollment.enums import ImportStatus, RowKind
from enrollment.forms import UploadForm
from enrollment.imports.preview import (
    counts_by_kind,
    lines_of,
    new_institutions,
    preview_health,
    rows_of_kind,
    worded_rows,
)
from enrollment.imports.problems import worded_of_list
from enrollment.imports.undoing import can_undo
from enrollment.imports.workbooks import marked, template
from enrollment.models import RosterImport
from enrollment.queries import job_of
from enrollment.services.imports import confirm_import, discard_import, stage_import
from enrollment.services.undoing import undo_import
from enrollment.views.shared import act, own_region, roster_crumbs
from programs.enums import Area
from programs.http import PortalRequest, year_page
from programs.models import ProgramYear

coordinator = year_page(Role.TECHNICAL_LEAD, area=Area.ENROLLMENT)
FAULTS_A_PAGE = 50
VERBS: dict[str, Text] = {
    "stage_import": gettext_lazy("Uploaded"),
    "read_import": gettext_lazy("File read"),
    "apply_import": gettext_lazy("Taken in"),
    "undo_import": gettext_lazy("Taken back"),
    "discard_import": gettext_lazy("Discarded"),
}


def import_in_scope(request: PortalRequest, year: ProgramYear, pk: int) -> RosterImport:
    rows = RosterImport.objects.visible_to(request.scope).select_related("year__program", "region")
    return get_object_or_404(rows, year=year, pk=pk)


def _workbook(data: bytes, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=XLSX)
    response["Content-Disposition"] = (
        f"attachment; filename=\"roster.xlsx\"; filename*=UTF-8''{quote(name)}.xlsx"
    )
    return response


def import_crumbs(year: ProgramYear, *rest: tuple[str, str]) -> list[tuple[str, str]]:
    return roster_crumbs(
        year, (_("Uploaded files"), reverse("enrollment:import-list", kwargs=year.url_kwargs)), *rest
    )


@require_http_methods(["GET", "HEAD", "POST"])
@coordinator
def import_list(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """What was uploaded and what became of it."""
    rows = RosterImport.objects.visible_to(request.scope).filter(year=year)
    context = {"crumbs": import_crumbs(year), "year": year, "place": own_region(request).name}
    return list_view(
        request, IMPORTS, rows, actor=request.actor, template="enrollment/import_list.html", context=context
    )


@require_http_methods(["GET", "HEAD", "POST"])
@coordinator
def import_create(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """Choose a file; it is read in the background."""
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if form.is_bound and form.is_valid():
        try:
            staged = stage_import(
                year=year,
                region=own_region(request),
                file=form.cleaned_data["file"],
                actor=request.actor,
                now=request.now,
            )
        except NotAllowed:
            raise
        except Refusal as refusal:
            add_refusal(form, refusal, "file")
        else:
            return redirect("enrollment:import-show", **year.url_kwargs, pk=staged.pk)
    context = {
        "form": form,
        "multipart": True,
        "submit_label": _("Upload"),
        "year": year,
        "crumbs": import_crumbs(year, (_("Upload"), "")),
        "cancel_url": reverse("enrollment:roster-list", kwargs=year.url_kwargs),
    }
    return render(request, "enrollment/import_create.html", context)


@require_safe
@coordinator
def import_template(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    region = own_region(request)
    return _workbook(template(year, region), f"{region.name}{year.year}-{_('Roster')}")


@require_safe
@coordinator
def import_show(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """Progress, then every line by what it does, every fault, and the findings as they would be."""
    staged = import_in_scope(request, year, pk)
    job = job_of(staged)
    unreadable = staged.status == ImportStatus.READING and job is not None and job.status == JobStatus.FAILED
    context: dict[str, Any] = {
        "year": year,
        "staged": staged,
        "status_label": JobStatus.FAILED.label if unreadable else ImportStatus(staged.status).label,
        "unreadable": unreadable,
        "job": job,
        "poll_url": reverse("enrollment:import-job", kwargs={**year.url_kwargs, "pk": pk}),
        "crumbs": import_crumbs(year, (staged.file_name, "")),
        "list_faults": worded_of_list(staged),
        "good_count": staged.row_count - staged.bad_count,
        "events": history(staged, VERBS),
        "may_undo": staged.status == ImportStatus.APPLIED and can_undo(staged),
    }
    context |= _lines(request, staged)
    if staged.status == ImportStatus.PREVIEW:
        health = preview_health(staged)
        context |= {
            "findings": health.findings,
            "failing": health.failing,
            "new_places": new_institutions(staged),
        }
    return render(request, "enrollment/import_show.html", context)


def _lines(request: PortalRequest, staged: RosterImport) -> dict[str, Any]:
    """A page of the lines of one kind: the one asked for, else the first there is; once taken in, what was left out."""
    counts = counts_by_kind(staged) if staged.status == ImportStatus.PREVIEW else {}
    asked = request.GET.get("show", "")
    shown = RowKind(asked) if asked in RowKind else next((kind for kind in RowKind if counts.get(kind)), None)
    kind = shown if counts and shown else RowKind.BAD
    page = Paginator(rows_of_kind(staged, kind), FAULTS_A_PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "kind": kind,
        "kinds": [
            {"kind": one, "count": count, "url": f"?show={one}#lines"}
            for one, count in counts.items()
            if count
        ],
        "to_do": counts.get(RowKind.NEW, 0) + counts.get(RowKind.CHANGED, 0),
        "page": page,
        "faults": [],
        "lines": [],
    }
    if kind == RowKind.BAD:
        # institutions new to the registry are listed by themselves, once each
        context["faults"] = [fault for fault in worded_rows(page.object_list) if not fault.is_notice]
    elif kind != RowKind.MISSING:
        context["lines"] = lines_of(page.object_list, staged)
    return context


@require_safe
@coordinator
def import_job(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """The progress alone, asked for by the page; the whole page is loaded anew when the work is over."""
    staged = import_in_scope(request, year, pk)
    job = get_object_or_404(Job, pk=staged.job_number or 0)
    poll_url = reverse("enrollment:import-job", kwargs={**year.url_kwargs, "pk": pk})
    response = render(request, "enrollment/_import_job.html", {"job": job, "poll_url": poll_url})
    if job.is_over:
        response["HX-Refresh"] = "true"
    return response


@require_POST
@coordinator
def import_apply(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """Have the rows taken in: all, or those without errors."""
    staged = import_in_scope(request, year, pk)
    only_good = request.POST.get("rows") == "good"
    return act(
        request,
        lambda: confirm_import(staged=staged, only_good=only_good, actor=request.actor, now=request.now),
        lambda _staged: _("The rows are being taken in."),
        reverse("enrollment:import-show", kwargs={**year.url_kwargs, "pk": pk}),
    )


@require_POST
@coordinator
def import_discard(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    staged = import_in_scope(request, year, pk)
    try:
        discard_import(staged=staged, actor=request.actor, now=request.now)
    except NotAllowed:
        raise
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("enrollment:import-show", **year.url_kwargs, pk=pk)
    messages.success(request, _("The file and its rows are deleted."))
    return redirect("enrollment:import-list", **year.url_kwargs)


@require_POST
@coordinator
def import_undo(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """Take back what was taken in, as a whole."""
    staged, form = import_in_scope(request, year, pk), ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    return act(
        request,
        lambda: undo_import(staged=staged, reason=reason, actor=request.actor, now=request.now),
        lambda _staged: _("The list is taken back; the file and its rows are deleted."),
        reverse("enrollment:import-show", kwargs={**year.url_kwargs, "pk": pk}),
    )


@require_safe
@coordinator
def import_marked(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """The uploaded rows with the bad cells marked, to be corrected and uploaded again."""
    staged = import_in_scope(request, year, pk)
    return _workbook(marked(staged), f"{staged.file_name.rsplit('.', 1)[0]}-{_('marked')}")
