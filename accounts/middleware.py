from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from accounts.actors import actor_of
from accounts.models import Membership

SESSION_KEY = "membership"


class ScopeMiddleware:
    """`request.actor`, `request.scope` and `request.memberships`, read from the database at every request (T06)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        memberships: list[Membership] = []
        user = request.user if request.user.is_authenticated else None
        if user:
            memberships = list(Membership.objects.active(request.now).filter(user=user))  # type: ignore[attr-defined]
        wanted = request.session.get(SESSION_KEY) if user else None
        active = next((m for m in memberships if m.pk == wanted), memberships[0] if memberships else None)
        request.memberships = memberships  # type: ignore[attr-defined]
        request.membership = active  # type: ignore[attr-defined]
        request.actor = actor_of(active, user, request.request_id)  # type: ignore[attr-defined]
        request.scope = request.actor.scope  # type: ignore[attr-defined]
        return self.get_response(request)
