"""The virtual trainee's outbox keeps what the exam's page keeps."""

import json
import re

import pytest

from bench.outbox import MAX_BYTES, TRY_AGAIN, Outbox, pause
from tests.repository import tree

EXAM_JS = "".join(path.read_text(encoding="utf-8") for path in (tree.ROOT / "static" / "exam").rglob("*.js"))


def test_x8_what_is_not_acknowledged_goes_again_under_the_same_sequence():
    outbox = Outbox(sequence=10)
    outbox.put(1, "a")
    assert outbox.batch() == outbox.batch() == [(1, "a", 11)]
    assert outbox.settle([(1, 11, "saved", None)]) == []
    assert outbox.batch() == []


def test_x8_a_later_answer_stays_when_the_earlier_one_is_acknowledged():
    outbox = Outbox()
    outbox.put(1, "a")
    outbox.put(1, "b")
    outbox.settle([(1, 1, "saved", None)])
    assert outbox.batch() == [(1, "b", 2)]


def test_x8_what_another_window_overtook_goes_again_after_it():
    outbox = Outbox()
    outbox.put(1, "a")
    assert outbox.settle([(1, 1, "newer", 40)]) == [(1, "a", 41)]
    assert outbox.batch() == [(1, "a", 41)]


@pytest.mark.parametrize("word", ["late", "closed", "refused"])
def test_x8_what_the_server_will_never_take_does_not_go_again(word):
    outbox = Outbox()
    outbox.put(1, "a")
    outbox.settle([(1, 1, word, None)])
    assert outbox.batch() == []


def test_x8_what_an_older_device_holds_stays_with_it():
    outbox = Outbox()
    outbox.put(1, "a")
    outbox.settle([(1, 1, "stale", None)])
    assert outbox.batch() == [(1, "a", 1)]


def test_a_request_is_small_and_carries_the_oldest():
    outbox = Outbox()
    for place in range(999, 0, -1):
        outbox.put(place, "bcdf,ghjk")
    batch = outbox.batch("t" * 60)
    assert [row[0] for row in batch] == list(range(999, 999 - len(batch), -1))
    body = json.dumps({"token": "t" * 60, "answers": batch}, separators=(",", ":"))
    assert MAX_BYTES - 100 < len(body) <= MAX_BYTES


def test_pauses_grow_and_the_server_may_ask_for_more():
    assert [pause(failures) for failures in (1, 2, 99)] == [1.0, 2.0, 15.0]
    assert pause(1, 5.0) == 5.0


def test_limits_are_those_of_the_page():
    limit = re.search(r"MAX_BYTES = (\d+)", EXAM_JS)
    again = re.search(r"TRY_AGAIN = \[([\d, ]+)\]", EXAM_JS)
    assert limit
    assert again
    assert int(limit[1]) == MAX_BYTES
    assert tuple(int(part) / 1000 for part in again[1].split(",")) == TRY_AGAIN
