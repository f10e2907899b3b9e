"""Reads of the practice exam: its paper, and what it shows after hand-in. Nothing of it touches the exam (X8)."""

from collections import Counter
from dataclasses import dataclass

from exams.models import Answer, Attempt, AttemptItem, Item, ItemVersion
from exams.papers import Laid, Place, parts_of
from exams.queries import blueprint_of
from exams.rules import BlueprintLine, PoolItem, chosen
from exams.stock import labels_of
from programs.models import ProgramYear


def practice_pool(year: ProgramYear) -> list[PoolItem]:
    """The practice items of the year's office in their current version."""
    versions = ItemVersion.objects.current().filter(
        item__in=Item.objects.for_practice(), item__owner=year.program.owner_id
    )
    columns = ("pk", "item_id", "item__kind", "options", "item__group_id", "item__group_order")
    return [
        PoolItem(pk, item_id, kind, labels_of(options), group, order)
        for pk, item_id, kind, options, group, order in versions.order_by("pk").values_list(*columns)
    ]


def practice_lines(year: ProgramYear, pool: list[PoolItem]) -> list[BlueprintLine]:
    """The parts of the year's own paper, each with all the practice items of its forms and its points."""
    kinds = Counter(item.kind for item in pool)
    lines = (
        BlueprintLine(line.code, line.kinds, sum(kinds[kind] for kind in line.kinds), line.points)
        for line in blueprint_of(year)
    )
    return [line for line in lines if line.count]


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A place of a practice that was handed in, with its key; `right` are the ids of the right options."""

    place: Place
    right: frozenset[str]
    explanation: str

    @property
    def is_right(self) -> bool:
        return chosen(self.place.value) == self.right

    @property
    def options(self) -> list[tuple[str, str, bool, bool]]:
        """Letter, text, whether it was chosen, whether it is right."""
        return [(letter, text, picked, key in self.right) for key, letter, text, picked in self.place.options]


def review_of(attempt: Attempt) -> list[Reviewed]:
    """Every question of a practice with the own answer, the right one and why. An exam's keys are never shown: of an
    attempt at the exam, or a practice still open, this answers nothing.
    """
    if not attempt.is_practice or attempt.is_open:
        return []
    held = dict(Answer.objects.filter(attempt=attempt).values_list("ordinal", "value"))
    rows = list(
        AttemptItem.objects.filter(attempt=attempt).select_related("row", "version__item").order_by("ordinal")
    )
    places = [
        place
        for part in parts_of(map(Laid.of, rows), held)
        for block in part.blocks
        for place in block.places
    ]
    return [
        Reviewed(
            place,
            frozenset(option["id"] for option in row.options if option["label"] in row.version.key),
            row.version.explanation,
        )
        for place, row in zip(places, rows, strict=True)
    ]
