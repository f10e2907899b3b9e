"""The hot door: small requests of one process are gathered and committed together, each answered after its commit.

A room gives a `Door`: how a body is read, what `batch(cursor, rows) -> verdicts` writes, how the reply is worded. The
same door is an ordinary view (one request, one transaction) and, in production, a lean one in front of Django
(many requests, one transaction). No domain words here.
"""

import asyncio
import datetime as dt
import logging
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson
from django.contrib.auth.decorators import login_not_required
from django.db import connection, transaction
from django.db.utils import Error, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from granian.rsgi import ProtocolClosed

from core.bridge import Application, Bridge, Meta, length_of

if TYPE_CHECKING:
    from granian.rsgi import HTTPProtocol, Scope

logger = logging.getLogger(__name__)

MAX_BODY = 64 * 1024
MAX_WAITING = 4000
MAX_BATCH_ROWS = 1000
GATHER_SECONDS = 0.004
RETRY_SECONDS = 2
LOCK_MILLISECONDS = 1500
WAIT_SECONDS = 15.0
DJANGO_THREADS = 8
# requests that may wait for Django, each with its body in memory
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
    headers: list[tuple[str, str]]


def understood(door: Door, body: bytes, arrived: dt.datetime, meta: Mapping[str, Any]) -> list[Any]:
    """The request's rows; raises Rejected."""
    if len(body) > MAX_BODY:
        raise Rejected(413, "too large")
    return door.read(body, arrived, meta)


def answered(door: Door, rows: Sequence[Any], verdicts: Sequence[Any], arrived: dt.datetime) -> Reply:
    """What is said after the commit, whichever door the request came through."""
    if UNAVAILABLE in verdicts:
        return busy()
    return _json(200, door.reply(rows, verdicts, arrived))


def turned_away(error: Rejected | Full) -> Reply:
    return _json(error.status, {"error": error.reason}) if isinstance(error, Rejected) else busy()


def busy() -> Reply:
    return _json(503, {"error": "busy"}, ("Retry-After", str(RETRY_SECONDS)))


_HEADERS = [
    ("Content-Type", "application/json"), ("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff"),
]  # fmt: skip


def _json(status: int, data: dict[str, Any], *headers: tuple[str, str]) -> Reply:
    body = orjson.dumps(data)
    return Reply(status, body, [*_HEADERS, *headers] if headers else _HEADERS)


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
    except Exception:
        # not only the database's own errors: a driver may stumble over the words of one
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

    @login_not_required
    @csrf_exempt
    @require_POST
    def view(request: HttpRequest) -> HttpResponse:
        arrived = request.now  # type: ignore[attr-defined]
        try:
            rows = understood(door, request.body, arrived, request.META)
            reply = answered(door, rows, commit(door, rows) if rows else [], arrived)
        except Rejected as rejected:
            reply = turned_away(rejected)
        return HttpResponse(reply.body, status=reply.status, headers=dict(reply.headers))

    return view


class _Pending(NamedTuple):
    """A request in the queue, answered with the verdicts of its rows."""

    rows: Sequence[Any]
    verdicts: "asyncio.Future[list[Any]]"


