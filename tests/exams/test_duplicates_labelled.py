"""The labelled pairs: thresholds are set on one half and prove themselves on the other (X1)."""

from collections import Counter

import pytest

from exams.rules.duplicates import GUARDS, Reading, exact_key, nearness, other_direction, other_numbers
from tests.exams.labelled_pairs import Pair, pairs

RECALL, PRECISION = 0.95, 0.90
HALVES = {"development": False, "held-out": True}


def told(pair: Pair, guards=GUARDS) -> bool:
    """Whether a person is shown the pair."""
    if exact_key(pair.one) == exact_key(pair.other):
        return True
    return nearness(Reading(pair.one), Reading(pair.other), guards) is not None


def measured(*, held_out: bool, guards=GUARDS) -> tuple[float, float, str]:
    """(recall, precision, what was counted)."""
    counts = Counter((pair.duplicate, told(pair, guards)) for pair in pairs() if pair.held_out == held_out)
    right, missed, wrong = counts[True, True], counts[True, False], counts[False, True]
    recall, precision = right / (right + missed), right / (right + wrong)
    text = (
        f"recall {right}/{right + missed} = {recall:.3f}, precision {right}/{right + wrong} = {precision:.3f}"
    )
    return recall, precision, f"{text}, {counts[False, False]} different pairs left alone"


def test_the_labelled_set_is_large_balanced_and_of_every_kind():
    labelled = pairs()
    assert len(labelled) >= 400
    assert len({pair.code for pair in labelled}) == len(labelled)
    for held_out in HALVES.values():
        half = [pair for pair in labelled if pair.held_out == held_out]
        assert len(half) >= 100
        assert 0.4 <= sum(pair.duplicate for pair in half) / len(half) <= 0.6
    kinds = Counter(pair.kind for pair in labelled)
    assert set(kinds) == {
        "reworded", "order", "width", "split", "synonym", "option", "short", "detail", "number", "negated", "skeleton", "topic",
        "group", "hard", "rewritten",
    }  # fmt: skip


@pytest.mark.parametrize("half", HALVES)
def test_duplicates_are_found_and_different_items_left_alone(half, record_property):
    recall, precision, counted = measured(held_out=HALVES[half])
    print(f"{half}: {counted}")  # noqa: T201 - shown by `pytest -rP`
    record_property(half, counted)
    assert recall >= RECALL, counted
    assert precision >= PRECISION, counted


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.__name__)
@pytest.mark.parametrize("half", HALVES)
def test_every_guard_keeps_different_items_apart(half, guard):
    held_out = HALVES[half]
    left = [other for other in GUARDS if other is not guard]
    assert measured(held_out=held_out, guards=left)[1] < measured(held_out=held_out)[1]


@pytest.mark.parametrize("guard", [other_numbers, other_direction], ids=lambda guard: guard.__name__)
@pytest.mark.parametrize("half", HALVES)
def test_without_numbers_or_negation_the_precision_is_not_reached(half, guard):
    """The control: the pairs hold enough of both kinds that the threshold above needs the guard."""
    _, precision, counted = measured(
        held_out=HALVES[half], guards=[other for other in GUARDS if other is not guard]
    )
    assert precision < PRECISION, counted


@pytest.mark.parametrize("kind", ["number", "negated", "skeleton", "topic", "group", "hard"])
def test_of_every_kind_nine_in_ten_different_pairs_are_left_alone(kind):
    different = [pair for pair in pairs() if pair.kind == kind and not pair.duplicate]
    shown = [pair.code for pair in different if told(pair)]
    assert len(shown) <= len(different) / 10, shown


@pytest.mark.parametrize(
    "kind", ["reworded", "order", "width", "split", "synonym", "option", "short", "detail", "rewritten"]
)
def test_of_every_kind_nine_in_ten_duplicates_are_found(kind):
    same = [pair for pair in pairs() if pair.kind == kind]
    missed = [pair.code for pair in same if not told(pair)]
    assert len(missed) <= len(same) / 10, missed


def test_what_is_only_typed_otherwise_is_an_exact_duplicate():
    typed = [pair for pair in pairs() if pair.kind == "width"]
    assert [pair.code for pair in typed if exact_key(pair.one) != exact_key(pair.other)] == []
