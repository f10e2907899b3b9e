"""A figure is a named number that can always show its rows.

The number is computed from the very queryset that the drill-down opens, so page, drill-down, workbook and API
agree by construction (R2).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Aggregate, Count, QuerySet

from core.enums import Measure
from core.exceptions import Text
from core.registry import Registry

Rows = Callable[[Any, Any], "QuerySet[Any]"]


@dataclass(frozen=True, slots=True)
class FigureValue:
    """`amount` in the figure's unit; for a share the counted part, `base` the whole."""

    amount: Any
    base: int | Decimal | None = None

    @property
    def percent(self) -> Decimal | None:
        if not self.base or self.amount is None:
            return None
        return (Decimal(self.amount) * 100 / self.base).quantize(Decimal("0.1"))


@dataclass(frozen=True)
class Figure:
    """`rows(scope, where)` is what is counted, `base_rows` the whole of a share.

    `by` maps a dimension ("province", "base", "track") to the ORM path from a row; `columns` names the list
    in which the rows are shown.
    """

    code: str
    label: Text
    definition: Text
    rows: Rows
    unit: Measure = Measure.COUNT
    base_rows: Rows | None = None
    aggregate: Aggregate = field(default_factory=lambda: Count("pk", distinct=True))
    by: Mapping[str, str] = field(default_factory=dict)
    columns: str = ""

    def value(self, scope: Any, where: Any) -> FigureValue:
        amount = self.rows(scope, where).aggregate(amount=self.aggregate)["amount"]
        return FigureValue(amount, self._base(scope, where))

    def values(self, scope: Any, where: Any, by: str) -> dict[Any, FigureValue]:
        """One value per member of the dimension that has any row; one query (two for a share)."""
        path = self.by[by]
        bases = (
            self._grouped(self.base_rows, scope, where, path, Count("pk", distinct=True))
            if self.base_rows
            else {}
        )
        amounts = self._grouped(self.rows, scope, where, path, self.aggregate)
        return {
            member: FigureValue(amounts.get(member, 0), bases.get(member, 0) if self.base_rows else None)
            for member in {**bases, **amounts}
        }

    def _base(self, scope: Any, where: Any) -> int | Decimal | None:
        return self.base_rows(scope, where).count() if self.base_rows else None

    @staticmethod
    def _grouped(rows: Rows, scope: Any, where: Any, path: str, aggregate: Aggregate) -> dict[Any, Any]:
        grouped = rows(scope, where).order_by().values(path).annotate(amount=aggregate)
        return dict(grouped.values_list(path, "amount"))


FIGURES: Registry[Figure] = Registry("figures")
