"""The bank as the machine draws from it: what is in it now, and what a process keeps of it between two starts (X3)."""

import threading
import time
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import QuerySet

from exams.models import Item, ItemVersion
from exams.rules import Drawn, PoolItem, Stock, stocked
from programs.models import ProgramYear

# seconds; to read and order a whole bank for every paper would be most of what a start costs
KEPT_FOR = 60.0
TRUE_FALSE_LABELS = ("T", "F")

Bank = list[tuple[PoolItem, list[str]]]


def _in_bank(year: ProgramYear) -> "QuerySet[ItemVersion]":
    return ItemVersion.objects.current().filter(
        item__in=Item.objects.in_bank(), item__owner=year.program.owner_id
    )


def bank_of(year: ProgramYear) -> Bank:
    """Every item in the owner's bank in its current version, with the specialties it serves; none named means all."""
    columns = ("options", "pk", "item_id", "item__kind", "item__group_id", "item__group_order")
    versions = _in_bank(year)
    limited = dict(versions.exclude(item__specialties=[]).values_list("pk", "item__specialties"))
    return [
        (PoolItem(pk, item_id, kind, labels_of(options), group, group_order), limited.get(pk, []))
        for options, pk, item_id, kind, group, group_order in versions.order_by("pk").values_list(*columns)
    ]


def labels_of(options: Iterable[dict[str, str]]) -> tuple[str, ...]:
    return tuple(option["label"] for option in options) or TRUE_FALSE_LABELS


def _serves(specialties: Collection[str], specialty: str) -> bool:
    return not specialties or specialty in specialties


def serving(bank: Bank, specialty: str) -> Stock:
    """Those of the bank that serve the specialty."""
    return stocked(item for item, specialties in bank if _serves(specialties, specialty))


def stock_of(year: ProgramYear, specialty: str) -> Stock:
    """Every item in the owner's bank that serves the specialty, as it is now."""
    return serving(bank_of(year), specialty)


# What a process keeps


@dataclass(slots=True)
class _Kept:
    bank: Bank
    since: float
    stocks: dict[str, Stock] = field(default_factory=dict)


_KEPT: dict[int, _Kept] = {}
_ONE_READS = threading.Lock()


def kept_stock(year: ProgramYear, specialty: str) -> Stock:
    """The stock as it was at most KEPT_FOR seconds ago; what is drawn from it `is_in_bank` must confirm."""
    owner = year.program.owner_id
    with _ONE_READS:
        kept = _KEPT.get(owner)
        if kept is None or time.monotonic() - kept.since > KEPT_FOR:
            kept = _KEPT[owner] = _Kept(bank_of(year), time.monotonic())
        if specialty not in kept.stocks:
            kept.stocks[specialty] = serving(kept.bank, specialty)
        return kept.stocks[specialty]


def forget_stock() -> None:
    """Read the bank again at the next draw."""
    _KEPT.clear()


def is_in_bank(paper: Sequence[Drawn], year: ProgramYear, specialty: str) -> bool:
    """Whether all that was drawn is, at this moment, the current version of an item in the bank that serves the specialty."""
    items = Item.objects.in_bank().filter(
        owner=year.program.owner_id,
        versions__in=[place.version_id for place in paper],
        versions__is_current=True,
    )
    return sum(_serves(named, specialty) for named in items.values_list("specialties", flat=True)) == len(
        paper
    )
