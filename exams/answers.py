"""Saving answers: the domain half of the hot path (X8, design §4).

One row per place of the paper, a guarded upsert: attempt open, generation current, arrived in time, place on the paper;
of two answers the higher (generation, sequence) stays. Plain SQL on both databases; no key, no score, no session.
"""

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple
from weakref import WeakSet

import orjson
from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import connection
from django.utils import timezone

from core.hot import Door, Rejected
from exams.enums import AttemptState, LateReason

PATH = "/exam-answers/"
MAX_ROWS = 200
_SIGNER_SALT = "exams.answers"
_VALUE = re.compile(r"[a-z0-9,]{0,120}")

# verdicts, as they stand in the reply
SAVED = "saved"  # the server holds this answer
NEWER = "newer"  # the server holds a later one for this place
LATE = "late"  # kept apart for a person to decide
CLOSED = "closed"  # the same, after hand-in
STALE = "stale"  # another device has taken the sitting over
REFUSED = "refused"  # no such place, or not storable


class SaveRow(NamedTuple):
    attempt_id: int
    generation: int
    ordinal: int
    value: str
    sequence: int
    arrived_at: dt.datetime

    @property
    def place(self) -> "Place":
        return self.attempt_id, self.ordinal

    @property
    def rank(self) -> tuple[int, int]:
        return self.generation, self.sequence


@dataclass(frozen=True, slots=True)
class Verdict:
    """`sequence` is that of the answer the server now holds, where it is another one; `until` the attempt's last instant
    to answer, in milliseconds.
    """

    word: str
    sequence: int | None = None
    until: int | None = field(default=None, compare=False)


def issue_token(attempt_id: int, person_id: int, generation: int) -> str:
    """Names attempt, person and device generation; whoever holds it may save into that attempt and nothing else."""
    return Signer(salt=_SIGNER_SALT).sign(f"{attempt_id}.{person_id}.{generation}")


def read_token(token: str) -> tuple[int, int]:
    """(attempt, generation) of a token this portal signed; raises Rejected."""
    try:
        return _unsigned(token, settings.SECRET_KEY)
    except (BadSignature, ValueError):
        raise Rejected(403, "token") from None


# a page sends its token with every save: what was found genuine once is not computed again
@lru_cache(maxsize=20_000)
def _unsigned(token: str, key: str) -> tuple[int, int]:
    attempt, _person, generation = Signer(key=key, salt=_SIGNER_SALT).unsign(token).split(".")
    return int(attempt), int(generation)


def read(body: bytes, arrived: dt.datetime, meta: Mapping[str, Any]) -> list[SaveRow]:
    """{"token", "answers": [[ordinal, value, sequence], …]}; an empty list asks for the time only."""
    try:
        data = orjson.loads(body)
        attempt, generation = read_token(str(data["token"]))
        asked = [(int(o), str(v), int(s)) for o, v, s in data["answers"]]
    except (ValueError, KeyError, TypeError) as error:
        raise Rejected(400, "body") from error
    if len(asked) > MAX_ROWS or any(not is_storable(*one) for one in asked):
        raise Rejected(400, "answers")
    return [
        SaveRow(attempt, generation, ordinal, value, sequence, arrived) for ordinal, value, sequence in asked
    ]


def is_storable(ordinal: int, value: str, sequence: int) -> bool:
    """Whether the table takes such an answer; whether the paper has that place is asked of the attempt."""
    return 0 < ordinal < 2**15 and bool(_VALUE.fullmatch(value)) and 0 <= sequence < 2**53


def reply(rows: Sequence[SaveRow], verdicts: Sequence[Verdict], arrived: dt.datetime) -> dict[str, Any]:
    """What the server now holds, its time and the attempt's end in milliseconds; right and wrong answers look the same."""
    return {
        "now": milliseconds(timezone.now()),
        "until": verdicts[0].until if verdicts else None,
        "results": [
            [row.ordinal, row.sequence, verdict.word, verdict.sequence]
            for row, verdict in zip(rows, verdicts, strict=True)
        ],
    }


Place = tuple[int, int]
"""Attempt and ordinal."""
Held = tuple[int, int, str]
"""Generation, sequence and value of the answer at a place."""


class Guard(NamedTuple):
    """What an attempt says about whether an answer may be taken; `until` in milliseconds, extra time included.

    Nobody decides about the late answers of a practice.
    """

    state: str
    generation: int
    accept_until: dt.datetime
    item_count: int
    is_practice: bool
    until: int


