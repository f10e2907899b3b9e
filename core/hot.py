"""The hot door: small requests of one process are gathered and committed together, each answered after its commit.

A room gives a `Door`: how a body is read, what `batch(cursor, rows) -> verdicts` writes, how the reply is worded. The
same door is an ordinary view (one request, one transaction) and, in production, a lean callable in front of Django
(many requests, one transaction). No domain words here.
"""

import datetime as dt
import json
import logging
import queue
import resource
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Protocol

from django.contrib.auth.decorators import login_not_required
from django.db import connection, transaction
from django.db.utils import Error, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

logger = logging.getLogger(__name__)

MAX_BODY = 64 * 1024
MAX_WAITING = 4000
MAX_BATCH_ROWS = 1000
RETRY_SECONDS = 2
LOCK_MILLISECONDS = 1500
WAIT_SECONDS = 15.0
DJANGO_THREADS = 8
# pages that may wait for Django: the server has more threads than this, so that a rush for pages never holds up a save
MAX_PAGES = 384

# the outcome of a row that the database could not take now; the same request may be sent again
UNAVAILABLE = object()


class Rejected(Exception):
    """The door does not understand or trust the request; `status` is 400, 403 or 413."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class Full(Exception):
    """Too many requests wait already; nothing was written."""


@dataclass(frozen=True, slots=True)
class Door:
    """`read(body, arrived, meta)` makes rows or raises Rejected, `meta` being the request's WSGI environment; `batch`
    writes them and answers one verdict per row, in order; `failed` is the verdict of a row that can never be written;
    `reply` is what is sent as JSON. On the database `single_on` whatever belongs together in a batch is one statement,
    so that no transaction, two round trips more, is opened around it.
    """

    path: str
    read: Callable[[bytes, dt.datetime, Mapping[str, Any]], list[Any]]
    batch: Callable[[Any, Sequence[Any]], list[Any]]
    failed: Any
    reply: Callable[[Sequence[Any], Sequence[Any], dt.datetime], dict[str, Any]]
    single_on: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    body: bytes
    headers: list[tuple[str, str]] = field(default_factory=list)


class Write(Protocol):
    def __call__(self, rows: Sequence[Any]) -> list[Any]: ...


def answer(door: Door, body: bytes, arrived: dt.datetime, write: Write, meta: Mapping[str, Any]) -> Reply:
    """One request, whichever door it came through: read, write, and only then answer."""
    try:
        if len(body) > MAX_BODY:
            raise Rejected(413, "too large")
        rows = door.read(body, arrived, meta)
        verdicts = write(rows) if rows else []
    except Rejected as rejected:
        return _json(rejected.status, {"error": rejected.reason})
    except Full:
        return _busy()
    if UNAVAILABLE in verdicts:
        return _busy()
    return _json(200, door.reply(rows, verdicts, arrived))


_compact = json.JSONEncoder(separators=(",", ":")).encode


def _json(status: int, data: dict[str, Any], *headers: tuple[str, str]) -> Reply:
    body = _compact(data).encode()
    return Reply(
        status, body, [("Content-Type", "application/json"), ("Cache-Control", "no-store"), *headers]
    )


def _busy() -> Reply:
    return _json(503, {"error": "busy"}, ("Retry-After", str(RETRY_SECONDS)))


def commit(door: Door, rows: Sequence[Any]) -> list[Any]:
    """Together if possible; else row by row, so that one bad row spoils only itself. Never raises."""
    try:
        return _commit(door, rows)
    except Exception:
        logger.warning("%s: a batch of %s goes row by row", door.path, len(rows), exc_info=True)
    try:
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()
        connection.ensure_connection()
    except Error:
        return [UNAVAILABLE] * len(rows)
    return [_alone(door, row) for row in rows]


def _commit(door: Door, rows: Sequence[Any]) -> list[Any]:
    if door.single_on == connection.vendor:
        connection.ensure_connection()
        # the driver's own cursor: through Django's wrapping of it an eighth fewer saves a second are written
        with connection.wrap_database_errors, connection.connection.cursor() as cursor:
            return door.batch(cursor, rows)
    with transaction.atomic(), connection.cursor() as cursor:
        return door.batch(cursor, rows)


def _alone(door: Door, row: Any) -> Any:
    try:
        return _commit(door, [row])[0]
    except (OperationalError, InterfaceError):
        # away, locked or full: the row itself may be good
        return UNAVAILABLE
    except Exception:
        logger.exception("%s: a row cannot be written", door.path)
        return door.failed


def view_of(door: Door) -> Callable[..., HttpResponse]:
    """The door as an ordinary view; the body carries its own proof of who asks, so no session is read."""

    def write(rows: Sequence[Any]) -> list[Any]:
        return commit(door, rows)

    @login_not_required
    @csrf_exempt
    @require_POST
    def view(request: HttpRequest) -> HttpResponse:
        reply = answer(door, request.body, request.now, write, request.META)  # type: ignore[attr-defined]
        return HttpResponse(reply.body, status=reply.status, headers=dict(reply.headers))

    return view


class _Pending:
    """A request in the queue; the lock is held until its verdicts are there."""

    __slots__ = ("_done", "rows", "verdicts")

    def __init__(self, rows: Sequence[Any]) -> None:
        self.rows = rows
        self.verdicts: list[Any] = []
        self._done = threading.Lock()
        self._done.acquire()

    def finish(self, verdicts: list[Any]) -> None:
        self.verdicts = verdicts
        self._done.release()

    def wait(self, seconds: float) -> bool:
        return self._done.acquire(timeout=seconds)


class Gatherer:
    """While one batch commits the next gathers; one writer thread and one connection per process and door."""

    def __init__(self, door: Door, *, limit: int = MAX_WAITING, patience: float = WAIT_SECONDS) -> None:
        self._door = door
        self._limit = limit
        self._patience = patience
        self._waiting: queue.SimpleQueue[_Pending | None] = queue.SimpleQueue()
        self._starting = threading.Lock()
        self._writer: threading.Thread | None = None
        self._impatient: Any = None

    def __call__(self, rows: Sequence[Any]) -> list[Any]:
        """The verdicts, after the commit that holds the rows; raises Full. A writer that is stuck answers UNAVAILABLE."""
        if self._waiting.qsize() >= self._limit:
            raise Full
        pending = _Pending(rows)
        self._waiting.put(pending)
        self._keep_writing()
        # an answer lost here is harmless: a row sent again is acknowledged again
        return pending.verdicts if pending.wait(self._patience) else [UNAVAILABLE]

    def close(self) -> None:
        """Write what waits, then end the writer and give its connection back."""
        if self._writer is not None and self._writer.is_alive():
            self._waiting.put(None)
            self._writer.join()

    def _keep_writing(self) -> None:
        if self._writer is None or not self._writer.is_alive():
            with self._starting:
                if self._writer is None or not self._writer.is_alive():
                    self._writer = threading.Thread(
                        target=self._write, name=f"hot {self._door.path}", daemon=True
                    )
                    self._writer.start()

    def _write(self) -> None:
        while gathered := self._gather():
            self._serve(gathered)
        connection.close()

    def _gather(self) -> list[_Pending]:
        """What waits by now, at least one request; empty when the writer is to end."""
        pending = self._waiting.get()
        gathered: list[_Pending] = []
        rows = 0
        while pending is not None:
            gathered.append(pending)
            rows += len(pending.rows)
            if rows >= MAX_BATCH_ROWS or self._waiting.empty():
                break
            pending = self._waiting.get()
        if pending is None and gathered:
            self._waiting.put(None)
        return gathered

    def _be_impatient(self) -> None:
        """One row locked elsewhere must not stall everybody's batch; said once to every new connection."""
        with suppress(Error):
            connection.ensure_connection()
            if connection.vendor == "postgresql" and connection.connection is not self._impatient:
                with connection.cursor() as cursor:
                    cursor.execute(f"SET lock_timeout = {LOCK_MILLISECONDS}")
                self._impatient = connection.connection

    def _serve(self, gathered: list[_Pending]) -> None:
        rows = [row for pending in gathered for row in pending.rows]
        with suppress(Error):
            connection.close_if_unusable_or_obsolete()
        self._be_impatient()
        verdicts = commit(self._door, rows)
        position = 0
        for pending in gathered:
            pending.finish(verdicts[position : position + len(pending.rows)])
            position += len(pending.rows)


