"""Which items repeat others: exactly, or so nearly that a person has to decide (X1)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz import fuzz

from exams.enums import PairKind
from exams.rules import wording
from exams.rules.grams import GramIndex, pairs_of

# All of 0-100, set on the development half of the labelled pairs (tests/exams/duplicates) alone. There the duplicates' stems
# agree by 48 and more, their right answers by 64 and more, the whole by 65 and more; the different items that no other
# guard stops have answers that agree by 60 at most. Each stands between.
STEM, ANSWER, NEAR = 46.0, 62.0, 63.0
# a statement has no options that could speak for it: duplicates agree by 63 and more, others by less than 45, or by all but
# one word, and these a person decides
STATEMENT = 60.0
_STEM_WEIGHT, _OPTIONS_WEIGHT, _ANSWER_WEIGHT = 0.6, 0.2, 0.2


@dataclass(frozen=True, slots=True)
class ItemText:
    """The words of an item; a stem of a group carries the group's options. `right` are the labels of the key."""

    code: str
    kind: str
    stem: str
    right: tuple[str, ...]
    case: str = ""
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """A new item and the one it repeats, which may be new as well; `score` 0-100."""

    new: ItemText
    other: ItemText
    likeness: PairKind
    score: float


class Reading:
    """An item as it is compared; each part is worked out when it is first asked for."""

    def __init__(self, item: ItemText) -> None:
        self.item = item

    @cached_property
    def typed(self) -> str:
        return wording.normalised(self.item.case + self.item.stem)

    @cached_property
    def typed_options(self) -> Mapping[str, str]:
        return {label: wording.normalised(text) for label, text in self.item.options}

    @cached_property
    def whole(self) -> str:
        return wording.one_word(self.typed)

    @cached_property
    def text(self) -> str:
        return wording.bare(self.whole)

    @cached_property
    def pairs(self) -> str:
        return pairs_of(self.text)

    @cached_property
    def options(self) -> Mapping[str, str]:
        return {label: wording.one_word(text) for label, text in self.typed_options.items()}

    @cached_property
    def answer(self) -> tuple[str, ...]:
        """The right options in their words; of a statement the key itself."""
        return tuple(sorted(self.options.get(label, label) for label in self.item.right))

    @cached_property
    def question(self) -> str:
        return wording.canonical(wording.question(self.item.case, self.item.stem))

    @cached_property
    def subjects(self) -> frozenset[tuple[str, str]]:
        return wording.subjects(self.whole)

    @property
    def exact_key(self) -> str:
        return "\n".join([self.typed, *sorted(self.typed_options.values())])


def exact_key(item: ItemText) -> str:
    """The same for items of the same words: however typed, in whatever order the options, with or without a case apart."""
    return Reading(item).exact_key


def other_numbers(one: Reading, other: Reading) -> bool:
    """Other figures, limits or names with figures in what is asked or in the answer; a case's own figures are its setting."""
    answers = (wording.marks("\n".join(reading.answer)) for reading in (one, other))
    asked = wording.differ(wording.marks(one.question), wording.marks(other.question))
    return asked or wording.differ(*answers)


def other_direction(one: Reading, other: Reading) -> bool:
    """One asks what holds, the other what does not."""
    return wording.negated(one.question) != wording.negated(other.question)


def other_subject(one: Reading, other: Reading) -> bool:
    """Another organ, pathogen, drug, measure … stands in the same sentence."""
    return wording.contradict(one.subjects, other.subjects)


def other_answer(one: Reading, other: Reading) -> bool:
    """The right answers say different things: with the same options another key, as in a group."""
    if not (one.options and other.options):
        return one.answer != other.answer
    return _alike(one.answer, other.answer) < ANSWER


Guard = Callable[[Reading, Reading], bool]
GUARDS: tuple[Guard, ...] = (other_answer, other_numbers, other_direction, other_subject)


def nearness(one: Reading, other: Reading, guards: Sequence[Guard] = GUARDS) -> float | None:
    """How near two items are, 0-100; None where they are different items."""
    stem = _stem_likeness(one, other)
    if not stem or any(guard(one, other) for guard in guards):
        return None
    if not one.options:
        return stem if stem >= STATEMENT else None
    options = _alike(tuple(one.options.values()), tuple(other.options.values()))
    score = (
        _STEM_WEIGHT * stem + _OPTIONS_WEIGHT * options + _ANSWER_WEIGHT * _alike(one.answer, other.answer)
    )
    return score if score >= NEAR else None


def _stem_likeness(one: Reading, other: Reading) -> float:
    """By the order of the letters or, where clauses changed places, by their pairs; 0 below STEM."""
    letters = float(fuzz.ratio(one.text, other.text, score_cutoff=STEM))
    return max(letters, float(fuzz.ratio(one.pairs, other.pairs, score_cutoff=STEM)))


def _alike(one: Sequence[str], other: Sequence[str]) -> float:
    """How well each text finds its like on the other side, both ways."""
    if one == other:
        return 100.0
    if not (one and other):
        return 0.0
    rows = [[_like(text, like) for like in other] for text in one]
    columns: list[tuple[float, ...]] = list(zip(*rows, strict=True))
    forth, back = sum(map(max, rows)) / len(one), sum(map(max, columns)) / len(other)
    return (forth + back) / 2


def _like(one: str, other: str) -> float:
    """Of two short texts; one that is wholly in the other is half way nearer than its length says."""
    ratio = float(fuzz.ratio(one, other))
    return (ratio + 100) / 2 if one in other or other in one else ratio


def find_duplicates(new: Sequence[ItemText], known: Iterable[ItemText]) -> list[Match]:
    """Every repetition among the new items and of known ones, in the order of `new`; the likeliest first.

    A pair of new items is told once, at the later one. The order of `known` changes the order of equals alone.
    """
    readings = [Reading(item) for item in (*known, *new)]
    first_new = len(readings) - len(new)
    exact = _exact_pairs(readings, first_new)
    near = _near_pairs(readings, first_new, exact)
    found = [
        *(_match(readings, pair, PairKind.EXACT, 100.0) for pair in exact),
        *(_match(readings, pair, PairKind.NEAR, score) for pair, score in near.items()),
    ]
    return [match for _, match in sorted(found, key=lambda entry: entry[0])]


Pair = tuple[int, int]
_Ranked = tuple[tuple[int, bool, float, int], Match]


def _match(readings: Sequence[Reading], pair: Pair, likeness: PairKind, score: float) -> _Ranked:
    later, earlier = pair
    rank = (later, likeness != PairKind.EXACT, -score, earlier)
    return rank, Match(readings[later].item, readings[earlier].item, likeness, round(score, 1))


def _exact_pairs(readings: Sequence[Reading], first_new: int) -> set[Pair]:
    same: dict[str, list[int]] = {}
    pairs: set[Pair] = set()
    for place, reading in enumerate(readings):
        if not reading.typed:
            # a draft that says nothing yet repeats nothing
            continue
        row = same.setdefault(reading.exact_key, [])
        if place >= first_new:
            pairs.update((place, earlier) for earlier in row)
        row.append(place)
    return pairs


def _near_pairs(readings: Sequence[Reading], first_new: int, exact: set[Pair]) -> dict[Pair, float]:
    index = GramIndex(reading.pairs for reading in readings)
    near: dict[Pair, float] = {}
    for place in range(first_new, len(readings)):
        for candidate in index.candidates(place):
            pair = (max(place, candidate), min(place, candidate))
            if pair in exact or pair in near:
                continue
            score = nearness(readings[pair[0]], readings[pair[1]])
            if score is not None:
                near[pair] = score
    return near
