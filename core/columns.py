"""A list is declared once and serves page, workbook and API."""

from collections.abc import Callable
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

import django_filters as filters
from django.db.models import QuerySet, Sum
from django.utils.translation import gettext_lazy as _
from django_filters import FilterSet

from core.exceptions import Text

Getter = str | Callable[[Any], Any]


def yes_no(label: Text, **options: Any) -> Any:
    """A filter for yes or no, either or none."""
    choices = [("", _("All")), ("true", _("Yes")), ("false", _("No"))]
    return filters.TypedChoiceFilter(
        label=label, choices=choices, coerce=lambda value: value == "true", **options
    )


@dataclass(frozen=True, slots=True)
class Column:
    """`value` is an attribute path or a function of the row; `kind` decides alignment and cell type.

    kind: text, code (text that must never become a number), int, decimal, percent, date, datetime, status, flag.
    `sort` is the ORM path to order by; `url` a function of the row; `tone` the color role of a status;
    `total` the ORM path whose sum stands below the column.
    """

    code: str
    label: Text
    value: Getter
    kind: str = "text"
    sort: str = ""
    url: Callable[[Any], str] | None = None
    tone: Callable[[Any], str] | None = None
    total: str = ""
    on_page: bool = True
    on_export: bool = True
    width: int = 14

    def read(self, row: Any) -> Any:
        if callable(self.value):
            return self.value(row)
        try:
            return attrgetter(self.value)(row)
        except AttributeError:
            # a path may cross an empty foreign key
            return None


@dataclass(frozen=True, slots=True)
class Listing:
    """`code` names the export and the API; `filters` are the search area above the table."""

    code: str
    title: Text
    columns: tuple[Column, ...]
    filters: type[FilterSet] | None = None
    order: tuple[str, ...] = ("pk",)
    related: tuple[str, ...] = ()
    page_size: int = 50
    summary: Callable[[QuerySet[Any]], list[tuple[Text, Any]]] | None = None
    empty: Text = ""
    row_url: Callable[[Any], str] | None = None
    extras: dict[str, Any] = field(default_factory=dict)

    def totals(self, rows: QuerySet[Any]) -> dict[str, Any]:
        """The sums below the columns that have one, over all of `rows`; one query, none without such a column."""
        sums = {f"sum_{column.code}": Sum(column.total) for column in self.columns if column.total}
        found = rows.order_by().aggregate(**sums) if sums else {}
        return {name.removeprefix("sum_"): value or 0 for name, value in found.items()}

    def sort_paths(self) -> dict[str, str]:
        return {column.code: column.sort for column in self.columns if column.sort}

    def ordered(self, rows: QuerySet[Any], sort: str) -> QuerySet[Any]:
        """By the asked column, ties in the listing's own order; an unknown column changes nothing."""
        path = self.sort_paths().get(sort.lstrip("-"))
        first = [f"-{path}" if sort.startswith("-") else path] if path else []
        return rows.select_related(*self.related).order_by(*first, *self.order)
