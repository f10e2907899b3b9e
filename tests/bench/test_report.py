"""How the storm is judged: what is improper, how soon the portal is well again, what failed for want of Redis."""

import math

import pytest

from bench.checker import Verdict
from bench.report import KILLS, improper, lines, of, recovery, redis_away
from bench.storm import SCRIPT, Kill

AWAY = {"at": 5.0, "person": 1, "kind": "away", "what": "save", "status": 503, "retry_after": "2"}
OK = {"at": 5.0, "person": 1, "kind": "ok"}
WELL = {"at": 9.0, "person": -1, "kind": "well"}


def test_t27c_503_with_retry_after_is_the_only_proper_absence():
    assert improper([AWAY]) == []
    assert improper([{**AWAY, "status": 500}]) == ["save: 500"]
    assert improper([{**AWAY, "retry_after": ""}]) == ["save: 503"]
    assert improper([{**AWAY, "trace": 1}]) == ["save: 503 with a trace"]


def test_t27c_recovery_is_counted_from_the_return_of_the_database():
    kills = [Kill("worker", 1, 1), Kill("postgres", 3, 7.5), Kill("postgres", 10, 11)]
    assert recovery([WELL], kills) == [1.5, math.inf]


def test_t27b_only_what_fails_while_redis_is_away_counts_against_it():
    kills = [Kill("redis", 4, 6), Kill("postgres", 20, 22)]
    page = {"kind": "page", "what": "hand-in"}
    events = [OK, {**page, "at": 5.5}, {**page, "at": 9}, {**AWAY, "at": 21.0}]
    assert redis_away(events, kills) == {"times": 1, "saves": 1, "hand_ins": 1, "sign_ins": 0, "failed": 0}
    assert redis_away([*events, AWAY, {**AWAY, "kind": "lost"}], kills)["failed"] == 2


def found(verdict=None, events=(OK, WELL), failures=(), kills=None):
    sound = Verdict(acknowledged=1, handed_in=1)
    return of(verdict or sound, events, kills or [Kill("redis", 4, 6)] * KILLS, failures, 1)


def test_a_calm_report_is_ok_and_can_be_printed():
    report = found() | {"seconds": 1, "web_restarts": 0}
    assert report["ok"]
    assert any("verdict" in line and "NOT" not in line for line in lines(report))


@pytest.mark.parametrize(
    "changes",
    [
        {"verdict": Verdict(acknowledged=1, handed_in=1, lost=["x"])},
        {"verdict": Verdict(acknowledged=1, handed_in=1, older=["x"])},
        {"verdict": Verdict(acknowledged=1, handed_in=1, invented=["x"])},
        {"verdict": Verdict(acknowledged=1, handed_in=0)},
        {"events": [OK, WELL, {**AWAY, "at": 50.0, "status": 500}]},
        {"events": [OK, WELL, AWAY]},
        {"events": [WELL]},
        {"failures": ["x"]},
        {"kills": [Kill("redis", 4, 6)]},
        {"kills": [Kill("redis", 4, 6), *[Kill("postgres", 12, 13)] * KILLS]},
    ],
)
def test_each_fault_spoils_the_verdict(changes):
    assert not found(**changes)["ok"]


def test_the_script_kills_everything_often_enough():
    assert len(SCRIPT) >= KILLS
    assert set(SCRIPT) == {"worker", "web", "postgres", "redis"}
