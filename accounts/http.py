"""Pages outside a program year."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.enums import Role
from accounts.models import Membership
from accounts.scope import Scope
from accounts.viewing import Viewing
from core.exceptions import NotAllowed

View = Callable[..., HttpResponse]
UNIT_READERS = (
    Role.NATIONAL_OFFICE,
    Role.AUDITOR,
    Role.TECHNICAL_LEAD,
    Role.ADMINISTRATIVE,
    Role.BASE_COORDINATOR,
    Role.APPLICANT,
)
REGISTRY_READERS = (Role.NATIONAL_OFFICE, Role.AUDITOR, Role.TECHNICAL_LEAD, Role.ADMINISTRATIVE)


class ScopedRequest(HttpRequest):
    """What the middleware puts on every request; for type checking."""

    now: Any
    request_id: str
    actor: Actor
    scope: Scope
    memberships: list[Membership]
    membership: Membership | None
    own_membership: Membership | None
    viewing: Viewing | None
    session_left: int | None


def role_page(*roles: Role) -> Callable[[View], View]:
    """Check the role (403), then call the view."""

    def decorate(view: View) -> View:
        @wraps(view)
        def inner(request: ScopedRequest, **kwargs: Any) -> HttpResponse:
            if request.scope.role not in roles:
                raise NotAllowed(
                    _("Your role does not open this page."),
                    remedy=_(
                        "If you hold several roles, go to the first page, change the role at the top right and try again."
                    ),
                )
            return view(request, **kwargs)

        return inner

    return decorate
