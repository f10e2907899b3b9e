"""The country in one look, then where it is late; and the same for one province (R2)."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.models import Region
from core.columns import Listing
from core.enums import Measure
from core.figures import Figure, FigureValue
from core.lists import build_table, export
from core.templatetags.portal import deadline, display, name_of
from programs.enums import Area
from programs.http import PortalRequest, year_page
from programs.models import Duty, Participation, ProgramYear
from programs.where import Where
from reports.columns import figure_url, figure_words, member_listing, number_of, ordered
from reports.queries.dashboard import (
    MemberRow,
    Stat,
    base_figures,
    base_rows,
    furthest_behind,
    province_rows,
    stat_groups,
)
from reports.queries.desk import todos
from reports.queries.late import (
    Overdue,
    by_duty,
    by_region,
    by_unit,
    calendar_lines,
    coming,
    of_region,
    overdue,
)
from reports.selection import BEHIND, BY_PROVINCE, CHART, HEADLINES, known
from reports.views.counted import OFFICES, PROVINCES, crumbs

_SHOWN_LATE = 6


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(*OFFICES, area=Area.REPORTS)
def dashboard_show(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """The country: key figures, what is late, the provinces as chart and table; POST exports the table."""
    lines = calendar_lines(year, request.scope, request.now)
    late = overdue(lines, request.now)
    figures = known(BY_PROVINCE)
    rows = province_rows(year, request.scope, figures, by_region(late))
    listing = _provinces(year, figures)
    sorted_rows = ordered(listing, rows, request.GET.get("sort", ""))
    if request.method == "POST":
        return export(request, listing, sorted_rows, actor=request.actor, place=name_of(year))
    where = Where(year.pk)
    groups = _tiles(year, stat_groups(request.scope, where), "")
    context = {
        "year": year,
        "groups": groups,
        "headline": [*_headline(groups), _late_tile(year, len(late))],
        "todos": todos(request.actor, year, request.now),
        **_late_context(year, late, lines, request),
        "behind": _behind(year, rows),
        "chart": _chart(request, year, rows, figures),
        "chart_choices": [
            (figure.code, figure.label, figure.code == request.GET.get("chart")) for figure in figures
        ],
        "table": _with_totals(build_table(request, listing, sorted_rows), figures, request, where, len(late)),
        "count": len(rows),
    }
    return render(request, "reports/dashboard_show.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(*PROVINCES, area=Area.REPORTS)
def overview_show(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """The own province's figures and its bases; POST exports the table of bases."""
    return _province_page(request, year, request.scope.region_code)


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(*OFFICES, *PROVINCES, area=Area.REPORTS)
def province_show(request: PortalRequest, year: ProgramYear, region: str) -> HttpResponse:
    """One province as the office sees it, the next step down from the country."""
    return _province_page(request, year, region)


def _province_page(request: PortalRequest, year: ProgramYear, code: str) -> HttpResponse:
    participations = Participation.objects.visible_to(request.scope).select_related("region")
    region = get_object_or_404(participations, year=year, region=code).region
    lines = of_region(calendar_lines(year, request.scope, request.now), region.pk)
    late = overdue(lines, request.now)
    figures = base_figures(BY_PROVINCE)
    listing = _bases(year, region, figures)
    rows = base_rows(year, request.scope, region, figures, by_unit(late))
    sorted_rows = ordered(listing, rows, request.GET.get("sort", ""))
    if request.method == "POST":
        place = f"{name_of(year)} · {name_of(region)}"
        return export(request, listing, sorted_rows, actor=request.actor, place=place)
    context = {
        "year": year,
        "region": region,
        "groups": _tiles(year, stat_groups(request.scope, Where(year.pk, region=region.pk)), region.pk),
        **_late_context(year, late, lines, request, region.pk),
        "table": build_table(request, listing, sorted_rows),
        "count": len(rows),
        "crumbs": crumbs(request, year, (name_of(region), "")),
    }
    return render(request, "reports/province_show.html", context)


def _provinces(year: ProgramYear, figures: Sequence[Figure]) -> Listing:
    return member_listing(
        "reports.provinces",
        _("Provinces in figures"),
        _("Province"),
        figures,
        opens=lambda code, key: figure_url(year, code, f"region={key}"),
        member_url=lambda row: reverse(
            "reports:province-show", kwargs={**year.url_kwargs, "region": row.key}
        ),
        overdue_url=lambda row: _late_url(year, f"region={row.key}") if row.overdue else "",
    )


def _bases(year: ProgramYear, region: Region, figures: Sequence[Figure]) -> Listing:
    return member_listing(
        "reports.bases",
        _("Training bases in figures"),
        _("Training base"),
        figures,
        opens=lambda code, key: figure_url(year, code, f"region={region.pk}&base={key}"),
    )


def _late_url(year: ProgramYear, query: str = "") -> str:
    url = reverse("reports:late-list", kwargs=year.url_kwargs)
    return f"{url}?{query}" if query else url


# Key figures


def _tiles(year: ProgramYear, groups: Iterable[Any], region: str) -> list[dict[str, Any]]:
    query = f"region={region}" if region else ""
    return [
        {"label": group.label, "tiles": [_tile(year, stat, query) for stat in group.stats]}
        for group in groups
    ]


def _tile(year: ProgramYear, stat: Stat, query: str) -> dict[str, Any]:
    return {
        "code": stat.figure.code,
        "label": stat.figure.label,
        "value": figure_words(stat.figure, stat.value),
        "url": figure_url(year, stat.figure.code, query),
        "hint": _hint(stat),
        "tone": "",
    }


