"""Where the people of a role belong, when their membership's unit does not say it; a room above puts it here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from core.registry import Registry


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """`code` is the role; `people(owner, regions, units)` gives the ids of its people in the programs of that office.

    Of regions and units an empty one is all.
    """

    code: str
    people: Callable[[int, Sequence[str], Sequence[int]], QuerySet]


@dataclass(frozen=True, slots=True)
class TakingPart:
    """`years(unit)` are the years in which a unit acts, newest first, in words; a room above knows them (P3)."""

    code: str
    years: Callable[[int], Sequence[str]]


WHEREABOUTS: Registry[Whereabouts] = Registry("whereabouts of roles")
TAKING_PART: Registry[TakingPart] = Registry("years of units")
