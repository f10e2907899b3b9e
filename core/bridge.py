"""A WSGI application asked from the server's event loop, through the server's own interface, RSGI (ADR 9).

The application works in few threads: a small body is there before one is taken, and an answer that somebody fetches
slowly holds none of them. No domain words here.
"""

import asyncio
import io
import sys
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from granian.rsgi import HTTPProtocol, Scope

# a body up to this is read before a thread is taken, a larger one while the application reads it
WHOLE_BODY = 1024 * 1024
# an answer is sent in parts of about this size
PART = 256 * 1024
READERS = 4
# a sender who is silent for so long has gone, and the thread that waits is somebody else's turn
SILENCE_SECONDS = 60.0

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def environ_of(scope: "Scope", body: io.IOBase) -> dict[str, Any]:
    """The request as WSGI wants it (PEP 3333). A header with an underscore is dropped: it would pass for another one."""
    server, _, port = scope.server.rpartition(":")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": _as_latin(scope.path),
        "QUERY_STRING": _as_latin(scope.query_string),
        "SERVER_NAME": server.strip("[]"),
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    if scope.authority:
        environ["HTTP_HOST"] = scope.authority
    for name, value in scope.headers.items():
        if "_" not in name:
            _add(environ, name.upper().replace("-", "_"), value)
    return environ


def _as_latin(text: str) -> str:
    """The bytes of the request as WSGI carries them."""
    return text.encode().decode("latin-1")


def _add(environ: dict[str, Any], name: str, value: str) -> None:
    if name in {"CONTENT_TYPE", "CONTENT_LENGTH"}:
        environ[name] = value
        return
    key = f"HTTP_{name}"
    joint = "; " if name == "COOKIE" else ","
    environ[key] = f"{environ[key]}{joint}{value}" if key in environ and name != "HOST" else value


def length_of(scope: "Scope") -> int:
    """Bytes of body the request announces; 0 where it says nothing, as for WSGI."""
    length = scope.headers.get("content-length") or "0"
    return int(length) if length.isdecimal() else 0


class Meta(Mapping[str, Any]):
    """The WSGI environment of a request, made only when somebody looks."""

    def __init__(self, scope: "Scope") -> None:
        self._scope = scope

    @cached_property
    def _environ(self) -> dict[str, Any]:
        return environ_of(self._scope, io.BytesIO())

    def __getitem__(self, name: str) -> Any:
        return self._environ[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._environ)

    def __len__(self) -> int:
        return len(self._environ)


_ENDED_EARLY = "the body ended early"


class _Incoming(io.RawIOBase):
    """A body that arrives while it is read, in another thread than the loop's; OSError where the sender is gone or silent."""

    def __init__(self, protocol: "HTTPProtocol", length: int, loop: asyncio.AbstractEventLoop) -> None:
        self._chunks: AsyncIterator[bytes] = aiter(protocol)
        self._missing = length
        self._loop = loop
        self._left = memoryview(b"")
        self._broken = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._left:
            # once broken always broken: what is lost in between must not go unnoticed
            if self._broken:
                raise OSError(_ENDED_EARLY)
            self._broken = True
            coming = asyncio.run_coroutine_threadsafe(self._next(), self._loop)
            # its TimeoutError is an OSError
            self._left = memoryview(coming.result(SILENCE_SECONDS))
            self._broken = False
        taken = min(len(buffer), len(self._left))
        buffer[:taken] = self._left[:taken]
        self._left = self._left[taken:]
        return taken

    async def _next(self) -> bytes:
        """The next chunk that is not empty; nothing at the end."""
        try:
            while not (chunk := await self._chunks.__anext__()):
                pass
        except StopAsyncIteration:
            chunk = b""
        except Exception as error:
            raise OSError(_ENDED_EARLY) from error
        self._missing -= len(chunk)
        if not chunk and self._missing > 0:
            raise OSError(_ENDED_EARLY)
        return bytes(chunk)


@dataclass(frozen=True, slots=True)
class Answer:
    """`start` is everything where `rest` is None; else whoever reads on closes it."""

    status: int
    headers: list[tuple[str, str]]
    start: bytes
    rest: Iterator[bytes] | None = None
    close: Callable[[], Any] = lambda: None


class Bridge:
    """Asks `application` in one of `threads` threads; an answer too large for one part is read on by a few others."""

    def __init__(self, application: Application, *, threads: int) -> None:
        self._application = application
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="django")
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="reader")

    def close(self) -> None:
        self._threads.shutdown()
        self._readers.shutdown()

    async def body(self, scope: "Scope", protocol: "HTTPProtocol") -> io.IOBase:
        """The body, read where it is small; a large one is read with the loop's help by whoever the application is."""
        length = length_of(scope)
        if length > WHOLE_BODY:
            incoming = _Incoming(protocol, length, asyncio.get_running_loop())
            return io.BufferedReader(incoming, PART)
        return io.BytesIO(await protocol() if length else b"")

    async def ask(self, scope: "Scope", body: io.IOBase) -> Answer:
        """What the application answers; what it raises reaches the server."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, partial(self._run, environ_of(scope, body)))

    async def send(self, answer: Answer, protocol: "HTTPProtocol") -> None:
        """Send it, part by part where it is large; closed however it ends."""
        if answer.rest is None:
            protocol.response_bytes(answer.status, answer.headers, answer.start)
            return
        loop = asyncio.get_running_loop()
        try:
            transport = protocol.response_stream(answer.status, answer.headers)
            part = answer.start
            while part:
                await transport.send_bytes(part)
                part = await loop.run_in_executor(self._readers, _part, answer.rest)
        finally:
            await loop.run_in_executor(self._readers, answer.close)

    def _run(self, environ: dict[str, Any]) -> Answer:
        head: list[Any] = []
        body = self._application(environ, lambda *said: head.extend(said))
        with ExitStack() as ending:
            # in this thread where it can be: closing gives back what it holds, a database connection among them
            ending.callback(getattr(body, "close", lambda: None))
            rest = iter(body)
            start = _part(rest)
            status, headers = head[:2]
            if len(start) < PART:
                return Answer(int(status[:3]), headers, start)
            return Answer(int(status[:3]), headers, start, rest, ending.pop_all().close)


def _part(rest: Iterator[bytes]) -> bytes:
    """The next bytes, at least PART of them but at the end; empty when nothing is left."""
    pieces: list[bytes] = []
    size = 0
    for piece in rest:
        pieces.append(piece)
        size += len(piece)
        if size >= PART:
            break
    return b"".join(pieces)
