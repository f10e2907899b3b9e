"""The answer file: what is believed, and what staff may bring in (X8)."""

import datetime as dt
import hashlib
import hmac
import json
import random
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core.exceptions import NotAllowed, Refusal
from core.models import Event
from exams.answer_files import FORMAT, MAX_BYTES, MAX_ROWS, file_key, file_mac, read_file
from exams.answers import issue_token
from exams.enums import LateReason
from exams.models import Answer, Attempt, LateAnswer
from exams.services import decide_late, take_file
from tests.exams.factories import EXAM_TIME, right_value, row_of
from tests.exams.sittings import REASON, at, ended, ones, save
from tests.factories import Persona

LATER = EXAM_TIME + dt.timedelta(hours=3)
MADE_AT = int(EXAM_TIME.timestamp() * 1000) + 60_000


def content_of(
    attempt: Attempt, answers: list[list[Any]], generation: int = 1, **changes: Any
) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "token": issue_token(attempt.pk, attempt.enrollment.person_id, generation),
        "attempt": attempt.pk,
        "generation": generation,
        "made_at": MADE_AT,
        "answers": answers,
        "mac": file_mac(attempt.pk, generation, answers),
        **changes,
    }


def file_of(attempt: Attempt, answers: list[list[Any]], generation: int = 1, **changes: Any) -> bytes:
    return json.dumps(content_of(attempt, answers, generation, **changes)).encode()


def take(attempt: Attempt, someone: Persona, data: bytes) -> Any:
    return take_file(data=data, year=attempt.enrollment.year, actor=someone.actor, now=LATER)


def right_answers(attempt: Attempt, count: int, sequence: int = 5) -> list[list[Any]]:
    return [[place.ordinal, right_value(place), sequence] for place in ones(attempt)[:count]]


def test_x8_the_signature_is_that_of_json_stringify(attempt: Attempt) -> None:
    """The vector that static/exam computes, too: no spaces, numbers and strings as they are."""
    said = f'[{attempt.pk},1,[[1,"ab,cd",3],[2,"",4]]]'
    signed = hmac.new(file_key(attempt.pk, 1).encode(), said.encode(), hashlib.sha256).hexdigest()
    assert file_mac(attempt.pk, 1, [[1, "ab,cd", 3], [2, "", 4]]) == signed


def test_x8_a_genuine_file_is_read(attempt: Attempt) -> None:
    file = read_file(file_of(attempt, [[1, "ab", 3], [2, "", 4]], 2, made_at=MADE_AT + 0.25))
    assert (file.attempt_id, file.generation, file.answers) == (attempt.pk, 2, ((1, "ab", 3), (2, "", 4)))
    assert file.made_at == EXAM_TIME + dt.timedelta(minutes=1, microseconds=250)
    assert len(file.digest) == 64
    assert read_file(b"\xef\xbb\xbf" + file_of(attempt, [[1, "ab", 3]])).answers == ((1, "ab", 3),)


FORGED: dict[str, Any] = {
    "no-json": b"PK\x03\x04",
    "not-text": b'{"format": "\xff"}',
    "a-list": b"[]",
    "nested": b'{"format":' + b"[" * 100_000,
    "huge-number": b'{"format": ' + b"9" * 5000 + b"}",
    "too-large": b'{"format": "portal-exam-answers-1"}' + b" " * MAX_BYTES,
    "format": {"format": "portal-exam-answers-2"},
    "token": {"token": "1.2.3:forged"},
    "token-type": {"token": ["x"]},
    "token-surrogate": {"token": "\ud800"},
    "attempt": {"attempt": 0},
    "attempt-text": {"attempt": "1"},
    "attempt-true": {"attempt": True},
    "generation": {"generation": 9},
    "answers-missing": {"answers": None},
    "answers-text": {"answers": "ab"},
    "answers-many": {"answers": [[1, "a", number] for number in range(MAX_ROWS + 1)]},
    "answers-none": {"answers": []},
    "row-short": {"answers": [[1, "a"]]},
    "row-text": {"answers": ["1a3"]},
    "row-float": {"answers": [[1.5, "a", 3]]},
    "row-true": {"answers": [[True, "a", 3]]},
    "row-value": {"answers": [[1, 7, 3]]},
    "row-markup": {"answers": [[1, "<b>", 3]]},
    "row-sequence": {"answers": [[1, "a", -1]]},
    "row-far": {"answers": [[2**20, "a", 1]]},
    "row-twice": {"answers": [[1, "a", 1], [1, "b", 1]]},
    "mac": {"mac": "0" * 64},
    "mac-short": {"mac": "0"},
    "mac-missing": {"mac": None},
    "mac-letters": {"mac": "é" * 64},
    "time-missing": {"made_at": None},
    "time-true": {"made_at": True},
    "time-far": {"made_at": 10**20},
    "time-nan": {"made_at": float("nan")},
}


