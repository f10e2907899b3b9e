from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from accounts.columns import EVENTS
from accounts.enums import Role
from accounts.http import ScopedRequest, role_page
from accounts.queries import events_visible_to
from core.lists import list_view


@require_http_methods(["GET", "HEAD", "POST"])
@role_page(Role.AUDITOR)
def event_list(request: ScopedRequest) -> HttpResponse:
    """What was done under the auditor's office, newest first."""
    rows = events_visible_to(request.scope)
    context = {"crumbs": [(EVENTS.title, "")]}
    return list_view(
        request, EVENTS, rows, actor=request.actor, template="accounts/event_list.html", context=context
    )
