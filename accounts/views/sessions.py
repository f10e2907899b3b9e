"""Own devices, the clock of the session, and looking as somebody else."""

import datetime as dt
from typing import cast

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import sessions, viewing
from accounts.enums import Role
from accounts.gates import own_role
from accounts.http import ScopedRequest, role_page
from accounts.models import Membership, User
from accounts.queries.sessions import own_sessions, sessions_of
from accounts.services.sessions import end_sessions
from accounts.services.viewing import start_viewing, stop_viewing
from core.exceptions import NotAllowed, Refusal


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def session_state(request: ScopedRequest) -> HttpResponse:
    """For the page's own clock: who is signed in and for how many seconds; asking is no sign of life, POST is."""
    if request.session_left is None:
        return JsonResponse({"user": None, "left": 0, "token": get_token(request)})
    if request.method == "POST":
        sessions.touch(request.session, request.now)
    left = sessions.left(request.session, own_role(request), request.now)
    return JsonResponse({"user": request.user.pk, "left": left, "token": get_token(request)})


def _own(request: ScopedRequest) -> User:
    return cast(User, request.user)


@require_safe
def session_list(request: ScopedRequest) -> HttpResponse:
    """The devices on which one is signed in."""
    context = {
        "crumbs": [(_("My account"), ""), (_("Signed-in devices"), "")],
        "devices": sessions_of(_own(request), request.session.session_key, request.now),
    }
    return render(request, "usersessions/session_list.html", context)


@require_POST
def session_end(request: ScopedRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(own_sessions(_own(request)), pk=pk)
    return _end(request, [one])


@require_POST
def session_end_others(request: ScopedRequest) -> HttpResponse:
    others = own_sessions(_own(request)).exclude(session_key=request.session.session_key)
    return _end(request, list(others))


def _end(request: ScopedRequest, rows: list[UserSession]) -> HttpResponse:
    count = end_sessions(sessions=rows, user=_own(request), actor=request.actor, now=request.now)
    text = ngettext("%(n)s device is signed out.", "%(n)s devices are signed out.", count)
    messages.success(request, text % {"n": count})
    return redirect("accounts:session-list")


@require_POST
@role_page(Role.NATIONAL_OFFICE)
def viewing_start(request: ScopedRequest, pk: int) -> HttpResponse:
    """Look as this person, with a reason, for half an hour at most."""
    row = get_object_or_404(Membership.objects.visible_to(request.scope).select_related("unit"), pk=pk)
    try:
        start_viewing(
            membership=row, reason=request.POST.get("reason", ""), actor=request.actor, now=request.now
        )
    except NotAllowed:
        raise
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("accounts:person-show", pk=pk)
    sessions.change_key(request)
    until = request.now + dt.timedelta(minutes=viewing.MINUTES)
    viewing.keep(request.session, viewer=request.actor.membership_id, viewed=pk, until=until)
    return redirect("home")


@require_POST
def viewing_end(request: ScopedRequest) -> HttpResponse:
    if request.viewing is None:
        return redirect("home")
    viewed = request.viewing.membership
    stop_viewing(membership=viewed, actor=request.actor, now=request.now)
    viewing.drop(request.session)
    sessions.change_key(request)
    messages.success(request, _("You are yourself again."))
    return redirect("accounts:person-show", pk=viewed.pk)
