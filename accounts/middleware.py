import datetime as dt
from collections.abc import Callable
from typing import Any

from allauth.account.adapter import get_adapter
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from accounts.actors import actor_of
from accounts.models import Membership
from accounts.services.traces import note_refusal, note_view_as_over
from accounts.viewing import actor_viewing, kept_number, viewing_of
from core.notes import told_error

SESSION_KEY = "membership"


def address_of(request: HttpRequest) -> str:
    """The network address asked from, behind as many proxies as are trusted; empty where it cannot be told."""
    try:
        return str(get_adapter(request).get_client_ip(request))
    except PermissionDenied:
        return ""


def asked_by(request: HttpRequest) -> dict[str, Any]:
    """When, in which request and from where, for what is recorded without an actor."""
    return {"now": request.now, "request_id": request.request_id, "address": address_of(request)}  # type: ignore[attr-defined]


def put_scope(request: HttpRequest) -> None:
    """Who asks and what they may see, as the database has it now."""
    now: dt.datetime = request.now  # type: ignore[attr-defined]
    memberships: list[Membership] = []
    user = request.user if request.user.is_authenticated else None
    if user:
        memberships = list(Membership.objects.active(now).filter(user=user))
    wanted = request.session.get(SESSION_KEY) if user else None
    active = next((m for m in memberships if m.pk == wanted), memberships[0] if memberships else None)
    viewed = kept_number(request.session)
    viewing = viewing_of(request.session, active, now)
    actor = actor_of(active, user, request.request_id, address_of(request))  # type: ignore[attr-defined]
    if viewed is not None and viewing is None:
        note_view_as_over(viewed=viewed, actor=actor, now=now)
    request.memberships = memberships  # type: ignore[attr-defined]
    request.own_membership = active  # type: ignore[attr-defined]
    request.membership = viewing.membership if viewing else active  # type: ignore[attr-defined]
    request.viewing = viewing  # type: ignore[attr-defined]
    request.actor = actor_viewing(actor, viewing) if viewing else actor  # type: ignore[attr-defined]
    request.scope = request.actor.scope  # type: ignore[attr-defined]


class ScopeMiddleware:
    """`request.actor`, `request.scope` and `request.memberships`, read from the database at every request (T06)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        put_scope(request)
        return self.get_response(request)


class TraceMiddleware:
    """Whoever was refused an act or a page stands in the record; outside of what keeps GET from writing (T44).

    What a form declines beside its field is a slip of the pen and no refusal.
    """

    refusals = frozenset({403, 409, 429})
    declined = 409

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        found = request.resolver_match
        # an act of one button that is declined says why on the next page
        declined = request.method == "POST" and told_error(request)
        status = self.declined if declined else response.status_code
        if status in self.refusals and found:
            note_refusal(
                page=found.view_name,
                status=status,
                number=found.kwargs.get("pk"),
                actor=request.actor,  # type: ignore[attr-defined]
                now=request.now,  # type: ignore[attr-defined]
            )
        return response
