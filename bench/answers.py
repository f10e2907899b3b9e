"""The doors with their gathered writer: beside plain Django views, beside PostgreSQL's own load tool, and on SQLite.

`python -m bench.answers` makes a database of its own, fills it with running attempts and watched lessons, serves it with
two web workers twice, through the doors and without them, and prints the rows as JSON.
"""

import contextlib
import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg2

from bench import pgbench, serving
from bench.load import BEAT, PULSE, SAVE, Kind, Load, press
from bench.pgbench import Reference
from bin import services

CONNECTIONS = (64, 256)
ROUNDS, SECONDS = 4, 3.0
PEOPLE = 600
# where the ratios must be: to a plain view with the same upsert, to the database alone
PLAIN, DATABASE = 3.0, 0.7
BEATS = 2.0
PLAIN_APPLICATION = "bench.plain:application"
Tokens = dict[str, list[str]]


@contextlib.contextmanager
def server() -> Iterator[str]:
    """A PostgreSQL with room for hundreds of connections if this machine can make one, else any; "" where there is none."""
    if os.environ.get("TEST_DATABASE_URL") is None and not services.lacks_postgres():
        with services.own_postgres() as own:
            yield own.url
    else:
        with services.postgres() as found:
            yield found.url


def measure() -> list[dict[str, Any]]:
    """The rows for var/bench.json; empty where no PostgreSQL can be had."""
    with server() as found:
        if not found:
            return []
        with serving.database(found) as url:
            env = serving.environment(url)
            tokens = _seed(env)
            _know_the_tables(url)
            with (
                serving.served(env) as lean,
                serving.served(env, PLAIN_APPLICATION) as plain,
            ):
                ports = lean, plain
                rows = [row for count in CONNECTIONS for row in _saves(ports, url, tokens, count)]
                rows += [_beside_plain(kind, ports, tokens) for kind in (BEAT, PULSE)]
    return [*rows, _sqlite(rows[0]["value"])]


def _seed(env: dict[str, str]) -> Tokens:
    """Migrate, load the real year, start attempts and lessons; the tokens of their devices."""
    serving.fill(env)
    return dict(json.loads(serving.run("-m", "bench.seed_attempts", str(PEOPLE), env=env)))


def _know_the_tables(url: str) -> None:
    """What autovacuum does within a minute: without it the database alone searches every attempt, at half its speed."""
    with contextlib.closing(psycopg2.connect(url)) as connection:
        connection.autocommit = True
        connection.cursor().execute("ANALYZE")


def _tokens(kind: Kind, tokens: Tokens) -> list[str]:
    return tokens["watching" if kind is BEAT else "sitting"]


def _turns(
    ports: tuple[int, int], kind: Kind, tokens: list[str], connections: int, rounds: int
) -> list[list[Load]]:
    """The loads of each port. They take turns, so that a busy machine does not decide the ratio."""
    for port in ports:
        press(port, kind, tokens, CONNECTIONS[0], 0.5)
    loads: list[list[Load]] = [[], []]
    for _ in range(rounds):
        for kept, port in zip(loads, ports, strict=True):
            kept.append(press(port, kind, tokens, connections, SECONDS))
    return loads


def _least_disturbed(loads: list[Load]) -> Load:
    return max(loads, key=lambda load: load.per_second)


def _saves(ports: tuple[int, int], url: str, tokens: Tokens, connections: int) -> list[dict[str, Any]]:
    """The same round beside a plain view and beside the database alone, in turns."""
    loads: list[list[Load]] = [[], []]
    alone: list[Reference] = []
    for _ in range(ROUNDS):
        for kept, found in zip(loads, _turns(ports, SAVE, tokens["sitting"], connections, 1), strict=True):
            kept += found
        alone.append(pgbench.upserts(url, connections, SECONDS))
    ours, view = map(_least_disturbed, loads)
    best = max(alone, key=lambda one: one.per_second)
    name = f"{SAVE.name}, {connections} connections"
    return [
        row(
            name, ours, Reference("the same path as a plain Django view", view.per_second), PLAIN, view.errors
        ),
        row(f"{name}, × database", ours, best, DATABASE),
    ]


def _beside_plain(kind: Kind, ports: tuple[int, int], tokens: Tokens) -> dict[str, Any]:
    loads = _turns(ports, kind, _tokens(kind, tokens), CONNECTIONS[0], ROUNDS - 1)
    ours, view = map(_least_disturbed, loads)
    reference = Reference("the same path as a plain Django view", view.per_second)
    target = BEATS if kind is BEAT else 1.0
    return row(f"{kind.name}, {CONNECTIONS[0]} connections", ours, reference, target, view.errors)


def _sqlite(on_postgres: float) -> dict[str, Any]:
    """One web process on SQLite, synchronous FULL, as `make run` serves."""
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
        env = serving.environment(f"sqlite:///{Path(folder) / 'bench.sqlite3'}")
        tokens = _seed(env)["sitting"]
        with serving.served(env, workers=1) as port:
            press(port, SAVE, tokens, CONNECTIONS[0], 1.0)
            loads = [press(port, SAVE, tokens, CONNECTIONS[0], SECONDS) for _ in range(ROUNDS - 1)]
    name = f"{SAVE.name}, SQLite, {CONNECTIONS[0]} connections"
    return row(
        name, _least_disturbed(loads), Reference("the same on PostgreSQL, 2 workers", on_postgres), 0.0
    )


def row(name: str, load: Load, reference: Reference, target: float, other_errors: int = 0) -> dict[str, Any]:
    ratio = load.per_second / reference.per_second
    return {
        "name": name,
        "value": round(load.per_second),
        "unit": "requests/s",
        "reference": reference.name,
        "reference_value": round(reference.per_second),
        "ratio": round(ratio, 2),
        "target": target,
        "ok": ratio >= target and not load.errors and not other_errors,
        "detail": load.detail,
    }


if __name__ == "__main__":
    print(json.dumps(measure(), indent=2))
