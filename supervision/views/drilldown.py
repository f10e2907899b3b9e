"""Behind every number its rows: the drill-down of the figures (R2)."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import Region, Unit
from accounts.scope import Scope
from core.enums import Measure
from core.exceptions import NotAllowed
from core.figures import FIGURES, Figure
from core.lists import list_view
from core.templatetags.portal import display, measure, name_of
from programs.http import PortalRequest, year_page
from programs.models import ProgramYear
from programs.where import Where
from supervision.listings import listing_of
from supervision.permissions import can_open_rows
from supervision.views.common import READERS, crumbs


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(*READERS)
def figure_show(request: PortalRequest, year: ProgramYear, code: str) -> HttpResponse:
    """The rows that a figure counts, in the viewer's scope; `?of=base` the whole of a share; POST exports them."""
    figure = FIGURES.get(code)
    if figure is None:
        raise Http404
    if not can_open_rows(request.actor):
        raise NotAllowed(_("The people behind a figure are shown to the office, the province and the base."))
    where, place = _where(request, year)
    whole = request.GET.get("of") == "base" and figure.base_rows is not None
    # no search area: what is shown is what is counted
    listing = replace(listing_of(figure.columns), filters=None)
    rows = _rows(figure, request.scope, where, whole=whole)
    prepare = listing.extras.get("prepare")
    context = {
        "year": year,
        "title": figure.label,
        "place": place or name_of(year),
        "figure": figure,
        "stats": _stats(request, figure, where),
        "whole": whole,
        "crumbs": crumbs(year, (figure.label, "")),
    }
    return list_view(
        request,
        listing,
        prepare(rows) if prepare else rows,
        actor=request.actor,
        template="supervision/figure_show.html",
        context=context,
    )


def _rows(figure: Figure, scope: Scope, where: Where, *, whole: bool) -> "QuerySet[Any]":
    chosen = figure.base_rows if whole and figure.base_rows else figure.rows
    return chosen(scope, where).distinct()


def _where(request: PortalRequest, year: ProgramYear) -> tuple[Where, str]:
    """The cut that the address names, inside the viewer's scope (404 outside), and its name."""
    region, base = request.GET.get("region", ""), request.GET.get("base", "")
    if base:
        unit = get_object_or_404(Unit.objects.visible_to(request.scope), pk=base if base.isdigit() else 0)
        return Where(year.pk, base_id=unit.pk), name_of(unit)
    if region:
        province = get_object_or_404(Region.objects.provinces(), pk=region)
        if not request.scope.is_national and request.scope.region_code != province.pk:
            raise Http404
        return Where(year.pk, region=province.pk), name_of(province)
    return Where(year.pk), ""


def _stats(request: PortalRequest, figure: Figure, where: Where) -> list[dict[str, Any]]:
    """The number itself, for a share both parts, for a mean the whole it is taken over, each opening its rows."""
    value = figure.value(request.scope, where)
    shared = figure.unit == Measure.SHARE
    words = display(value.percent, "percent") if shared else measure(value.amount, figure.unit)
    tiles = [{"label": figure.label, "value": words, "hint": figure.definition, "url": ""}]
    if shared:
        url = _address(request)
        tiles.append({"label": _("Counted part"), "value": display(value.amount), "hint": "", "url": url})
    if value.base is not None:
        url = _address(request, of="base") if figure.base_rows else ""
        tiles.append({"label": _("Whole"), "value": display(value.base), "hint": "", "url": url})
    return tiles


def _address(request: PortalRequest, **more: str) -> str:
    """This page with the same cut, from its first row."""
    kept = {name: request.GET[name] for name in ("region", "base") if name in request.GET}
    return f"?{urlencode({**kept, **more})}"
