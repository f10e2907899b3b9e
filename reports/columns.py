"""The lists of this room, each declared once for page and workbook."""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Region
from core.columns import Column, Listing
from core.enums import Measure
from core.exceptions import Text
from core.figures import Figure, FigureValue
from core.templatetags.portal import deadline, display, measure, name_of
from programs.models import Participation, ProgramYear
from reports.enums import ReportStatus
from reports.queries.dashboard import MemberRow, as_shown

REPORT_TONES = {
    ReportStatus.DRAFT: "neutral",
    ReportStatus.BUILDING: "info",
    ReportStatus.BUILT: "info",
    ReportStatus.FILED: "success",
}
_KINDS = {Measure.COUNT: "int", Measure.SHARE: "percent", Measure.DATE: "date", Measure.FLAG: "flag"}
# from here on the cells of a table of provinces lead to the rows they count
Opens = Callable[[str, Any], str]


def figure_url(year: ProgramYear, code: str, query: str = "") -> str:
    """The rows behind a figure; `query` narrows them, without the question mark."""
    url = reverse("reports:figure-show", kwargs={**year.url_kwargs, "code": code})
    return f"{url}?{query}" if query else url


def value_words(unit: str, value: FigureValue) -> str:
    """A value in its unit, as one reads it; a share in percent."""
    if unit == Measure.MONEY and value.amount is not None:
        return f"¥{display(Decimal(value.amount))}"
    if unit != Measure.SHARE:
        return measure(value.amount, unit)
    return measure(None if value.percent is None else value.percent / 100, unit)


def figure_words(figure: Figure, value: FigureValue) -> str:
    return value_words(figure.unit, value)


def number_of(unit: str, value: FigureValue) -> Any:
    """The value as it stands in a column: percent of a share, else the amount."""
    if unit == Measure.SHARE:
        return value.percent
    return as_shown(value.amount)


def _figure_column(figure: Figure, opens: Opens | None) -> Column:
    return Column(
        figure.code,
        figure.label,
        lambda row: number_of(figure.unit, row.values[figure.code]),
        kind=_KINDS.get(Measure(figure.unit), "decimal"),
        sort=figure.code,
        url=(lambda row: opens(figure.code, row.key)) if opens else None,
        width=16,
    )


def member_listing(
    code: str,
    title: Text,
    member: Text,
    figures: Iterable[Figure],
    *,
    opens: Opens | None = None,
    member_url: Callable[[MemberRow], str] | None = None,
    overdue_url: Callable[[MemberRow], str] | None = None,
) -> Listing:
    """Members down, figures across; `opens(code, key)` is the way to the rows of a cell."""
    heads = (
        Column("name", member, lambda row: name_of(row.name), sort="name", url=member_url, width=24),
        *(_figure_column(figure, opens) for figure in figures),
        Column("overdue", _("Duties overdue"), "overdue", kind="int", sort="overdue", url=overdue_url),
    )
    return Listing(code=code, title=title, columns=heads)


def ordered(listing: Listing, rows: Sequence[Any], sort: str) -> list[Any]:
    """Rows that are no queryset, by the asked column; what has no value comes last.

    They arrive in the official order, which is that of their names too.
    """
    column = next((one for one in listing.columns if one.code == sort.lstrip("-") and one.sort), None)
    if column is None or column.code == "name":
        return list(reversed(rows)) if sort == "-name" else list(rows)
    valued = [row for row in rows if column.read(row) is not None]
    empty = [row for row in rows if column.read(row) is None]
    return [*sorted(valued, key=column.read, reverse=sort.startswith("-")), *empty]


class LateFilter(filters.FilterSet):
    """Search area of what is overdue; the rows are no table, so the view narrows them itself."""

    region = filters.ModelChoiceFilter(
        label=_("Province"), queryset=Region.objects.provinces(), method="narrowed_by_view"
    )
    duty = filters.ChoiceFilter(label=_("Duty"), method="narrowed_by_view")

    class Meta:
        model = Participation
        fields: tuple[str, ...] = ()

    def narrowed_by_view(self, rows: QuerySet[Any], name: str, value: Any) -> QuerySet[Any]:
        return rows


LATE = Listing(
    code="reports.late",
    title=_("Overdue"),
    columns=(
        Column("duty", _("Duty"), lambda row: name_of(row.duty), width=30),
        Column("region", _("Province"), lambda row: name_of(row.unit.region) if row.unit.region else "", width=18),
        Column("unit", _("Unit"), lambda row: name_of(row.unit), width=44),
        Column("due_at", _("Due"), lambda row: deadline(row.due_at), kind="date", sort="due_at", width=20),
        Column("days", _("Days late"), "days", kind="int", sort="days"),
    ),
    empty=_("Nothing is overdue."),
)  # fmt: skip
FIGURE_LIST = Listing(
    code="reports.figures",
    title=_("All figures"),
    columns=(
        Column("label", _("Figure"), lambda row: str(row.figure.label), width=32),
        Column("value", _("Value"), lambda row: figure_words(row.figure, row.value), width=16),
        Column("base", _("Out of"), lambda row: row.value.base, kind="decimal"),
        Column("definition", _("What is counted"), lambda row: str(row.figure.definition), width=70),
        Column("code", _("Code"), "figure.code", kind="code", on_page=False, width=34),
    ),
)


class ReportFilter(filters.FilterSet):
    """Search area of the annual reports."""

    q = filters.CharFilter(label=_("Province"), field_name="region__name", lookup_expr="icontains")
    status = filters.ChoiceFilter(
        label=_("Status"), choices=[("none", _("Not begun")), *ReportStatus.choices], method="by_status"
    )

    class Meta:
        model = Participation
        fields: tuple[str, ...] = ()

    def by_status(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(report_status=None) if value == "none" else rows.filter(report_status=value)


def _report_url(row: Any) -> str:
    return (
        reverse("reports:report-show", kwargs={**row.year.url_kwargs, "pk": row.report_id})
        if row.report_id
        else ""
    )


def _status_words(row: Any) -> str:
    return str(ReportStatus(row.report_status).label) if row.report_status else str(_("Not begun"))


ANNUAL_REPORTS = Listing(
    code="reports.annual",
    title=_("Annual reports of the provinces"),
    columns=(
        Column("province", _("Province"), lambda row: name_of(row.region), sort="order", url=_report_url, width=18),
        Column("unit", _("Technical lead unit"), lambda row: name_of(row.technical_unit), width=48),
        Column(
            "status", _("Status"), _status_words, kind="status", sort="report_status",
            tone=lambda row: REPORT_TONES.get(row.report_status, "warning"),
        ),
        Column("built_at", _("Built at"), "report_built_at", kind="datetime", sort="report_built_at", width=18),
        Column("filed_at", _("Handed up at"), "report_filed_at", kind="datetime", sort="report_filed_at", width=18),
        Column("number", _("Receipt number"), "report_number", kind="code", sort="report_number", width=20),
    ),
    filters=ReportFilter,
    order=("order",),
    related=("region", "technical_unit", "year__program"),
)  # fmt: skip
