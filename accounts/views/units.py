"""Units: the list, one unit with its people, and what the national office does with it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.audience import TAKING_PART
from accounts.columns import MEMBERS, UNITS
from accounts.enums import MembershipState, Role
from accounts.forms.units import EditUnitForm, NewUnitForm, UnitForm
from accounts.http import UNIT_READERS, ScopedRequest, role_page
from accounts.models import Membership, Unit
from accounts.permissions import can_keep_people, can_keep_unit, check_keep_unit
from accounts.queries import history
from accounts.services.units import close_unit, create_unit, edit_unit, reopen_unit
from accounts.views.acts import act, submitted
from core.exceptions import Text
from core.forms import ReasonForm
from core.lists import build_table, list_view

VERBS: dict[str, Text] = {
    "create_unit": gettext_lazy("Opened"),
    "edit_unit": gettext_lazy("Corrected"),
    "close_unit": gettext_lazy("Closed"),
    "reopen_unit": gettext_lazy("Opened again"),
}
SHOWN = 200


@require_http_methods(["GET", "HEAD", "POST"])
@role_page(*UNIT_READERS)
def unit_list(request: ScopedRequest) -> HttpResponse:
    rows = Unit.objects.visible_to(request.scope)
    context = {
        "crumbs": [(_("Units"), "")],
        "may_open": request.scope.role == Role.NATIONAL_OFFICE,
    }
    return list_view(
        request, UNITS, rows, actor=request.actor, template="accounts/unit_list.html", context=context
    )


def _unit(request: ScopedRequest, pk: int) -> Unit:
    rows = Unit.objects.visible_to(request.scope).select_related("region", "owner", "institution")
    return get_object_or_404(rows, pk=pk)


def _url(unit: Unit) -> str:
    return reverse("accounts:unit-show", kwargs={"pk": unit.pk})


def _crumbs(*rest: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("Units"), reverse("accounts:unit-list")), *rest]


@require_safe
@role_page(*UNIT_READERS)
def unit_show(request: ScopedRequest, pk: int) -> HttpResponse:
    """What the unit is, who works for it, and who still waits for a code; trainees stand in the rosters."""
    unit = _unit(request, pk)
    members = Membership.objects.visible_to(request.scope).filter(unit=unit).exclude(role=Role.TRAINEE)
    people = members.with_state(request.now)
    shown = MEMBERS.ordered(people, request.GET.get("sort", ""))[:SHOWN]
    context = {
        "unit": unit,
        "crumbs": _crumbs((unit.name, "")),
        "table": build_table(request, MEMBERS, shown),
        "waiting": people.filter(state=MembershipState.WAITING).count(),
        "may_keep_people": can_keep_people(request.actor, unit) and unit.closed_at is None,
        "may_keep_unit": can_keep_unit(request.actor, unit),
        "sees_people": can_keep_people(request.actor, unit) or request.scope.role == Role.AUDITOR,
        "years": [year for entry in TAKING_PART for year in entry.years(unit.pk)],
        "events": history(unit, VERBS),
    }
    return render(request, "accounts/unit_show.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@role_page(Role.NATIONAL_OFFICE)
def unit_create(request: ScopedRequest) -> HttpResponse:
    form = NewUnitForm(request.POST or None, scope=request.scope)
    made = submitted(request, form, lambda data: _create(request, data))
    if made:
        messages.success(request, _("The unit is open. Give its first person a role."))
        return redirect(_url(made))
    return _form_page(request, form, _("Open a unit"), reverse("accounts:unit-list"))


def _create(request: ScopedRequest, data: dict[str, Any]) -> Unit:
    owner = get_object_or_404(Unit.objects.visible_to(request.scope), pk=request.scope.owner_id or 0)
    values = {name: data[name] for name in UnitForm.Meta.fields}
    given = {"actor": request.actor, "now": request.now}
    return create_unit(owner=owner, kind=data["kind"], region=data["region"], values=values, **given)


@require_http_methods(["GET", "HEAD", "POST"])
@role_page(Role.NATIONAL_OFFICE)
def unit_edit(request: ScopedRequest, pk: int) -> HttpResponse:
    unit = _unit(request, pk)
    check_keep_unit(request.actor, unit)
    form = EditUnitForm(request.POST or None, instance=unit, scope=request.scope)
    done = submitted(request, form, lambda data: _edit(request, unit, data))
    if done:
        messages.success(request, _("Saved."))
        return redirect(_url(unit))
    return _form_page(request, form, _("Correct the unit"), _url(unit))


def _edit(request: ScopedRequest, unit: Unit, data: dict[str, Any]) -> Unit:
    values = {name: data[name] for name in UnitForm.Meta.fields}
    given = {"actor": request.actor, "now": request.now}
    return edit_unit(unit=unit, values=values, reason=data["reason"], **given)


def _form_page(request: ScopedRequest, form: Any, title: str, cancel_url: str) -> HttpResponse:
    context = {"form": form, "title": title, "crumbs": _crumbs((title, "")), "cancel_url": cancel_url}
    return render(request, "accounts/unit_form.html", context)


def _reason(request: ScopedRequest) -> str:
    form = ReasonForm(request.POST)
    return form.cleaned_data["reason"] if form.is_valid() else ""


@require_POST
@role_page(Role.NATIONAL_OFFICE)
def unit_close(request: ScopedRequest, pk: int) -> HttpResponse:
    unit = _unit(request, pk)
    return act(
        request,
        lambda: close_unit(unit=unit, reason=_reason(request), actor=request.actor, now=request.now),
        lambda _row: _("The unit is closed and the roles of its people have ended."),
        _url(unit),
    )


@require_POST
@role_page(Role.NATIONAL_OFFICE)
def unit_reopen(request: ScopedRequest, pk: int) -> HttpResponse:
    unit = _unit(request, pk)
    return act(
        request,
        lambda: reopen_unit(unit=unit, reason=_reason(request), actor=request.actor, now=request.now),
        lambda _row: _("The unit is open again. Its people need their roles again."),
        _url(unit),
    )
