"""Items that look alike: kept as found, decided by a person (X1)."""

import datetime as dt
from collections.abc import Mapping, Sequence

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from core.exceptions import Refusal
from core.transitions import FLOWS, Edge, Flow
from core.values import some_of
from exams.bank import pairs_between, uncompared
from exams.enums import PairStatus
from exams.models import Item, ItemPair

NAMED = 5

PAIR_FLOW = Flow(
    "exams.itempair",
    PairStatus,
    (
        Edge(
            "call_different",
            (PairStatus.PENDING, PairStatus.DUPLICATE),
            PairStatus.DIFFERENT,
            needs_reason=True,
        ),
        Edge(
            "call_duplicate",
            (PairStatus.PENDING, PairStatus.DIFFERENT),
            PairStatus.DUPLICATE,
            needs_reason=True,
        ),
    ),
)
FLOWS.add(PAIR_FLOW)


@transaction.atomic
def keep_pairs(*, compared: Mapping[int, int], pairs: Sequence[ItemPair], now: dt.datetime) -> int:
    """Items are compared in the given versions: their look-alikes are kept for a person to decide; returns how many are new.

    Two items that were found before are told once; a decision about the same words stands, about others it does not.
    """
    known = {
        frozenset((pair.item_id, pair.other_id)): pair
        for pair in ItemPair.objects.filter(Q(item__in=compared) | Q(other__in=compared))
    }
    fresh = []
    for pair in pairs:
        pair.found_at = now
        old = known.get(frozenset((pair.item_id, pair.other_id)))
        if old is None:
            fresh.append(pair)
        elif _words(old) != _words(pair):
            ItemPair.objects.filter(pk=old.pk).delete()
            fresh.append(pair)
    ItemPair.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=500)
    items = [Item(pk=pk, compared_version=version) for pk, version in compared.items()]
    Item.objects.bulk_update(items, ["compared_version"], batch_size=200)
    return len(fresh)


def _words(pair: ItemPair) -> set[tuple[int, int]]:
    """The versions of both items, whichever stands first."""
    return {(pair.item_id, pair.item_version), (pair.other_id, pair.other_version)}


def check_compared(items: Sequence[Item]) -> None:
    """Raises Refusal naming items whose words nobody has compared with the others yet."""
    waiting = list(uncompared(items).order_by("code").values_list("code", flat=True))
    if waiting:
        raise Refusal(
            _("These items are still being compared with the others: %(codes)s.")
            % {"codes": some_of(waiting, NAMED)},
            remedy=_("Try again in a minute."),
        )


def check_decided(items: Sequence[Item]) -> None:
    """Nothing enters the bank undecided (X1): raises Refusal naming items that look like another one."""
    check_compared(items)
    own = {item.pk for item in items}
    pairs = pairs_between(items).exclude(status=PairStatus.DIFFERENT).select_related("item", "other")
    open_pairs = [pair for pair in pairs if pair.bars(own)]
    if open_pairs:
        codes = sorted({(pair.item if pair.item_id in own else pair.other).code for pair in open_pairs})
        raise Refusal(
            _("These items look like others, and nobody has decided about them: %(codes)s.")
            % {"codes": some_of(codes, NAMED)},
            remedy=_("Decide about them on the page of look-alikes, then go on."),
        )
