from allauth.mfa.utils import is_mfa_enabled
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actors import actor_of
from accounts.columns import INSTITUTIONS, PEOPLE, UNITS
from accounts.enums import Role
from accounts.http import ScopedRequest, role_page
from accounts.middleware import SESSION_KEY
from accounts.models import Institution, Membership, Unit
from core.events import record
from core.lists import list_view

UNIT_READERS = (
    Role.NATIONAL_OFFICE,
    Role.AUDITOR,
    Role.TECHNICAL_LEAD,
    Role.ADMINISTRATIVE,
    Role.BASE_COORDINATOR,
    Role.APPLICANT,
)
REGISTRY_READERS = (Role.NATIONAL_OFFICE, Role.AUDITOR, Role.TECHNICAL_LEAD, Role.ADMINISTRATIVE)


@require_POST
def switch_role(request: ScopedRequest) -> HttpResponse:
    """Work on as another of the person's own memberships; the session key changes with the powers (T03)."""
    wanted = request.POST.get("membership", "")
    chosen = next((one for one in request.memberships if str(one.pk) == wanted), None)
    if chosen is None:
        raise Http404
    request.session.cycle_key()
    request.session[SESSION_KEY] = chosen.pk
    record("switch_role", chosen, actor=actor_of(chosen, request_id=request.request_id), now=request.now)
    return redirect("home")


@require_safe
def profile(request: ScopedRequest) -> HttpResponse:
    """The signed-in person's own account."""
    context = {
        "crumbs": [(_("My account"), "")],
        "own": [{"row": row, "current": row == request.membership} for row in request.memberships],
        "second_factor": is_mfa_enabled(request.user),
    }
    return render(request, "accounts/profile.html", context)


@require_safe
def help_page(request: ScopedRequest) -> HttpResponse:
    """How to use the portal, for the role one works in (P6)."""
    role = request.scope.role or "anyone"
    context = {"crumbs": [(_("Help"), "")], "role_template": f"help/{role}.html"}
    return render(request, "accounts/help.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@role_page(*UNIT_READERS)
def unit_list(request: ScopedRequest) -> HttpResponse:
    rows = Unit.objects.visible_to(request.scope)
    context = {"crumbs": [(_("Units"), "")]}
    return list_view(
        request, UNITS, rows, actor=request.actor, template="accounts/unit_list.html", context=context
    )


@require_http_methods(["GET", "HEAD", "POST"])
@role_page(*UNIT_READERS)
def person_list(request: ScopedRequest) -> HttpResponse:
    rows = Membership.objects.visible_to(request.scope)
    context = {"crumbs": [(_("People and roles"), "")]}
    return list_view(
        request, PEOPLE, rows, actor=request.actor, template="accounts/person_list.html", context=context
    )


@require_http_methods(["GET", "HEAD", "POST"])
@role_page(*REGISTRY_READERS)
def institution_list(request: ScopedRequest) -> HttpResponse:
    rows = Institution.objects.visible_to(request.scope).prefetch_related("aliases")
    context = {"crumbs": [(_("Registry of institutions"), "")]}
    return list_view(
        request,
        INSTITUTIONS,
        rows,
        actor=request.actor,
        template="accounts/institution_list.html",
        context=context,
    )
