"""Every figure with its definition, and the rows behind each (R2)."""

from dataclasses import replace
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.enums import Role
from core.exceptions import Text
from core.figures import FIGURES, Figure, FigureValue
from core.lists import build_table, export, list_view
from core.templatetags.portal import display, measure, name_of
from programs.enums import Area
from programs.http import PortalRequest, year_page
from programs.models import ProgramYear
from programs.where import Where
from reports.columns import FIGURE_LIST, figure_url, figure_words
from reports.drilldown import CutFilter, filter_of, listing_of, prepared
from reports.queries.dashboard import cut_of, every_stat

OFFICES = (Role.NATIONAL_OFFICE, Role.AUDITOR)
PROVINCES = (Role.TECHNICAL_LEAD, Role.ADMINISTRATIVE)
# a trainee follows a figure to their own rows; experts judge by figures, not by people
READERS = (*OFFICES, *PROVINCES, Role.BASE_COORDINATOR, Role.TRAINEE)


def crumbs(request: PortalRequest, year: ProgramYear, *further: tuple[Text, str]) -> list[tuple[Text, str]]:
    """The way down from the page of figures with which this role starts."""
    if request.scope.role in OFFICES:
        name, label = "dashboard-show", _("Dashboard")
    elif request.scope.role in PROVINCES:
        name, label = "overview-show", _("Overview")
    else:
        name, label = "desk", _("To do")
    return [(label, reverse(f"reports:{name}", kwargs=year.url_kwargs)), *further]


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(*OFFICES, *PROVINCES, area=Area.REPORTS)
def figure_list(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """All registered figures, each with what it counts and the way to its rows; POST exports them."""
    stats = every_stat(request.scope, cut_of(year, request.scope))
    listing = replace(FIGURE_LIST, row_url=lambda row: figure_url(year, row.figure.code))
    if request.method == "POST":
        return export(request, listing, stats, actor=request.actor, place=name_of(year))
    context = {
        "year": year,
        "table": build_table(request, listing, stats),
        "count": len(stats),
        "crumbs": crumbs(request, year, (listing.title, "")),
    }
    return render(request, "reports/figure_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(*READERS)
def figure_show(request: PortalRequest, year: ProgramYear, code: str) -> HttpResponse:
    """The rows that a figure counts, in the cut that the address names; POST exports them."""
    figure = FIGURES.get(code)
    if figure is None:
        raise Http404
    cut = filter_of(figure)(request.GET, request=request)
    where = cut.where(cut_of(year, request.scope)) if cut.is_valid() else None
    rows = _rows(request, figure, cut, where or Where(year.pk))
    listing = replace(listing_of(figure, year, rows), filters=type(cut))
    if request.scope.is_trainee:
        listing = replace(listing, row_url=None)
    context = {
        "year": year,
        "place": f"{name_of(year)} · {figure.label}",
        "figure": figure,
        "facts": _facts(figure, figure.value(request.scope, where) if where else FigureValue(None)),
        "crumbs": crumbs(request, year, (figure.label, "")),
    }
    return list_view(
        request,
        listing,
        prepared(listing, rows, year),
        actor=request.actor,
        template="reports/figure_show.html",
        context=context,
    )


def _rows(request: PortalRequest, figure: Figure, cut: CutFilter, where: Where) -> Any:
    whole = cut.is_valid() and cut.form.cleaned_data.get("of") == "base"
    asked = figure.base_rows if whole and figure.base_rows else figure.rows
    return asked(request.scope, where)


def _facts(figure: Figure, value: FigureValue) -> list[dict[str, Any]]:
    facts = [{"label": _("Value"), "value": figure_words(figure, value)}]
    if value.base is not None and value.percent is not None:
        parts = {"part": _part(figure, value.amount), "whole": _part(figure, value.base)}
        facts.append({"label": _("Counted"), "value": _("%(part)s of %(whole)s") % parts})
    return [*facts, {"label": _("What is counted"), "value": figure.definition}]


def _part(figure: Figure, amount: Any) -> str:
    return display(amount) if figure.unit == "share" else measure(amount, figure.unit)
