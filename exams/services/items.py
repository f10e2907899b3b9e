"""Acts on single items and their versions (X1, X2)."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import Region, Unit
from core.events import record
from core.exceptions import Refusal
from core.submissions import digest
from core.transitions import FLOWS, Edge, Flow, advance
from core.values import some_of
from exams.enums import ItemOrigin, ItemStatus
from exams.models import Item, ItemGroup, ItemVersion
from exams.permissions import check_manage_bank, check_write_items
from exams.services.pairs import NAMED, check_decided
from programs.models import ProgramYear

_WORDS = ("case", "stem", "options", "key", "explanation", "source")
_PLACES = ("specialties", "theme", "outline", "difficulty")
_EMPTY: dict[str, Any] = {"options": [], "key": []}

# with those who wrote it, not given to the office yet
OWN_STATES = (ItemStatus.DRAFT, ItemStatus.REVIEW, ItemStatus.APPROVED)
ITEM_FLOW = Flow(
    "exams.item",
    ItemStatus,
    (
        Edge("propose_item", (ItemStatus.DRAFT,), ItemStatus.REVIEW),
        Edge("approve_item", (ItemStatus.REVIEW,), ItemStatus.APPROVED),
        Edge("submit_item", (ItemStatus.APPROVED,), ItemStatus.SUBMITTED),
        Edge(
            "return_item",
            (ItemStatus.REVIEW, ItemStatus.APPROVED, ItemStatus.SUBMITTED),
            ItemStatus.DRAFT,
            needs_reason=True,
        ),
        Edge("give_homework", OWN_STATES, ItemStatus.DRAFT),
        Edge("take_in_item", (*OWN_STATES, ItemStatus.SUBMITTED), ItemStatus.IN_BANK),
        Edge(
            "retire_item",
            (*OWN_STATES, ItemStatus.IN_BANK),
            ItemStatus.RETIRED,
            needs_reason=True,
        ),
    ),
)
FLOWS.add(ITEM_FLOW)


@dataclass
class Imported:
    """What an import did, by item code."""

    created: list[str] = field(default_factory=list)
    revised: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Home:
    """Where imported items belong."""

    unit: Unit
    region: Region | None = None
    year: ProgramYear | None = None
    origin: ItemOrigin = ItemOrigin.BANK
    status: ItemStatus = ItemStatus.DRAFT
    is_sample: bool = False

    @property
    def owner(self) -> Unit:
        return self.unit.owner or self.unit


@transaction.atomic
def import_items(
    *, rows: Iterable[Mapping[str, Any]], home: Home, actor: Actor, now: dt.datetime
) -> Imported:
    """Take rows in as the fixture files write them; an entry with `stems` is a group. Safe to repeat: the same words
    change nothing, other words under a known code become a new version (X2).
    """
    flat = [entry for row in rows for entry in _flattened(row)]
    known = {item.code: item for item in Item.objects.filter(code__in=[entry["code"] for entry in flat])}
    current = dict(
        ItemVersion.objects.current().filter(item__in=known.values()).values_list("item_id", "sha256")
    )
    done = Imported()
    fresh = [entry for entry in flat if entry["code"] not in known]
    _create(fresh, home, actor, now)
    done.created = [entry["code"] for entry in fresh]
    for entry in flat:
        item = known.get(entry["code"])
        if item is None:
            continue
        moved = _placed(item, entry)
        if current.get(item.pk) == digest(_words(entry)):
            (done.revised if moved else done.unchanged).append(item.code)
        else:
            _supersede(item, _words(entry), now)
            done.revised.append(item.code)
    counts = {"created": len(done.created), "revised": len(done.revised), "unchanged": len(done.unchanged)}
    record("import_items", None, actor=actor, now=now, data=counts)
    return done


def _flattened(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    if "stems" not in row:
        return [{**row, "group": None, "group_order": 0}]
    shared = {name: value for name, value in row.items() if name not in {"stems", "code"}}
    return [
        {**shared, **stem, "group": row["code"], "group_order": place}
        for place, stem in enumerate(row["stems"], start=1)
    ]


def _words(entry: Mapping[str, Any]) -> dict[str, Any]:
    """What a version consists of; its digest tells versions apart."""
    return {name: entry.get(name, _EMPTY.get(name, "")) for name in _WORDS}


def digests(row: Mapping[str, Any]) -> list[str]:
    """Of each item of a row what tells its words from others: the same as its version keeps."""
    return [digest(_words(entry)) for entry in _flattened(row)]


def _placed(item: Item, entry: Mapping[str, Any]) -> bool:
    """Whether the entry, where it names them, gives the item another theme, outline place, specialty or difficulty."""
    new = {name: entry[name] for name in _PLACES if name in entry and entry[name] != getattr(item, name)}
    if new:
        Item.objects.filter(pk=item.pk).update(**new)
    return bool(new)


def _create(entries: Sequence[Mapping[str, Any]], home: Home, actor: Actor, now: dt.datetime) -> None:
    groups = _groups(entries)
    entries = _after_the_last(entries)
    items = Item.objects.bulk_create(
        [_item(entry, home, groups, actor, now) for entry in entries], batch_size=500
    )
    versions = [_version(item, _words(entry), 1, now) for item, entry in zip(items, entries, strict=True)]
    ItemVersion.objects.bulk_create(versions, batch_size=500)


def _after_the_last(entries: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Stems that join a group stand behind those it has or had."""
    codes = {entry["group"] for entry in entries if entry["group"]}
    rows = Item.objects.filter(group__code__in=codes).order_by().values_list("group__code")
    last = dict(rows.annotate(last=Max("group_order")))
    placed = []
    for entry in entries:
        if entry["group"] in last:
            last[entry["group"]] += 1
            entry = {**entry, "group_order": last[entry["group"]]}
        placed.append(entry)
    return placed


