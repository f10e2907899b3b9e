"""Reads of the item bank: what items say, how many a province has, look-alikes, use (X1, X2)."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum

from core.templatetags.portal import name_of
from exams.enums import ItemOrigin, ItemStatus, PairKind, PairStatus
from exams.models import Attempt, Item, ItemPair, ItemUse, ItemVersion
from exams.rules.duplicates import ItemText, find_duplicates
from exams.rules.entries import Entry, Option, Stem
from programs.models import ProgramYear, Theme

READY = (ItemStatus.APPROVED, ItemStatus.SUBMITTED, ItemStatus.IN_BANK)
BEGUN = (ItemStatus.DRAFT, ItemStatus.REVIEW)


def themes_of(year: ProgramYear) -> dict[str, str]:
    """The names of the year's themes by the code that items carry."""
    return {theme.code: name_of(theme) for theme in Theme.objects.filter(year=year)}


def items_with_words(items: "QuerySet[Item]") -> "QuerySet[Item]":
    """Items with the words of their current version, the number of papers they have stood on, and whether one that looks
    like them is `undecided`.
    """
    pairs = ItemPair.objects.current().pending()
    return items.filter(versions__is_current=True).annotate(
        stem=F("versions__stem"),
        version_number=F("versions__number"),
        papers=Sum("uses__papers", default=0),
        undecided=Exists(pairs.filter(item=OuterRef("pk"))) | Exists(pairs.filter(other=OuterRef("pk"))),
    )


# What is written


def entries_of(items: Iterable[Item]) -> list[Entry]:
    """The current words of items, groups put together again, in the order of their codes."""
    versions = (
        ItemVersion.objects.current()
        .filter(item__in=items)
        .select_related("item__group")
        .order_by("item__group__code", "item__group_order", "item__code")
    )
    whole: dict[str, list[ItemVersion]] = {}
    for version in versions:
        item = version.item
        whole.setdefault(item.group.code if item.group else item.code, []).append(version)
    return [_entry(code, whole[code]) for code in sorted(whole)]


def _entry(code: str, versions: Sequence[ItemVersion]) -> Entry:
    """One entry of the single version of an item, or of all stems of a group; what they share stands with the first."""
    first, item = versions[0], versions[0].item
    grouped = item.group_id is not None
    return Entry(
        kind=item.kind,
        code=code,
        case=first.case,
        stem="" if grouped else first.stem,
        options=tuple(Option(one["label"], one["text"]) for one in first.options),
        key=() if grouped else tuple(first.key),
        explanation="" if grouped else first.explanation,
        source=first.source,
        specialties=tuple(item.specialties),
        theme=item.theme,
        outline=item.outline,
        difficulty=item.difficulty,
        stems=tuple(
            Stem(one.item.code, one.stem, tuple(one.key), one.explanation) for one in versions if grouped
        ),
    )


# A province's items of a year


def item_counts(year: ProgramYear, region_code: str) -> tuple[Counter[str], Counter[str]]:
    """Items by type: those the province has approved, wherever they stand by now, and those still being written."""
    ready, begun = Counter[str](), Counter[str]()
    rows = Item.objects.filter(year=year, region=region_code, origin=ItemOrigin.BANK)
    for kind, status in rows.values_list("kind", "status"):
        if status in READY:
            ready[kind] += 1
        elif status in BEGUN:
            begun[kind] += 1
    return ready, begun


def handed_up(year: ProgramYear, region_code: str) -> "QuerySet[Item]":
    """What the office has of the province's items: being read, or in the bank."""
    rows = Item.objects.submitted_for(year).filter(region=region_code)
    return rows.filter(status__in=(ItemStatus.SUBMITTED, ItemStatus.IN_BANK))


# Look-alikes

# what is still being written is nobody's business yet; an item that was withdrawn before anybody had it was never one
COMPARED = Q(status__in=(ItemStatus.REVIEW, *READY)) | Q(status=ItemStatus.DRAFT, origin=ItemOrigin.HOMEWORK)


def to_compare(limit: int) -> dict[int, int]:
    """Items on their way to the bank, homework, and the office's own drafts, whose present words were not compared yet, each with
    the version that these are.
    """
    waiting = COMPARED | Q(status=ItemStatus.DRAFT, region=None)
    rows = Item.objects.for_exam().filter(
        waiting, is_sample=False, versions__is_current=True, versions__number__gt=F("compared_version")
    )
    return dict(rows.order_by("pk").values_list("pk", "versions__number")[:limit])