@pytest.mark.parametrize("change", FORGED.values(), ids=FORGED.keys())
def test_x8_a_file_that_is_not_genuine_is_refused_with_cause_and_remedy(
    attempt: Attempt, change: Any
) -> None:
    data = (
        change
        if isinstance(change, bytes)
        else json.dumps({**content_of(attempt, [[1, "ab", 3]]), **change}).encode()
    )
    with pytest.raises(Refusal) as told:
        read_file(data)
    assert str(told.value.message)
    assert str(told.value.remedy)


@pytest.mark.parametrize("answers", [[[1, "ab", 3]] * 2, [[1, "A", 3]], []], ids=["twice", "letter", "none"])
def test_x8_a_genuine_signature_does_not_excuse_damaged_answers(
    attempt: Attempt, answers: list[list[Any]]
) -> None:
    with pytest.raises(Refusal):
        read_file(file_of(attempt, answers))


def test_x8_a_thousand_damaged_files_are_refused_or_read_never_a_crash(attempt: Attempt) -> None:
    chance = random.Random(20221205)
    whole = file_of(attempt, [[n, "ab,cd", n] for n in range(1, 40)])
    believed = 0
    for _round in range(1000):
        data = bytearray(whole)
        for _change in range(chance.randint(1, 6)):
            place = chance.randrange(len(data))
            act = chance.randrange(4)
            if act == 0:
                data[place] = chance.randrange(256)
            elif act == 1:
                del data[place : place + chance.randint(1, 40)]
            elif act == 2:
                data[place:place] = bytes(chance.choices(b'[]{}",:0123456789.eE-\\u', k=chance.randint(1, 8)))
            else:
                data[place:place] = data[chance.randrange(len(data)) :][: chance.randint(1, 60)]
        try:
            file = read_file(bytes(data))
        except Refusal:
            continue
        believed += 1
        assert file.answers == tuple((n, "ab,cd", n) for n in range(1, 40))
    assert believed < 50


def test_x8_what_is_not_saved_is_laid_before_the_office_once(
    attempt: Attempt, base_coordinator: Persona
) -> None:
    answers = right_answers(attempt, 4)
    save(*[row_of(attempt, ordinal, value, sequence) for ordinal, value, sequence in answers[:3]])
    someone = trusted(attempt, base_coordinator)
    first = take(attempt, someone, file_of(attempt, answers))
    assert (first.laid, first.saved, first.lying) == (1, 3, 0)
    again = take(attempt, someone, file_of(attempt, answers))
    assert (again.laid, again.saved, again.lying) == (0, 3, 1)
    late = LateAnswer.objects.get()
    assert (late.ordinal, late.reason, late.arrived_at) == (answers[3][0], LateReason.FILE, LATER)
    event = Event.objects.filter(verb="take_answer_file").earliest("pk")
    assert (event.data["laid"], event.data["saved"], len(event.data["sha256"])) == (1, 3, 64)
    assert Answer.objects.count() == 3


def trusted(attempt: Attempt, someone: Persona) -> Persona:
    """The base with which the trainee is placed."""
    attempt.enrollment.placements.get_or_create(base=someone.unit, defaults={"placed_at": EXAM_TIME})
    return someone


