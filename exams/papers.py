"""The paper as its candidate sees it: no key, no explanation, no code of an item (X3)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from exams.enums import AnswerKind
from exams.models import Answer, Attempt, AttemptItem, BlueprintRow
from exams.rules import chosen


@dataclass(frozen=True, slots=True)
class Laid:
    """A place of a paper with its words: `order` is the shown order as {id, label}, `options` what each label says."""

    ordinal: int
    points: int
    order: list[dict[str, str]]
    row: BlueprintRow
    case: str
    stem: str
    options: list[dict[str, str]]
    group: int | None

    @classmethod
    def of(cls, place: AttemptItem) -> "Laid":
        words = place.version
        return cls(
            *(place.ordinal, place.points, place.options, place.row),
            *(words.case, words.stem, words.options, words.item.group_id),
        )


@dataclass(frozen=True, slots=True)
class Place:
    """A place of the paper; `options` are (id, letter, text, whether it is chosen)."""

    ordinal: int
    case: str
    stem: str
    points: int
    options: list[tuple[str, str, str, bool]]
    multiple: bool
    value: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """What is shown together: one item, or the stems of a group under their shared options."""

    places: list[Place]

    @property
    def is_group(self) -> bool:
        return len(self.places) > 1

    @property
    def first(self) -> int:
        return self.places[0].ordinal

    @property
    def last(self) -> int:
        return self.places[-1].ordinal


@dataclass(frozen=True, slots=True)
class Part:
    row: BlueprintRow
    blocks: list[Block]

    @property
    def count(self) -> int:
        return sum(len(block.places) for block in self.blocks)


_COLUMNS = ("version__case", "version__stem", "version__options", "version__item__group_id")


def paper_of(attempt: Attempt) -> list[Part]:
    """The drawn paper with the answers the server holds; keys are not even read from the database."""
    held = dict(Answer.objects.filter(attempt=attempt).values_list("ordinal", "value"))
    rows = BlueprintRow.objects.filter(year=attempt.enrollment.year_id).in_bulk()
    places = AttemptItem.objects.filter(attempt=attempt).order_by("ordinal")
    laid = (
        Laid(ordinal, points, order, rows[row], *words)
        for ordinal, points, order, row, *words in places.values_list(
            "ordinal", "points", "options", "row_id", *_COLUMNS
        )
    )
    return parts_of(laid, held)


def parts_of(places: Iterable[Laid], held: Mapping[int, str]) -> list[Part]:
    """Places in their order, by part and, within it, by what is shown together."""
    parts: list[Part] = []
    last_group: int | None = None
    for place in places:
        if not parts or parts[-1].row != place.row:
            parts.append(Part(place.row, []))
            last_group = None
        if place.group is None or place.group != last_group:
            parts[-1].blocks.append(Block([]))
        parts[-1].blocks[-1].places.append(_place(place, held.get(place.ordinal, "")))
        last_group = place.group
    return parts


def _place(place: Laid, value: str) -> Place:
    texts, picked = {option["label"]: option["text"] for option in place.options}, chosen(value)
    return Place(
        ordinal=place.ordinal,
        case=place.case,
        stem=place.stem,
        points=place.points,
        options=[
            (option["id"], letter(index), texts.get(option["label"], option["label"]), option["id"] in picked)
            for index, option in enumerate(place.order)
        ],
        multiple=place.row.answer_kind == AnswerKind.MULTIPLE,
        value=value,
    )


def letter(index: int) -> str:
    """The letter at a place of the shown order."""
    return chr(ord("A") + index)
