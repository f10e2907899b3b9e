"""Counting watched time: the domain half of the second hot path (C5, design §4).

A beat reports what was played since the last one. One stream per person, by its nonce; the sequence must grow; what is
new is credited no faster than the clock allows. Plain SQL on both databases; no session, no row per beat.
"""

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import orjson
from django.core.signing import BadSignature, Signer
from django.db import connection

from core.hot import Door, Rejected
from courses.enums import BeatWord
from courses.ledger import recount
from courses.rules import Range, allowance, credit, length, watched_through
from enrollment.enums import EnrollmentStatus
from programs.enums import SettingCode, YearStatus

PATH = "/watch-beats/"
MAX_RANGES = 60
MAX_SECOND = 24 * 3600
SUBJECT = "courses"
_SIGNER_SALT = "courses.watching"


@dataclass(frozen=True, slots=True)
class Beat:
    """`ranges` are half-open spans of whole seconds of the lesson, in the order in which they were played."""

    person_id: int
    enrollment_id: int
    lesson_id: int
    nonce: str
    sequence: int
    ranges: tuple[Range, ...]
    position: int
    arrived_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Verdict:
    """`covered` is all that the server now holds of the lesson."""

    word: str
    covered: tuple[Range, ...] = ()
    new_seconds: int = 0
    completed: bool = False


@dataclass(slots=True)
class _Stream:
    """A stream with its lesson, its year's limits and the progress so far, as the batch goes on."""

    person_id: int
    nonce: str
    sequence: int
    last_beat_at: dt.datetime
    enrollment_id: int
    lesson_id: int
    seconds: int
    hours: Decimal
    open: bool
    year_id: int
    limit: Decimal = Decimal(0)
    share: Decimal = Decimal(1)
    covered: tuple[Range, ...] = ()
    position: int = 0
    completed_at: dt.datetime | None = None
    was_completed: bool = False
    touched: bool = False


def issue_token(person_id: int, enrollment_id: int, lesson_id: int, nonce: str) -> str:
    """Names person, enrollment, lesson and stream; whoever holds it may report watching there and nothing else."""
    return Signer(salt=_SIGNER_SALT).sign(f"{person_id}.{enrollment_id}.{lesson_id}.{nonce}")


def read_token(token: str) -> tuple[int, int, int, str]:
    """(person, enrollment, lesson, nonce) of a token this portal signed; raises Rejected."""
    try:
        person, enrollment, lesson, nonce = Signer(salt=_SIGNER_SALT).unsign(token).split(".")
        return int(person), int(enrollment), int(lesson), nonce
    except (BadSignature, ValueError):
        raise Rejected(403, "token") from None


def read(body: bytes, arrived: dt.datetime, meta: Mapping[str, Any]) -> list[Beat]:
    """{"token", "sequence", "ranges": [[from, until], …], "position"}; whole seconds."""
    try:
        data = orjson.loads(body)
        person, enrollment, lesson, nonce = read_token(str(data["token"]))
        ranges = tuple((int(start), int(end)) for start, end in data["ranges"])
        sequence, position = int(data["sequence"]), int(data["position"])
    except (ValueError, KeyError, TypeError, OverflowError) as error:
        raise Rejected(400, "body") from error
    if len(ranges) > MAX_RANGES or not all(0 <= start < end <= MAX_SECOND for start, end in ranges):
        raise Rejected(400, "ranges")
    if not (0 < sequence < 2**53 and 0 <= position <= MAX_SECOND):
        raise Rejected(400, "sequence")
    return [Beat(person, enrollment, lesson, nonce, sequence, ranges, position, arrived)]


def reply(rows: Sequence[Beat], verdicts: Sequence[Verdict], arrived: dt.datetime) -> dict[str, Any]:
    """What the server holds, so that the player shows the gaps and reports again what was not taken."""
    verdict = verdicts[0]
    return {
        "word": verdict.word,
        "covered": verdict.covered,
        "seconds": length(verdict.covered),
        "completed": verdict.completed,
        "now": int(arrived.timestamp() * 1000),
    }


