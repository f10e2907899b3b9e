"""Calls: what is open, the text, the conditions, the way to an application."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Unit
from bases.enums import STATUS_TONES, ApplicationStatus, ConditionGroup
from bases.models import Application, Call
from bases.permissions import can_apply
from bases.queries import call_checks, closes_at, takes_applications
from bases.services import start_application
from bases.views.common import EVERYONE, crumbs, find_call
from core.exceptions import NotAllowed, Refusal
from core.templatetags.portal import deadline
from programs.enums import Area
from programs.http import PortalRequest, year_page
from programs.models import ProgramYear
from programs.permissions import can_manage_year


@require_safe
@year_page(*EVERYONE, area=Area.BASES)
def call_list(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """The calls of the year and, for a hospital, where its own application stands."""
    calls = Call.objects.visible_to(request.scope).filter(year=year).select_related("year__program")
    own = {row.call_id: row for row in _own(request).filter(year=year)}
    unit = _unit(request)
    context = {
        "title": _("Calls for training bases"),
        "crumbs": crumbs(year)[:1],
        "cards": [_card(call, own.get(call.pk), unit, request) for call in calls],
        "year": year,
    }
    return render(request, "bases/call_list.html", context)


@require_safe
@year_page(*EVERYONE, area=Area.BASES)
def call_detail(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """The notice with its conditions; a hospital begins here."""
    call, may_edit = find_call(request, year, pk), can_manage_year(request.actor, year)
    context = {
        "title": call.title,
        "crumbs": crumbs(year, (call.title, "")),
        "card": _card(call, _own(request).filter(call=call).first(), _unit(request), request),
        "groups": condition_groups(call),
        "scoring": list(call.scoring.all()),
        "may_edit": may_edit,
        "conflicts": [one for one in call_checks(year) if one.code == call.code and not one.passed]
        if may_edit
        else [],
        "year": year,
    }
    return render(request, "bases/call_detail.html", context)


@require_POST
@year_page(*EVERYONE, area=Area.BASES)
def application_start(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """Begin, or go on with what was begun."""
    call = find_call(request, year, pk)
    try:
        application = start_application(call=call, actor=request.actor, now=request.now)
    except NotAllowed:
        raise
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("bases:call-detail", **year.url_kwargs, pk=pk)
    return redirect("bases:application-detail", **year.url_kwargs, pk=application.pk)


def _own(request: PortalRequest) -> Any:
    """A hospital's own applications; nobody else has one."""
    rows = Application.objects.visible_to(request.scope)
    return rows.filter(unit=request.scope.unit_id).select_related("year__program")


def _unit(request: PortalRequest) -> Unit | None:
    return Unit.objects.visible_to(request.scope).filter(pk=request.scope.unit_id or 0).first()


def _card(call: Call, own: Application | None, unit: Unit | None, request: PortalRequest) -> dict[str, Any]:
    """A call as it stands for the reader today."""
    closes = closes_at(call, unit)
    takes = takes_applications(call, unit, request.now)
    return {
        "call": call,
        "closes": deadline(closes),
        "extended": closes != call.deadline,
        "takes": takes,
        "opened": call.has_opened(request.now),
        "application": own,
        "tone": STATUS_TONES[ApplicationStatus(own.status)] if own else "",
        "may_begin": takes and own is None and can_apply(request.actor, call),
    }


def condition_groups(call: Call) -> list[dict[str, Any]]:
    """The conditions as the notice groups them."""
    rows = list(call.conditions.all())
    return [
        {"label": group.label, "group": group.value, "rows": [row for row in rows if row.group == group]}
        for group in ConditionGroup
        if any(row.group == group for row in rows)
    ]
