"""Who stands where: provinces by both sheets together, bases apart (S4)."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from accounts.scope import Scope
from programs.models import Participation, ProgramYear
from supervision.enums import ScorecardStatus, SheetKind
from supervision.models import OF_BASES, Scorecard
from supervision.queries.sheets import with_totals
from supervision.rules import ranked


@dataclass(frozen=True, slots=True)
class ProvinceResult:
    """A province: administrative 25 and technical 75 together; ranked once both are final."""

    participation: Participation
    administrative: Scorecard | None
    technical: Scorecard | None
    points: Decimal
    applicable: Decimal
    rank: int | None

    @property
    def is_final(self) -> bool:
        return all(
            card is not None and card.status == ScorecardStatus.FINAL
            for card in (self.administrative, self.technical)
        )


def province_results(year: ProgramYear, scope: Scope) -> list[ProvinceResult]:
    """The provinces in scope; the rank is the one among all provinces whose sheets are final (S4)."""
    cards = with_totals(Scorecard.objects.filter(~OF_BASES, year=year))
    sheets: dict[str, dict[str, Scorecard]] = defaultdict(dict)
    for card in cards.select_related("year__program", "unit"):
        sheets[card.region_id][card.kind] = card
    pairs = {
        region: (own.get(SheetKind.ADMINISTRATIVE), own.get(SheetKind.TECHNICAL))
        for region, own in sheets.items()
    }
    final = {region: _points(pair) for region, pair in pairs.items() if _all_final(pair)}
    ranks = ranked(final)
    rows = (
        Participation.objects.visible_to(scope).filter(year=year).select_related("region").order_by("order")
    )
    results = [_result(row, pairs.get(row.region_id, (None, None)), ranks) for row in rows]
    return sorted(results, key=lambda one: (one.rank is None, one.rank or 0, -one.points))


Pair = tuple[Scorecard | None, Scorecard | None]


def _all_final(pair: Pair) -> bool:
    return all(card is not None and card.status == ScorecardStatus.FINAL for card in pair)


def _points(pair: Pair) -> Decimal:
    return sum((points_of(card) for card in pair if card), Decimal(0))


def _result(row: Participation, pair: Pair, ranks: Mapping[str, int]) -> ProvinceResult:
    marks = [card.applicable for card in pair if card]  # type: ignore[attr-defined]
    applicable = sum((mark or Decimal(0) for mark in marks), Decimal(0))
    return ProvinceResult(
        row, *pair, points=_points(pair), applicable=applicable, rank=ranks.get(row.region_id)
    )


def points_of(card: Scorecard) -> Decimal:
    """Final points once there are any, else what the lines count now."""
    now: Decimal | None = card.points  # type: ignore[attr-defined]
    final: Decimal | None = card.final_points
    return final if final is not None else now or Decimal(0)


@dataclass(frozen=True, slots=True)
class BaseResult:
    card: Scorecard
    points: Decimal
    rank: int | None


def base_results(year: ProgramYear, scope: Scope) -> list[BaseResult]:
    """Bases rank apart, by their own 100 (S4)."""
    cards = with_totals(Scorecard.objects.filter(OF_BASES, year=year))
    every = list(cards.select_related("year__program", "unit", "region"))
    ranks = ranked({card.pk: points_of(card) for card in every if card.status == ScorecardStatus.FINAL})
    shown = set(Scorecard.objects.visible_to(scope).filter(year=year).values_list("pk", flat=True))
    results = [BaseResult(card, points_of(card), ranks.get(card.pk)) for card in every if card.pk in shown]
    return sorted(results, key=lambda one: (one.rank is None, one.rank or 0, -one.points))
