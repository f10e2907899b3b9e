"""Scores, certificates, items, and what the national office keeps."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.enums import Role
from accounts.models import Region
from core.exceptions import Refusal
from core.forms import add_refusal
from core.lists import build_table, list_view
from exams.bank import items_with_words, themes_of
from exams.columns import (
    BLUEPRINT,
    CERTIFICATES,
    LATE_ANSWERS,
    SCORES,
    SUBMISSIONS,
    feasible_of,
    items_of,
    windows_of,
)
from exams.enums import ItemStatus
from exams.forms import DecisionForm, WindowForm
from exams.models import BlueprintRow, Certificate, ExamWindow, Item, LateAnswer
from exams.permissions import can_manage_bank
from exams.queries import feasibility, score_rows
from exams.services import Decision, decide_items, decide_late, edit_window, submit_items
from exams.services.supply import SUBJECT, quota_findings
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
    context = {"year": year, "place": str(year)}
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
    context: dict[str, Any] = {"year": year, "place": str(year)}
    if request.scope.is_provincial:
        items = items.filter(year=year)
        context |= _province_items(request, year)
    listing = items_of(year.url_kwargs, themes_of(year))
    return list_view(
        request,
        listing,
        items_with_words(items),
        actor=request.actor,
        template="exams/item_list.html",
        context=context,
    )


def _province_items(request: PortalRequest, year: ProgramYear) -> dict[str, Any]:
    duty = duty_of_kind(year, SUBJECT)
    items = Item.objects.visible_to(request.scope).filter(year=year)
    submissions = Submission.objects.visible_to(request.scope).filter(
        year=year, kind=SUBJECT, unit=request.scope.unit_id
    )
    return {
        "meters": quota_findings(year, request.scope.region_code),
        "has_drafts": items.filter(status=ItemStatus.DRAFT).exists(),
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
@year_page(*WRITERS, area=Area.EXAMS)
def item_show(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """An item as candidates see it, with key, explanation and versions."""
    item = get_object_or_404(Item.objects.visible_to(request.scope).select_related("unit", "group"), pk=pk)
    versions = list(item.versions.order_by("-number"))
    siblings = item.group.items.exclude(pk=item.pk) if item.group else Item.objects.none()
    context = {
        "year": year,
        "item": item,
        "version": versions[0],
        "theme": themes_of(year).get(item.theme, item.theme),
        "siblings": siblings,
    }
    return render(request, "exams/item_show.html", context)


@require_safe
@year_page(Role.NATIONAL_OFFICE, area=Area.EXAMS)
def submission_list(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """The provinces' item submissions."""
    rows = Submission.objects.visible_to(request.scope).filter(year=year, kind=SUBJECT)
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
            waiting = Item.objects.filter(submission=submission, status=ItemStatus.SUBMITTED)
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
def blueprint_show(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """The paper's make-up, its points, and what the bank lacks for each specialty (X3)."""
    rows = list(BlueprintRow.objects.visible_to(request.scope).filter(year=year))
    parts = build_table(request, BLUEPRINT, rows)
    parts["foot"] = _totals(rows)
    feasible = build_table(request, feasible_of(rows), feasibility(year))
    context = {
        "year": year,
        "rows": parts,
        "feasible": feasible,
        "may_decide": can_manage_bank(request.actor, year),
    }
    return render(request, "exams/blueprint_show.html", context)


def _totals(rows: list[BlueprintRow]) -> list[dict[str, Any]]:
    items, points = sum(row.count for row in rows), sum(row.total for row in rows)
    texts = [_("Total"), "", items, "", points, "", ""]
    return [{"text": text, "align": "end" if isinstance(text, int) else "start"} for text in texts]


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


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(*KEEPERS, area=Area.EXAMS)
def late_list(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """Answers that came too late, kept for a person's decision (X8)."""
    rows = LateAnswer.objects.visible_to(request.scope).filter(attempt__enrollment__year=year)
    context = {"year": year, "place": str(year)}
    return list_view(
        request, LATE_ANSWERS, rows, actor=request.actor, template="exams/late_list.html", context=context
    )


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(Role.NATIONAL_OFFICE, area=Area.EXAMS)
def late_decide(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    rows = LateAnswer.objects.visible_to(request.scope).select_related("attempt__enrollment__person")
    answer = get_object_or_404(rows, attempt__enrollment__year=year, pk=pk)
    form = DecisionForm(request.POST or None)
    if form.is_valid():
        try:
            decide_late(answer=answer, year=year, **form.cleaned_data, actor=request.actor, now=request.now)
            return redirect("exams:late-list", **year.url_kwargs)
        except Refusal as refusal:
            add_refusal(form, refusal)
    return render(request, "exams/late_decide.html", {"year": year, "answer": answer, "form": form})
