"""Every figure equals the rows it opens, for all provinces of the demo (R2): the demo as `make run` loads it, smaller."""

import datetime as dt
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.management import call_command
from django.db.models import Avg, Count, Max, Min, Sum
from django.urls import reverse

from accounts.actors import scope_of
from accounts.enums import Role
from accounts.models import Membership
from core.enums import Measure
from core.figures import FIGURES, Figure
from programs.models import Participation, ProgramYear
from programs.where import Where
from reports.enums import ReportStatus
from reports.models import AnnualReport
from reports.queries.dashboard import nothing

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
SCALE = 0.01
IN_PYTHON = {Sum: sum, Min: min, Max: max, Avg: lambda values: sum(values) / len(values)}


def year_of_the_exam() -> ProgramYear:
    return ProgramYear.objects.filter(program__code="cancer").exclude(copied_from=None).order_by("year")[0]


def recomputed(figure: Figure, rows: Any) -> Any:
    """The amount from the rows one by one, without the database's own aggregate."""
    values = [
        value
        for (value,) in rows.annotate(own=figure.aggregate.source_expressions[0]).values_list("own")
        if value is not None
    ]
    return IN_PYTHON[type(figure.aggregate)](values) if values else None


def same(left: Any, right: Any) -> bool:
    if isinstance(left, dt.date) or isinstance(right, dt.date):
        return left == right
    return abs(Decimal(str(left or 0)) - Decimal(str(right or 0))) < Decimal("0.0001")


def faults_of(figure: Figure, year: ProgramYear, office: Any, scopes: dict[str, Any]) -> Iterator[str]:
    by_province = figure.values(office, Where(year.pk), "province")
    for region, own in scopes.items():
        where = Where(year.pk, region=region)
        value, rows = figure.value(office, where), figure.rows(office, where)
        counted = rows.count() if isinstance(figure.aggregate, Count) else recomputed(figure, rows)
        shown = by_province.get(region) or nothing(figure)
        whole = figure.base_rows(office, where) if figure.base_rows else None
        if not same(value.amount, counted):
            yield f"{figure.code} {region}: {value.amount}, its rows say {counted}"
        if rows.count() != rows.distinct().count():
            yield f"{figure.code} {region}: a row is shown twice"
        if not same(shown.amount, value.amount) or not same(shown.base, value.base):
            yield f"{figure.code} {region}: {shown} in the table, {value} on its page"
        if (
            whole is not None
            and figure.unit == Measure.SHARE
            and isinstance(value.base, int)
            and value.base != whole.count()
        ):
            yield f"{figure.code} {region}: out of {value.base}, the whole has {whole.count()} rows"
        if figure.value(own, where) != value:
            yield f"{figure.code} {region}: the province sees {figure.value(own, where)}, the office {value}"


@pytest.mark.no_cover
def test_every_figure_equals_the_rows_it_opens(client):
    call_command("demo", scale=SCALE)
    year = year_of_the_exam()
    members = Membership.objects.select_related("unit", "user").filter(unit__owner=year.program.owner_id)
    office = scope_of(_office(year))
    scopes = {one.unit.region_id: scope_of(one) for one in members.filter(role=Role.TECHNICAL_LEAD)}
    assert set(scopes) == set(Participation.objects.filter(year=year).values_list("region", flat=True))
    figures = [figure for figure in FIGURES if "province" in figure.by]
    faults = [fault for figure in figures for fault in faults_of(figure, year, office, scopes)]
    assert faults == []
    living = {figure.code for figure in figures if figure.value(office, Where(year.pk)).amount}
    assert len(living) > 40, "a demo in which little happens proves little"

    _dashboard_opens_what_it_says(client, year)
    assert AnnualReport.objects.filter(year=year, status=ReportStatus.FILED).count() == 1


def _office(year: ProgramYear) -> Membership:
    return Membership.objects.filter(unit=year.program.owner, role=Role.NATIONAL_OFFICE).earliest("pk")


def _dashboard_opens_what_it_says(client, year: ProgramYear) -> None:
    """The page itself, for three provinces: each cell's number is the length of the list behind its link."""
    client.force_login(_office(year).user)
    page = client.get(reverse("reports:dashboard-show", kwargs=year.url_kwargs))
    opened = 0
    for row in page.context["table"]["rows"][:3]:
        for cell in row["cells"][1:]:
            code = urlsplit(cell["url"]).path.rstrip("/").split("/")[-1]
            figure = FIGURES.get(code)
            counts = figure is None or (isinstance(figure.aggregate, Count) and figure.unit == Measure.COUNT)
            if cell["url"] and counts:
                opened += 1
                assert parse_qs(urlsplit(cell["url"]).query)["region"]
                found = client.get(cell["url"]).context["list"].page.paginator.count
                assert found == int(re.sub(r"\D", "", cell["text"])), (code, cell["url"])
    assert opened >= 15
