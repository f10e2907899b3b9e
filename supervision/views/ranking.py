"""Who stands where: provinces by both sheets together, bases apart (S4)."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.lists import build_table, export
from core.templatetags.portal import name_of
from programs.enums import Area
from programs.http import PortalRequest, year_page
from programs.models import ProgramYear
from supervision.columns import BASE_RANKING, RANKING
from supervision.queries import base_results, province_results
from supervision.views.common import READERS, crumbs


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(*READERS, area=Area.SUPERVISION)
def ranking(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """Ranks stand once sheets are final; before that the points as they count now. POST exports the table shown."""
    of_bases = request.GET.get("of") == "bases"
    listing = BASE_RANKING if of_bases else RANKING
    results: list[Any] = list((base_results if of_bases else province_results)(year, request.scope))
    if request.method == "POST":
        return export(request, listing, results, actor=request.actor, place=name_of(year))
    context = {
        "year": year,
        "title": listing.title,
        "of_bases": of_bases,
        "table": build_table(request, listing, results),
        "count": len(results),
        "ranked": sum(result.rank is not None for result in results),
        "crumbs": crumbs(year, (_("Ranking"), "")),
    }
    return render(request, "supervision/ranking.html", context)
