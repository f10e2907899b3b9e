"""What a reader of items has on the desk (X1): items and groups whole, what was found about them, who wrote them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from accounts.models import User
from accounts.scope import Scope
from core.findings import Finding
from core.models import Event
from exams.bank import READY, entries_of, pairs_between, uncompared
from exams.enums import ItemStatus, PairStatus
from exams.models import Item, ItemPair
from exams.rules.entries import Entry, Stem
from exams.rules.validity import findings
from programs.models import ProgramYear, Submission

BATCH = 20
ACCEPTED = (ItemStatus.IN_BANK, ItemStatus.RETIRED)


@dataclass(frozen=True, slots=True)
class LookAlike:
    """A pair as it is seen from one of the two."""

    pair: ItemPair
    own: Item
    other: Item
    readable: bool


@dataclass(frozen=True)
class Sheet:
    """One item, or one group with all its stems, as it lies before a reader."""

    entry: Entry
    items: list[Item]
    look_alikes: list[LookAlike]
    compared: bool
    writer: str
    reader: str

    @property
    def item(self) -> Item:
        """The one that stands for all of a group: a decision about it is one about the group."""
        return self.items[0]

    @property
    def anchor(self) -> str:
        return f"q{self.item.pk}"

    @cached_property
    def findings(self) -> list[Finding]:
        return findings(self.entry)

    @cached_property
    def stems(self) -> list[tuple[Item, Stem]]:
        """Each stem with its item; both stand in the order of the group."""
        return list(zip(self.items, self.entry.parts, strict=True))

    @cached_property
    def bars(self) -> list[LookAlike]:
        """Why it may not enter the bank as long as nobody has decided otherwise."""
        own = {item.pk for item in self.items}
        return [one for one in self.look_alikes if one.pair.bars(own)]

    @property
    def is_duplicate(self) -> bool:
        """Whether a person has called it the repetition of another."""
        return any(one.pair.status == PairStatus.DUPLICATE for one in self.bars)

    @property
    def may_enter(self) -> bool:
        return self.compared and not self.bars


@dataclass(frozen=True, slots=True)
class Batch:
    """Some sheets of those that wait, in the order of their codes; `left` counts items, `place` sheets before these."""

    sheets: list[Sheet]
    left: int
    units: int
    place: int
    gone: list[str]

    @property
    def last(self) -> str:
        return self.sheets[-1].entry.code if self.sheets else ""

    @property
    def first_place(self) -> int:
        return self.place + 1

    @property
    def last_place(self) -> int:
        return self.place + len(self.sheets)

    @property
    def has_more(self) -> bool:
        return self.last_place < self.units


def batch_of(waiting: "QuerySet[Item]", scope: Scope, after: str = "", only: Collection[str] = ()) -> Batch:
    """The next sheets behind the code `after`, or those of the codes `only`; what of these waits no more is `gone`."""
    units: dict[str, list[int]] = defaultdict(list)
    for pk, code, group in waiting.values_list("pk", "code", "group__code"):
        units[group or code].append(pk)
    ordered = sorted(units)
    chosen = [code for code in ordered if code in only] if only else [c for c in ordered if c > after][:BATCH]
    keys = [pk for code in chosen for pk in units[code]]
    return Batch(
        sheets=sheets_of(Item.objects.filter(pk__in=keys), scope),
        left=sum(map(len, units.values())),
        units=len(ordered),
        place=sum(code < chosen[0] for code in ordered) if chosen else len(ordered),
        gone=sorted(set(only) - set(chosen)),
    )


def sheets_of(items: "QuerySet[Item]", scope: Scope) -> list[Sheet]:
    """The items as sheets, in the order of their codes; the number of queries does not depend on how many."""
    rows = list(items.select_related("group", "unit", "region").order_by("group_order", "code"))
    units: dict[str, list[Item]] = defaultdict(list)
    for item in rows:
        units[item.group.code if item.group else item.code].append(item)
    found = look_alikes(rows, scope)
    waiting = set(uncompared(rows).values_list("pk", flat=True))
    names = _names(rows)
    return [
        Sheet(
            entry=entry,
            items=units[entry.code],
            look_alikes=[one for item in units[entry.code] for one in found.get(item.pk, [])],
            compared=not any(item.pk in waiting for item in units[entry.code]),
            writer=names.get(units[entry.code][0].entered_by_number, ""),
            reader=names.get(units[entry.code][0].reviewed_by_number, ""),
        )
        for entry in entries_of(rows)
    ]


def _names(items: Iterable[Item]) -> Mapping[int | None, str]:
    numbers = {number for item in items for number in (item.entered_by_number, item.reviewed_by_number)}
    users = User.objects.select_related("person").in_bulk(numbers - {None})
    return {number: str(user) for number, user in users.items()}


def look_alikes(items: Collection[Item], scope: Scope) -> dict[int, list[LookAlike]]:
    """By item those that look like it, as far as the scope may know of them, the likest first."""
    own = {item.pk for item in items}
    found: dict[int, list[LookAlike]] = defaultdict(list)
    for pair in pairs_read_by(pairs_between(items), scope):
        for one, other in ((pair.item, pair.other), (pair.other, pair.item)):
            if one.pk in own:
                found[one.pk].append(LookAlike(pair, one, other, pair.readable))
    return found


# Pairs


def pairs_read_by(pairs: "QuerySet[ItemPair]", scope: Scope) -> "QuerySet[Any]":
    """The pairs that the scope knows of; `readable` says whether it may read the words of the earlier item, too."""
    readable = Item.objects.visible_to(scope).filter(pk=OuterRef("other"))
    rows = pairs.filter(pk__in=ItemPair.objects.visible_to(scope).values("pk"))
    return rows.annotate(readable=Exists(readable)).select_related(
        "item__region", "item__group", "item__unit", "other__region", "other__group", "other__unit"
    )


def pairs_for_office(scope: Scope) -> "QuerySet[ItemPair]":
    """Undecided pairs that the office should decide: of what it has been given, and what no province may decide."""
    rows = ItemPair.objects.visible_to(scope).current().pending().exclude(item__status=ItemStatus.RETIRED)
    begun = Q(item__status=ItemStatus.DRAFT, item__region__isnull=False)
    own = Q(item__status__in=(ItemStatus.REVIEW, ItemStatus.APPROVED), other__region=F("item__region"))
    return rows.exclude(begun).exclude(own)


def pairs_for_province(scope: Scope, year: ProgramYear) -> "QuerySet[ItemPair]":
    """Undecided pairs of two items of the province: those it may decide itself."""
    rows = ItemPair.objects.visible_to(scope).current().pending().exclude(item__status=ItemStatus.RETIRED)
    return rows.filter(item__year=year, other__region=scope.region_code)


# What has been read


@dataclass(frozen=True, slots=True)
class Read:
    """How many items readers have accepted and returned so far."""

    accepted: int
    returned: int


def read_in_province(year: ProgramYear, region_code: str) -> Read:
    """Items approved by the province, and drafts that have come back from its reader."""
    rows = Item.objects.filter(year=year, region=region_code)
    drafts = [str(pk) for pk in rows.filter(status=ItemStatus.DRAFT).values_list("pk", flat=True)]
    returned = Event.objects.filter(
        verb="return_item", object_type=Item._meta.label_lower, object_id__in=drafts
    )
    accepted = rows.filter(status__in=READY, reviewed_by_number__isnull=False).count()
    return Read(accepted, returned.values("object_id").distinct().count())


def with_reading(submissions: "QuerySet[Submission]") -> "QuerySet[Any]":
    """Submissions with how many of their items wait, are accepted, came back. An item handed up again counts there alone."""
    waiting = Q(items__status=ItemStatus.SUBMITTED)
    accepted = Q(items__status__in=ACCEPTED)
    return submissions.annotate(
        waiting=Count("items", filter=waiting),
        accepted=Count("items", filter=accepted),
        returned=Count("items", filter=~waiting & ~accepted),
    )


def read_by_office(submission: Submission) -> Read:
    row = with_reading(Submission.objects.filter(pk=submission.pk)).get()
    return Read(row.accepted, row.returned)
