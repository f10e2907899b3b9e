"""What a running sitting tells and hears every few seconds: the domain half of a third door (X5, X8, design §4).

A page says that it is there, how many answers wait on its device and when it was left; it hears the end of its time, the
state of the sitting and the office's messages. Plain SQL on both databases; one row per sitting, no session.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from django.db import connection
from django.http import HttpRequest
from django.utils import timezone

from accounts.middleware import address_of
from core.hot import Door, Rejected
from exams.answers import instant, milliseconds, places, read_token
from exams.enums import AttemptState, EvidenceKind

PATH = "/exam-pulse/"
MAX_EVIDENCE = 50
MAX_WAITING = 999
MAX_SECONDS = 24 * 3600
MAX_BROADCASTS = 10

# states, as they stand in the reply
OPEN = "open"
OVER = "over"  # no answer can arrive in time any more
CLOSED = "closed"
VOID = "void"
STALE = "stale"  # another device has taken the sitting over


@dataclass(frozen=True, slots=True)
class Left:
    """The page was out of sight: the device's own `number` of it, since when (milliseconds, server time), seconds."""

    number: int
    since: int
    seconds: int


@dataclass(frozen=True, slots=True)
class PulseRow:
    attempt_id: int
    generation: int
    waiting: int
    left: tuple[Left, ...]
    address: str
    arrived_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Heard:
    """`until` is the last instant to answer in milliseconds; `broadcasts` are (number, milliseconds, text), newest last."""

    state: str
    until: int | None = None
    broadcasts: tuple[tuple[int, int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class _Sitting:
    state: str
    generation: int
    started_at: dt.datetime
    accept_until: dt.datetime
    until: int
    address: str | None

    def word(self, row: PulseRow) -> str:
        if self.state != AttemptState.OPEN:
            return VOID if self.state == AttemptState.VOID else CLOSED
        if row.generation != self.generation:
            return STALE
        return OVER if row.arrived_at > self.accept_until else OPEN


def read(body: bytes, arrived: dt.datetime, meta: Mapping[str, Any]) -> list[PulseRow]:
    """{"token", "waiting", "evidence": [[number, "focus", since, seconds], …]}."""
    try:
        data = orjson.loads(body)
        attempt, generation = read_token(str(data["token"]))
        left = tuple(_left(*one) for one in data.get("evidence", ()))
        waiting = int(data.get("waiting", 0))
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
        raise Rejected(400, "body") from error
    if len(left) > MAX_EVIDENCE or waiting < 0:
        raise Rejected(400, "evidence")
    return [PulseRow(attempt, generation, min(waiting, MAX_WAITING), left, _address(meta), arrived)]


def _left(number: int, kind: str, since: int, seconds: int) -> Left:
    if kind != EvidenceKind.FOCUS or not (0 < int(number) < 2**31 and 0 <= int(since) < 2**43):
        raise ValueError(kind)
    return Left(int(number), int(since), min(max(0, int(seconds)), MAX_SECONDS))


def _address(meta: Mapping[str, Any]) -> str:
    request = HttpRequest()
    request.META = dict(meta)
    return address_of(request)


def reply(rows: Sequence[PulseRow], verdicts: Sequence[Heard], arrived: dt.datetime) -> dict[str, Any]:
    heard = verdicts[0]
    return {
        "now": milliseconds(timezone.now()),
        "until": heard.until,
        "state": heard.state,
        "broadcasts": heard.broadcasts,
    }


def batch(cursor: Any, rows: Sequence[PulseRow]) -> list[Heard]:
    """Keep what open sittings tell, answer what they are to hear; one verdict per row, in order.

    A device that was taken over, and a sitting that is closed, change nothing.
    """
    sittings = _sittings(cursor, {row.attempt_id for row in rows})
    words = [sittings[row.attempt_id].word(row) if row.attempt_id in sittings else VOID for row in rows]
    alive = [row for row, word in zip(rows, words, strict=True) if word in {OPEN, OVER}]
    if alive:
        _keep_pulses(cursor, alive)
        _keep_evidence(cursor, [note for row in alive for note in _notes(row, sittings[row.attempt_id])])
    said = _broadcasts(cursor, {row.attempt_id for row in alive})
    return [
        Heard(word, sittings[row.attempt_id].until, tuple(said.get(row.attempt_id, ())[-MAX_BROADCASTS:]))
        if row.attempt_id in sittings
        else Heard(word)
        for row, word in zip(rows, words, strict=True)
    ]


def _sittings(cursor: Any, ids: Iterable[int]) -> dict[int, _Sitting]:
    wanted = sorted(ids)
    cursor.execute(
        "SELECT a.id, a.state, a.generation, a.started_at, a.accept_until, a.deadline, a.extra_seconds, p.address"  # noqa: S608
        " FROM exams_attempt a LEFT JOIN exams_pulse p ON p.attempt_id = a.id"
        f" WHERE a.id IN ({places(wanted)})",
        wanted,
    )
    return {
        key: _Sitting(
            state,
            generation,
            instant(start),
            instant(until),
            milliseconds(instant(end)) + extra * 1000,
            address,
        )
        for key, state, generation, start, until, end, extra, address in cursor.fetchall()
    }


def _keep_pulses(cursor: Any, rows: Sequence[PulseRow]) -> None:
    """One row per sitting, in key order so that two writers never wait for each other in a circle."""
    newest: dict[int, PulseRow] = {}
    for row in rows:
        known = newest.get(row.attempt_id)
        if known is None or row.arrived_at >= known.arrived_at:
            newest[row.attempt_id] = row
    kept = [newest[key] for key in sorted(newest)]
    cursor.execute(
        "INSERT INTO exams_pulse (attempt_id, seen_at, generation, address, waiting) VALUES "  # noqa: S608
        + ", ".join(["(%s, %s, %s, %s, %s)"] * len(kept))
        + " ON CONFLICT (attempt_id) DO UPDATE SET seen_at = excluded.seen_at, generation = excluded.generation,"
        " address = excluded.address, waiting = excluded.waiting WHERE excluded.seen_at >= exams_pulse.seen_at",
        [
            part
            for row in kept
            for part in (row.attempt_id, _stored(row.arrived_at), row.generation, row.address, row.waiting)
        ],
    )


Note = tuple[int, str, dt.datetime, int | None, str, int, int | None]


def _notes(row: PulseRow, sitting: _Sitting) -> Iterable[Note]:
    """No clock but the server's is believed: an absence lies between the start and the arrival of its pulse."""
    for one in row.left:
        since = dt.datetime.fromtimestamp(one.since / 1000, dt.UTC)
        since = min(max(since, sitting.started_at), row.arrived_at)
        yield row.attempt_id, EvidenceKind.FOCUS.value, since, one.seconds, "", row.generation, one.number
    if sitting.address and row.address and sitting.address != row.address:
        told = f"{sitting.address} → {row.address}"
        yield row.attempt_id, EvidenceKind.ADDRESS.value, row.arrived_at, None, told, row.generation, None


def _keep_evidence(cursor: Any, notes: Sequence[Note]) -> None:
    if not notes:
        return
    cursor.execute(
        "INSERT INTO exams_evidence (attempt_id, kind, noted_at, seconds, note, generation, number) VALUES "  # noqa: S608
        + ", ".join(["(%s, %s, %s, %s, %s, %s, %s)"] * len(notes))
        + " ON CONFLICT (attempt_id, generation, number) DO NOTHING",
        [
            part
            for attempt, kind, at, seconds, note, generation, number in notes
            for part in (attempt, kind, _stored(at), seconds, note, generation, number)
        ],
    )


def _broadcasts(cursor: Any, ids: Iterable[int]) -> dict[int, list[tuple[int, int, str]]]:
    """Messages to the year, the province or a base of each sitting since it began."""
    wanted = sorted(ids)
    if not wanted:
        return {}
    cursor.execute(
        "SELECT a.id, b.id, b.sent_at, b.text FROM exams_attempt a"  # noqa: S608
        " JOIN enrollment_enrollment e ON e.id = a.enrollment_id"
        " JOIN exams_broadcast b ON b.year_id = e.year_id AND b.sent_at >= a.started_at"
        " AND (b.region_id IS NULL OR b.region_id = e.region_id)"
        " AND (b.base_id IS NULL OR EXISTS (SELECT 1 FROM enrollment_placement p"
        " WHERE p.enrollment_id = e.id AND p.base_id = b.base_id))"
        f" WHERE a.id IN ({places(wanted)}) ORDER BY b.sent_at, b.id",
        wanted,
    )
    said: dict[int, list[tuple[int, int, str]]] = {}
    for attempt, number, sent_at, text in cursor.fetchall():
        said.setdefault(attempt, []).append((number, milliseconds(instant(sent_at)), text))
    return said


def _stored(moment: dt.datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(moment)


# a fault of ours must not end anybody's sitting on the screen
DOOR = Door(PATH, read=read, batch=batch, failed=Heard(OPEN), reply=reply)
