"""Who is late with what, with a text to chase them (R2, P4)."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from core.lists import ListPage, build_table, export
from core.templatetags.portal import name_of
from programs.enums import Area
from programs.http import PortalRequest, year_page
from programs.models import Participation, ProgramYear
from reports.columns import LATE, LateFilter, ordered
from reports.queries.late import Overdue, by_duty, calendar_lines, overdue
from reports.views.counted import OFFICES, PROVINCES, crumbs
from reports.views.dashboard import reminder


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(*OFFICES, *PROVINCES, area=Area.REPORTS)
def late_list(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """Each unit's duty that is past its date; POST exports what is filtered."""
    every = overdue(calendar_lines(year, request.scope, request.now), request.now)
    bound = _search(request, every)
    found = _narrowed(every, bound)
    rows = ordered(LATE, found, request.GET.get("sort", ""))
    words = _words(bound)
    if request.method == "POST":
        return export(request, LATE, rows, actor=request.actor, words=words, place=name_of(year))
    page = Paginator(rows, LATE.page_size).get_page(request.GET.get("page"))
    context = {
        "year": year,
        "list": ListPage(LATE, build_table(request, LATE, page.object_list), page, bound, words),
        "reminders": [(name_of(duty), reminder(year, duty, late)) for duty, late in by_duty(found)],
        "crumbs": crumbs(request, year, (LATE.title, "")),
    }
    return render(request, "reports/late_list.html", context)


def _search(request: PortalRequest, every: list[Overdue]) -> LateFilter:
    bound = LateFilter(
        request.GET, queryset=Participation.objects.visible_to(request.scope).none(), request=request
    )
    duties = {row.duty.code: name_of(row.duty) for row in every}
    bound.filters["duty"].extra["choices"] = list(duties.items())
    if not request.scope.is_national:
        del bound.filters["region"]
    return bound


def _narrowed(every: list[Overdue], bound: LateFilter) -> list[Overdue]:
    """A filter that cannot be understood leaves nothing, as on every list."""
    if not bound.is_valid():
        return []
    region, duty = bound.form.cleaned_data.get("region"), bound.form.cleaned_data.get("duty")
    return [
        row for row in every
        if (not region or row.unit.region_id == region.pk) and (not duty or row.duty.code == duty)
    ]  # fmt: skip


def _words(bound: LateFilter) -> list[tuple[str, str]]:
    if not bound.is_valid():
        return []
    duties = dict(bound.filters["duty"].extra["choices"])
    return [
        (str(bound.form.fields[name].label), name_of(duties.get(value, value)))
        for name, value in bound.form.cleaned_data.items()
        if value
    ]
