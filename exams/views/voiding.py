"""Void by two: a person of the office asks with a reason, another one decides (X5). And a person's attempts, for staff."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.enums import Role
from accounts.models import Membership
from accounts.queries import history, members_of
from core.exceptions import NotAllowed, Refusal
from core.forms import ReasonForm, add_refusal
from core.lists import build_table, list_view
from enrollment.models import Enrollment
from exams.columns import VOID_REQUESTS, staff_attempts_of, void_url
from exams.columns.decisions import VOID_TONES
from exams.enums import VoidDecision
from exams.forms import VoidForm
from exams.models import Attempt, VoidRequest
from exams.permissions import can_confirm_void, can_manage_bank
from exams.pile import with_waiting
from exams.queries import limits_of
from exams.services import ask_void, confirm_void, refuse_void
from exams.views.office import KEEPERS, READERS
from exams.words import WORDS
from programs.enums import Area
from programs.http import PortalRequest, year_page
from programs.models import ProgramYear


@require_safe
@year_page(*READERS, area=Area.EXAMS)
def score_show(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """One trainee's attempts: when, by whom handed in, what waits, and for the office what may be done with each."""
    people = Enrollment.objects.visible_to(request.scope).filter(year=year)
    row = get_object_or_404(
        people.select_related("person", "region", "registration", "specialty", "institution"), pk=pk
    )
    attempts = Attempt.objects.visible_to(request.scope).filter(enrollment=row).with_chance()
    may = can_manage_bank(request.actor, year)
    listing = staff_attempts_of(limits_of(year).attempts, acts=may, pile=request.scope.role in KEEPERS)
    shown = with_waiting(attempts).select_related("enrollment__year__program").order_by("number")
    context = {"year": year, "row": row, "table": build_table(request, listing, shown)}
    return render(request, "exams/score_show.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(*KEEPERS, area=Area.EXAMS)
def void_list(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    rows = VoidRequest.objects.visible_to(request.scope).filter(attempt__enrollment__year=year)
    context = {"year": year, "place": str(year)}
    return list_view(
        request, VOID_REQUESTS, rows, actor=request.actor, template="exams/void_list.html", context=context
    )


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(Role.NATIONAL_OFFICE, area=Area.EXAMS)
def void_ask(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """Ask for one attempt to be void; whoever confirms is named."""
    rows = Attempt.objects.visible_to(request.scope).filter(enrollment__year=year)
    attempt = get_object_or_404(rows.select_related("enrollment__person", "enrollment__year__program"), pk=pk)
    form = VoidForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = ask_void(attempt=attempt, **form.cleaned_data, actor=request.actor, now=request.now)
        except NotAllowed:
            raise
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The request waits for a second person of the office."))
            return redirect(void_url(made))
    back = reverse("exams:score-show", kwargs={**year.url_kwargs, "pk": attempt.enrollment_id})
    context = {
        "year": year,
        "attempt": attempt,
        "form": form,
        "seconds": _others(request, year, request.actor.user_id),
        "submit_label": _("Send the request"),
        "cancel_url": back,
    }
    return render(request, "exams/void_ask.html", context)


def _others(request: PortalRequest, year: ProgramYear, asker: int | None) -> list[str]:
    """Who may confirm: everybody else in the office."""
    office = members_of(year.program.owner_id, Role.NATIONAL_OFFICE, now=request.now)
    others: list[Membership] = list(office.exclude(user=asker).select_related("user__person"))
    return sorted({str(member.user) for member in others})


def _request(request: PortalRequest, year: ProgramYear, pk: int) -> VoidRequest:
    rows = VoidRequest.objects.visible_to(request.scope).filter(attempt__enrollment__year=year)
    return get_object_or_404(rows.select_related(*VOID_REQUESTS.related), pk=pk)


@require_safe
@year_page(*KEEPERS, area=Area.EXAMS)
def void_show(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """One request: whose attempt, why, who asked, and what a second person may do with it."""
    row = _request(request, year, pk)
    waiting = row.decision == VoidDecision.WAITING
    context: dict[str, Any] = {
        "year": year,
        "row": row,
        "waiting": waiting,
        "may_decide": waiting and can_confirm_void(request.actor, row),
        "own": row.asked_by_id == request.actor.user_id,
        "seconds": _others(request, year, row.asked_by_id) if waiting else [],
        "state": {"label": row.get_decision_display(), "tone": VOID_TONES[VoidDecision(row.decision)]},
        "facts": _facts(row),
        "certificate": getattr(row.attempt, "certificate", None),
        "events": history(row, WORDS),
        "crumbs": [
            (VOID_REQUESTS.title, reverse("exams:void-list", kwargs=year.url_kwargs)),
            (row.attempt.enrollment.person.name, ""),
        ],
    }
    return render(request, "exams/void_show.html", context)


def _facts(row: VoidRequest) -> list[dict[str, Any]]:
    attempt = row.attempt
    return [
        {"label": _("Name"), "value": attempt.enrollment.person.name},
        {"label": _("Province"), "value": attempt.enrollment.region},
        {"label": _("Attempt"), "value": attempt.number},
        {"label": _("Status"), "value": attempt.get_state_display()},
        {"label": _("Started at"), "value": attempt.started_at},
        {"label": _("Score"), "value": attempt.score},
        {"label": _("Asked by"), "value": str(row.asked_by)},
        {"label": _("Reason"), "value": row.reason},
    ]


def _act(
    request: PortalRequest, year: ProgramYear, pk: int, service: Callable[[VoidRequest], Any], said: str
) -> HttpResponse:
    row = _request(request, year, pk)
    try:
        service(row)
    except NotAllowed:
        raise
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return redirect(void_url(row))


@require_POST
@year_page(Role.NATIONAL_OFFICE, area=Area.EXAMS)
def void_confirm(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    return _act(
        request,
        year,
        pk,
        lambda row: confirm_void(request=row, actor=request.actor, now=request.now),
        _("The attempt is void. The trainee was told and has that chance again."),
    )


@require_POST
@year_page(Role.NATIONAL_OFFICE, area=Area.EXAMS)
def void_refuse(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    return _act(
        request,
        year,
        pk,
        lambda row: refuse_void(request=row, reason=reason, actor=request.actor, now=request.now),
        _("Refused. The attempt stands."),
    )
