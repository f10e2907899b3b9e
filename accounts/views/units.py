from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.columns import UNITS
from accounts.http import UNIT_READERS, ScopedRequest, role_page
from accounts.models import Unit
from core.lists import list_view


@require_http_methods(["GET", "HEAD", "POST"])
@role_page(*UNIT_READERS)
def unit_list(request: ScopedRequest) -> HttpResponse:
    rows = Unit.objects.visible_to(request.scope)
    context = {"crumbs": [(_("Units"), "")]}
    return list_view(
        request, UNITS, rows, actor=request.actor, template="accounts/unit_list.html", context=context
    )
