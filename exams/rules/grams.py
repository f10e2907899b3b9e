"""Which of many texts can be alike at all: pairs of neighbouring characters, the rare ones first."""

import heapq
import itertools
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

# a text is looked up by its rarest pairs of characters, as long as no more places than these have to be read
READ = 4000
# one in six of the pairs looked up has to be shared, and no more texts are offered than these
SHARED, OFFERED = 6, 40
# pairs are written in the million characters beyond the first plane; two pairs meet in one of them once in a million
_FIRST, _ROOM, _SPREAD = 0x10000, 0x100000, 40503


def pairs_of(text: str) -> str:
    """Each pair of neighbouring characters as one character, sorted: where clauses change places it stays the same."""
    if len(text) < 2:
        return text
    codes = [_FIRST + (ord(one) * _SPREAD + ord(other)) % _ROOM for one, other in itertools.pairwise(text)]
    return "".join(map(chr, sorted(codes)))


class GramIndex:
    """Where each pair of characters stands; memory grows with the letters of the texts, never with pairs of texts.

    Takes texts as `pairs_of` writes them.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts: Sequence[str] = list(texts)
        self._places: dict[str, array[int]] = {}
        for place, text in enumerate(self._texts):
            for pair in set(text):
                self._places.setdefault(pair, array("I")).append(place)

    def candidates(self, place: int) -> Iterator[int]:
        """The other texts that share rare pairs with the text at `place`, those that share most first."""
        telling = self._telling(place)
        shared = Counter(itertools.chain.from_iterable(self._places[pair] for pair in telling))
        del shared[place]
        least = max(1, len(telling) // SHARED)
        # of texts that share as much the shorter is the more alike
        size = len(self._texts[place])
        ranked = heapq.nsmallest(
            OFFERED,
            (
                (-count / (size + len(self._texts[other])), other)
                for other, count in shared.items()
                if count >= least
            ),
        )
        return (other for _, other in ranked)

    def _telling(self, place: int) -> list[str]:
        """The rarest pairs of the text among those that another text has as well."""
        often = ((len(self._places[pair]), pair) for pair in set(self._texts[place]))
        rows = sorted(row for row in often if row[0] > 1)
        read = itertools.accumulate(count for count, _ in rows)
        within = [pair for (_, pair), so_far in zip(rows, read, strict=True) if so_far <= READ]
        return within or [pair for _, pair in rows[:1]]
