"""Items that look alike: kept as found, decided by a person (X1)."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from core.exceptions import Refusal
from core.transitions import FLOWS, Edge, Flow
from core.values import some_of
from exams.bank import pairs_between, uncompared
from exams.enums import PairStatus
from exams.models import Item

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
    # of two items called duplicates it is the later one that may not come in
    open_pairs = [pair for pair in pairs if pair.status == PairStatus.PENDING or pair.item_id in own]
    if open_pairs:
        codes = sorted({(pair.item if pair.item_id in own else pair.other).code for pair in open_pairs})
        raise Refusal(
            _("These items look like others, and nobody has decided about them: %(codes)s.")
            % {"codes": some_of(codes, NAMED)},
            remedy=_("Decide about them on the page of look-alikes, then go on."),
        )