def test_x8_a_file_counts_only_when_a_person_says_so(
    attempt: Attempt, hebei_coordinator: Persona, national_officer: Persona
) -> None:
    take(attempt, hebei_coordinator, file_of(attempt, right_answers(attempt, 72)))
    assert ended(attempt).score == 0
    keys = list(LateAnswer.objects.values_list("pk", flat=True))
    year = attempt.enrollment.year
    outcome = decide_late(
        attempt=attempt,
        chosen=keys,
        accept=True,
        reason=REASON,
        year=year,
        actor=national_officer.actor,
        now=LATER,
    )
    assert (outcome.counted, outcome.after) == (72, 72)


def test_x8_the_trainee_and_strangers_bring_no_file_in(
    attempt: Attempt,
    trainee: Persona,
    henan_coordinator: Persona,
    nuclear_officer: Persona,
    base_coordinator: Persona,
) -> None:
    data = file_of(attempt, [[1, "ab", 3]])
    for someone in (trainee, nuclear_officer):
        with pytest.raises(NotAllowed):
            take(attempt, someone, data)
    # a province or base that does not look after the trainee learns the same as of a sitting that is not there
    said = set()
    for someone in (henan_coordinator, base_coordinator):
        with pytest.raises(Refusal) as told:
            take(attempt, someone, data)
        said.add(str(told.value))
    Attempt.objects.all().delete()
    with pytest.raises(Refusal) as told:
        take(attempt, henan_coordinator, data)
    assert said == {str(told.value)}


@pytest.mark.parametrize(
    "change",
    [{"state": "void"}, {"is_practice": True, "window": None}, {"item_count": 2}],
    ids=["void", "practice", "place"],
)
def test_x8_what_no_paper_waits_for_is_refused(
    attempt: Attempt, national_officer: Persona, change: dict[str, Any]
) -> None:
    data = file_of(attempt, [[3, "ab", 3]])
    Attempt.objects.filter(pk=attempt.pk).update(**change)
    with pytest.raises(Refusal):
        take(attempt, national_officer, data)
    assert LateAnswer.objects.count() == 0


def test_x8_the_page_says_in_words_what_became_of_the_file(
    attempt: Attempt, autumn_2022: Any, hebei_coordinator: Persona, trainee: Persona
) -> None:
    autumn_2022.move_to(EXAM_TIME)
    answers = right_answers(attempt, 15)
    save(*[row_of(attempt, ordinal, value, sequence) for ordinal, value, sequence in answers[:3]])
    page = at("answer-file-upload")

    def upload(data: bytes) -> Any:
        file = SimpleUploadedFile("exam-answers-1.json", data, "application/json")
        return hebei_coordinator.client.post(page, {"file": file}, follow=True)

    told = [str(message) for message in upload(file_of(attempt, answers)).context["messages"]]
    assert len(told) == 1
    assert "12" in told[0]
    assert "3" in told[0]
    assert attempt.enrollment.person.name in told[0]
    forged = upload(file_of(attempt, answers, mac="0" * 64))
    assert forged.context["form"].non_field_errors()
    assert upload(b"PK\x03\x04").context["form"].errors["file"]
    assert trainee.client.get(page).status_code == 403
    assert LateAnswer.objects.count() == 12


def test_x8_the_text_of_a_file_does_where_a_messenger_lets_no_file_through(
    attempt: Attempt, autumn_2022: Any, hebei_coordinator: Persona
) -> None:
    autumn_2022.move_to(EXAM_TIME)
    page, pasted = at("answer-file-upload"), file_of(attempt, right_answers(attempt, 2)).decode()
    hebei_coordinator.client.post(page, {"text": f"\n{pasted} "})
    assert LateAnswer.objects.count() == 2
    file = SimpleUploadedFile("exam-answers-1.json", pasted.encode(), "application/json")
    for data in ({}, {"file": file, "text": pasted}):
        assert hebei_coordinator.client.post(page, data).context["form"].non_field_errors()
