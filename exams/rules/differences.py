"""Two items side by side: which characters of each are not in the other (X1); pure."""

import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz import fuzz
from rapidfuzz.distance import Indel

from exams.rules import wording
from exams.rules.duplicates import ItemText

# fewer characters alone beside a change are read with it
_ISLAND = 2
_TOKEN = re.compile(
    rf"(?P<range>(?<=[\d%])\s*[{wording.DASHES}]+\s*(?=\d))"
    rf"|\d+(?:[,\s]\d{{3}}(?!\d))*(?:\.\d+)?|[a-zμ]+|(?<=\d)(?:{'|'.join(wording.UNITS)})|[<>≤≥=+%±/]|[^\W_]"
)


class Part(StrEnum):
    CASE = "case"
    STEM = "stem"
    OPTION = "option"
    KEY = "key"


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a text as it is written; `changed` where the other text does not have it."""

    text: str
    changed: bool


@dataclass(frozen=True, slots=True)
class Side:
    """A part of one item; an option with its label and whether it is right. Without stretches the item has no such part."""

    stretches: tuple[Stretch, ...]
    label: str = ""
    right: bool = False

    @property
    def text(self) -> str:
        return "".join(stretch.text for stretch in self.stretches)


@dataclass(frozen=True, slots=True)
class Difference:
    """A row of the comparison: the same part of both items."""

    part: Part
    one: Side
    other: Side

    @property
    def changed(self) -> bool:
        """Whether words, or the verdict on an option, differ; a label alone does not count."""
        stretches = (*self.one.stretches, *self.other.stretches)
        return any(stretch.changed for stretch in stretches) or self.one.right != self.other.right


def difference(one: ItemText, other: ItemText) -> list[Difference]:
    """Every part of both items: case, stem, then each option beside its like, then the key of a statement.

    Width, case, spaces and punctuation are no difference. Where only one has its case apart, case and stem are one part.
    """
    return [*_wording(one, other), *_options(one, other), *_keys(one, other)]


def _wording(one: ItemText, other: ItemText) -> Iterator[Difference]:
    if bool(one.case) != bool(other.case):
        yield _row(Part.STEM, one.case + one.stem, other.case + other.stem)
        return
    if one.case:
        yield _row(Part.CASE, one.case, other.case)
    yield _row(Part.STEM, one.stem, other.stem)


def _row(part: Part, one: str, other: str) -> Difference:
    first, second = compared(one, other)
    return Difference(part, Side(first), Side(second))


def _options(one: ItemText, other: ItemText) -> Iterator[Difference]:
    """In the order of the first item; what only the second has comes last."""
    texts = dict(one.options), dict(other.options)
    likes = _likes(one.options, other.options)
    left = [label for label in texts[1] if label not in likes.values()]
    for label, like in (
        *((label, likes.get(label, "")) for label in texts[0]),
        *(("", label) for label in left),
    ):
        first, second = compared(texts[0].get(label, ""), texts[1].get(like, ""))
        yield Difference(
            Part.OPTION, Side(first, label, label in one.right), Side(second, like, like in other.right)
        )


Options = Sequence[tuple[str, str]]


def _likes(one: Options, other: Options) -> dict[str, str]:
    """For labels of the first the label of the second that says the likest, each taken once."""
    pairs = itertools.product(_canonical(one), _canonical(other))
    ranked = sorted((-fuzz.ratio(text, like), label, at) for (label, text), (at, like) in pairs)
    found: dict[str, str] = {}
    for score, label, at in ranked:
        if score and label not in found and at not in found.values():
            found[label] = at
    return found


def _canonical(options: Options) -> list[tuple[str, str]]:
    return [(label, wording.canonical(text)) for label, text in options]


def _keys(one: ItemText, other: ItemText) -> Iterator[Difference]:
    if not (one.options or other.options):
        yield _row(Part.KEY, "".join(one.right), "".join(other.right))


def compared(one: str, other: str) -> tuple[tuple[Stretch, ...], tuple[Stretch, ...]]:
    """Both texts, whole, in stretches that the other has or has not; a number or a Latin word is changed as a whole."""
    first, second = _tokens(one), _tokens(other)
    changed = _changed([token.says for token in first], [token.says for token in second])
    return _stretches(one, first, changed[0]), _stretches(other, second, changed[1])


@dataclass(frozen=True, slots=True)
class _Token:
    """What is compared as one, and the characters that write it."""

    says: str
    start: int
    end: int


def _tokens(text: str) -> list[_Token]:
    folded, places = "", list[int]()
    for place, written in enumerate(text):
        char = unicodedata.normalize("NFKC", written).casefold()
        folded += char
        places += [place] * len(char)
    return [
        _Token(_says(found), places[found.start()], places[found.end() - 1] + 1)
        for found in _TOKEN.finditer(folded)
    ]


def _says(found: re.Match[str]) -> str:
    if found["range"]:
        return "~"
    return wording.UNITS.get(found[0]) or re.sub(r"[,\s]", "", found[0])


def _changed(one: Sequence[str], other: Sequence[str]) -> tuple[set[int], set[int]]:
    """The tokens of both that the other has not, with what stands alone beside such."""
    first, second = set(range(len(one))), set(range(len(other)))
    for block in Indel.opcodes(one, other):
        length = len("".join(one[block.src_start : block.src_end]))
        whole = block.src_end - block.src_start in {len(one), len(other)}
        if block.tag == "equal" and (length >= _ISLAND or whole):
            first.difference_update(range(block.src_start, block.src_end))
            second.difference_update(range(block.dest_start, block.dest_end))
    return first, second


def _stretches(text: str, tokens: Sequence[_Token], changed: Iterable[int]) -> tuple[Stretch, ...]:
    marked = {place for number in changed for place in range(tokens[number].start, tokens[number].end)}
    runs = itertools.groupby(range(len(text)), key=marked.__contains__)
    return tuple(Stretch("".join(text[place] for place in places), flag) for flag, places in runs)