class LeanDoors:
    """The WSGI callable of production: the doors' paths are served here, everything else by Django.

    The server may have many threads, since at a door they only wait for the writer. Django works in few of its own: each
    of them keeps a database connection. More than `pages` at once are turned away with 503 and Retry-After.
    """

    def __init__(
        self,
        application: Callable[..., Iterable[bytes]],
        doors: Iterable[Door],
        *,
        threads: int = DJANGO_THREADS,
        pages: int = MAX_PAGES,
    ) -> None:
        self._application = application
        self._pages = threading.BoundedSemaphore(pages)
        self._django = ThreadPoolExecutor(threads, thread_name_prefix="django")
        self._doors = {door.path: (door, Gatherer(door)) for door in doors}

    def close(self) -> None:
        self._django.shutdown()
        for _, gatherer in self._doors.values():
            gatherer.close()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        found = self._doors.get(environ.get("PATH_INFO", "")) if environ["REQUEST_METHOD"] == "POST" else None
        if found is None:
            return self._by_django(environ, start_response)
        arrived = timezone.now()
        door, gatherer = found
        return _sent(answer(door, _body(environ), arrived, gatherer, environ), start_response)

    def _by_django(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if not self._pages.acquire(blocking=False):
            return _sent(_busy(), start_response)
        said: list[tuple[Any, ...]] = []
        try:
            work = self._django.submit(self._application, environ, lambda *head: said.append(head))
            body = work.result()
        finally:
            self._pages.release()
        start_response(*said[0])
        return body


def allow_files(count: int) -> int:
    """Raise this process's limit of open files towards `count`, as far as the machine lets it; the limit that holds now."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = count if hard == resource.RLIM_INFINITY else min(count, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        return wanted
    return soft


def _sent(reply: Reply, start_response: Callable[..., Any]) -> list[bytes]:
    length = ("Content-Length", str(len(reply.body)))
    headers = [*reply.headers, length, ("X-Content-Type-Options", "nosniff")]
    start_response(f"{reply.status} {HTTPStatus(reply.status).phrase}", headers)
    return [reply.body]


def _body(environ: dict[str, Any]) -> bytes:
    """The body, at most one byte more than a door takes."""
    length = environ.get("CONTENT_LENGTH") or "0"
    size = int(length) if length.isdigit() else 0
    return bytes(environ["wsgi.input"].read(min(size, MAX_BODY + 1)))