def batch(cursor: Any, rows: Sequence[Beat]) -> list[Verdict]:
    """Credit what each beat earns; one verdict per row, in order. Beats of one person are taken one after the other."""
    streams = _lock_streams(cursor, {row.person_id for row in rows})
    _add_limits(cursor, streams.values())
    _add_progress(cursor, streams.values())
    verdicts = [_take(row, streams.get(row.person_id)) for row in rows]
    touched = [stream for stream in streams.values() if stream.touched]
    if touched:
        _write_progress(cursor, touched)
        _write_streams(cursor, touched)
    # rare: once per person and lesson
    recount(s.enrollment_id for s in touched if s.completed_at and not s.was_completed)
    return verdicts


def _take(row: Beat, stream: _Stream | None) -> Verdict:
    if stream is None or (stream.nonce, stream.enrollment_id, stream.lesson_id) != (
        row.nonce, row.enrollment_id, row.lesson_id,
    ):  # fmt: skip
        return Verdict(BeatWord.TAKEN_OVER)
    if not stream.open:
        return Verdict(BeatWord.CLOSED, stream.covered, completed=stream.completed_at is not None)
    if row.sequence <= stream.sequence:
        return Verdict(BeatWord.REPEATED, stream.covered, completed=stream.completed_at is not None)
    return _count(row, stream)