def batch(cursor: Any, rows: Sequence[SaveRow]) -> list[Verdict]:
    """Write what may be written and keep what came late apart; one verdict per row, in order."""
    write = _write_at_once if connection.vendor == "postgresql" else _read_and_write
    guards, held = write(cursor, rows)
    words = [_guard(row, guards.get(row.attempt_id)) for row in rows]
    judged = list(zip(rows, words, strict=True))
    missing = {row.place for row, word in judged if word == SAVED and row.place not in held}
    if missing:
        held |= _held(cursor, missing)
    apart = [
        (row, word)
        for row, word in judged
        if word in {LATE, CLOSED} and not guards[row.attempt_id].is_practice
    ]
    if apart:
        _keep_apart(cursor, apart)
    return [_verdict(row, word, held, guards.get(row.attempt_id)) for row, word in judged]


def _verdict(row: SaveRow, word: str, held: dict[Place, Held], guard: Guard | None) -> Verdict:
    """Saved is only what the server holds: two windows of a device without memory may give one rank to two answers."""
    until = guard.until if guard else None
    if word != SAVED or held[row.place] == (*row.rank, row.value):
        return Verdict(word, until=until)
    return Verdict(NEWER, held[row.place][1], until)


_GUARDS = "id, state, generation, accept_until, item_count, is_practice, deadline, extra_seconds"
# of two answers of a place the higher (generation, sequence) stays
_UPSERT = (
    " ON CONFLICT (attempt_id, ordinal) DO UPDATE SET value = excluded.value, generation = excluded.generation,"
    " sequence = excluded.sequence, arrived_at = excluded.arrived_at"
    " WHERE excluded.generation > exams_answer.generation"
    " OR (excluded.generation = exams_answer.generation AND excluded.sequence > exams_answer.sequence)"
    " RETURNING attempt_id, ordinal, generation, sequence, value"
)
# One round trip, and the whole transaction where nothing came late. The attempts are locked in key order against a
# hand-in, which takes them FOR UPDATE: it sees every answer committed before it, and no answer is taken after it.
# The guards are those of `_guard`.
_SAVE_AT_ONCE = (
    "WITH locked AS MATERIALIZED ("  # noqa: S608
    f"SELECT {_GUARDS} FROM exams_attempt WHERE id = ANY($1) ORDER BY id FOR KEY SHARE), written AS ("
    "INSERT INTO exams_answer (attempt_id, ordinal, value, generation, sequence, arrived_at)"
    " SELECT DISTINCT ON (a.attempt_id, a.ordinal) a.* FROM unnest($2, $3, $4, $5, $6, $7)"
    " AS a (attempt_id, ordinal, value, generation, sequence, arrived_at) JOIN locked l ON l.id = a.attempt_id"
    f" WHERE l.state = '{AttemptState.OPEN.value}' AND l.generation = a.generation"
    " AND a.ordinal <= l.item_count AND a.arrived_at <= l.accept_until"
    f" ORDER BY a.attempt_id, a.ordinal, a.generation DESC, a.sequence DESC{_UPSERT})"
    " SELECT l.*, w.ordinal, w.generation, w.sequence, w.value"
    " FROM locked l LEFT JOIN written w ON w.attempt_id = l.id"
)
_PREPARE = (
    "PREPARE save_answers (bigint[], bigint[], smallint[], text[], int[], bigint[], timestamptz[]) AS "
    + _SAVE_AT_ONCE
)
_prepared: "WeakSet[Any]" = WeakSet()


def _write_at_once(cursor: Any, rows: Sequence[SaveRow]) -> tuple[dict[int, Guard], dict[Place, Held]]:
    """Guards of the attempts, and what was written; planned once per connection, PostgreSQL only."""
    if cursor.connection not in _prepared:
        cursor.execute(_PREPARE)
        _prepared.add(cursor.connection)
    cursor.execute(
        "EXECUTE save_answers (%s, %s, %s, %s, %s, %s, %s)",
        [
            _array({row.attempt_id for row in rows}),
            _array(row.attempt_id for row in rows),
            _array(row.ordinal for row in rows),
            [row.value for row in rows],
            _array(row.generation for row in rows),
            _array(row.sequence for row in rows),
            _array(row.arrived_at for row in rows),
        ],
    )
    guards: dict[int, Guard] = {}
    held: dict[Place, Held] = {}
    for found in cursor.fetchall():
        key, ordinal = found[0], found[8]
        if key not in guards:
            guards[key] = _guard_of(found)
        if ordinal is not None:
            held[key, ordinal] = found[9:]
    return guards, held


