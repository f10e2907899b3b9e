"""The candidate's way to the exam as steps, each with its state (X4, X5)."""

from dataclasses import dataclass
from enum import StrEnum

from exams.rules.attempts import StartBar


class StepCode(StrEnum):
    SIGN_UP = "sign_up"
    RULES = "rules"
    CHECK = "check"
    PRACTICE = "practice"
    START = "start"


class StepState(StrEnum):
    """`OPEN` may be done and binds nobody, `LATER` waits for a step before, `MISSING` for conditions, `OVER` is past."""

    DONE = "done"
    DUE = "due"
    OPEN = "open"
    LATER = "later"
    MISSING = "missing"
    WARNING = "warning"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Stage:
    """Where the candidate is. `checked` says how the last check of a device ended, None that there was none."""

    bar: StartBar
    unmet: int
    signed_up: bool
    rules_read: bool
    checked: bool | None
    practiced: bool


@dataclass(frozen=True, slots=True)
class Step:
    code: StepCode
    state: StepState


_AHEAD = frozenset({StartBar.NONE, StartBar.NOT_OPEN, StartBar.RUNNING})


def way(stage: Stage) -> list[Step]:
    """Five steps; at most one of them is due, and a device check and a practice never bind."""
    return [
        Step(StepCode.SIGN_UP, _sign_up(stage)),
        Step(StepCode.RULES, _rules(stage)),
        Step(StepCode.CHECK, _check(stage)),
        Step(StepCode.PRACTICE, _practice(stage)),
        Step(StepCode.START, _start(stage)),
    ]


def _sign_up(stage: Stage) -> StepState:
    if stage.signed_up:
        return StepState.DONE
    if stage.bar not in _AHEAD:
        return StepState.OVER
    return StepState.MISSING if stage.unmet else StepState.DUE


def _rules(stage: Stage) -> StepState:
    if stage.rules_read:
        return StepState.DONE
    if stage.bar not in _AHEAD:
        return StepState.OVER
    return StepState.DUE if stage.signed_up else StepState.LATER


def _check(stage: Stage) -> StepState:
    if stage.checked:
        return StepState.DONE
    if stage.bar not in _AHEAD:
        return StepState.OVER
    return StepState.OPEN if stage.checked is None else StepState.WARNING


def _practice(stage: Stage) -> StepState:
    if stage.practiced:
        return StepState.DONE
    return StepState.OPEN if stage.bar in _AHEAD else StepState.OVER


def _start(stage: Stage) -> StepState:
    if stage.bar is StartBar.PASSED:
        return StepState.DONE
    if stage.bar not in _AHEAD:
        return StepState.OVER
    if stage.bar is StartBar.RUNNING:
        return StepState.DUE
    ready = stage.bar is StartBar.NONE and stage.signed_up and stage.rules_read
    return StepState.DUE if ready else StepState.LATER
