"""Scoring: all or nothing per item, X items included (X2, X3)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ScoredItem:
    """A place of a paper: its right choices, what it is worth and the part it belongs to."""

    ordinal: int
    key: frozenset[str]
    points: int
    part: str = ""


@dataclass(frozen=True, slots=True)
class Score:
    """`earned` by ordinal, `parts` by part of the paper; the total is the sum of either."""

    total: int
    earned: Mapping[int, int] = field(default_factory=dict)
    parts: Mapping[str, int] = field(default_factory=dict)


def chosen(value: str) -> frozenset[str]:
    """The choices of a stored answer, whatever their order."""
    return frozenset(part for part in value.split(",") if part)


def as_value(choices: Iterable[str]) -> str:
    """One text for one set of choices."""
    return ",".join(sorted(choices))


def score(items: Iterable[ScoredItem], answers: Mapping[int, frozenset[str]]) -> Score:
    """Full points for exactly the right choices, else none; an item without a key earns nothing."""
    earned: dict[int, int] = {}
    parts: dict[str, int] = {}
    for item in items:
        right = bool(item.key) and answers.get(item.ordinal, frozenset()) == item.key
        earned[item.ordinal] = item.points if right else 0
        parts[item.part] = parts.get(item.part, 0) + earned[item.ordinal]
    return Score(sum(earned.values()), earned, parts)
