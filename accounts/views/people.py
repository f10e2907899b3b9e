"""People and their roles: the list, a person's role, and the acts on it."""

from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.columns import PEOPLE
from accounts.columns.people import state_label, state_tone
from accounts.enums import MembershipState
from accounts.forms.people import InviteForm, LimitForm
from accounts.http import UNIT_READERS, ScopedRequest, role_page
from accounts.models import Membership, Unit
from accounts.permissions import (
    can_issue_code,
    can_keep_membership,
    can_reset_second_factor,
    can_view_as,
    check_keep_membership,
    check_keep_people,
)
from accounts.queries import history
from accounts.queries.memberships import asked_reset, doer, is_last_keeper
from accounts.rules.memberships import KEEPERS
from accounts.services.memberships import end, invite, limit, reopen
from accounts.services.second_factor import reset_second_factor
from accounts.views.acts import act, submitted
from core.exceptions import Text
from core.forms import ReasonForm
from core.lists import list_view

VERBS: dict[str, Text] = {
    "invite": gettext_lazy("Role given"),
    "limit_role": gettext_lazy("Term changed"),
    "end_role": gettext_lazy("Role ended"),
    "reopen_role": gettext_lazy("Role given again"),
    "issue_code": gettext_lazy("One-time code issued"),
    "switch_role": gettext_lazy("Worked on in this role"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@role_page(*UNIT_READERS)
def person_list(request: ScopedRequest) -> HttpResponse:
    """Everyone with a role in the units one may see; those who keep people tick them for codes."""
    rows = Membership.objects.visible_to(request.scope).with_state(request.now)
    context = {
        "crumbs": [(_("People and roles"), "")],
        "may_keep": request.scope.role in KEEPERS,
        "own_unit": request.scope.unit_id,
    }
    return list_view(
        request, PEOPLE, rows, actor=request.actor, template="accounts/person_list.html", context=context
    )


def _membership(request: ScopedRequest, pk: int) -> Any:
    rows = Membership.objects.visible_to(request.scope).with_state(request.now)
    return get_object_or_404(rows.select_related("unit", "user__person"), pk=pk)


def _url(membership: Membership) -> str:
    return reverse("accounts:person-show", kwargs={"pk": membership.pk})


def _crumbs(*rest: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("People and roles"), reverse("accounts:person-list")), *rest]


@require_safe
@role_page(*UNIT_READERS)
def person_show(request: ScopedRequest, pk: int) -> HttpResponse:
    """One person in one role: since when, until when, what happened, and the acts."""
    row = _membership(request, pk)
    others = Membership.objects.visible_to(request.scope).filter(user=row.user_id).exclude(pk=pk)
    ended = row.state == MembershipState.ENDED
    context = {
        "row": row,
        "crumbs": _crumbs((str(row.user), "")),
        "state": state_label(row),
        "tone": state_tone(row),
        "ended": ended,
        "code_fields": [("chosen", row.pk)],
        "waiting": row.state == MembershipState.WAITING,
        "may_keep": can_keep_membership(request.actor, row),
        "may_issue": not ended and can_issue_code(request.actor, row),
        "is_last": is_last_keeper(row, request.now),
        "may_view_as": row.state == MembershipState.RUNNING and can_view_as(request.actor, row),
        "is_own": row.user_id == request.scope.user_id,
        "others": others.select_related("unit").order_by("pk"),
        "events": history(row, VERBS),
        **_second_factor(request, row),
    }
    return render(request, "accounts/person_show.html", context)


def _second_factor(request: ScopedRequest, row: Any) -> dict[str, Any]:
    """Whether it can be taken off here, and who asked for it already."""
    may = can_reset_second_factor(request.actor, row) and is_mfa_enabled(row.user)
    asked = asked_reset(row.user, request.now) if may else None
    own = asked is not None and asked.user_number == request.scope.user_id
    return {"may_reset": may and not own, "asked": asked, "asked_by": doer(asked) if asked else None}


@require_http_methods(["GET", "HEAD", "POST"])
@role_page(*UNIT_READERS)
def person_invite(request: ScopedRequest, pk: int) -> HttpResponse:
    """A further person for a unit: new with an account, or one who has an account."""
    unit = get_object_or_404(Unit.objects.visible_to(request.scope), pk=pk)
    check_keep_people(request.actor, unit)
    form = InviteForm(request.POST or None, unit=unit)
    made = submitted(request, form, lambda data: _invite(request, unit, data))
    if made:
        messages.success(request, _("%(name)s has the role now.") % {"name": made.user})
        return redirect(_url(made))
    context = {
        "form": form,
        "unit": unit,
        "crumbs": _crumbs((_("Give a role"), "")),
        "cancel_url": reverse("accounts:unit-show", kwargs={"pk": pk}),
        "submit_label": _("Give the role"),
    }
    return render(request, "accounts/person_invite.html", context)


def _invite(request: ScopedRequest, unit: Unit, data: dict[str, Any]) -> Membership:
    given = {name: data[name] for name in ("role", "name", "login_name", "phone", "email")}
    return invite(unit=unit, ends_at=data["until"], actor=request.actor, now=request.now, **given)


@require_http_methods(["GET", "HEAD", "POST"])
@role_page(*UNIT_READERS)
def person_limit(request: ScopedRequest, pk: int) -> HttpResponse:
    """Until when the role holds."""
    row = _membership(request, pk)
    check_keep_membership(request.actor, row)
    form = LimitForm(request.POST or None, membership=row)
    given = {"actor": request.actor, "now": request.now}
    done = submitted(
        request,
        form,
        lambda data: limit(membership=row, ends_at=data["until"], reason=data["reason"], **given),
    )
    if done:
        messages.success(request, _("Saved."))
        return redirect(_url(row))
    context = {
        "form": form,
        "row": row,
        "is_last": is_last_keeper(row, request.now),
        "crumbs": _crumbs((str(row.user), _url(row)), (_("Change the term"), "")),
        "cancel_url": _url(row),
    }
    return render(request, "accounts/person_limit.html", context)


def _reason(request: ScopedRequest) -> str:
    form = ReasonForm(request.POST)
    return form.cleaned_data["reason"] if form.is_valid() else ""


@require_POST
@role_page(*UNIT_READERS)
def person_end(request: ScopedRequest, pk: int) -> HttpResponse:
    row = _membership(request, pk)
    return act(
        request,
        lambda: end(membership=row, reason=_reason(request), actor=request.actor, now=request.now),
        lambda _row: _("The role of %(name)s has ended.") % {"name": row.user},
        _url(row),
    )


@require_POST
@role_page(*UNIT_READERS)
def person_reset_factor(request: ScopedRequest, pk: int) -> HttpResponse:
    """The first person asks, the second takes the second factor off."""
    row = _membership(request, pk)
    given = {"reason": _reason(request), "actor": request.actor, "now": request.now}
    return act(
        request,
        lambda: reset_second_factor(membership=row, **given),
        lambda done: (
            _("The second factor is off; at the next sign-in the password is enough.")
            if done
            else _("Asked. A second person confirms it within a day.")
        ),
        _url(row),
    )


@require_POST
@role_page(*UNIT_READERS)
def person_reopen(request: ScopedRequest, pk: int) -> HttpResponse:
    row = _membership(request, pk)
    return act(
        request,
        lambda: reopen(membership=row, reason=_reason(request), actor=request.actor, now=request.now),
        lambda _row: _("%(name)s has the role again.") % {"name": row.user},
        _url(row),
    )
