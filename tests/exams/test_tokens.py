"""Whose token it is decides what may be written, and nothing else does: both doors of a sitting (X8, T04, T18)."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.signing import Signer

from accounts.actors import system_actor
from exams.answers import issue_token
from exams.models import Answer, Attempt, Evidence, LateAnswer, Pulse
from exams.services import hand_in, take_over
from tests.exams.doors import view_door
from tests.exams.factories import EXAM_TIME, started
from tests.exams.sittings import MINUTE, at, ended
from tests.factories import Persona

TABLES = (Answer, LateAnswer, Pulse, Evidence)


@pytest.fixture(autouse=True)
def _exam_time(autumn_2022: Any) -> None:
    autumn_2022.move_to(EXAM_TIME + MINUTE)


def written() -> dict[str, list[Any]]:
    return {model.__name__: sorted(model.objects.values_list("attempt_id", flat=True)) for model in TABLES}


def knock(token: str, **extra: Any) -> tuple[Any, Any]:
    """An answer and a sign of life with one token: what either door says."""
    evidence = [[1, "focus", int(EXAM_TIME.timestamp() * 1000), 5]]
    with view_door() as save, view_door("exams_open:pulse") as beat:
        saved = save({"token": token, "answers": [[1, "ab", 7]], **extra})
        told = beat({"token": token, "waiting": 1, "evidence": evidence, **extra})
    word = saved.data["results"][0][2] if saved.status == 200 else saved.status
    return word, told.data["state"] if told.status == 200 else told.status


def practice_of(attempt: Attempt) -> Attempt:
    """A practice of the same person, without a paper."""
    values = {
        field.attname: getattr(attempt, field.attname) for field in Attempt._meta.fields if field.name != "id"
    }
    return Attempt.sittings.create(**{**values, "is_practice": True, "window_id": None})


def void(attempt: Attempt) -> Attempt:
    Attempt.objects.filter(pk=attempt.pk).update(state="void")
    return attempt


def token_of(attempt: Attempt, generation: int = 1) -> str:
    return issue_token(attempt.pk, attempt.enrollment.person_id, generation)


@pytest.mark.parametrize(
    ("prepare", "said"),
    [
        pytest.param(void, ("refused", "void"), id="X8-void"),
        pytest.param(ended, ("closed", "closed"), id="X8-handed-in"),
        pytest.param(
            lambda attempt: take_over(attempt=attempt, device="b", actor=system_actor(), now=EXAM_TIME),
            ("stale", "stale"),
            id="T18-taken-over",
        ),
    ],
)
def test_x8_a_token_of_a_sitting_that_is_not_this_devices_writes_no_answer(
    attempt: Attempt, prepare: Callable[[Attempt], Any], said: Any
) -> None:
    token = token_of(attempt)
    prepare(attempt)
    before = written()
    assert knock(token) == said
    assert before["Answer"] == []
    assert written() == {**before, "LateAnswer": [attempt.pk] if said[0] == "closed" else []}


def test_x8_a_token_writes_into_its_own_sitting_whatever_the_body_names(
    attempt: Attempt, other_trainee: Persona
) -> None:
    """The other trainee sends the first one's numbers beside an own token."""
    assert other_trainee.enrollment is not None
    theirs = started(other_trainee.enrollment)
    claims = {
        "attempt": attempt.pk, "attempt_id": attempt.pk, "person": attempt.enrollment.person_id, "generation": 1,
        "enrollment": attempt.enrollment_id,
    }  # fmt: skip
    assert knock(token_of(theirs), **claims) == ("saved", "open")
    assert written() == {name: [theirs.pk] if name != "LateAnswer" else [] for name in written()}


def test_x8_a_practice_token_writes_into_the_practice_alone(attempt: Attempt) -> None:
    practice = practice_of(attempt)
    assert knock(token_of(practice)) == ("saved", "open")
    assert set(written()["Answer"]) == {practice.pk}
    hand_in(attempt=practice, actor=system_actor(), now=EXAM_TIME + MINUTE)
    assert knock(token_of(practice)) == ("closed", "closed")
    assert written()["LateAnswer"] == [], "nobody decides about a practice"


def test_x8_the_token_of_an_earlier_attempt_does_nothing_to_the_next(attempt: Attempt) -> None:
    old = token_of(attempt)
    ended(attempt)
    second = started(attempt.enrollment, EXAM_TIME + MINUTE)
    assert knock(old) == ("closed", "closed")
    assert set(written()["LateAnswer"]) == {attempt.pk}
    assert not Answer.objects.filter(attempt=second).exists()


def forged(attempt: Attempt) -> dict[str, str]:
    real = token_of(attempt)
    signed, signature = real.rsplit(":", 1)
    parts = signed.split(".")
    return {
        "another attempt": f"{'.'.join([str(attempt.pk + 1), *parts[1:]])}:{signature}",
        "a newer device": f"{'.'.join([*parts[:2], '2'])}:{signature}",
        "another purpose": Signer(salt="exams.answer-file").sign(signed),
        "no salt": Signer().sign(signed),
        "another key": Signer(key="x" * 50, salt="exams.answers").sign(signed),
        "no signature": signed,
        "cut": real[:-1],
        "nothing": "",
        "a list": json.dumps([real]),
    }


def test_x8_a_forged_token_is_refused_and_writes_nothing(attempt: Attempt) -> None:
    said = {name: knock(token) for name, token in forged(attempt).items()}
    assert set(said.values()) == {(403, 403)}, said
    assert not any(written().values())


def test_x8_a_token_for_a_future_device_is_worth_nothing_before_it(attempt: Attempt) -> None:
    """The portal signs none; were one known, it would not be the sitting's writer."""
    assert knock(token_of(attempt, 2))[0] == "stale"
    assert written()["Answer"] == []


def test_x8_an_unknown_sitting_is_refused(attempt: Attempt) -> None:
    assert knock(issue_token(attempt.pk + 1000, 1, 1)) == ("refused", "void")
    assert not any(written().values())


@pytest.mark.parametrize("name", ["attempt-show", "attempt-result"])
def test_x8_no_page_of_another_person_opens(attempt: Attempt, other_trainee: Persona, name: str) -> None:
    """So nobody is handed another's token."""
    assert other_trainee.client.get(at(name, pk=attempt.pk)).status_code == 404


@pytest.mark.parametrize("name", ["attempt-hand-in", "attempt-take-over", "attempt-close"])
def test_x8_nobody_ends_or_takes_over_anothers_sitting(
    attempt: Attempt, other_trainee: Persona, name: str
) -> None:
    assert other_trainee.client.post(at(name, pk=attempt.pk)).status_code == 404
    attempt.refresh_from_db()
    assert (attempt.state, attempt.generation, attempt.device) == ("open", 1, "device")


def test_x8_a_token_that_is_not_asked_for_whose_it_is_is_found(
    attempt: Attempt, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: unsigned tokens believed, and a stranger writes."""
    monkeypatch.setattr(Signer, "unsign", lambda self, value: value.rsplit(":", 1)[0])
    assert knock(forged(attempt)["no signature"])[0] == "saved"
