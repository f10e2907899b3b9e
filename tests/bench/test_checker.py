"""The judge of `make chaos`: a sound history passes, and each thing that may go wrong is seen."""

import pytest

from bench.checker import Held, Result, check, parsed

ATTEMPT = 7
PUT = {"kind": "put", "attempt": ATTEMPT, "generation": 1, "place": 3, "value": "ab", "sequence": 1}
LATER = {**PUT, "value": "cd", "sequence": 2}
OK = {"kind": "ok", "attempt": ATTEMPT, "generation": 1, "results": [[3, 1, "saved", None]]}
LATER_OK = {**OK, "results": [[3, 2, "saved", None]]}
OVER = {"kind": "over", "attempt": ATTEMPT, "receipt": "E1"}
FIRST, SECOND = Held("ab", 1, 1), Held("cd", 1, 2)
CLOSED = Result(enrollment=1, state="closed", receipt="E1", holds=True)


def verdict(events, held=None, **attempts):
    return check(events, {(ATTEMPT, 3): held} if held else {}, {ATTEMPT: CLOSED, **attempts})


@pytest.mark.parametrize(
    ("events", "held"),
    [
        ([PUT, OK, OVER], FIRST),
        # the answer of a request that was lost: it may be there
        ([PUT, OK, LATER], SECOND),
        # or not
        ([PUT, OK, LATER], FIRST),
        ([PUT, LATER, LATER_OK, OK], SECOND),
        # told of a later one of another window: that one is there
        ([PUT, LATER, {**OK, "results": [[3, 1, "newer", 2]]}], SECOND),
    ],
)
def test_x8_a_sound_history_passes(events, held):
    assert verdict(events, held).ok


def test_x8_a_missing_acknowledged_answer_is_lost():
    found = verdict([PUT, OK])
    assert not found.ok
    assert len(found.lost) == 1


def test_x8_an_older_answer_over_an_acknowledged_one_is_seen():
    found = verdict([PUT, OK, LATER, LATER_OK], FIRST)
    assert not found.ok
    assert len(found.older) == 1


@pytest.mark.parametrize("held", [Held("zz", 1, 1), Held("ab", 1, 9), Held("ab", 2, 1)])
def test_x8_an_answer_that_nobody_chose_is_seen(held):
    found = verdict([PUT, OK], held)
    assert not found.ok
    assert len(found.invented) == 1


def test_x8_an_answer_of_nobody_is_seen():
    found = check([PUT, OK], {(ATTEMPT, 3): FIRST, (99, 1): FIRST}, {})
    assert found.invented == ["(99, 1): 'ab' (1, 1) was never chosen"]


@pytest.mark.parametrize(
    ("result", "said"),
    [
        (None, "not there"),
        (Result(1, "open", "", holds=False), "open"),
        (Result(1, "closed", "E2", holds=True), "E2 stored"),
        (Result(1, "closed", "E1", holds=False), "not of the stored sheet"),
    ],
)
def test_x8_a_hand_in_without_its_one_result_is_seen(result, said):
    found = check([PUT, OK, OVER], {(ATTEMPT, 3): FIRST}, {ATTEMPT: result} if result else {})
    assert not found.ok
    assert said in found.results[0]


def test_x5_a_second_attempt_of_the_same_person_is_seen():
    found = check([PUT, OK, OVER], {(ATTEMPT, 3): FIRST}, {ATTEMPT: CLOSED, 8: CLOSED})
    assert found.results == ["enrollment 1: 2 attempts"]


def test_nothing_acknowledged_is_no_success():
    assert not check([PUT], {(ATTEMPT, 3): FIRST}, {}).ok


def test_rows_are_read_as_they_are_printed():
    answers, attempts = parsed({"answers": [[7, 3, "ab", 1, 1]], "attempts": [[7, 1, "closed", "E1", True]]})
    assert answers == {(7, 3): FIRST}
    assert attempts == {7: CLOSED}
