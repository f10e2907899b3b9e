"""C5: what a report of watching earns; skipping, speeding, replays and invented ranges earn nothing."""

import itertools
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.rules import LONGEST_SILENCE, allowance, credit, gaps, length, merged, watched_through

LESSON = 200
pieces = st.tuples(st.integers(0, LESSON + 50), st.integers(0, LESSON + 50))
ranges = st.lists(pieces, max_size=12)


def seconds_of(spans) -> set[int]:
    return {second for start, end in spans for second in range(start, end)}


@given(ranges)
def test_c5_merging_is_the_union_of_seconds(spans):
    result = merged(spans)
    assert seconds_of(result) == seconds_of(spans)
    assert length(result) == len(seconds_of(spans))


@given(ranges)
def test_c5_merged_ranges_are_sorted_and_do_not_touch(spans):
    result = merged(spans)
    assert all(before[1] < after[0] for before, after in itertools.pairwise(result))
    assert merged(result) == result


@given(ranges)
def test_c5_gaps_are_the_complement(spans):
    inside = [(min(start, LESSON), min(end, LESSON)) for start, end in spans]
    assert seconds_of(gaps(inside, LESSON)) == set(range(LESSON)) - seconds_of(inside)


@given(ranges, ranges, st.integers(0, 400))
def test_c5_a_report_earns_at_most_what_it_may_and_only_what_it_claims(before, claimed, allowed):
    inside = merged((min(a, LESSON), min(b, LESSON)) for a, b in before)
    earned = credit(inside, claimed, LESSON, allowed)
    assert 0 <= earned.new_seconds <= allowed
    assert seconds_of(inside) <= seconds_of(earned.covered)
    claim = {second for second in seconds_of(claimed) if second < LESSON}
    assert seconds_of(earned.covered) <= seconds_of(inside) | claim
    assert earned.new_seconds == len(seconds_of(earned.covered) - seconds_of(inside))


@given(ranges, st.integers(400, 900))
def test_c5_an_honest_report_earns_all_that_it_claims(claimed, allowed):
    claimed = merged(claimed)
    earned = credit((), claimed, LESSON, allowed)
    assert seconds_of(earned.covered) == {second for second in seconds_of(claimed) if second < LESSON}


@pytest.mark.parametrize(
    ("covered", "played", "allowed", "expected"),
    [
        pytest.param((), [(0, 15)], 30, ((0, 15),), id="C5-plain"),
        pytest.param((), [(0, 15)], 15, ((0, 15),), id="C5-at-the-limit"),
        pytest.param((), [(0, 16)], 15, ((0, 15),), id="C5-one-second-too-fast"),
        pytest.param((), [(0, LESSON)], 30, ((0, 30),), id="C5-whole-lesson-claimed-at-once"),
        pytest.param((), [(10, 20), (50, 60)], 30, ((10, 20), (50, 60)), id="C5-a-skip-stays-a-gap"),
        pytest.param((), [(LESSON + 1, LESSON + 90)], 90, (), id="C5-beyond-the-end"),
        pytest.param((), [(LESSON - 5, LESSON + 90)], 90, ((LESSON - 5, LESSON),), id="C5-across-the-end"),
        pytest.param(((0, 15),), [(0, 15)], 30, ((0, 15),), id="C5-watched-again"),
        pytest.param(
            ((0, 15),), [(0, 15), (15, 30)], 15, ((0, 15),), id="C5-watching-again-uses-the-time-up"
        ),
        pytest.param((), [(0, 15)], 0, (), id="C5-no-time-passed"),
        pytest.param((), [(20, 10)], 30, (), id="C5-backwards"),
        pytest.param((), [(0, 10), (0, 10), (0, 10)], 12, ((0, 10),), id="C5-the-same-claimed-thrice"),
    ],
)
def test_c5_credit(covered, played, allowed, expected):
    assert credit(covered, played, LESSON, allowed).covered == expected


@pytest.mark.parametrize(
    ("wall", "limit", "expected"),
    [
        ("15", "2", 30),
        ("15", "1", 15),
        ("14.999", "2", 29),
        ("0", "2", 0),
        ("-3", "2", 0),
        (str(LONGEST_SILENCE), "2", 240),
        (str(LONGEST_SILENCE + 1), "2", 240),
        ("86400", "2", 240),
        ("15", "1.5", 22),
        ("15", "0", 0),
    ],
)
def test_c5_allowance_is_wall_time_times_the_limit(wall, limit, expected):
    assert allowance(Decimal(wall), Decimal(limit)) == expected


@pytest.mark.parametrize(
    ("covered", "seconds", "share", "through"),
    [
        (95, 100, "0.95", True),
        (94, 100, "0.95", False),
        (100, 100, "1", True),
        (99, 100, "1", False),
        (71, 75, "0.95", False),
        (72, 75, "0.95", True),
        (0, 0, "0", False),
    ],
)
def test_c5_watched_through(covered, seconds, share, through):
    assert watched_through(covered, seconds, Decimal(share)) is through
