from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.columns import PEOPLE
from accounts.http import UNIT_READERS, ScopedRequest, role_page
from accounts.models import Membership
from core.lists import list_view


@require_http_methods(["GET", "HEAD", "POST"])
@role_page(*UNIT_READERS)
def person_list(request: ScopedRequest) -> HttpResponse:
    rows = Membership.objects.visible_to(request.scope)
    context = {"crumbs": [(_("People and roles"), "")]}
    return list_view(
        request, PEOPLE, rows, actor=request.actor, template="accounts/person_list.html", context=context
    )
