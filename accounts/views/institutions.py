from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.columns import INSTITUTIONS
from accounts.http import REGISTRY_READERS, ScopedRequest, role_page
from accounts.models import Institution
from core.lists import list_view


@require_http_methods(["GET", "HEAD", "POST"])
@role_page(*REGISTRY_READERS)
def institution_list(request: ScopedRequest) -> HttpResponse:
    rows = Institution.objects.visible_to(request.scope).prefetch_related("aliases")
    context = {"crumbs": [(_("Registry of institutions"), "")]}
    return list_view(
        request,
        INSTITUTIONS,
        rows,
        actor=request.actor,
        template="accounts/institution_list.html",
        context=context,
    )
