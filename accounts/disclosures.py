"""The lists that may be asked for in full; a room that owns one registers it (T47)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from accounts.personal import Secret
from accounts.scope import Scope
from core.columns import Column, Listing
from core.exceptions import Text
from core.lists import words_of
from core.registry import Registry


@dataclass(frozen=True, slots=True)
class DisclosableList:
    """`listing` with columns coded as the secrets they mask; `rows(scope, year number)` are those of the list's page.

    `page(year number)` is the address of that page, `person(row)` whom a row tells of.
    """

    code: str
    title: Text
    listing: Listing
    rows: Callable[[Scope, int], QuerySet[Any]]
    person: Callable[[Any], Person]
    page: Callable[[int], str]

    def filtered(
        self, scope: Scope, year_number: int, query: str
    ) -> tuple[QuerySet[Any], list[tuple[str, str]]]:
        """The rows as the page would list them under these filters, and the filters in words."""
        rows = self.rows(scope, year_number)
        data = QueryDict(query)
        if self.listing.filters is None:
            return self.listing.ordered(rows, ""), []
        bound = self.listing.filters(data, queryset=rows)
        found = bound.qs if bound.is_valid() else rows.none()
        return self.listing.ordered(found, data.get("sort") or ""), words_of(bound)

    def columns(self, secrets: list[str], mark: str) -> list[Column]:
        """The listing's columns for a workbook, those in `secrets` in full, and the mark of each line."""
        shown = [self._in_full(column, secrets) for column in self.listing.columns if column.on_export]
        return [*shown, Column("mark", _("Mark"), lambda row: f"{mark}-{row.pk}", kind="code", width=30)]

    def _in_full(self, column: Column, secrets: list[str]) -> Column:
        if column.code not in Secret.values or column.code not in secrets:
            return column
        return replace(column, value=lambda row: getattr(self.person(row), column.code))


DISCLOSABLE: Registry[DisclosableList] = Registry("lists that may be asked for in full")