def texts_of(items: "QuerySet[Item]") -> dict[int, tuple[ItemText, int]]:
    """By item its present words as they are compared, under the item's number, and their version."""
    versions = ItemVersion.objects.current().filter(item__in=items).order_by("item")
    rows = versions.values_list("item", "item__kind", "stem", "key", "case", "options", "number")
    return {
        pk: (
            ItemText(
                str(pk), kind, stem, tuple(key), case, tuple((one["label"], one["text"]) for one in options)
            ),
            number,
        )
        for pk, kind, stem, key, case, options, number in rows
    }


def look_alikes(keys: Collection[int]) -> list[ItemPair]:
    """What repeats the items of `keys` among all of the same office: homework, the bank, other years and provinces.

    Unsaved; the later item stands first. Stems of one group are never told as repeating each other.
    """
    fresh = Item.objects.filter(pk__in=keys)
    compared = COMPARED | Q(status=ItemStatus.RETIRED) & ~Q(submission=None)
    others = (
        Item.objects.for_exam()
        .filter(compared, is_sample=False, owner__in=fresh.values("owner"))
        .exclude(pk__in=keys)
    )
    new, known = texts_of(fresh), texts_of(others)
    owners = dict(Item.objects.filter(pk__in=[*new, *known]).values_list("pk", "owner"))
    groups = dict(Item.objects.filter(pk__in=[*new, *known]).values_list("pk", "group"))
    numbers = {pk: number for pk, (_text, number) in (new | known).items()}
    found = []
    for match in find_duplicates([text for text, _ in new.values()], [text for text, _ in known.values()]):
        one, other = int(match.new.code), int(match.other.code)
        if owners[one] != owners[other] or (groups[one] and groups[one] == groups[other]):
            continue
        found.append(
            ItemPair(
                item_id=one,
                other_id=other,
                item_version=numbers[one],
                other_version=numbers[other],
                kind=PairKind(match.likeness),
                score=round(match.score),
            )
        )
    return found


def uncompared(items: "Iterable[Item] | QuerySet[Item]") -> "QuerySet[Item]":
    """Those whose present words have not been compared with the others yet; a stand-in for demonstration never is."""
    keys = [item.pk for item in items]
    return Item.objects.filter(
        pk__in=keys,
        is_sample=False,
        versions__is_current=True,
        versions__number__gt=F("compared_version"),
    )


def pairs_between(items: Iterable[Item]) -> "QuerySet[ItemPair]":
    """Look-alikes, as the words stand now, that touch one of the items."""
    keys = [item.pk for item in items]
    return ItemPair.objects.current().filter(Q(item__in=keys) | Q(other__in=keys))


def pairs_that_bar(items: Iterable[Item]) -> "QuerySet[ItemPair]":
    """Word-for-word repeats of homework, of the bank or of the province's own items that nobody called different."""
    keys = [item.pk for item in items]
    rows = ItemPair.objects.current().filter(item__in=keys, kind=PairKind.EXACT)
    known = (
        Q(other__origin=ItemOrigin.HOMEWORK)
        | Q(other__status__in=(ItemStatus.IN_BANK, ItemStatus.RETIRED))
        | Q(other__region=F("item__region"))
    )
    return rows.filter(known).exclude(status=PairStatus.DIFFERENT).select_related("item")


# Use


def papers_of(items: Iterable[int]) -> dict[int, int]:
    """On how many papers of all years each item has stood, as last counted; those of none are not named."""
    rows = ItemUse.objects.filter(item__in=items).order_by().values("item")
    return dict(rows.annotate(n=Sum("papers")).values_list("item", "n"))


def touched_by(keys: Mapping[Item, Iterable[str]]) -> "QuerySet[Attempt]":
    """Sittings that keys touch which somebody means to give to items."""
    touched = {pk for item, key in keys.items() for pk in affected_by(item, key).values_list("pk", flat=True)}
    return Attempt.objects.filter(pk__in=touched)


def affected_by(item: Item, key: Iterable[str] | None = None) -> "QuerySet[Attempt]":
    """Sittings whose paper had the item under another key than the present one, or than `key`, which somebody means to
    give it: a corrected key touches them (X2)."""
    versions = list(item.versions.all())
    present = next(version.key for version in versions if version.is_current)
    right = set(present if key is None else key)
    others = [version.pk for version in versions if set(version.key) != right]
    return Attempt.objects.filter(items__version__in=others).distinct()