def _groups(entries: Sequence[Mapping[str, Any]]) -> dict[str, ItemGroup]:
    kinds = {entry["group"]: entry["type"] for entry in entries if entry["group"]}
    ItemGroup.objects.bulk_create(
        [ItemGroup(code=code, kind=kind) for code, kind in kinds.items()], ignore_conflicts=True
    )
    return {group.code: group for group in ItemGroup.objects.filter(code__in=kinds)}


def _item(
    entry: Mapping[str, Any], home: Home, groups: Mapping[str, ItemGroup], actor: Actor, now: dt.datetime
) -> Item:
    return Item(
        code=entry["code"],
        kind=entry["type"],
        origin=home.origin,
        status=home.status,
        group=groups.get(entry["group"]),
        group_order=entry["group_order"],
        owner=home.owner,
        unit=home.unit,
        region=home.region,
        year=home.year,
        specialties=entry.get("specialties", []),
        theme=entry.get("theme", ""),
        outline=entry.get("outline", ""),
        difficulty=entry.get("difficulty", 3),
        is_sample=home.is_sample,
        created_at=now,
        entered_by_number=actor.user_id,
    )


def _version(item: Item, words: Mapping[str, Any], number: int, now: dt.datetime) -> ItemVersion:
    return ItemVersion(item=item, number=number, sha256=digest(words), created_at=now, **words)


def _supersede(item: Item, words: Mapping[str, Any], now: dt.datetime) -> ItemVersion:
    last = item.versions.select_for_update().get(is_current=True)
    item.versions.filter(pk=last.pk).update(is_current=False)
    version = _version(item, words, last.number + 1, now)
    version.save(force_insert=True)
    return version


def correct(
    item: Item,
    words: Mapping[str, Any],
    places: Mapping[str, Any],
    reason: str,
    actor: Actor,
    now: dt.datetime,
) -> bool:
    """The step alone, with its event, where words or places differ; who calls it has checked that the actor may."""
    current = item.versions.get(is_current=True)
    changed = sorted(name for name, value in words.items() if value != getattr(current, name))
    changed += sorted(name for name, value in places.items() if value != getattr(item, name))
    if not changed:
        return False
    _placed(item, places)
    version = _supersede(item, words, now) if set(changed) & set(_WORDS) else current
    data = {"version": version.number, "fields": changed}
    record("revise_item", item, actor=actor, now=now, reason=reason, data=data)
    return True


def whole(items: Iterable[Item]) -> list[Item]:
    """The items with the other stems of their groups: a group is kept, reviewed and drawn as one (X2)."""
    chosen = list(items)
    groups = {item.group_id for item in chosen if item.group_id}
    singles = [item.pk for item in chosen if not item.group_id]
    rows = Item.objects.exclude(status=ItemStatus.RETIRED)
    return list((rows.filter(group__in=groups) | rows.filter(pk__in=singles)).order_by("code"))


@transaction.atomic
def give_homework(*, items: Iterable[Item], actor: Actor, now: dt.datetime) -> None:
    """Items go with a lesson from now on: they count no more among those a province hands up, and stand as drafts until
    the office takes them into the bank (C4, X1). Who calls it has checked that the actor may.

    Raises IllegalTransition for an item that the office has been given already: it would repeat itself.
    """
    for item in items:
        if item.origin != ItemOrigin.HOMEWORK:
            item.origin = ItemOrigin.HOMEWORK
            item.save(update_fields=["origin"])
            advance(item, ITEM_FLOW, "give_homework", actor=actor, now=now)


@transaction.atomic
def take_in_items(*, items: Iterable[Item], year: ProgramYear, actor: Actor, now: dt.datetime) -> int:
    """The office takes single items into the bank: its own, and homework of lessons (X1).

    Raises Refusal naming those that look like another item as long as nobody has decided.
    """
    check_manage_bank(actor, year)
    found = whole(items)
    foreign = [item.code for item in found if item.region_id and item.origin != ItemOrigin.HOMEWORK]
    if foreign:
        raise Refusal(
            _("A province hands these items up itself: %(codes)s.") % {"codes": some_of(foreign, NAMED)},
            remedy=_("Decide about them when its list is there."),
        )
    check_decided(found)
    return len([advance(item, ITEM_FLOW, "take_in_item", actor=actor, now=now) for item in found])


@transaction.atomic
def retire_item(*, item: Item, year: ProgramYear, reason: str, actor: Actor, now: dt.datetime) -> Item:
    """No paper draws the item, with its group, any more; papers that have it keep it. A writer withdraws an item so
    that the office has not been given yet; what is in the bank is the office's to retire.
    """
    if item.status == ItemStatus.IN_BANK:
        check_manage_bank(actor, year)
    else:
        check_write_items(actor, year, item.region_id)
    for one in whole([item]):
        retire(one, reason, actor, now)
    item.refresh_from_db()
    return item


def retire(item: Item, reason: str, actor: Actor, now: dt.datetime) -> None:
    """The step alone; who calls it has checked that the actor may."""
    advance(item, ITEM_FLOW, "retire_item", actor=actor, now=now, reason=reason)
