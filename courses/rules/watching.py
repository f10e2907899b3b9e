"""What a report of watching earns (C5).

A second of a lesson is covered or not; watching it again is welcome and earns nothing more. What a report claims is
credited in the order claimed and never faster than the clock on the wall times the year's limit, so that skipping,
speeding, a second tab, a replay or an invented range earns nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

Range = tuple[int, int]

# a player that was cut off may report what it played meanwhile, for so many seconds of silence
LONGEST_SILENCE = 120


def merged(ranges: Iterable[Range]) -> tuple[Range, ...]:
    """The same seconds as disjoint, sorted, non-touching half-open ranges."""
    joined: list[Range] = []
    for start, end in sorted(piece for piece in ranges if piece[0] < piece[1]):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return tuple(joined)


def length(ranges: Iterable[Range]) -> int:
    """Seconds in disjoint ranges."""
    return sum(end - start for start, end in ranges)


def gaps(covered: Sequence[Range], seconds: int) -> tuple[Range, ...]:
    """What of a lesson of `seconds` is still to be watched."""
    edges = [0, *(edge for piece in merged(covered) for edge in piece), seconds]
    return tuple((start, end) for start, end in zip(edges[::2], edges[1::2], strict=True) if start < end)


def clipped(ranges: Iterable[Range], seconds: int) -> tuple[Range, ...]:
    """Only what lies inside the lesson, in the order given."""
    inside = ((max(0, start), min(end, seconds)) for start, end in ranges)
    return tuple((start, end) for start, end in inside if start < end)


@dataclass(frozen=True, slots=True)
class Credited:
    """`covered` after the report, and how many of its seconds are new."""

    covered: tuple[Range, ...]
    new_seconds: int


def allowance(wall_seconds: Decimal, speed_limit: Decimal) -> int:
    """The most a report may claim: wall seconds since the last one × the year's speed limit."""
    counted = min(max(wall_seconds, Decimal(0)), Decimal(LONGEST_SILENCE))
    return int((counted * speed_limit).to_integral_value(ROUND_FLOOR))


def credit(covered: Sequence[Range], played: Sequence[Range], seconds: int, allowed: int) -> Credited:
    """Take the claimed seconds in order until `allowed` is used up; watching again uses it up too."""
    before = merged(covered)
    taken: list[Range] = []
    for start, end in clipped(played, seconds):
        end = min(end, start + allowed)
        allowed -= end - start
        taken.append((start, end))
    after = merged([*before, *taken])
    return Credited(after, length(after) - length(before))


def watched_through(covered_seconds: int, seconds: int, share: Decimal) -> bool:
    """At least the year's share of the lesson; a lesson without length is never through."""
    return seconds > 0 and Decimal(covered_seconds) >= share * seconds
