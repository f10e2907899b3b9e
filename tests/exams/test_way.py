"""Pure: the steps to the exam, the time left to start, and what a device's measurements mean."""

import datetime as dt
from dataclasses import replace

import pytest

from core.values import CHINA
from exams.enums import Probe
from exams.rules import Limits, PastAttempt, Span, Standing, StartBar, TimeLeft, standing
from exams.rules.device import BINDING, Measured, Probed, judge, kept, passes, read_back
from exams.rules.way import Stage, StepCode, StepState, way

START = dt.datetime(2022, 12, 5, 9, tzinfo=CHINA)
DAY, SECOND = dt.timedelta(days=1), dt.timedelta(seconds=1)
WINDOW = [Span(START - DAY, START + 40 * DAY)]
FRESH = Stage(StartBar.NONE, unmet=0, signed_up=False, rules_read=False, checked=None, practiced=False)


def states(stage: Stage) -> dict[str, str]:
    return {step.code.value: step.state.value for step in way(stage)}


def state(stage: Stage, code: StepCode) -> StepState:
    return next(step.state for step in way(stage) if step.code is code)


# Steps


@pytest.mark.parametrize(
    ("changes", "due"),
    [
        ({}, StepCode.SIGN_UP),
        ({"unmet": 2}, None),
        ({"signed_up": True}, StepCode.RULES),
        ({"signed_up": True, "bar": StartBar.NOT_OPEN}, StepCode.RULES),
        ({"signed_up": True, "rules_read": True, "bar": StartBar.NOT_OPEN}, None),
        ({"signed_up": True, "rules_read": True}, StepCode.START),
        ({"signed_up": True, "rules_read": True, "bar": StartBar.RUNNING}, StepCode.START),
        ({"signed_up": True, "rules_read": True, "bar": StartBar.PASSED}, None),
        ({"signed_up": True, "rules_read": True, "bar": StartBar.USED_UP}, None),
        ({"bar": StartBar.WINDOW_OVER}, None),
        ({"signed_up": True, "bar": StartBar.TIME_OVER}, None),
    ],
)
def test_x4_at_most_one_step_is_due(changes: dict[str, object], due: StepCode | None) -> None:
    steps = way(replace(FRESH, **changes))
    assert [step.code for step in steps] == list(StepCode)
    assert [step.code for step in steps if step.state is StepState.DUE] == ([due] if due else [])


def test_x4_without_check_and_practice_the_exam_starts_all_the_same() -> None:
    ready = replace(FRESH, signed_up=True, rules_read=True)
    assert states(ready) == {
        "sign_up": "done", "rules": "done", "check": "open", "practice": "open", "start": "due",
    }  # fmt: skip
    assert state(replace(ready, checked=False), StepCode.START) is StepState.DUE


def test_x4_each_step_says_what_it_waits_for() -> None:
    assert states(replace(FRESH, unmet=1)) == {
        "sign_up": "missing", "rules": "later", "check": "open", "practice": "open", "start": "later",
    }  # fmt: skip
    assert state(replace(FRESH, checked=False), StepCode.CHECK) is StepState.WARNING
    assert state(replace(FRESH, checked=True), StepCode.CHECK) is StepState.DONE
    assert state(replace(FRESH, practiced=True), StepCode.PRACTICE) is StepState.DONE
    assert state(replace(FRESH, bar=StartBar.PASSED), StepCode.START) is StepState.DONE


@pytest.mark.parametrize("bar", [StartBar.USED_UP, StartBar.WINDOW_OVER, StartBar.TIME_OVER])
def test_x5_what_is_over_asks_for_nothing(bar: StartBar) -> None:
    assert set(states(replace(FRESH, bar=bar)).values()) == {"over"}


# The time left to start: 14 × 24 h from the first start


@pytest.mark.parametrize(
    ("passed", "left", "bar"),
    [
        (dt.timedelta(0), TimeLeft(14, 0, 0), StartBar.NONE),
        (5 * DAY - SECOND, TimeLeft(9, 0, 0), StartBar.NONE),
        (14 * DAY - SECOND, TimeLeft(0, 0, 0), StartBar.NONE),
        (14 * DAY, None, StartBar.TIME_OVER),
        (14 * DAY + SECOND, None, StartBar.TIME_OVER),
    ],
)
def test_x5_the_days_left_are_rounded_down_and_end_with_the_last_start(
    passed: dt.timedelta, left: TimeLeft | None, bar: StartBar
) -> None:
    now = START + passed
    where = standing(Limits(3, 14), [PastAttempt(START)], WINDOW, now)
    assert (where.time_left(now), where.bar) == (left, bar)


def test_x5_a_window_that_closes_first_ends_the_time_and_none_is_no_time() -> None:
    now = START + 39 * DAY + dt.timedelta(hours=20, minutes=29, seconds=31)
    where = standing(Limits(3, 14), [], WINDOW, now)
    assert where.time_left(now) == TimeLeft(0, 3, 30)
    assert Standing(0, 3, StartBar.NOT_OPEN).time_left(now) is None


# The device

GOOD = Measured(script=True, dialog=True, crypto=True, storage=100_000, width=360, save=120, clock=-400)


def bad(measured: Measured) -> set[Probe]:
    return {one.probe for one in judge(measured) if not one.ok}


def test_x8_a_good_device_passes_every_probe_once() -> None:
    tested = judge(GOOD)
    assert [one.probe for one in tested] == list(Probe)
    assert bad(GOOD) == set()
    assert passes(tested)
    assert {one.tone for one in tested} == {"success"}


@pytest.mark.parametrize(
    ("changes", "wrong", "ready"),
    [
        ({"script": False}, {Probe.SCRIPT}, False),
        ({"dialog": False}, {Probe.DIALOG}, False),
        ({"save": None}, {Probe.SAVE, Probe.SPEED}, False),
        ({"save": 3000}, set(), True),
        ({"save": 3001}, {Probe.SPEED}, True),
        ({"storage": 99_999}, {Probe.STORAGE}, True),
        ({"crypto": False}, {Probe.CRYPTO}, True),
        ({"clock": None}, {Probe.CLOCK}, True),
        ({"clock": 60_000}, set(), True),
        ({"clock": -60_001}, {Probe.CLOCK}, True),
        ({"width": 319}, {Probe.WIDTH}, True),
    ],
)
def test_x8_only_what_the_room_cannot_do_without_fails_a_device(
    changes: dict[str, object], wrong: set[Probe], ready: bool
) -> None:
    measured = replace(GOOD, **changes)
    assert bad(measured) == wrong
    assert passes(judge(measured)) is ready
    tones = {one.probe: one.tone for one in judge(measured)}
    assert all(tones[probe] == ("danger" if probe in BINDING else "warning") for probe in wrong)


def test_x8_a_kept_check_is_read_back_as_it_was_and_an_older_one_without_a_probe() -> None:
    tested = judge(replace(GOOD, clock=-90_500))
    assert read_back(kept(tested)) == tested
    assert next(one.seconds for one in tested if one.probe is Probe.CLOCK) == 90
    older = {key: value for key, value in kept(tested).items() if key != Probe.WIDTH}
    assert len(read_back(older)) == len(Probe) - 1
    assert Probed(Probe.SAVE, ok=True).seconds == 0
