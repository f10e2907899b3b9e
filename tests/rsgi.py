"""A request as the web server hands it over (RSGI), and what is sent back, without a server."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from granian.rsgi import ProtocolClosed

CHUNK = 64 * 1024


class Headers:
    """Repeated names stand in `items` as often as they came; `get` has the first."""

    def __init__(self, pairs: Sequence[tuple[str, str]]) -> None:
        self._pairs = list(pairs)

    def items(self) -> list[tuple[str, str]]:
        return self._pairs

    def get(self, key: str, default: Any = None) -> Any:
        return next((value for name, value in self._pairs if name == key), default)


@dataclass(frozen=True, slots=True)
class Scope:
    method: str = "GET"
    path: str = "/"
    query_string: str = ""
    headers: Headers = field(default_factory=lambda: Headers([("host", "testserver")]))
    authority: str | None = None
    http_version: str = "1.1"
    scheme: str = "http"
    server: str = "127.0.0.1:8000"
    client: str = "127.0.0.1:50000"


def scope(method: str, path: str, *headers: tuple[str, str], body: bytes | None = None, **more: Any) -> Scope:
    """With the length of the body, as every browser sends it."""
    length = [("content-length", str(len(body)))] if body is not None else []
    return Scope(method, path, headers=Headers([("host", "testserver"), *headers, *length]), **more)


class Protocol:
    """Gives the body at once or in chunks; keeps what is answered. Who `ends_early` or `falls_silent` never sends all of it."""

    def __init__(
        self,
        body: bytes = b"",
        *,
        ends_early: bool = False,
        falls_silent: bool = False,
        leaves_after: int | None = None,
    ) -> None:
        self._body = body
        self._ends_early = ends_early
        self._falls_silent = falls_silent
        self._leaves_after = leaves_after
        self.read: list[int] = []
        self.status = 0
        self.headers: dict[str, str] = {}
        self.parts: list[bytes] = []

    async def __call__(self) -> bytes:
        self.read.append(len(self._body))
        if self._ends_early:
            raise ProtocolClosed("the client is gone")
        return self._body

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for start in range(0, len(self._body), CHUNK):
            chunk = self._body[start : start + CHUNK]
            self.read.append(len(chunk))
            yield chunk
        if self._ends_early:
            raise ProtocolClosed("the client is gone")
        if self._falls_silent:
            await asyncio.sleep(3600)

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        """The server adds the length where the application said none."""
        self.response_stream(status, headers)
        self.headers.setdefault("Content-Length", str(len(body)))
        self.parts.append(body)

    def response_stream(self, status: int, headers: list[tuple[str, str]]) -> "Protocol":
        self.status, self.headers = status, dict(headers)
        return self

    async def send_bytes(self, data: bytes) -> None:
        if len(self.parts) == self._leaves_after:
            raise ProtocolClosed("the client is gone")
        self.parts.append(data)

    @property
    def body(self) -> bytes:
        return b"".join(self.parts)


def ask(application: Any, request: Scope, body: bytes = b"", **manner: Any) -> Protocol:
    """One request, answered."""
    protocol = Protocol(body, **manner)
    asyncio.run(application.__rsgi__(request, protocol))
    return protocol
