"""When an attempt may start (X5)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class StartBar(StrEnum):
    """Why no attempt may start now; worded in templates/exams/_bar.html."""

    NONE = ""
    RUNNING = "running"
    PASSED = "passed"
    USED_UP = "used_up"
    NOT_OPEN = "not_open"
    WINDOW_OVER = "window_over"
    TIME_OVER = "time_over"


@dataclass(frozen=True, slots=True)
class Limits:
    """The year's settings: how many attempts, and the days after the first start in which they must begin."""

    attempts: int
    days: int


@dataclass(frozen=True, slots=True)
class Span:
    """An exam window, its end exclusive."""

    opens_at: dt.datetime
    closes_at: dt.datetime


@dataclass(frozen=True, slots=True)
class PastAttempt:
    """An earlier attempt that counts; one still open has not passed."""

    started_at: dt.datetime
    is_open: bool = False
    passed: bool = False


@dataclass(frozen=True, slots=True)
class TimeLeft:
    """Whole days, hours and minutes, rounded down: nobody is promised time that is not there."""

    days: int
    hours: int
    minutes: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a trainee stands: attempts `used` of `total`, `ends_at` the last exclusive instant to start, `bar` why not."""

    used: int
    total: int
    bar: StartBar
    opens_at: dt.datetime | None = None
    ends_at: dt.datetime | None = None

    @property
    def may_start(self) -> bool:
        return self.bar is StartBar.NONE

    @property
    def left(self) -> int:
        return max(0, self.total - self.used)

    def time_left(self, now: dt.datetime) -> "TimeLeft | None":
        """Until the last instant to start; None where none is known or it is over."""
        if self.ends_at is None or now >= self.ends_at:
            return None
        minutes = int((self.ends_at - now).total_seconds()) // 60
        return TimeLeft(minutes // 1440, minutes // 60 % 24, minutes % 60)

    @property
    def failed_for_good(self) -> bool:
        """Every attempt is used and none passed: the trainee comes back next year (E14)."""
        return self.bar is StartBar.USED_UP


def standing(
    limits: Limits, past: Sequence[PastAttempt], windows: Sequence[Span], now: dt.datetime
) -> Standing:
    """An attempt starts within `days` × 24 h of the first start and inside a window; any pass ends them (X5)."""
    window = _window(windows, now)
    last = min(attempt.started_at for attempt in past) + dt.timedelta(days=limits.days) if past else None
    ends = [instant for instant in (last, window.closes_at if window else None) if instant]
    return Standing(
        used=len(past),
        total=limits.attempts,
        bar=_bar(limits, past, window, last, now),
        opens_at=window.opens_at if window else None,
        ends_at=min(ends) if ends else None,
    )


def _window(windows: Sequence[Span], now: dt.datetime) -> Span | None:
    """The open window, else the next one, else the last one."""
    ordered = sorted(windows, key=lambda window: window.opens_at)
    ahead = [window for window in ordered if now < window.closes_at]
    return ahead[0] if ahead else (ordered[-1] if ordered else None)


def _bar(
    limits: Limits,
    past: Sequence[PastAttempt],
    window: Span | None,
    last: dt.datetime | None,
    now: dt.datetime,
) -> StartBar:
    bars = (
        (StartBar.PASSED, any(attempt.passed for attempt in past)),
        (StartBar.RUNNING, any(attempt.is_open for attempt in past)),
        (StartBar.USED_UP, len(past) >= limits.attempts),
        (StartBar.TIME_OVER, last is not None and now >= last),
        (StartBar.NOT_OPEN, window is None or now < window.opens_at),
        (StartBar.WINDOW_OVER, window is not None and now >= window.closes_at),
    )
    return next((bar for bar, holds in bars if holds), StartBar.NONE)
