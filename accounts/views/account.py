from allauth.mfa.utils import is_mfa_enabled
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.actors import actor_of
from accounts.http import ScopedRequest
from accounts.middleware import SESSION_KEY
from accounts.sessions import change_key
from core.events import record


@require_POST
def switch_role(request: ScopedRequest) -> HttpResponse:
    """Work on as another of the person's own memberships; the session key changes with the powers (T03)."""
    wanted = request.POST.get("membership", "")
    chosen = next((one for one in request.memberships if str(one.pk) == wanted), None)
    if chosen is None:
        raise Http404
    change_key(request)
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
