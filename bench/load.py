"""As many small requests a second as a door answers, over a given number of kept connections."""

import asyncio
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import quantiles

from bench.serving import HOST

# a token and a number that grows → path and body; and what a good answer contains
Make = Callable[[str, int], tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of request: what is sent, and the words of a good answer."""

    name: str
    make: Make
    good: bytes


def _save(token: str, sequence: int) -> tuple[str, str]:
    place = random.randrange(1, 101)  # noqa: S311 - a load, not a secret
    return "/exam-answers/", f'{{"token":"{token}","answers":[[{place},"bcdf",{sequence}]]}}'


def _beat(token: str, sequence: int) -> tuple[str, str]:
    # seconds already watched: the work is the same, and nothing grows while it is measured
    body = f'{{"token":"{token}","sequence":{sequence},"ranges":[[0,15]],"position":15}}'
    return "/watch-beats/", body


def _pulse(token: str, sequence: int) -> tuple[str, str]:
    return "/exam-pulse/", f'{{"token":"{token}","waiting":{sequence % 3},"evidence":[]}}'


SAVE = Kind("answer save", _save, b'"saved"')
BEAT = Kind("watch beat", _beat, b'"counted"')
PULSE = Kind("exam pulse", _pulse, b'"open"')


@dataclass(frozen=True, slots=True)
class Load:
    """What one round of requests gave; milliseconds."""

    per_second: float
    p50: float
    p95: float
    p99: float
    errors: int

    @property
    def detail(self) -> dict[str, float]:
        times = {"p50_ms": self.p50, "p95_ms": self.p95, "p99_ms": self.p99}
        return {**{name: round(value, 1) for name, value in times.items()}, "errors": self.errors}


class _Run:
    def __init__(self) -> None:
        self.times: list[float] = []
        self.errors = 0
        self.over = False

    def note(self, seconds: float, good: bool) -> None:
        if not self.over:
            self.times.append(seconds)
            self.errors += not good


class _Client(asyncio.Protocol):
    """One connection that sends the next request as soon as the last one is answered."""

    def __init__(self, run: _Run, kind: Kind, token: str) -> None:
        self._run, self._kind, self._token = run, kind, token
        # grows from round to round and stays within 53 bits
        self._sequence, self._sent = int(time.time() * 1_000_000), 0.0
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._send()

    def _send(self) -> None:
        self._sequence += 1
        path, body = self._kind.make(self._token, self._sequence)
        head = f"POST {path} HTTP/1.1\r\nHost: {HOST}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        self._sent = time.perf_counter()
        self._transport.write((head + body).encode())  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, found, body = self._buffer.partition(b"\r\n\r\n")
        if not found or len(body) < _content_length(head):
            return
        self._buffer = b""
        self._run.note(time.perf_counter() - self._sent, self._kind.good in body)
        if not self._run.over:
            self._send()


def _content_length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0


async def _press(port: int, kind: Kind, tokens: Sequence[str], connections: int, seconds: float) -> Load:
    loop, run = asyncio.get_running_loop(), _Run()
    for number in range(connections):
        token = tokens[number % len(tokens)]
        await loop.create_connection(lambda token=token: _Client(run, kind, token), HOST, port)  # type: ignore[misc]
    await asyncio.sleep(seconds)
    run.over = True
    await asyncio.sleep(0.3)
    if len(run.times) < 2:
        raise RuntimeError(f"{kind.name}: no answers")
    cuts = [1000 * cut for cut in quantiles(run.times, n=100)]
    return Load(len(run.times) / seconds, cuts[49], cuts[94], cuts[98], run.errors)


def press(port: int, kind: Kind, tokens: Sequence[str], connections: int, seconds: float) -> Load:
    """A round of so many seconds."""
    return asyncio.run(_press(port, kind, tokens, connections, seconds))
