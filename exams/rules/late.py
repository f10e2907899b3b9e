"""What answers that came late do to a sheet when a person lets them count (X8)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

Rank = tuple[int, int]


@dataclass(frozen=True, slots=True)
class LateOne:
    """An answer of the pile: `rank` is (generation, sequence), as the device gave it."""

    key: int
    ordinal: int
    rank: Rank


@dataclass(frozen=True, slots=True)
class Settled:
    """Keys of the answers that enter the sheet, one per place at most, and of those that a newer one stands before."""

    counts: frozenset[int]
    older: frozenset[int]


def settle(held: Mapping[int, Rank], late: Iterable[LateOne]) -> Settled:
    """The rule of the save door: at each place the highest rank stays, whenever it arrived; equal to what is held is older."""
    best: dict[int, LateOne] = {}
    ones = list(late)
    for one in ones:
        ahead = best[one.ordinal].rank if one.ordinal in best else held.get(one.ordinal)
        if ahead is None or one.rank > ahead:
            best[one.ordinal] = one
    counts = frozenset(one.key for one in best.values())
    return Settled(counts, frozenset(one.key for one in ones) - counts)
