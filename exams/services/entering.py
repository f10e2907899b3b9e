"""What a writer does on the screen: keep an item, put many before the reader, withdraw many; what the office corrects in
the bank (X1, X2)."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import Unit
from core.exceptions import IllegalTransition, Refusal, Stale
from core.findings import blocking
from core.submissions import digest
from exams.bank import entries_of
from exams.enums import ItemStatus
from exams.models import Item
from exams.permissions import check_manage_bank
from exams.rules.drafting import is_empty
from exams.rules.entries import Entry, Stem, to_row
from exams.rules.validity import findings
from exams.services.items import correct, retire, whole
from exams.services.supply import check_writer, propose_items
from exams.services.writing import write_entries
from programs.models import ProgramYear


def fingerprint(entry: Entry) -> str:
    """By it a page knows whether the item is still as it was when the page was opened."""
    return digest(to_row(entry))


def _check_unchanged(items: Iterable[Item], seen: str) -> None:
    """Under lock: whoever saves second must not undo what the first one wrote."""
    locked = list(Item.objects.select_for_update().filter(pk__in=[item.pk for item in items]))
    if [fingerprint(entry) for entry in entries_of(locked)] != [seen]:
        raise Stale(
            _("Somebody else has changed this item since you opened it."),
            remedy=_("Copy what you wrote, open the item again in another window and compare."),
        )


@transaction.atomic
def save_entry(
    *,
    entry: Entry,
    items: Collection[Item] = (),
    seen: str = "",
    year: ProgramYear,
    unit: Unit,
    actor: Actor,
    now: dt.datetime,
) -> Item:
    """Keep what is on the screen as a draft, finished or not; `items` are those that the page was opened with.

    Returns the item, of a group its first stem. Raises Stale when somebody else has saved it meanwhile.
    """
    if is_empty(entry):
        raise Refusal(_("Nothing is written yet."), remedy=_("Write the question, then save."))
    if items:
        _check_unchanged(items, seen)
    done = write_entries(entries=[entry], year=year, unit=unit, actor=actor, now=now)
    return Item.objects.get(code=[*done.created, *done.revised, *done.unchanged][0])


@transaction.atomic
def propose_sound(
    *, items: Iterable[Item], year: ProgramYear, actor: Actor, now: dt.datetime
) -> tuple[int, list[str]]:
    """Put before the reader what has no defect that blocks; returns how many went and the codes of what stays."""
    found = whole(items)
    entries = entries_of(found)
    unsound = [entry for entry in entries if blocking(findings(entry))]
    left = {part.code for entry in unsound for part in entry.parts}
    sound = [item for item in found if item.code not in left]
    done = propose_items(items=sound, year=year, actor=actor, now=now)
    return done, [entry.code for entry in unsound]


@transaction.atomic
def withdraw_items(
    *, items: Iterable[Item], reason: str, year: ProgramYear, actor: Actor, now: dt.datetime
) -> int:
    """A writer takes back items that the office has not been given yet, each with its group; returns how many."""
    found = whole(items)
    check_writer(found, year, actor)
    if any(item.status == ItemStatus.IN_BANK for item in found):
        raise IllegalTransition(
            _("What is in the bank is not withdrawn here."),
            remedy=_("Open the item: there the national office retires it."),
        )
    for item in found:
        retire(item, reason, actor, now)
    return len(found)


@transaction.atomic
def revise_entry(
    *,
    entry: Entry,
    items: Iterable[Item],
    seen: str,
    reason: str,
    year: ProgramYear,
    actor: Actor,
    now: dt.datetime,
) -> list[Item]:
    """The office corrects an item in the bank, or all stems of a group at once; returns those that changed.

    Each gets a new version, papers keep theirs. Raises Refusal without a reason and for words with a defect that blocks.
    """
    check_manage_bank(actor, year)
    if not reason.strip():
        raise Refusal(_("A reason is needed."), remedy=_("Write in a sentence why, then try again."))
    found = {item.code: item for item in items}
    _check_unchanged(found.values(), seen)
    if blocking(findings(entry)):
        raise Refusal(
            _("The item would not be sound."), remedy=_("Put right what stands beside the form first.")
        )
    if {part.code for part in entry.parts} != set(found):
        raise Refusal(
            _("The stems of a group in the bank neither come nor go."),
            remedy=_("Retire the group and write a new one."),
        )
    return [
        found[part.code]
        for part in entry.parts
        if correct(found[part.code], _words(entry, part), _places(entry), reason, actor, now)
    ]


def _words(entry: Entry, part: Stem) -> Mapping[str, Any]:
    row = to_row(entry)
    shared = {name: row.get(name, "") for name in ("case", "source")} | {"options": row.get("options", [])}
    return {**shared, "stem": part.stem, "key": list(part.key), "explanation": part.explanation}


def _places(entry: Entry) -> Mapping[str, Any]:
    row = to_row(entry)
    return {name: row.get(name, "") for name in ("specialties", "theme", "outline", "difficulty")}