class Gatherer:
    """While one batch commits the next gathers; one writer thread and one connection per process and door.

    Asked on the server's event loop, which a request that waits does not hold.
    """

    def __init__(self, door: Door, *, limit: int = MAX_WAITING, patience: float = WAIT_SECONDS) -> None:
        self._door = door
        self._limit = limit
        self._patience = patience
        self._waiting: deque[_Pending] = deque()
        self._batch: list[_Pending] = []
        self._expected = 1
        self._soon: asyncio.TimerHandle | None = None
        self._patient: asyncio.TimerHandle | None = None
        self._writer = ThreadPoolExecutor(1, thread_name_prefix=f"hot {door.path}")
        self._impatient: Any = None

    async def __call__(self, rows: Sequence[Any]) -> list[Any]:
        """The verdicts, after the commit that holds the rows; raises Full. A writer that is stuck answers UNAVAILABLE."""
        if len(self._waiting) >= self._limit:
            raise Full
        loop = asyncio.get_running_loop()
        pending = _Pending(rows, loop.create_future())
        self._waiting.append(pending)
        self._consider(loop)
        return await pending.verdicts

    def close(self) -> None:
        """End the writer after its batch, and give its connection back."""
        self._writer.submit(_disconnect)
        self._writer.shutdown()

    def _consider(self, loop: asyncio.AbstractEventLoop) -> None:
        """Whoever was just answered may come again at once: a batch waits a moment for as many as there were last time,
        since a small one costs everybody nearly what a large one does. Who comes alone does not wait.
        """
        if self._batch or not self._waiting:
            return
        if len(self._waiting) >= self._expected:
            self._start(loop)
        elif self._soon is None:
            self._soon = loop.call_later(GATHER_SECONDS, self._start, loop)

    def _start(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._soon:
            self._soon.cancel()
            self._soon = None
        self._batch = self._gather()
        self._patient = loop.call_later(self._patience, self._give_up, loop)
        self._writer.submit(self._serve, [row for one in self._batch for row in one.rows], loop)

    def _gather(self) -> list[_Pending]:
        gathered: list[_Pending] = []
        rows = 0
        while self._waiting and rows < MAX_BATCH_ROWS:
            gathered.append(self._waiting.popleft())
            rows += len(gathered[-1].rows)
        return gathered

    def _serve(self, rows: Sequence[Any], loop: asyncio.AbstractEventLoop) -> None:
        """Whatever happens here, the loop hears of it: a batch that never ends would close the door for good."""
        verdicts = [UNAVAILABLE] * len(rows)
        try:
            with suppress(Error):
                connection.close_if_unusable_or_obsolete()
            self._be_impatient()
            verdicts = commit(self._door, rows)
        except Exception:
            logger.exception("%s: a batch of %s could not be tried", self._door.path, len(rows))
        finally:
            loop.call_soon_threadsafe(self._finish, verdicts, loop)

    def _be_impatient(self) -> None:
        """One row locked elsewhere must not stall everybody's batch; said once to every new connection."""
        with suppress(Error):
            connection.ensure_connection()
            if connection.vendor == "postgresql" and connection.connection is not self._impatient:
                with connection.cursor() as cursor:
                    cursor.execute(f"SET lock_timeout = {LOCK_MILLISECONDS}")
                self._impatient = connection.connection

    def _finish(self, verdicts: list[Any], loop: asyncio.AbstractEventLoop) -> None:
        if self._patient:
            self._patient.cancel()
        batch, self._batch = self._batch, []
        self._expected = min(len(batch) + len(self._waiting), MAX_BATCH_ROWS)
        position = 0
        for pending in batch:
            end = position + len(pending.rows)
            _answer(pending, verdicts[position:end])
            position = end
        self._consider(loop)

    def _give_up(self, loop: asyncio.AbstractEventLoop) -> None:
        """The writer is stuck. An answer lost here is harmless: a row sent again is acknowledged again."""
        for pending in (*self._batch, *self._waiting):
            _answer(pending, [UNAVAILABLE])
        self._waiting.clear()
        self._patient = loop.call_later(self._patience, self._give_up, loop)


def _disconnect() -> None:
    # looked up in the thread whose connection it is
    connection.close()


def _answer(pending: _Pending, verdicts: list[Any]) -> None:
    if not pending.verdicts.done():
        pending.verdicts.set_result(verdicts)


class LeanDoors:
    """The portal as the server asks it: the doors' paths are served here, on the event loop, everything else by Django.

    Django works in few threads of its own, each of which keeps a database connection. More than `pages` requests for it
    at once are turned away with 503 and Retry-After.
    """

    def __init__(
        self,
        application: Application,
        doors: Iterable[Door],
        *,
        threads: int = DJANGO_THREADS,
        pages: int = MAX_PAGES,
    ) -> None:
        self._bridge = Bridge(application, threads=threads)
        self._pages = pages
        self._asked = 0
        self._doors = {door.path: (door, Gatherer(door)) for door in doors}

    async def __rsgi__(self, scope: "Scope", protocol: "HTTPProtocol") -> None:
        found = self._doors.get(scope.path) if scope.method == "POST" else None
        # whoever went away in the middle is no error
        with suppress(ProtocolClosed):
            if found is not None:
                _send(await _through(*found, scope, protocol), protocol)
            else:
                await self._by_django(scope, protocol)

    def __rsgi_del__(self, _loop: Any) -> None:
        self._bridge.close()
        for _, gatherer in self._doors.values():
            gatherer.close()

    async def _by_django(self, scope: "Scope", protocol: "HTTPProtocol") -> None:
        # a body that comes slowly holds nobody's place
        body = await self._bridge.body(scope, protocol)
        if self._asked >= self._pages:
            _send(busy(), protocol)
            return
        self._asked += 1
        try:
            answer = await self._bridge.ask(scope, body)
        finally:
            self._asked -= 1
        await self._bridge.send(answer, protocol)


async def _through(door: Door, gatherer: Gatherer, scope: "Scope", protocol: "HTTPProtocol") -> Reply:
    arrived = timezone.now()
    try:
        length = length_of(scope)
        if length > MAX_BODY:
            raise Rejected(413, "too large")
        rows = understood(door, await protocol() if length else b"", arrived, Meta(scope))
        verdicts = await gatherer(rows) if rows else []
    except (Rejected, Full) as error:
        return turned_away(error)
    return answered(door, rows, verdicts, arrived)


def _send(reply: Reply, protocol: "HTTPProtocol") -> None:
    # the server adds the length
    protocol.response_bytes(reply.status, reply.headers, reply.body)
