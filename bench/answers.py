"""Answer saves per second: the lean door with its gathered writer beside the same path as an ordinary Django view.

`python -m bench.answers` makes a database of its own on the PostgreSQL of `DATABASE_URL` (or the local one), fills it with
running attempts, serves it with granian twice and prints the rows as JSON.
"""

import asyncio
import contextlib
import json
import os
import random
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from typing import Any

import psycopg2

from bin import children, services

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
CONNECTIONS = (64, 256)
ROUNDS = 4
SECONDS = 4.0
PEOPLE = 600
# as the production image starts them: many threads wait at the doors, few work in Django
DOOR_THREADS, DJANGO_THREADS = 128, 8
# where the ratio to the plain view must be
TARGET = 3.0


@dataclass(frozen=True, slots=True)
class Load:
    """What one round of requests gave."""

    per_second: float
    p50: float
    p95: float
    p99: float
    errors: int


class _Client(asyncio.Protocol):
    """One connection that sends the next save as soon as the last one is answered."""

    def __init__(self, run: "_Run", token: str) -> None:
        self._run, self._token = run, token
        self._sequence, self._sent = int(time.time() * 1000), 0.0
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._send()

    def _send(self) -> None:
        self._sequence += 1
        answers = [[random.randrange(1, 101), "bcdf", self._sequence]]  # noqa: S311 - a load, not a secret
        body = json.dumps({"token": self._token, "answers": answers}).encode()
        head = f"POST /exam-answers/ HTTP/1.1\r\nHost: {HOST}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        self._sent = time.perf_counter()
        self._transport.write(head.encode() + body)  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, found, body = self._buffer.partition(b"\r\n\r\n")
        if not found or len(body) < _content_length(head):
            return
        self._buffer = b""
        self._run.note(time.perf_counter() - self._sent, b'"saved"' in body)
        if not self._run.over:
            self._send()


def _content_length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0


class _Run:
    def __init__(self) -> None:
        self.times: list[float] = []
        self.errors = 0
        self.over = False

    def note(self, seconds: float, saved: bool) -> None:
        if not self.over:
            self.times.append(seconds)
            self.errors += not saved


async def _load(port: int, tokens: Sequence[str], connections: int, seconds: float) -> Load:
    loop, run = asyncio.get_running_loop(), _Run()
    for number in range(connections):
        token = tokens[number % len(tokens)]
        await loop.create_connection(lambda token=token: _Client(run, token), HOST, port)  # type: ignore[misc]
    await asyncio.sleep(seconds)
    run.over = True
    await asyncio.sleep(0.3)
    cuts = [1000 * cut for cut in quantiles(run.times, n=100)]
    return Load(len(run.times) / seconds, cuts[49], cuts[94], cuts[98], run.errors)


# The database


@contextlib.contextmanager
def database(server: str) -> Iterator[str]:
    """A database of our own, dropped afterwards."""
    name = f"bench_answers_{os.getpid()}"
    url = server.rsplit("/", 1)[0] + f"/{name}"
    with contextlib.closing(psycopg2.connect(server)) as connection:
        connection.autocommit = True
        cursor = connection.cursor()
        cursor.execute(f"CREATE DATABASE {name}")
        try:
            yield url
        finally:
            cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def environment(url: str) -> dict[str, str]:
    return {**os.environ, "DATABASE_URL": url, "REDIS_URL": "", "DEBUG": "0", "LOG_LEVEL": "WARNING"}


def _seed(url: str) -> list[str]:
    """Migrate, load the real year, start attempts; the tokens of their devices."""
    env = environment(url)
    for command in (["manage.py", "migrate", "--verbosity=0"], ["manage.py", "load_fixtures"]):
        subprocess.run([sys.executable, *command], check=True, env=env, cwd=ROOT, stdout=subprocess.DEVNULL)
    seeded = subprocess.run(
        [sys.executable, "-m", "bench.seed_attempts", str(PEOPLE)],
        check=True,
        env=env,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    return list(json.loads(seeded.stdout))


# The servers


@contextlib.contextmanager
def _served(application: str, threads: int, url: str) -> Iterator[int]:
    port = services.free_port()
    command = (
        f"granian --interface wsgi --host {HOST} --port {port} --workers 2 --blocking-threads {threads}"
        f" --backpressure 512 --no-ws --log-level error {application}"
    )
    log = ROOT / "var" / "log" / "bench.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    server = children.start("web", [sys.executable, "-m", *command.split()], log=log, env=environment(url))
    try:
        _wait(port)
        yield port
    finally:
        children.end_all([server])


def _wait(port: int) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    limit = time.monotonic() + 60
    while time.monotonic() < limit:
        with (
            contextlib.suppress(urllib.error.URLError, OSError),
            opener.open(f"http://{HOST}:{port}/health/", timeout=2),
        ):
            return
        time.sleep(0.2)
    raise RuntimeError("the bench's web server does not answer")


def _rounds(url: str, tokens: Sequence[str]) -> dict[int, tuple[Load, Load]]:
    """The best round of the lean doors and of the plain view, by number of connections.

    They take turns and the least disturbed round counts, so that a busy machine does not decide the ratio.
    """
    with (
        _served("config.wsgi:application", DOOR_THREADS, url) as lean,
        _served("bench.plain:application", DJANGO_THREADS, url) as plain,
    ):
        for port in (lean, plain):
            asyncio.run(_load(port, tokens, CONNECTIONS[0], 1.0))
        found = {}
        for connections in CONNECTIONS:
            loads: dict[int, list[Load]] = {lean: [], plain: []}
            for port in (lean, plain) * ROUNDS:
                loads[port].append(asyncio.run(_load(port, tokens, connections, SECONDS)))
            best = [max(loads[port], key=lambda load: load.per_second) for port in (lean, plain)]
            found[connections] = (best[0], best[1])
    return found


def measure() -> list[dict[str, Any]]:
    """The rows for var/bench.json; empty where no PostgreSQL can be had."""
    with services.postgres() as server:
        if not server.url:
            return []
        with database(server.url) as url:
            found = _rounds(url, _seed(url))
    return [_row(connections, *found[connections]) for connections in CONNECTIONS]


def _row(connections: int, lean: Load, plain: Load) -> dict[str, Any]:
    ratio = lean.per_second / plain.per_second
    return {
        "name": f"answer save, {connections} connections",
        "value": round(lean.per_second),
        "unit": "requests/s",
        "reference": "the same path as a plain Django view",
        "reference_value": round(plain.per_second),
        "ratio": round(ratio, 2),
        "target": TARGET,
        "ok": ratio >= TARGET and not lean.errors and not plain.errors,
        "detail": {
            "p50_ms": round(lean.p50, 1),
            "p95_ms": round(lean.p95, 1),
            "p99_ms": round(lean.p99, 1),
            "errors": lean.errors,
        },
    }


if __name__ == "__main__":
    print(json.dumps(measure(), indent=2))
