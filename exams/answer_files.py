"""The last resort of a candidate whom no network reaches: a file with the unsaved answers, signed by the page."""

import datetime as dt
import hashlib
import hmac
import json
import re
from dataclasses import dataclass
from typing import Any

from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from core.exceptions import Refusal
from core.hot import Rejected
from exams.answers import is_storable, read_token

FORMAT = "portal-exam-answers-1"
MAX_BYTES = 256 * 1024
MAX_ROWS = 400
_MAC = re.compile(r"[0-9a-f]{64}")
_LAST = dt.datetime(9999, 1, 1, tzinfo=dt.UTC).timestamp() * 1000


@dataclass(frozen=True, slots=True)
class AnswerFile:
    """What a signed file holds: (ordinal, value, sequence) of one device of one sitting, when the page made it, and the
    SHA-256 of its bytes.
    """

    attempt_id: int
    generation: int
    made_at: dt.datetime
    answers: tuple[tuple[int, str, int], ...]
    digest: str


def file_key(attempt_id: int, generation: int) -> str:
    """The attempt's and device generation's own key, hex; the page signs its answer file with it (X8)."""
    return salted_hmac("exams.answer-file", f"{attempt_id}.{generation}", algorithm="sha256").hexdigest()


def file_mac(attempt_id: int, generation: int, answers: list[list[Any]]) -> str:
    """HMAC-SHA256 over the answers as JSON.stringify writes them; the same in static/exam."""
    content = json.dumps([attempt_id, generation, answers], separators=(",", ":"), ensure_ascii=False)
    return hmac.new(file_key(attempt_id, generation).encode(), content.encode(), hashlib.sha256).hexdigest()


def read_file(data: bytes) -> AnswerFile:
    """An answer file, believed only when its token is the portal's and its signature fits; raises Refusal for any other."""
    content = _content(data)
    attempt, generation = _whose(content)
    answers = _answers(content.get("answers"))
    sent = content.get("mac")
    rows = [list(answer) for answer in answers]
    signed = isinstance(sent, str) and bool(_MAC.fullmatch(sent))
    if not signed or not constant_time_compare(str(sent), file_mac(attempt, generation, rows)):
        raise Refusal(
            _("The file's signature does not fit: it was changed, or the exam page did not make it."),
            remedy=_("Take the file as the exam page saved it; do not open and save it in another program."),
        )
    return AnswerFile(
        attempt,
        generation,
        _made_at(content.get("made_at")),
        tuple(answers),
        hashlib.sha256(data).hexdigest(),
    )


def _content(data: bytes) -> dict[str, Any]:
    if len(data) > MAX_BYTES:
        raise Refusal(_("The file is too large for an answer file."), remedy=_ask_again())
    try:
        content = json.loads(data)
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise Refusal(_("This is no answer file of the exam page."), remedy=_ask_again())
    return content


def _ask_again() -> str:
    return _("Ask the trainee for the file that the exam page saved; its name begins with “exam-answers”.")


def _whose(content: dict[str, Any]) -> tuple[int, int]:
    """Attempt and generation, as the portal's own token says; what the file says beside it must be the same."""
    try:
        attempt, generation = read_token(str(content.get("token")))
    except Rejected:
        raise Refusal(
            _("The file does not come from this portal: its mark is not genuine."), remedy=_ask_again()
        ) from None
    said = (content.get("attempt"), content.get("generation"))
    if not all(_is_number(one) for one in said) or said != (attempt, generation):
        raise Refusal(_("The file contradicts itself about the sitting it belongs to."), remedy=_ask_again())
    return attempt, generation


def _answers(rows: Any) -> list[tuple[int, str, int]]:
    damaged = Refusal(_("The answers in the file are damaged."), remedy=_ask_again())
    if not isinstance(rows, list) or len(rows) > MAX_ROWS:
        raise damaged
    answers = [_answer(row) for row in rows]
    found = [answer for answer in answers if answer is not None]
    if len(found) != len(rows) or len({(ordinal, number) for ordinal, _v, number in found}) != len(rows):
        raise damaged
    if not found:
        raise Refusal(
            _("The file holds no answer."), remedy=_("Everything was saved already; nothing is lost.")
        )
    return found


def _answer(row: Any) -> tuple[int, str, int] | None:
    if not isinstance(row, list) or len(row) != 3:
        return None
    ordinal, value, sequence = row
    if not _is_number(ordinal) or not isinstance(value, str) or not _is_number(sequence):
        return None
    return (ordinal, value, sequence) if is_storable(ordinal, value, sequence) else None


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _made_at(value: Any) -> dt.datetime:
    """The server's time as the page had it, in milliseconds, maybe with a fraction; not signed, so it only informs."""
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value < _LAST:
        raise Refusal(_("The file does not say when it was made."), remedy=_ask_again())
    return dt.datetime.fromtimestamp(value / 1000, dt.UTC)
