"""Pages inside a program year."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.enums import Role
from accounts.scope import Scope
from core.exceptions import NotAllowed
from programs.enums import Area
from programs.models import ProgramYear

View = Callable[..., HttpResponse]


class PortalRequest(HttpRequest):
    """What the middleware puts on every request; for type checking."""

    now: Any
    request_id: str
    actor: Actor
    scope: Scope
    memberships: list[Any]
    membership: Any
    year: ProgramYear


def year_page(*roles: Role, area: Area | None = None) -> Callable[[View], View]:
    """Resolve program and year in scope (404), check the area (404) and the role (403), call view(request, year, …)."""

    def decorate(view: View) -> View:
        @wraps(view)
        def inner(request: PortalRequest, program: str, year: int, **kwargs: Any) -> HttpResponse:
            years = ProgramYear.objects.visible_to(request.scope).select_related("program__owner")
            request.year = get_object_or_404(years, program__code=program, year=year)
            if area and not request.year.has(area):
                raise Http404
            if roles and request.scope.role not in roles:
                raise NotAllowed(
                    _("Your role does not open this page."),
                    remedy=_(
                        "If you hold several roles, go to the first page, change the role at the top right and try again."
                    ),
                )
            return view(request, request.year, **kwargs)

        return inner

    return decorate
