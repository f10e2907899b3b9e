"""Scores, certificates, items, and what the national office keeps."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.enums import Role
from accounts.models import Region
from core.exceptions import Refusal
from core.forms import ReasonForm, add_refusal
from core.lists import build_table, list_view
from exams.bank import items_with_words
from exams.columns import (
    CERTIFICATES,
    SCORES,
    SUBMISSIONS,
    items_of,
    windows_of,
)
from exams.enums import ItemOrigin, ItemStatus
from exams.forms import DecisionForm, WindowForm
from exams.models import Certificate, ExamWindow, Item
from exams.permissions import can_manage_bank, can_take_file
from exams.queries import score_rows
from exams.reading import pairs_for_office, pairs_for_province, with_reading
from exams.services import Decision, decide_items, edit_window, submit_items
from exams.services.supply import SUBJECT, quota_findings
from exams.vocabulary import coverage_of, vocabulary_of
from programs.enums import Area
from programs.http import PortalRequest, year_page
from programs.models import ProgramYear, Submission
from programs.queries import due_at, duty_of_kind

READERS = (
    Role.NATIONAL_OFFICE,
    Role.AUDITOR,
    Role.TECHNICAL_LEAD,
    Role.ADMINISTRATIVE,
    Role.BASE_COORDINATOR,
)
KEEPERS = (Role.NATIONAL_OFFICE, Role.AUDITOR)
WRITERS = (Role.NATIONAL_OFFICE, Role.EXPERT, Role.TECHNICAL_LEAD)


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(*READERS, area=Area.EXAMS)
def score_list(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """Everyone who signed up, with the best result; POST exports what is filtered (R3)."""
    rows = score_rows(year, request.scope)
    context = {
        "year": year,
        "place": str(year),
        "keeps": request.scope.role in KEEPERS,
        "takes": can_take_file(request.actor, year),
    }
    return list_view(
        request, SCORES, rows, actor=request.actor, template="exams/score_list.html", context=context
    )


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(*READERS, area=Area.EXAMS)
def certificate_list(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    rows = Certificate.objects.visible_to(request.scope).filter(enrollment__year=year)
    context = {"year": year, "place": str(year)}
    return list_view(
        request,
        CERTIFICATES,
        rows,
        actor=request.actor,
        template="exams/certificate_list.html",
        context=context,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(*WRITERS, area=Area.EXAMS)
def item_list(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """The bank for the office, a province's own items with the meter of what it owes (X1)."""
    items = Item.objects.visible_to(request.scope)
    context: dict[str, Any] = {
        "year": year,
        # the export names who took it
        "place": f"{year} · {request.membership.unit} · {request.actor.label}",
        "waiting": _waiting(request, year),
        "writes": request.scope.role in {Role.NATIONAL_OFFICE, Role.TECHNICAL_LEAD},
    }
    if request.scope.is_provincial:
        items = items.filter(year=year)
        context |= _province_items(request, year)
    listing = items_of(year.url_kwargs, vocabulary_of(year))
    return list_view(
        request,
        listing,
        items_with_words(items),
        actor=request.actor,
        template="exams/item_list.html",
        context=context,
    )


def _waiting(request: PortalRequest, year: ProgramYear) -> dict[str, int]:
    """What waits for the reader: items to read, look-alikes to decide, homework to take in."""
    items, scope = Item.objects.visible_to(request.scope), request.scope
    if scope.is_provincial:
        reading = items.filter(year=year, status=ItemStatus.REVIEW).count()
        return {"reading": reading, "pairs": pairs_for_province(scope, year).count()}
    if scope.role != Role.NATIONAL_OFFICE:
        return {}
    homework = items.filter(origin=ItemOrigin.HOMEWORK, status=ItemStatus.DRAFT)
    return {"pairs": pairs_for_office(scope).count(), "homework": homework.count()}


def _province_items(request: PortalRequest, year: ProgramYear) -> dict[str, Any]:
    duty = duty_of_kind(year, SUBJECT)
    items = Item.objects.visible_to(request.scope).filter(year=year)
    submissions = Submission.objects.visible_to(request.scope).filter(
        year=year, kind=SUBJECT, unit=request.scope.unit_id
    )
    return {
        "meters": quota_findings(year, request.scope.region_code),
        "has_ready": items.filter(status=ItemStatus.APPROVED).exists(),
        "coverage": coverage_of(year, request.scope.region_code),
        "list_url": reverse("exams:item-list", kwargs=year.url_kwargs),
        "reason_form": ReasonForm(use_required_attribute=False),
        "due": due_at(duty, request.membership.unit) if duty else None,
        "submissions": submissions.order_by("-version"),
    }


@require_POST
@year_page(Role.TECHNICAL_LEAD, area=Area.EXAMS)
def item_submit(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    region = get_object_or_404(Region.objects.visible_to(request.scope), pk=request.scope.region_code)
    try:
        submission = submit_items(
            year=year, region=region, unit=request.membership.unit, actor=request.actor, now=request.now
        )
        messages.success(
            request, _("The items are handed up. Receipt %(number)s.") % {"number": submission.number}
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("exams:item-list", **year.url_kwargs)


@require_safe
@year_page(Role.NATIONAL_OFFICE, area=Area.EXAMS)
def submission_list(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """The provinces' item submissions."""
    rows = with_reading(Submission.objects.visible_to(request.scope).filter(year=year, kind=SUBJECT))
    table = build_table(request, SUBMISSIONS, rows.select_related("unit", "region", "year__program"))
    context = {"year": year, "table": table}
    return render(request, "exams/submission_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(Role.NATIONAL_OFFICE, area=Area.EXAMS)
def submission_decide(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    rows = (
        Submission.objects.visible_to(request.scope)
        .filter(year=year, kind=SUBJECT)
        .select_related("unit", "region")
    )
    submission = get_object_or_404(rows, pk=pk)
    form = DecisionForm(request.POST or None)
    if form.is_valid():
        try:
            waiting = Item.objects.visible_to(request.scope).filter(
                submission=submission, status=ItemStatus.SUBMITTED
            )
            decisions = [Decision(item, **form.cleaned_data) for item in waiting]
            decide_items(submission=submission, decisions=decisions, actor=request.actor, now=request.now)
            return redirect("exams:submission-list", **year.url_kwargs)
        except Refusal as refusal:
            add_refusal(form, refusal)
    return render(
        request, "exams/submission_decide.html", {"year": year, "submission": submission, "form": form}
    )


@require_safe
@year_page(*KEEPERS, area=Area.EXAMS)
def window_list(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    windows = ExamWindow.objects.visible_to(request.scope).filter(year=year).select_related("year__program")
    listing = windows_of(request.now, can_manage_bank(request.actor, year))
    context = {"year": year, "table": build_table(request, listing, windows)}
    return render(request, "exams/window_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(Role.NATIONAL_OFFICE, area=Area.EXAMS)
def window_edit(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    window = get_object_or_404(ExamWindow.objects.visible_to(request.scope), year=year, pk=pk)
    form = WindowForm(request.POST) if request.method == "POST" else WindowForm.of(window)
    if form.is_bound and form.is_valid():
        try:
            edit_window(window=window, **form.cleaned_data, actor=request.actor, now=request.now)
            return redirect("exams:window-list", **year.url_kwargs)
        except Refusal as refusal:
            add_refusal(form, refusal)
    return render(request, "exams/window_edit.html", {"year": year, "window": window, "form": form})
