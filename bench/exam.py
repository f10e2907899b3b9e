"""An exam as a thousand people sit it: the pages a second, then the whole of it, compressed, over real HTTP.

`python -m bench.exam` makes a database of its own, serves it with two web workers and prints the rows as JSON.
"""

import asyncio
import json
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

from bench import checker, serving
from bench.answers import server
from bench.history import History
from bench.trainees import Plan, Trainee, everybody

PEOPLE, TRIED = 1000, 80
# how many press a button at once while pages are counted
AT_ONCE = 8
# seconds: people open the exam's page, then all start, answer, and all hand in
# two cores that carry the database and the people as well give out sixteen papers a second, eleven beside 400 saves
ARRIVE, START_FROM, START, HAND_IN_FROM, HAND_IN = 58.0, 60.0, 90.0, 155.0, 50.0
# a real paper is answered once in 54 s
EVERY = 2.5
# T27g
SAVE_MS, START_MS = 500.0, 2000.0


def measure() -> list[dict[str, Any]]:
    """The rows for var/bench.json; empty where no PostgreSQL can be had."""
    with server() as found:
        if not found:
            return []
        with serving.database(found) as url, tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
            env = serving.environment(url)
            serving.fill(env)
            seeded = json.loads(serving.run("-m", "bench.seed_exam", str(PEOPLE + TRIED), env=env))
            history = History(Path(folder) / "history.jsonl")
            with serving.served(env) as port:
                people = everybody(seeded, port, history)
                rows = asyncio.run(_pages(people[:TRIED]))
                failures = asyncio.run(_exam(people[TRIED:], history))
            stored = checker.parsed(json.loads(serving.run("-m", "bench.stored", env=env)))
    return [*rows, *_rows(people[TRIED:], history, failures, checker.check(history.events, *stored))]


async def _pages(people: Sequence[Trainee]) -> list[dict[str, Any]]:
    """What Django does of it, a second: starts, papers with their hundred questions, hand-ins with their results."""

    async def start(one: Trainee) -> None:
        one.paper = await one.enter()

    acts: dict[str, Callable[[Trainee], Awaitable[None]]] = {
        "exam page": Trainee.arrive,
        "start and paper": start,
        "hand-in and result": Trainee.hand_in,
    }
    rows = []
    for name, act in acts.items():
        seconds = await _timed(people, act)
        rows.append(_row(f"{name}, {AT_ONCE} at once", len(people) / seconds, "people/s", PEOPLE / 60))
    for row in rows:
        row["reference"] = f"{PEOPLE:,} people within 60 s"
    return rows


async def _timed(people: Sequence[Trainee], act: Callable[[Trainee], Awaitable[None]]) -> float:
    gate = asyncio.Semaphore(AT_ONCE)

    async def one_by_one(one: Trainee) -> None:
        async with gate:
            await act(one)

    started = time.perf_counter()
    await asyncio.gather(*(one_by_one(one) for one in people))
    return time.perf_counter() - started


async def _exam(people: Sequence[Trainee], history: History) -> list[str]:
    async with history.kept():
        ended = await asyncio.gather(
            *(one.sit(_plan(place / len(people))) for place, one in enumerate(people)), return_exceptions=True
        )
    return [repr(error) for error in ended if error]


def _plan(share: float) -> Plan:
    return Plan(
        arrive=ARRIVE * share,
        start=START_FROM + START * share,
        hand_in=HAND_IN_FROM + HAND_IN * share,
        every=EVERY,
        signs_in=share < 0.003,
    )


def _rows(
    people: Sequence[Trainee], history: History, failures: Sequence[str], verdict: checker.Verdict
) -> list[dict[str, Any]]:
    missing = verdict.lost + verdict.older + verdict.invented + verdict.results
    away = [event for event in history.events if event["kind"] in {"lost", "away"}]
    wrong = len(missing) + len(failures) + len(away)
    done = verdict.ok and all(one.done for one in people)
    sum_row = _row(f"{len(people):,} trainees: errors and answers lost", wrong, "", 1.0)
    sum_row |= {"reference": "none", "reference_value": 0, "ratio": wrong, "ok": done and not wrong}
    sum_row["detail"] = {
        "answers": verdict.answers,
        "acknowledged": verdict.acknowledged,
        "handed_in": sum(one.done for one in people),
        "lost": len(verdict.lost),
        "first": (list(failures) + missing)[:3],
    }
    times = {kind: _times(people, kind) for kind in ("save", "start", "paper", "hand-in", "pulse")}
    targets = {"save": SAVE_MS, "start": START_MS}
    return [
        sum_row,
        *(_time_row(kind, times[kind], targets.get(kind)) for kind in times if len(times[kind]) > 1),
    ]


def _times(people: Sequence[Trainee], kind: str) -> list[float]:
    return sorted(1000 * seconds for one in people for seconds in one.seconds.get(kind, []))


def _time_row(kind: str, times: Sequence[float], budget: float | None) -> dict[str, Any]:
    """p95 against its budget; without one it is only told."""
    p95 = times[int(0.95 * len(times))]
    row = _row(f"{PEOPLE:,} trainees: {kind}, p95", p95, "ms", budget or p95)
    row |= {"target": 1.0, "ok": budget is None or p95 <= budget}
    row["reference"] = f"{budget:g} ms" if budget else "–"
    row["detail"] = {
        "p50_ms": round(times[len(times) // 2], 1),
        "longest_ms": round(times[-1], 1),
        "count": len(times),
    }
    return row


def _row(name: str, value: float, unit: str, reference: float) -> dict[str, Any]:
    return {
        "name": name,
        "value": round(value, 1),
        "unit": unit,
        "reference": "",
        "reference_value": round(reference, 1),
        "ratio": round(value / reference, 2),
        "target": 0.0,
        "ok": True,
        "detail": {},
    }


if __name__ == "__main__":
    print(json.dumps(measure(), indent=2))
