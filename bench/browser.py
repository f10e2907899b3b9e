"""A browser's worth of HTTP/1.1 on one kept connection, for thousands of virtual people in one process."""

import asyncio
import contextlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

# people wait for a page in a rush
PATIENCE = 60.0


class Lost(Exception):
    """No whole answer came: whether the server acted on the request is not known."""


@dataclass(frozen=True, slots=True)
class Page:
    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def location(self) -> str:
        """The path a redirect leads to, "" where it is none."""
        return urlsplit(self.headers.get("location", "")).path

    def json(self) -> Any:
        return json.loads(self.body)


class Browser:
    """Cookies and a connection of its own; one request at a time, as a person makes them."""

    def __init__(self, host: str, port: int, cookies: Mapping[str, str] | None = None) -> None:
        self._host, self._port = host, port
        self.cookies = dict(cookies or {})
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._busy = asyncio.Lock()

    async def get(self, path: str, *, patience: float = PATIENCE) -> Page:
        return await self.ask("GET", path, patience=patience)

    async def post_form(self, path: str, fields: Mapping[str, str], *, patience: float = PATIENCE) -> Page:
        """As a form of the portal is sent, with the token that the cookie carries."""
        body = urlencode({"csrfmiddlewaretoken": self.cookies.get("csrftoken", ""), **fields}).encode()
        return await self.ask("POST", path, body, "application/x-www-form-urlencoded", patience=patience)

    async def post_json(self, path: str, data: Any, *, patience: float = PATIENCE) -> Page:
        """As a page's script sends it; no cookie goes along."""
        body = json.dumps(data, separators=(",", ":")).encode()
        return await self.ask("POST", path, body, "application/json", cookies=False, patience=patience)

    async def ask(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        kind: str = "",
        *,
        cookies: bool = True,
        patience: float = PATIENCE,
    ) -> Page:
        """The answer within `patience` seconds; raises Lost."""
        head = [f"{method} {path} HTTP/1.1", f"Host: {self._host}:{self._port}", "Accept-Language: zh-hans"]
        if method == "POST":
            head += [f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
        if cookies and self.cookies:
            head.append("Cookie: " + "; ".join(f"{name}={value}" for name, value in self.cookies.items()))
        request = ("\r\n".join(head) + "\r\n\r\n").encode() + body
        async with self._busy:
            started = time.monotonic()
            try:
                status, headers, answer = await asyncio.wait_for(self._exchange(request), patience)
            except (OSError, EOFError, ValueError, TimeoutError) as error:
                self.close()
                raise Lost(f"{type(error).__name__} {error}") from error
            except asyncio.CancelledError:
                # its answer is still on the way and must not be taken for that of the next request
                self.close()
                raise
            return Page(status, headers, answer, time.monotonic() - started)

    def close(self) -> None:
        if self._streams:
            with contextlib.suppress(OSError, RuntimeError):
                self._streams[1].close()
        self._streams = None

    async def _exchange(self, request: bytes) -> tuple[int, dict[str, str], bytes]:
        if self._streams and self._streams[0].at_eof():
            # ended by the server while nobody asked: a browser opens another without a word
            self.close()
        if self._streams is None:
            self._streams = await asyncio.open_connection(self._host, self._port)
        reader, writer = self._streams
        writer.write(request)
        lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers: dict[str, str] = {}
        for line in lines[1:-2]:
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
            if name.lower() == "set-cookie":
                self._keep_cookie(value)
        body = await _body(reader, headers)
        if headers.get("connection", "").lower() == "close":
            self.close()
        return int(lines[0].split()[1]), headers, body

    def _keep_cookie(self, header: str) -> None:
        name, _, value = header.split(";")[0].strip().partition("=")
        if "max-age=0" in header.lower():
            self.cookies.pop(name, None)
        else:
            self.cookies[name] = value


async def _body(reader: asyncio.StreamReader, headers: Mapping[str, str]) -> bytes:
    if "chunked" in headers.get("transfer-encoding", ""):
        parts = []
        while size := int(await reader.readline(), 16):
            parts.append(await reader.readexactly(size))
            await reader.readexactly(2)
        await reader.readexactly(2)
        return b"".join(parts)
    return await reader.readexactly(int(headers.get("content-length", "0")))
