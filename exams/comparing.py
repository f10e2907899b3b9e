"""Words beside words: two items that look alike, and the versions of one item (X1, X2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from exams.models import Item, ItemPair, ItemVersion
from exams.rules import Difference, ItemText, Side, difference
from exams.rules.differences import Stretch, compared


@dataclass(frozen=True, slots=True)
class SideBySide:
    """The two items of a pair in the versions that were compared; `rows` have the earlier one first."""

    earlier: ItemVersion
    later: ItemVersion
    rows: list[Difference]

    @property
    def stale(self) -> bool:
        """Whether one of them says something else by now."""
        return not (self.earlier.is_current and self.later.is_current)


@dataclass(frozen=True, slots=True)
class Change:
    """A version of an item with what it says otherwise than the one before; the first has no rows."""

    version: ItemVersion
    rows: list[Difference]
    more: list[tuple[str, Side, Side]]


def side_by_side(pair: ItemPair) -> SideBySide:
    """Both items of the pair as they were when they were found alike."""
    earlier = pair.other.versions.get(number=pair.other_version)
    later = pair.item.versions.get(number=pair.item_version)
    rows = difference(text_of(earlier, pair.other), text_of(later, pair.item))
    return SideBySide(earlier, later, rows)


def text_of(version: ItemVersion, item: Item) -> ItemText:
    """The words of a version as they are compared."""
    options = tuple((option["label"], option["text"]) for option in version.options)
    return ItemText(item.code, item.kind, version.stem, tuple(version.key), version.case, options)


def changes_of(item: Item, versions: Sequence[ItemVersion]) -> list[Change]:
    """Each version against the one before, the newest first; `versions` come with the oldest first."""
    found = [Change(versions[0], [], [])]
    found += [Change(new, _rows(item, old, new), _more(old, new)) for old, new in pairwise(versions)]
    return found[::-1]


def _rows(item: Item, old: ItemVersion, new: ItemVersion) -> list[Difference]:
    return [row for row in difference(text_of(old, item), text_of(new, item)) if row.changed]


def _more(old: ItemVersion, new: ItemVersion) -> list[tuple[str, Side, Side]]:
    """What is not compared between items: the explanation and the source."""
    found = []
    for name in ("explanation", "source"):
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            first, second = compared(before, after)
            found.append(
                (name, Side(first or (Stretch(before, True),)), Side(second or (Stretch(after, True),)))
            )
    return found
