"""As many small requests a second as a door answers, over a given number of kept connections."""

import random
import re
import selectors
import socket
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import lru_cache
from statistics import quantiles

from bench.serving import HOST

SETTLE_SECONDS = 0.3

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


class _Client:
    """One kept connection that sends the next request as soon as the last one is answered."""

    def __init__(self, port: int, kind: Kind, token: str) -> None:
        self._kind, self._token = kind, token
        # grows from round to round and stays within 53 bits
        self._sequence, self._sent = int(time.time() * 1_000_000), 0.0
        self._buffer = b""
        self.socket = socket.create_connection((HOST, port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self) -> None:
        self._sequence += 1
        path, body = self._kind.make(self._token, self._sequence)
        self._sent = time.perf_counter()
        self.socket.sendall(_head(path, len(body)) + body.encode())

    def receive(self) -> tuple[float, bool] | None:
        """Seconds of the request and whether its answer is good; None while the answer is not whole."""
        data = self.socket.recv(65536)
        if not data:
            raise RuntimeError(f"{self._kind.name}: the server hung up")
        answer = self._buffer + data
        head = answer.find(b"\r\n\r\n")
        if head < 0 or len(answer) < head + 4 + _content_length(answer, head):
            self._buffer = answer
            return None
        self._buffer = b""
        return time.perf_counter() - self._sent, self._kind.good in answer


@lru_cache
def _head(path: str, length: int) -> bytes:
    lines = (
        f"POST {path} HTTP/1.1",
        f"Host: {HOST}",
        "Content-Type: application/json",
        f"Content-Length: {length}",
    )
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


_LENGTH = re.compile(rb"\ncontent-length: *(\d+)", re.IGNORECASE)


def _content_length(answer: bytes, end: int) -> int:
    found = _LENGTH.search(answer, 0, end)
    return int(found[1]) if found else 0


def press(port: int, kind: Kind, tokens: Sequence[str], connections: int, seconds: float) -> Load:
    """A round of so many seconds; one thread and no event loop, since what the load costs the server lacks."""
    times: list[float] = []
    errors = 0
    with selectors.DefaultSelector() as waiting, ExitStack() as opened:
        for number in range(connections):
            client = _Client(port, kind, tokens[number % len(tokens)])
            opened.enter_context(client.socket)
            waiting.register(client.socket, selectors.EVENT_READ, client)
            client.send()
        until = time.perf_counter() + seconds
        while (left := until - time.perf_counter()) > 0:
            for key, _ in waiting.select(left):
                if (answer := key.data.receive()) is not None:
                    times.append(answer[0])
                    errors += not answer[1]
                    key.data.send()
        # what is under way is not the next round's
        time.sleep(SETTLE_SECONDS)
    if len(times) < 2:
        raise RuntimeError(f"{kind.name}: no answers")
    cuts = [1000 * cut for cut in quantiles(times, n=100)]
    return Load(len(times) / seconds, cuts[49], cuts[94], cuts[98], errors)
