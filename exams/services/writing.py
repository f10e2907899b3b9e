"""Entering items: on the screen, or from a file that was read and looked through (X1, X2, I2)."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import Unit
from core.counters import next_numbers
from core.exceptions import Refusal
from core.transitions import FLOWS, Edge, Flow
from core.values import some_of
from exams.enums import ItemKind, ItemStatus, UploadStatus
from exams.formats.wording import WORDS
from exams.models import Item
from exams.permissions import check_write_items
from exams.rules.entries import Entry, Stem, to_row
from exams.services.items import Home, Imported, import_items, retire
from exams.services.pairs import NAMED
from exams.services.supply import SUBJECT
from programs.models import Participation, ProgramYear
from programs.queries import check_not_closed

UPLOAD_FLOW = Flow(
    "exams.itemupload",
    UploadStatus,
    (
        Edge("read_upload", (UploadStatus.READING,), UploadStatus.PREVIEW),
        Edge("apply_upload", (UploadStatus.PREVIEW,), UploadStatus.APPLIED),
        Edge("discard_upload", (UploadStatus.READING, UploadStatus.PREVIEW), UploadStatus.DISCARDED),
    ),
)
FLOWS.add(UPLOAD_FLOW)
OFFICE = "national"


def home_of(year: ProgramYear, unit: Unit) -> Home:
    """Where what the unit writes belongs: to its province and the year, or to the office's own items."""
    return Home(unit=unit, region=unit.region if unit.owner_id else None, year=year)


@transaction.atomic
def write_entries(
    *, entries: Sequence[Entry], year: ProgramYear, unit: Unit, actor: Actor, now: dt.datetime
) -> Imported:
    """Keep entries as drafts of the unit; unfinished ones too, they are checked when they are proposed.

    A code of one of the unit's own drafts makes that draft's next version; an entry without a code, or with one the
    bank does not know, gets the next code of its kind. Raises Refusal for codes of items that are not the unit's drafts.
    """
    home = home_of(year, unit)
    check_write_items(actor, year, home.region.pk if home.region else None)
    if home.region:
        check_not_closed(year, home.region.pk, SUBJECT)
        _check_kinds(entries)
    known = known_items(entries)
    _check_own_drafts(known, home, entries)
    coded = _coded(entries, set(known), home)
    _drop_lost_stems(coded, known, actor, now)
    return import_items(rows=[to_row(entry) for entry in coded], home=home, actor=actor, now=now)


def _check_kinds(entries: Iterable[Entry]) -> None:
    if any(entry.kind == ItemKind.TRUE_FALSE for entry in entries):
        cause, remedy = WORDS["kind_of_office"]
        raise Refusal(cause, remedy=remedy)


def known_items(entries: Iterable[Entry]) -> dict[str, list[Item]]:
    """The items that stand under each entry's code: one, or the stems of a group."""
    codes = [entry.code for entry in entries if entry.code]
    found: dict[str, list[Item]] = {}
    for item in Item.objects.filter(code__in=codes, group=None):
        found[item.code] = [item]
    grouped = Item.objects.filter(group__code__in=codes).annotate(group_code=F("group__code"))
    for item in grouped:
        found.setdefault(item.group_code, []).append(item)
    return found


def _check_own_drafts(known: Mapping[str, Sequence[Item]], home: Home, entries: Sequence[Entry]) -> None:
    kinds = {entry.code: entry.kind for entry in entries}
    foreign = [
        code
        for code, items in known.items()
        if any(item.unit_id != home.unit.pk or item.kind != kinds[code] for item in items)
        or {item.status for item in items} - {ItemStatus.RETIRED} != {ItemStatus.DRAFT}
    ]
    twice = [
        entry.code for at, entry in enumerate(entries) if entry.code and entry.code in _codes(entries[:at])
    ]
    if foreign:
        raise Refusal(
            _("These codes belong to items that are not drafts of yours: %(codes)s.")
            % {"codes": some_of(foreign, NAMED)},
            remedy=_("Leave the code empty: the portal gives the item a new one."),
        )
    if twice:
        raise Refusal(
            _("These codes stand there more than once: %(codes)s.") % {"codes": some_of(twice, NAMED)},
            remedy=_("Leave the code empty: the portal gives the item a new one."),
        )


def _codes(entries: Iterable[Entry]) -> set[str]:
    return {entry.code for entry in entries}


def _coded(entries: Sequence[Entry], known: set[str], home: Home) -> list[Entry]:
    """Every entry and every stem with its code; those of a group follow from the group's."""
    fresh = [entry for entry in entries if entry.code not in known]
    codes = _next_codes(_head(home), Counter(entry.kind for entry in fresh)) if fresh else {}
    done = []
    for entry in entries:
        code = entry.code if entry.code in known else next(codes[entry.kind])
        stems = _stems(entry, code) if entry.is_group else ()
        done.append(replace(entry, code=code, stems=stems))
    return done


def _next_codes(head: str, wanted: Mapping[str, int]) -> dict[str, Iterator[str]]:
    """As many codes of each type as are wanted, from one counter of the type."""
    return {kind: _numbered(f"{head}-{kind}", count) for kind, count in wanted.items()}


def _numbered(key: str, count: int) -> Iterator[str]:
    return iter([f"{key}-{number:03d}" for number in next_numbers(f"item:{key}", count)])


def _head(home: Home) -> str:
    year = home.year
    if year is None or home.region is None:
        return OFFICE if year is None else f"{OFFICE}-{year.year}"
    place = Participation.objects.get(year=year, region=home.region).code
    return f"{place}-{year.year}"


def _stems(entry: Entry, code: str) -> tuple[Stem, ...]:
    """Stems that have their place already keep it, new ones take the numbers after the highest there is."""
    taken = set(Item.objects.filter(group__code=code).values_list("code", flat=True))
    free = (f"{code}-{number}" for number in range(1, 1000) if f"{code}-{number}" not in taken)
    return tuple(stem if stem.code in taken else replace(stem, code=next(free)) for stem in entry.stems)


def _drop_lost_stems(
    entries: Iterable[Entry], known: Mapping[str, Sequence[Item]], actor: Actor, now: dt.datetime
) -> None:
    for entry in entries:
        kept = {stem.code for stem in entry.stems}
        for item in known.get(entry.code, []):
            if entry.is_group and item.code not in kept and item.status == ItemStatus.DRAFT:
                retire(item, _("The stem was taken out of its group."), actor, now)
