"""Acts on the item bank (X1, X2)."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import Region, Unit
from core.enums import FindingStatus, Operator, Severity
from core.events import record
from core.exceptions import Refusal
from core.findings import Finding, blocking
from core.submissions import digest
from core.transitions import FLOWS, Edge, Flow, advance
from exams.enums import ItemKind, ItemOrigin, ItemStatus
from exams.models import Item, ItemGroup, ItemVersion
from exams.permissions import check_manage_bank, check_submit_items
from exams.queries import item_counts
from programs.enums import SettingCode
from programs.models import ProgramYear, Submission
from programs.queries import check_not_closed, settings_of
from programs.services import decide_submission, submit

SUBJECT = "items"
_WORDS = ("case", "stem", "options", "key", "explanation", "source")
_EMPTY: dict[str, Any] = {"options": [], "key": []}

ITEM_FLOW = Flow(
    "exams.item",
    ItemStatus,
    (
        Edge("submit_item", (ItemStatus.DRAFT,), ItemStatus.SUBMITTED),
        Edge("return_item", (ItemStatus.SUBMITTED,), ItemStatus.DRAFT, needs_reason=True),
        Edge("take_in_item", (ItemStatus.DRAFT, ItemStatus.SUBMITTED), ItemStatus.IN_BANK),
        Edge("retire_item", (ItemStatus.IN_BANK,), ItemStatus.RETIRED, needs_reason=True),
    ),
)
FLOWS.add(ITEM_FLOW)

QUOTAS: Mapping[str, SettingCode] = {
    ItemKind.A1: SettingCode.ITEM_QUOTA_A1,
    ItemKind.A2: SettingCode.ITEM_QUOTA_A2,
    ItemKind.B1: SettingCode.ITEM_QUOTA_B1,
    ItemKind.B2: SettingCode.ITEM_QUOTA_B2,
    ItemKind.X: SettingCode.ITEM_QUOTA_X,
}


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
    _create(fresh, home, now)
    done.created = [entry["code"] for entry in fresh]
    for entry in flat:
        item = known.get(entry["code"])
        if item is None:
            continue
        if current.get(item.pk) == digest(_words(entry)):
            done.unchanged.append(item.code)
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


def _create(entries: Sequence[Mapping[str, Any]], home: Home, now: dt.datetime) -> None:
    groups = _groups(entries)
    items = Item.objects.bulk_create([_item(entry, home, groups, now) for entry in entries], batch_size=500)
    versions = [_version(item, _words(entry), 1, now) for item, entry in zip(items, entries, strict=True)]
    ItemVersion.objects.bulk_create(versions, batch_size=500)


def _groups(entries: Sequence[Mapping[str, Any]]) -> dict[str, ItemGroup]:
    kinds = {entry["group"]: entry["type"] for entry in entries if entry["group"]}
    ItemGroup.objects.bulk_create(
        [ItemGroup(code=code, kind=kind) for code, kind in kinds.items()], ignore_conflicts=True
    )
    return {group.code: group for group in ItemGroup.objects.filter(code__in=kinds)}


def _item(entry: Mapping[str, Any], home: Home, groups: Mapping[str, ItemGroup], now: dt.datetime) -> Item:
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
        difficulty=entry.get("difficulty", 3),
        is_sample=home.is_sample,
        created_at=now,
    )


def _version(item: Item, words: Mapping[str, Any], number: int, now: dt.datetime) -> ItemVersion:
    return ItemVersion(item=item, number=number, sha256=digest(words), created_at=now, **words)


def _supersede(item: Item, words: Mapping[str, Any], now: dt.datetime) -> ItemVersion:
    last = item.versions.select_for_update().get(is_current=True)
    item.versions.filter(pk=last.pk).update(is_current=False)
    version = _version(item, words, last.number + 1, now)
    version.save(force_insert=True)
    return version


@transaction.atomic
def revise_item(
    *, item: Item, words: Mapping[str, Any], reason: str, year: ProgramYear, actor: Actor, now: dt.datetime
) -> ItemVersion:
    """Put a new version in the place of the current one; papers keep the version they were drawn with (X2)."""
    check_manage_bank(actor, year)
    if not reason.strip():
        raise Refusal(_("A reason is needed."), remedy=_("Write in a sentence why, then try again."))
    current = item.versions.get(is_current=True)
    before = {name: getattr(current, name) for name in _WORDS}
    version = _supersede(item, {**before, **words}, now)
    record(
        "revise_item",
        item,
        actor=actor,
        now=now,
        reason=reason,
        data={"version": version.number, "fields": sorted(words)},
    )
    return version


def quota_findings(year: ProgramYear, region_code: str) -> list[Finding]:
    """The meter of a province's items: every type and the whole against the year's figures (X1)."""
    values, counts = settings_of(year), item_counts(year, region_code)
    wanted = [(kind, counts[kind], int(values[code])) for kind, code in QUOTAS.items()]
    wanted.append(("all", sum(counts.values()), int(values[SettingCode.ITEMS_PER_PROVINCE])))
    return [
        Finding(
            kind="item_quota",
            code=kind,
            status=FindingStatus.PASSED if count >= quota else FindingStatus.FAILED,
            severity=Severity.HARD,
            value=count,
            threshold=quota,
            operator=Operator.GE,
            params={"type": str(ItemKind(kind).label) if kind in ItemKind else ""},
        )
        for kind, count, quota in wanted
    ]


@transaction.atomic
def submit_items(
    *, year: ProgramYear, region: Region, unit: Unit, actor: Actor, now: dt.datetime
) -> Submission:
    """Hand up the province's items for the year, frozen by version; raises Refusal while a type is short (X1)."""
    check_submit_items(actor, year, region.pk)
    check_not_closed(year, region.pk, SUBJECT)
    items = Item.objects.select_for_update().filter(year=year, region=region, status=ItemStatus.DRAFT)
    versions = ItemVersion.objects.current().filter(item__in=items)
    content = dict(versions.order_by("item__code").values_list("item__code", "sha256"))
    findings = quota_findings(year, region.pk)
    short = blocking(findings)
    if not content or short:
        raise Refusal(
            _("The items are not complete yet."),
            remedy=_("Enter the missing items shown below, then submit again."),
            params={"findings": short},
        )
    submission = submit(
        kind=SUBJECT,
        year=year,
        unit=unit,
        region=region,
        content=content,
        findings=findings,
        actor=actor,
        now=now,
    )
    # one event for the submission stands for its items
    Item.objects.filter(code__in=content).update(status=ItemStatus.SUBMITTED, submission=submission)
    return submission


@transaction.atomic
def decide_items(
    *, submission: Submission, accept: bool, reason: str, actor: Actor, now: dt.datetime
) -> Submission:
    """Take a province's items into the bank, or return them all with a reason."""
    check_manage_bank(actor, submission.year)
    decide_submission(submission=submission, accept=accept, reason=reason, actor=actor, now=now)
    items = Item.objects.filter(submission=submission, status=ItemStatus.SUBMITTED)
    items.update(status=ItemStatus.IN_BANK if accept else ItemStatus.DRAFT)
    return submission


@transaction.atomic
def take_in_items(*, items: Iterable[Item], year: ProgramYear, actor: Actor, now: dt.datetime) -> int:
    """The office takes single items into the bank: its own, and homework of lessons (X1)."""
    check_manage_bank(actor, year)
    return len([advance(item, ITEM_FLOW, "take_in_item", actor=actor, now=now) for item in items])


def retire_item(*, item: Item, year: ProgramYear, reason: str, actor: Actor, now: dt.datetime) -> Item:
    """No paper draws the item any more; papers that have it keep it."""
    check_manage_bank(actor, year)
    return advance(item, ITEM_FLOW, "retire_item", actor=actor, now=now, reason=reason)
