"""What the virtual people were told, against what the database holds: a pure function, so that it can be tested by itself.

An answer is acknowledged once the server has said `saved` or `newer` of it. Afterwards there must be, at every place, the
acknowledged answer or a later one of the same person, never an older one, never one that nobody chose; and of everybody
who saw a receipt one result under that number, over the sheet that is stored.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

# (generation, sequence): of two answers the higher one stays
Rank = tuple[int, int]
Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Held:
    """An answer as the database holds it."""

    value: str
    generation: int
    sequence: int

    @property
    def rank(self) -> Rank:
        return self.generation, self.sequence


@dataclass(frozen=True, slots=True)
class Result:
    """An attempt as the database holds it; `holds` says whether its receipt is the one of the stored sheet."""

    enrollment: int
    state: str
    receipt: str
    holds: bool


@dataclass
class Verdict:
    """Sentences about what is wrong, by kind, and what was looked at."""

    lost: list[str] = field(default_factory=list)
    older: list[str] = field(default_factory=list)
    invented: list[str] = field(default_factory=list)
    results: list[str] = field(default_factory=list)
    acknowledged: int = 0
    answers: int = 0
    handed_in: int = 0

    @property
    def ok(self) -> bool:
        """Nothing is wrong, and something was looked at."""
        return not (self.lost or self.older or self.invented or self.results) and bool(self.acknowledged)


def check(
    events: Iterable[Mapping[str, Any]], answers: Mapping[Place, Held], attempts: Mapping[int, Result]
) -> Verdict:
    """`events` as bench.history notes them; `answers` by (attempt, ordinal); `attempts` by their key."""
    events = list(events)
    verdict = Verdict(answers=len(answers))
    chosen = _chosen(events)
    told = _acknowledged(events)
    verdict.acknowledged = len(told)
    for place, rank in sorted(told.items()):
        held = answers.get(place)
        if held is None:
            verdict.lost.append(f"{place}: {rank} was acknowledged, nothing is there")
        elif held.rank < rank:
            verdict.older.append(f"{place}: {rank} was acknowledged, the older {held.rank} is there")
    for place, held in sorted(answers.items()):
        if chosen[place].get(held.rank) != held.value:
            verdict.invented.append(f"{place}: {held.value!r} {held.rank} was never chosen")
    verdict.results = _wrong_results(events, attempts)
    verdict.handed_in = sum(event["kind"] == "over" for event in events)
    return verdict


def _chosen(events: Iterable[Mapping[str, Any]]) -> dict[Place, dict[Rank, str]]:
    """Every value that somebody chose, by place and rank."""
    chosen: dict[Place, dict[Rank, str]] = defaultdict(dict)
    for event in events:
        if event["kind"] == "put":
            rank = event["generation"], event["sequence"]
            chosen[event["attempt"], event["place"]][rank] = event["value"]
    return chosen


def _acknowledged(events: Iterable[Mapping[str, Any]]) -> dict[Place, Rank]:
    """The highest rank the server said it holds, by place."""
    told: dict[Place, Rank] = {}
    for event in events:
        if event["kind"] != "ok":
            continue
        for ordinal, sequence, word, held in event["results"]:
            if word in {"saved", "newer"}:
                place, rank = (event["attempt"], ordinal), (event["generation"], max(sequence, held or 0))
                told[place] = max(told.get(place, rank), rank)
    return told


def _wrong_results(events: Iterable[Mapping[str, Any]], attempts: Mapping[int, Result]) -> list[str]:
    wrong = []
    for event in events:
        if event["kind"] != "over":
            continue
        found = attempts.get(event["attempt"])
        if found is None or found.state != "closed":
            wrong.append(
                f"attempt {event['attempt']}: handed in, but {found.state if found else 'not there'}"
            )
        elif found.receipt != event["receipt"]:
            wrong.append(
                f"attempt {event['attempt']}: receipt {event['receipt']} seen, {found.receipt} stored"
            )
        elif not found.holds:
            wrong.append(f"attempt {event['attempt']}: the receipt is not of the stored sheet")
    sat = Counter(attempt.enrollment for attempt in attempts.values())
    return wrong + [
        f"enrollment {person}: {count} attempts" for person, count in sorted(sat.items()) if count > 1
    ]


def parsed(data: Mapping[str, Any]) -> tuple[dict[Place, Held], dict[int, Result]]:
    """Answers and attempts from what bench.stored prints."""
    answers = {(row[0], row[1]): Held(*row[2:]) for row in data["answers"]}
    attempts = {row[0]: Result(*row[1:]) for row in data["attempts"]}
    return answers, attempts