def _array(values: Iterable[int | dt.datetime]) -> str:
    """PostgreSQL's own writing of an array; far cheaper than the driver's."""
    return f"{{{','.join(map(str, values))}}}"


def _read_and_write(cursor: Any, rows: Sequence[SaveRow]) -> tuple[dict[int, Guard], dict[Place, Held]]:
    """The same in two statements, where a transaction locks the whole database anyway."""
    wanted = sorted({row.attempt_id for row in rows})
    cursor.execute(f"SELECT {_GUARDS} FROM exams_attempt WHERE id IN ({places(wanted)})", wanted)  # noqa: S608
    guards = {found[0]: _guard_of(found) for found in cursor.fetchall()}
    newest: dict[Place, SaveRow] = {}
    for row in rows:
        if _guard(row, guards.get(row.attempt_id)) == SAVED and (
            row.place not in newest or row.rank > newest[row.place].rank
        ):
            newest[row.place] = row
    if not newest:
        return guards, {}
    cursor.execute(
        "INSERT INTO exams_answer (attempt_id, ordinal, value, generation, sequence, arrived_at) VALUES "  # noqa: S608
        + ", ".join(["(%s, %s, %s, %s, %s, %s)"] * len(newest))
        + _UPSERT,
        [part for row in newest.values() for part in _columns(row)],
    )
    return guards, _by_place(cursor)


def _guard_of(found: Sequence[Any]) -> Guard:
    _key, state, generation, accept_until, size, practice, deadline, extra = found[:8]
    until = milliseconds(instant(deadline)) + extra * 1000
    return Guard(state, generation, instant(accept_until), size, bool(practice), until)


def milliseconds(moment: dt.datetime) -> int:
    """As the page counts time."""
    return int(moment.timestamp() * 1000)


def instant(value: Any) -> dt.datetime:
    """SQLite hands instants back as UTC text."""
    moment: dt.datetime = dt.datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def _guard(row: SaveRow, guard: Guard | None) -> str:
    if guard is None or row.ordinal > guard.item_count or guard.state == AttemptState.VOID:
        return REFUSED
    if row.arrived_at > guard.accept_until:
        return LATE
    if guard.state != AttemptState.OPEN:
        return CLOSED
    return SAVED if row.generation == guard.generation else STALE


def _held(cursor: Any, wanted: Iterable[Place]) -> dict[Place, Held]:
    asked = sorted(wanted)
    chosen = " OR ".join(["(attempt_id = %s AND ordinal = %s)"] * len(asked))
    cursor.execute(
        f"SELECT attempt_id, ordinal, generation, sequence, value FROM exams_answer WHERE {chosen}",  # noqa: S608
        [part for place in asked for part in place],
    )
    return _by_place(cursor)


def _by_place(cursor: Any) -> dict[Place, Held]:
    return {
        (attempt, ordinal): (generation, sequence, value)
        for attempt, ordinal, generation, sequence, value in cursor.fetchall()
    }


def _keep_apart(cursor: Any, rows: Sequence[tuple[SaveRow, str]]) -> None:
    """The pile for a human decision; the same answer sent twice lies there once."""
    reasons = {LATE: LateReason.LATE.value, CLOSED: LateReason.CLOSED.value}
    cursor.execute(
        "INSERT INTO exams_lateanswer"  # noqa: S608
        " (attempt_id, ordinal, value, generation, sequence, arrived_at, reason, decision) VALUES "
        + ", ".join(["(%s, %s, %s, %s, %s, %s, %s, 'pending')"] * len(rows))
        + " ON CONFLICT (attempt_id, ordinal, generation, sequence) DO NOTHING",
        [part for row, word in rows for part in (*_columns(row), reasons[word])],
    )


def _columns(row: SaveRow) -> tuple[Any, ...]:
    arrived = connection.ops.adapt_datetimefield_value(row.arrived_at)
    return row.attempt_id, row.ordinal, row.value, row.generation, row.sequence, arrived


def places(values: Sequence[Any]) -> str:
    """Placeholders for a list in SQL."""
    return ", ".join(["%s"] * len(values))


DOOR = Door(PATH, read=read, batch=batch, failed=Verdict(REFUSED), reply=reply, single_on="postgresql")
