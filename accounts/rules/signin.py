"""How long a session holds, and what a password may be; pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_CLASSES = (r"[a-z]", r"[A-Z]", r"[0-9]", r"[^A-Za-z0-9]")
# what is left of a password without the words that everybody knows of its owner
OWN_LETTERS = 6


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds without a request, and seconds since the sign-in, after which a session is over."""

    idle: int
    absolute: int


def seconds_left(*, started: int, seen: int, now: int, limits: Limits) -> int:
    """Until the nearer of the two ends; 0 or less is over."""
    return min(seen + limits.idle, started + limits.absolute) - now


def character_classes(password: str) -> int:
    """How many of small letters, capitals, digits and signs it has (等保三级)."""
    return sum(bool(re.search(pattern, password)) for pattern in _CLASSES)


def rests_on(password: str, words: Iterable[str]) -> str:
    """The first word without which too little of the password would be left; empty when none is."""
    lowered = password.lower()
    for word in words:
        found = word.strip().lower()
        if len(found) > 2 and found in lowered and len(lowered.replace(found, "")) < OWN_LETTERS:
            return word
    return ""