def _headline(groups: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The tiles of the first row, from those that stand below in their groups."""
    tiles = {tile["code"]: tile for group in groups for tile in group["tiles"]}
    return [tiles[code] for code in HEADLINES if code in tiles]


def _late_tile(year: ProgramYear, count: int) -> dict[str, Any]:
    tone = "danger" if count else "success"
    return {
        "label": _("Duties overdue"),
        "value": display(count),
        "url": _late_url(year),
        "hint": "",
        "tone": tone,
    }


def _hint(stat: Stat) -> str:
    """What the number is out of, or what the plan foresees."""
    value = stat.value
    if value.percent is not None and stat.figure.unit == "share":
        return _("%(part)s of %(whole)s") % {"part": display(value.amount), "whole": display(value.base)}
    if stat.planned:
        share = FigureValue(value.amount or 0, stat.planned).percent
        return _("plan: %(planned)s · %(share)s%%") % {"planned": display(stat.planned), "share": share}
    return ""


def _with_totals(
    table: dict[str, Any], figures: Sequence[Figure], request: PortalRequest, where: Where, late: int
) -> dict[str, Any]:
    """The country below the provinces: asked for itself, since shares and means do not add up."""
    cells = [{"text": _("Whole country"), "align": "start"}]
    # points are of one province; their sum over the country says nothing
    asked = {
        figure.code: figure.value(request.scope, where) for figure in figures if figure.unit != Measure.POINTS
    }
    cells += [
        {"text": figure_words(figure, asked.get(figure.code, FigureValue(None))), "align": "end"}
        for figure in figures
    ]
    return {**table, "foot": [*cells, {"text": display(late), "align": "end"}]}


def _chart(
    request: PortalRequest, year: ProgramYear, rows: Sequence[MemberRow], figures: Sequence[Figure]
) -> dict[str, Any]:
    """One figure by province, or seats beside the approved; the table view says the same."""
    asked = [figure for figure in figures if figure.code == request.GET.get("chart")]
    drawn = asked or known(CHART)
    title = drawn[0].label if len(drawn) == 1 else " · ".join(str(figure.label) for figure in drawn)
    return {
        "id": "chart-provinces",
        "title": title,
        "kind": "bar",
        "unit": "%" if drawn and drawn[0].unit == "share" else "",
        "categories": [row.name.short_name for row in rows],
        "urls": [figure_url(year, drawn[-1].code, f"region={row.key}") for row in rows] if drawn else [],
        "series": [
            {"name": figure.label, "data": [_plotted(figure, row.values[figure.code]) for row in rows]}
            for figure in drawn
        ],
    }


def _plotted(figure: Figure, value: FigureValue) -> Any:
    number = number_of(figure.unit, value)
    return float(number) if number is not None and not isinstance(number, int) else number


def _behind(year: ProgramYear, rows: Sequence[MemberRow]) -> list[dict[str, Any]]:
    found = []
    for figure in known(BEHIND):
        last = furthest_behind(figure, rows)
        lines = [
            {
                "name": name_of(row.name),
                "value": figure_words(figure, row.values[figure.code]),
                "url": figure_url(year, figure.code, f"region={row.key}"),
            }
            for row in last
        ]
        found += [{"label": figure.label, "lines": lines}] if lines else []
    return found


# What is late


def _late_context(
    year: ProgramYear, late: Sequence[Overdue], lines: Sequence[Any], request: PortalRequest, region: str = ""
) -> dict[str, Any]:
    groups = [_late_line(year, duty, rows, region) for duty, rows in by_duty(late)]
    return {
        "late": groups[:_SHOWN_LATE],
        "late_count": len(late),
        "late_url": _late_url(year, f"region={region}" if region else ""),
        "coming": [
            {
                "label": name_of(one.duty),
                "due": deadline(one.duty.due_at),
                "done": one.done,
                "total": one.total,
            }
            for one in coming(lines, request.now)
        ],
    }


def _late_line(year: ProgramYear, duty: Duty, rows: Sequence[Overdue], region: str) -> dict[str, Any]:
    query = f"duty={duty.code}" + (f"&region={region}" if region else "")
    return {
        "label": name_of(duty),
        "count": len(rows),
        "due": deadline(duty.due_at),
        "days": rows[0].days,
        "url": _late_url(year, query),
        "reminder": reminder(year, duty, rows),
    }


def reminder(year: ProgramYear, duty: Duty, rows: Sequence[Overdue]) -> str:
    """A text to be copied into the chat of those who are late."""
    names = _(", ").join(dict.fromkeys(_named(row) for row in rows))
    calendar = settings.PUBLIC_URL.rstrip("/") + reverse("programs:duty-list", kwargs=year.url_kwargs)
    text = ngettext(
        "[%(year)s] “%(duty)s” was due %(due)s. %(count)s unit is still missing: %(names)s. "
        "Please finish it as soon as possible and record it in the portal: %(url)s",
        "[%(year)s] “%(duty)s” was due %(due)s. %(count)s units are still missing: %(names)s. "
        "Please finish it as soon as possible and record it in the portal: %(url)s",
        len(rows),
    )
    return text % {
        "year": name_of(year), "duty": name_of(duty), "due": deadline(duty.due_at), "count": len(rows),
        "names": names, "url": calendar,
    }  # fmt: skip


def _named(row: Overdue) -> str:
    """A province by its short name, a base or hospital by its own."""
    local = row.unit.kind in {"training_base", "hospital", "national_office"}
    return name_of(row.unit) if local or row.unit.region is None else row.unit.region.short_name
