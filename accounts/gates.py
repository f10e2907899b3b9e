"""What stands between a signed-in person and the pages: time-outs, second factor, age of the password, looking as another."""

import datetime as dt
from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import sessions
from accounts.enums import Role
from accounts.middleware import asked_by, put_scope
from accounts.models import Membership
from accounts.services.traces import note_time_out
from core.exceptions import NotAllowed

GetResponse = Callable[[HttpRequest], HttpResponse]
TIMED_OUT = "timed_out"
STATE = "accounts:session-state"
# a header of a part of a page that asks for itself again
UNATTENDED = "X-Unattended"
REAUTHENTICATION = frozenset({"account_reauthenticate", "mfa_reauthenticate"})
# what stays within reach of somebody who must first set up a second factor or change the password
OWN_ACCOUNT = REAUTHENTICATION | {
    "account_change_password", "account_logout", "account_set_password", "accounts:help", "accounts:profile",
    "accounts:switch-role", "accounts:session-list", "accounts:session-end", "accounts:session-end-others", STATE,
    "set_language", "health",
}  # fmt: skip
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# what may be posted while looking as somebody else
WHILE_VIEWING = frozenset({"accounts:viewing-end", "account_logout", "set_language", STATE})
SECOND_FACTOR_ROLES = frozenset(
    {Role.NATIONAL_OFFICE, Role.AUDITOR, Role.ADMINISTRATIVE},
)


def _is_public(view: Callable[..., Any]) -> bool:
    return not getattr(view, "login_required", True)


def own_role(request: HttpRequest) -> str:
    """Of the person who is signed in, whomever they look as."""
    membership: Membership | None = request.own_membership  # type: ignore[attr-defined]
    return membership.role if membership else ""


def _gave_the_password_again(request: HttpRequest, response: HttpResponse) -> bool:
    """Allauth leads on only after the right password or code."""
    found = request.resolver_match
    asked = found is not None and found.view_name in REAUTHENTICATION
    return asked and request.method == "POST" and response.status_code == HTTPStatus.FOUND


class TimeoutMiddleware:
    """Signs out who was idle or signed in for too long (T17); signed-in pages are not kept by the browser.

    A session that is held for an exam lives on for the exam alone: anything else asks for the password again.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.session_left, request.is_held = None, False  # type: ignore[attr-defined]
        signed_in = request.user.is_authenticated
        if signed_in:
            self._keep_time(request, request.now)  # type: ignore[attr-defined]
        response = self.get_response(request)
        if request.is_held and _gave_the_password_again(request, response):  # type: ignore[attr-defined]
            sessions.begin(request.session, request.now)  # type: ignore[attr-defined]
        if signed_in and "Cache-Control" not in response:
            response["Cache-Control"] = "no-store, private"
        return response

    def _keep_time(self, request: HttpRequest, now: dt.datetime) -> None:
        session = request.session
        if sessions.STARTED not in session:
            sessions.begin(session, now)
        left = sessions.left(session, own_role(request), now)
        if left > 0:
            request.session_left = left  # type: ignore[attr-defined]
        elif sessions.is_held(session, now):
            request.is_held = True  # type: ignore[attr-defined]
        else:
            idle = sessions.is_idle(session, own_role(request), now)
            note_time_out(user=request.user, idle=idle, **asked_by(request))  # type: ignore[arg-type]
            logout(request)
            request.session[TIMED_OUT] = True
            put_scope(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        name = request.resolver_match.view_name  # type: ignore[union-attr]
        # a page that asks by itself is no sign of life of its reader
        alone = name == STATE or UNATTENDED in request.headers
        if request.session_left is not None and not alone:  # type: ignore[attr-defined]
            sessions.touch(request.session, request.now)  # type: ignore[attr-defined]
        if not request.is_held or name.startswith("exams:") or name in OWN_ACCOUNT:  # type: ignore[attr-defined]
            return None
        return redirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': request.get_full_path()})}")


class AccountGateMiddleware:
    """Who must have a second factor, or a younger password, gets to that before anything else."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        name = request.resolver_match.view_name  # type: ignore[union-attr]
        if (
            not request.user.is_authenticated
            or name in OWN_ACCOUNT
            or name.startswith("mfa_")
            or _is_public(view)
        ):
            return None
        if lacks_second_factor(request):
            messages.warning(
                request,
                _("Your role needs the two-step sign-in. Set it up here; then everything else opens."),
            )
            return redirect("mfa_index")
        if settings.PASSWORD_DAYS and password_age(request) > dt.timedelta(days=settings.PASSWORD_DAYS):
            text = _(
                "Your password is older than %(days)s days. Choose a new one; then everything else opens."
            )
            messages.warning(request, text % {"days": settings.PASSWORD_DAYS})
            return redirect("account_change_password")
        return None


def lacks_second_factor(request: HttpRequest) -> bool:
    needed = settings.REQUIRE_SECOND_FACTOR and own_role(request) in SECOND_FACTOR_ROLES
    return bool(needed and not is_mfa_enabled(request.user))


def password_age(request: HttpRequest) -> dt.timedelta:
    user: Any = request.user
    last = user.past_passwords.values_list("set_at", flat=True).first()
    age: dt.timedelta = request.now - (last or user.created_at)  # type: ignore[attr-defined]
    return age


class ViewingMiddleware:
    """Looking as somebody else changes nothing: everything that is sent is turned away, whatever role is looked as."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        viewing, name = request.viewing, request.resolver_match.view_name  # type: ignore[attr-defined, union-attr]
        if viewing is None or request.method in SAFE or name in WHILE_VIEWING:
            return None
        refusal = NotAllowed(
            _("You are looking at the portal as somebody else: nothing can be changed or sent."),
            remedy=_("Go back and stop looking as somebody else; the button stands on top of every page."),
        )
        return render(request, "refusal.html", {"refusal": refusal}, status=refusal.status)
