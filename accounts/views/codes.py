"""One-time codes: issued on slips by those who keep the people, used by whoever holds one."""

from typing import Any

from allauth.account.utils import perform_login
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts.columns.people import PersonFilter
from accounts.documents import slips_context
from accounts.enums import MembershipState, Role
from accounts.forms.codes import ActivateForm
from accounts.http import UNIT_READERS, ScopedRequest, role_page
from accounts.models import Membership
from accounts.services.codes import issue_codes, use_code
from accounts.views.acts import submitted
from core.exceptions import NotAllowed, Refusal
from core.templatetags.portal import name_of


@never_cache
@require_POST
@role_page(*UNIT_READERS)
def code_issue(request: ScopedRequest) -> HttpResponse:
    """Slips with codes, shown in the answer itself (T04)."""
    people = _people(request)
    back_url = reverse("accounts:person-list")
    if len(people) == 1:
        back_url = reverse("accounts:person-show", kwargs={"pk": people[0].pk})
    try:
        slips = issue_codes(memberships=people, actor=request.actor, now=request.now)
    except NotAllowed:
        raise
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect(back_url)
    units = {row.unit for row in people}
    unit = name_of(units.pop()) if len(units) == 1 else ""
    return render(
        request, "accounts/code_slips.html", slips_context(slips, unit_label=unit, back_url=back_url)
    )


def _people(request: ScopedRequest) -> list[Membership]:
    """Those ticked; with `unit` or `everyone` all not yet activated of the unit, or of those the list showed.

    Trainees get theirs from the roster of their province, or ticked one by one.
    """
    rows = Membership.objects.visible_to(request.scope).with_state(request.now)
    rows = rows.select_related("unit", "user__person").order_by("pk")
    waiting = rows.filter(state=MembershipState.WAITING).exclude(role=Role.TRAINEE)
    if request.POST.get("unit", "").isdigit():
        return list(waiting.filter(unit=int(request.POST["unit"])))
    if "everyone" in request.POST:
        return list(PersonFilter(request.GET, queryset=waiting).qs)
    chosen = [int(value) for value in request.POST.getlist("chosen") if value.isdigit()]
    return list(rows.filter(pk__in=chosen))


@sensitive_post_parameters("code", "password", "again")
@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def activate(request: ScopedRequest) -> HttpResponse:
    """Set one's own password with a code from a slip, then be signed in."""
    form = ActivateForm(request.POST or None, initial={"login_name": request.GET.get("login", "")[:60]})
    user = submitted(request, form, lambda data: _use(request, data))
    if user:
        messages.success(request, _("Your password is set."))
        # a second factor is asked for as at any sign-in
        return perform_login(request, user)
    return render(request, "accounts/activate.html", {"form": form})


def _use(request: ScopedRequest, data: dict[str, Any]) -> Any:
    given = {name: data[name] for name in ("login_name", "code", "password")}
    return use_code(**given, actor=request.actor, now=request.now)
