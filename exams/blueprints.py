"""Reads about the paper's make-up: what the bank lacks for it, how worn its items are, a drawn sample (X3)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet

from accounts.scope import Scope
from exams.models import Attempt, AttemptItem, BlueprintRow, Item, ItemUse, ItemVersion
from exams.papers import Laid, Part, letter, parts_of
from exams.queries import blueprint_of, worn_items
from exams.rules import BlueprintLine, Drawn, Shortage, available
from exams.stock import bank_of, serving
from programs.enums import Generation, SettingCode
from programs.models import ProgramYear, Specialty
from programs.queries import settings_of

Feasible = tuple[Specialty, list[Shortage]]


def feasibility(year: ProgramYear, lines: Sequence[BlueprintLine] | None = None) -> list[Feasible]:
    """For every specialty that decides the exam, what each part of the paper, or of `lines` instead, lacks in the bank."""
    wanted = blueprint_of(year) if lines is None else lines
    bank = bank_of(year)
    return [
        (specialty, available(wanted, serving(bank, specialty.code))) for specialty in specialties_of(year)
    ]


def specialties_of(year: ProgramYear) -> "QuerySet[Specialty]":
    """Those that decide the exam."""
    return Specialty.objects.filter(year=year, generation=Generation.OLD).order_by("order")


def papers_drawn(year: ProgramYear) -> int:
    return Attempt.objects.filter(enrollment__year=year).counted().count()


# Use


@dataclass(frozen=True, slots=True)
class Exposure:
    """How many papers of the year were drawn, the share of them an item may stand on, and who has reached it."""

    papers: int
    cap: Decimal | None
    worn: frozenset[int]

    def percent(self, papers: int) -> Decimal | None:
        """The share of the year's papers, in percent."""
        return Decimal(papers * 100) / self.papers if self.papers else None


def exposure_of(year: ProgramYear) -> Exposure:
    """As last counted; nothing is worn in a year without a cap."""
    return Exposure(
        papers_drawn(year), settings_of(year).get(SettingCode.ITEM_EXPOSURE_SHARE), worn_items(year)
    )


@dataclass(frozen=True, slots=True)
class PartUse:
    """A part of the paper: the bank's items that fit it, how many stood on papers, and how often the most used one."""

    row: BlueprintRow
    held: int
    used: int
    most: int
    worn: int

    @property
    def unused(self) -> int:
        return self.held - self.used


def use_by_part(year: ProgramYear, exposure: Exposure) -> list[PartUse]:
    """One line per part of the paper, items of the bank alone."""
    held = Item.objects.in_bank().filter(owner=year.program.owner_id)
    kinds = dict(held.order_by().values_list("pk", "kind"))
    uses = dict(ItemUse.objects.filter(year=year, papers__gt=0).values_list("item", "papers"))
    rows = BlueprintRow.objects.filter(year=year).order_by("order")
    return [_part_use(row, kinds, uses, exposure) for row in rows]


def _part_use(row: BlueprintRow, kinds: dict[int, str], uses: dict[int, int], exposure: Exposure) -> PartUse:
    mine = {pk for pk, kind in kinds.items() if kind in row.item_types}
    used = [uses[pk] for pk in mine & uses.keys()]
    return PartUse(row, len(mine), len(used), max(used, default=0), len(mine & exposure.worn))


def uses_in(year: ProgramYear, scope: Scope) -> "QuerySet[ItemUse]":
    return ItemUse.objects.visible_to(scope).filter(year=year, papers__gt=0)


# A sample


@dataclass(frozen=True, slots=True)
class KeyLine:
    """The key of a place of the drawn paper, in the letters of this paper."""

    ordinal: int
    letters: str
    version: ItemVersion


def sample_of(year: ProgramYear, drawn: Sequence[Drawn]) -> tuple[list[Part], list[KeyLine]]:
    """The drawn paper as the candidate would see it, and its keys apart from it."""
    versions = ItemVersion.objects.select_related("item").in_bulk([place.version_id for place in drawn])
    rows = {row.code: row for row in BlueprintRow.objects.filter(year=year)}
    places = [
        AttemptItem(
            ordinal=ordinal,
            version=versions[place.version_id],
            row=rows[place.line],
            points=place.points,
            options=[{"id": key, "label": label} for key, label in place.options],
        )
        for ordinal, place in enumerate(drawn, 1)
    ]
    return parts_of(map(Laid.of, places), {}), list(_keys(places))


def _keys(places: Iterable[AttemptItem]) -> Iterable[KeyLine]:
    for place in places:
        right = [letter(at) for at, one in enumerate(place.options) if one["label"] in place.version.key]
        yield KeyLine(place.ordinal, "".join(right), place.version)
