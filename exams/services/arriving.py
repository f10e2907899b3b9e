"""What becomes of each item of a file when it is taken in: the same file twice makes no doubles (I2)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from accounts.models import Unit
from exams.enums import Fate, ItemStatus
from exams.models import Item, ItemVersion
from exams.rules.entries import Entry, to_row
from exams.services.items import digests
from exams.services.writing import known_items

TAKEN = (Fate.NEW, Fate.VERSION)


@dataclass(frozen=True, slots=True)
class Arrival:
    """`code_taken` says that the code the file gave belongs to another item, so that this one gets a new one."""

    entry: Entry
    fate: Fate
    code_taken: str = ""


def arrivals_of(entries: Sequence[Entry], unit: Unit) -> list[Arrival]:
    """One for each entry, in order, as the unit's items stand now."""
    known = known_items(entries)
    held = set(
        ItemVersion.objects.current()
        .filter(item__unit=unit)
        .exclude(item__status=ItemStatus.RETIRED)
        .values_list("sha256", flat=True)
    )
    seen: set[str] = set()
    arrivals = []
    for entry in entries:
        words = set(digests(to_row(entry)))
        arrivals.append(_arrival(entry, known.get(entry.code, []), unit, words <= held, words <= seen))
        seen |= words
    return arrivals


def _arrival(entry: Entry, items: Sequence[Item], unit: Unit, is_held: bool, is_seen: bool) -> Arrival:
    own = [item for item in items if item.status != ItemStatus.RETIRED]
    is_own = bool(own) and all(item.unit_id == unit.pk and item.kind == entry.kind for item in items)
    if is_seen:
        return Arrival(entry, Fate.TWICE)
    if is_held and not (is_own and _places_differ(entry, own)):
        return Arrival(entry, Fate.KNOWN)
    if is_own and all(item.status == ItemStatus.DRAFT for item in own):
        return Arrival(entry, Fate.VERSION)
    if is_own:
        return Arrival(entry, Fate.CLOSED)
    taken = entry.code if items else ""
    return Arrival(replace(entry, code=""), Fate.NEW, taken)


def _places_differ(entry: Entry, items: Sequence[Item]) -> bool:
    """The same words under another theme, place of the outline, specialty or difficulty."""
    told = (entry.theme, entry.outline, list(entry.specialties), entry.difficulty)
    return any(told != (item.theme, item.outline, item.specialties, item.difficulty) for item in items)
