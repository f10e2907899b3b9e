"""Those of last year who stand first for this one (E14)."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.enums import Role
from core.lists import list_view
from enrollment.models import Enrollment
from enrollment.reentry import RETURNING, returning
from enrollment.services.reentry import reenter
from enrollment.views.shared import act, chosen, own_region, roster_crumbs
from programs.enums import Area
from programs.http import PortalRequest, year_page
from programs.models import ProgramYear

coordinator = year_page(Role.TECHNICAL_LEAD, area=Area.ENROLLMENT)


@require_http_methods(["GET", "HEAD", "POST"])
@coordinator
def returning_list(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """Who passed online-only, then who failed every attempt; POST exports."""
    context = {
        "year": year,
        "place": own_region(request).name,
        "crumbs": roster_crumbs(year, (str(RETURNING.title), "")),
    }
    return list_view(
        request,
        RETURNING,
        returning(year, request.scope),
        actor=request.actor,
        template="enrollment/returning_list.html",
        context=context,
    )


@require_POST
@coordinator
def returning_apply(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """Applications for those ticked."""
    region, people = own_region(request), chosen(request)
    return act(
        request,
        lambda: reenter(year=year, region=region, people=people, actor=request.actor, now=request.now),
        _made,
        reverse("enrollment:returning-list", kwargs=year.url_kwargs),
    )


def _made(rows: list[Enrollment]) -> str:
    text = ngettext(
        "%(n)s application stands on the roster and waits for approval.",
        "%(n)s applications stand on the roster and wait for approval.",
        len(rows),
    )
    return text % {"n": len(rows)}