def _count(row: Beat, stream: _Stream) -> Verdict:
    wall = Decimal((row.arrived_at - stream.last_beat_at) // dt.timedelta(milliseconds=1)) / 1000
    earned = credit(stream.covered, row.ranges, stream.seconds, allowance(wall, stream.limit))
    stream.covered = earned.covered
    stream.sequence, stream.position, stream.touched = row.sequence, min(row.position, stream.seconds), True
    stream.last_beat_at = max(stream.last_beat_at, row.arrived_at)
    if stream.completed_at is None and watched_through(length(earned.covered), stream.seconds, stream.share):
        stream.completed_at = row.arrived_at
    return Verdict(BeatWord.COUNTED, earned.covered, earned.new_seconds, stream.completed_at is not None)


def _lock_streams(cursor: Any, people: Iterable[int]) -> dict[int, _Stream]:
    """The streams of these people, locked in key order; a beat and the opening of another stream never cross."""
    wanted = sorted(people)
    lock = " FOR UPDATE OF s" if connection.vendor == "postgresql" else ""
    cursor.execute(
        "SELECT s.person_id, s.nonce, s.sequence, s.last_beat_at, s.enrollment_id, s.lesson_id, l.seconds, l.hours,"  # noqa: S608
        " CASE WHEN y.status = %s AND e.status = %s AND NOT EXISTS (SELECT 1 FROM programs_closing c"
        " WHERE c.year_id = y.id AND c.region_id = e.region_id AND c.subject = %s) THEN 1 ELSE 0 END, y.id"
        " FROM courses_watchstream s JOIN courses_lesson l ON l.id = s.lesson_id"
        " JOIN enrollment_enrollment e ON e.id = s.enrollment_id JOIN programs_programyear y ON y.id = e.year_id"
        f" WHERE s.person_id IN ({_places(wanted)}) ORDER BY s.person_id{lock}",
        [YearStatus.OPEN.value, EnrollmentStatus.APPROVED.value, SUBJECT, *wanted],
    )
    return {row[0]: _stream(row) for row in cursor.fetchall()}


def _stream(row: Sequence[Any]) -> _Stream:
    person, nonce, sequence, last_beat, enrollment, lesson, seconds, hours, runs, year = row
    return _Stream(
        person_id=person,
        nonce=nonce,
        sequence=sequence,
        last_beat_at=_instant(last_beat),
        enrollment_id=enrollment,
        lesson_id=lesson,
        seconds=seconds,
        hours=Decimal(str(hours)),
        open=bool(runs),
        year_id=year,
    )


def _add_limits(cursor: Any, streams: Iterable[_Stream]) -> None:
    """The year's speed limit and share; a year without them credits nothing."""
    streams = list(streams)
    years = sorted({stream.year_id for stream in streams})
    if not years:
        return
    codes = [SettingCode.WATCH_SPEED_LIMIT.value, SettingCode.WATCH_COMPLETE_SHARE.value]
    cursor.execute(
        f"SELECT year_id, code, value FROM programs_setting WHERE year_id IN ({_places(years)})"  # noqa: S608
        " AND code IN (%s, %s)",
        [*years, *codes],
    )
    values = {(year, code): Decimal(str(value)) for year, code, value in cursor.fetchall()}
    for stream in streams:
        stream.limit = values.get((stream.year_id, codes[0]), Decimal(0))
        stream.share = values.get((stream.year_id, codes[1]), Decimal(1))


def _add_progress(cursor: Any, streams: Iterable[_Stream]) -> None:
    by_place = {(stream.enrollment_id, stream.lesson_id): stream for stream in streams}
    if not by_place:
        return
    places = " OR ".join(["(enrollment_id = %s AND lesson_id = %s)"] * len(by_place))
    cursor.execute(
        f"SELECT enrollment_id, lesson_id, ranges, completed_at FROM courses_lessonprogress WHERE {places}",  # noqa: S608
        [part for place in by_place for part in place],
    )
    for enrollment, lesson, ranges, completed in cursor.fetchall():
        stream = by_place[enrollment, lesson]
        stream.covered = tuple((start, end) for start, end in json.loads(ranges))
        stream.completed_at = _instant(completed) if completed else None
        stream.was_completed = completed is not None


def _write_progress(cursor: Any, streams: Sequence[_Stream]) -> None:
    """Only what watching decides; homework stands in the same row and is left alone."""
    cursor.execute(
        "INSERT INTO courses_lessonprogress"  # noqa: S608
        " (enrollment_id, lesson_id, ranges, covered, position, completed_at, hours, answers) VALUES "
        + ", ".join(["(%s, %s, %s, %s, %s, %s, %s, '{}')"] * len(streams))
        + " ON CONFLICT (enrollment_id, lesson_id) DO UPDATE SET ranges = excluded.ranges, covered = excluded.covered,"
        " position = excluded.position,"
        " completed_at = COALESCE(courses_lessonprogress.completed_at, excluded.completed_at),"
        " hours = CASE WHEN courses_lessonprogress.hours > 0 THEN courses_lessonprogress.hours ELSE excluded.hours END",
        [part for stream in streams for part in _columns(stream)],
    )


def _columns(stream: _Stream) -> tuple[Any, ...]:
    completed = connection.ops.adapt_datetimefield_value(stream.completed_at) if stream.completed_at else None
    hours = connection.ops.adapt_decimalfield_value(stream.hours if stream.completed_at else Decimal(0), 6, 1)
    ranges = json.dumps(stream.covered)
    return (
        stream.enrollment_id, stream.lesson_id, ranges, length(stream.covered), stream.position, completed, hours,
    )  # fmt: skip


def _write_streams(cursor: Any, streams: Sequence[_Stream]) -> None:
    cursor.executemany(
        "UPDATE courses_watchstream SET sequence = %s, last_beat_at = %s WHERE person_id = %s",
        [
            (stream.sequence, connection.ops.adapt_datetimefield_value(stream.last_beat_at), stream.person_id)
            for stream in streams
        ],
    )


def _instant(value: Any) -> dt.datetime:
    """SQLite hands instants back as UTC text."""
    instant = dt.datetime.fromisoformat(value) if isinstance(value, str) else value
    return instant if instant.tzinfo else instant.replace(tzinfo=dt.UTC)


def _places(values: Sequence[Any]) -> str:
    return ", ".join(["%s"] * len(values))


DOOR = Door(PATH, read=read, batch=batch, failed=Verdict(BeatWord.CLOSED), reply=reply)
