"""The country, a province and its bases in figures."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count

from accounts.enums import UnitKind
from accounts.models import Region, Unit
from accounts.scope import Scope
from core.figures import FIGURES, Figure, FigureValue
from programs.models import Participation, ProgramYear
from programs.where import Where
from reports.selection import GROUPS, PLANNED, known


@dataclass(frozen=True, slots=True)
class Stat:
    """A figure with its value, and what the plan foresees where it does."""

    figure: Figure
    value: FigureValue
    planned: Any = None


@dataclass(frozen=True, slots=True)
class StatGroup:
    code: str
    label: str
    stats: tuple[Stat, ...]


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A province or a base with its figures; `overdue` are its duties past their date."""

    key: str
    name: Any
    values: Mapping[str, FigureValue]
    overdue: int = 0


def cut_of(year: ProgramYear, scope: Scope, region: str = "") -> Where:
    """The year, and for a provincial role always its own province."""
    return Where(year.pk, region=scope.region_code if scope.is_provincial else region)


def as_shown(amount: Any) -> Any:
    """A mean has more places than anybody reads; two are kept, on screen and in a report."""
    return round(Decimal(str(amount)), 2) if isinstance(amount, float | Decimal) else amount


def nothing(figure: Figure) -> FigureValue:
    """What a province without any row has: zero of a count, no value of a mean or a day."""
    amount = 0 if isinstance(figure.aggregate, Count) else None
    return FigureValue(amount, 0 if figure.base_rows else None)


def stat_of(figure: Figure, scope: Scope, where: Where) -> Stat:
    plan = FIGURES.get(PLANNED.get(figure.code, ""))
    return Stat(figure, figure.value(scope, where), plan.value(scope, where).amount if plan else None)


def stat_groups(scope: Scope, where: Where) -> list[StatGroup]:
    """The figures of the dashboard by subject; a subject nobody measures is left out."""
    groups = [
        StatGroup(
            group.code, str(group.label), tuple(stat_of(figure, scope, where) for figure in group.figures)
        )
        for group in GROUPS
    ]
    return [group for group in groups if group.stats]


def every_stat(scope: Scope, where: Where) -> list[Stat]:
    """All registered figures that can be asked of a whole province or country."""
    return [stat_of(figure, scope, where) for figure in FIGURES if "province" in figure.by]


def values_by(
    dimension: str, figures: Iterable[Figure], scope: Scope, where: Where
) -> dict[str, dict[Any, FigureValue]]:
    """By figure and member; a fixed number of queries per figure."""
    return {
        figure.code: figure.values(scope, where, dimension) for figure in figures if dimension in figure.by
    }


def _row(
    key: Any,
    name: Any,
    figures: Sequence[Figure],
    found: Mapping[str, Mapping[Any, FigureValue]],
    overdue: int,
) -> MemberRow:
    values = {figure.code: found.get(figure.code, {}).get(key) or nothing(figure) for figure in figures}
    return MemberRow(str(key), name, values, overdue)


def province_rows(
    year: ProgramYear, scope: Scope, figures: Sequence[Figure], overdue: Mapping[str, int] | None = None
) -> list[MemberRow]:
    """The provinces of the year in the official order, each with its figures."""
    found = values_by("province", figures, scope, Where(year.pk))
    rows = (
        Participation.objects.visible_to(scope).filter(year=year).select_related("region").order_by("order")
    )
    return [
        _row(row.region_id, row.region, figures, found, (overdue or {}).get(row.region_id, 0)) for row in rows
    ]


def base_figures(codes: Iterable[str]) -> list[Figure]:
    return [figure for figure in known(codes) if "base" in figure.by]


def base_rows(
    year: ProgramYear,
    scope: Scope,
    region: Region,
    figures: Sequence[Figure],
    overdue: Mapping[int, int] | None = None,
) -> list[MemberRow]:
    """The training bases of a province, each with the figures that can be asked of a base."""
    found = values_by("base", figures, scope, Where(year.pk, region=region.pk))
    units = Unit.objects.visible_to(scope).filter(
        kind=UnitKind.TRAINING_BASE, region=region, owner=year.program.owner_id
    )
    return [
        _row(unit.pk, unit, figures, found, (overdue or {}).get(unit.pk, 0))
        for unit in units.order_by("code")
    ]


def furthest_behind(figure: Figure, rows: Iterable[MemberRow], count: int = 5) -> list[MemberRow]:
    """The members with the smallest share; one without a whole is not behind in anything."""
    shares = [(row.values[figure.code].percent, row) for row in rows if figure.code in row.values]
    measured = sorted(((share, row) for share, row in shares if share is not None), key=lambda pair: pair[0])
    return [row for _share, row in measured[:count]]
