"""T12: no byte that a trainee is sent tells a key, and a right answer is saved like a wrong one (X8)."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.urls import NoReverseMatch, reverse

from accounts.actors import system_actor
from exams import papers, pulse
from exams.answers import issue_token
from exams.loading import load_practice
from exams.models import Attempt, AttemptItem, Certificate, Item, ItemVersion
from tests.access.requests import ask, said
from tests.access.table import METHODS, Url, urls
from tests.exams.doors import DOORS, Answered, Send
from tests.exams.factories import (
    EXAM_TIME,
    make_bank,
    places,
    right_rows,
    right_value,
    signed_up,
    started,
    wrong_value,
)
from tests.exams.sittings import MINUTE, at, save, text
from tests.factories import Persona, office_of, trainee_persona

CANARY = "⟦KEY"
FILLED = {"region": "130000", "number": 1, "section": "hours", "form": "a", "paper": "a", "kind": "a"}


def plant(versions: Any) -> None:
    """Every field of a version that a candidate must not see carries the mark, the key too."""
    for version in versions:
        mark = f"{CANARY} {version.pk}⟧"
        version.explanation, version.source, version.key = mark, mark, [*version.key, mark]
    ItemVersion.objects.bulk_update(versions, ["explanation", "source", "key"])


@pytest.fixture
def sitting(bank: None, trainee: Persona, autumn_2022: Any) -> Attempt:
    """A running attempt on the trainee's own browser, of a bank full of marks."""
    assert trainee.enrollment is not None
    plant(list(ItemVersion.objects.all()))
    signed_up(trainee.enrollment)
    autumn_2022.move_to(EXAM_TIME)
    trainee.client.post(at("attempt-start"))
    return Attempt.objects.get()


def addresses(keys: list[int], room: str = "") -> Iterator[str]:
    """Every URL of the portal or of one room, each that names an object once for each of the keys."""
    for url in urls().values():
        if not url.name.startswith(room):
            continue
        for key in keys if "pk" in url.params else [0]:
            address = _address(url, key)
            if address is not None:
                yield address


def _address(url: Url, key: int) -> str | None:
    values = {"program": "cancer", "year": 2022, "pk": key, **FILLED}
    try:
        return reverse(url.name, kwargs={name: values.get(name, "x") for name in url.params})
    except NoReverseMatch:
        return None


def told(response: HttpResponse) -> str:
    """Status line, headers, cookies and body, as the browser of the trainee gets them."""
    head = [f"{name}: {value}" for name, value in response.headers.items()]
    return "\n".join([*head, response.cookies.output(), said(response)])


def crawl(
    client: Client, keys: list[int], methods: tuple[str, ...] = METHODS, room: str = ""
) -> tuple[int, list[str]]:
    """How many pages were shown, and what told a key."""
    shown, found = 0, []
    for address in addresses(keys, room):
        for method in methods:
            response = ask(client, method, address, {})
            shown += response.status_code == 200
            if CANARY in told(response):
                found.append(f"{method} {address}")
    return shown, found


@pytest.mark.slow
@pytest.mark.no_cover
def test_x8_no_byte_of_the_portal_tells_a_key_while_one_sits(sitting: Attempt, trainee: Persona) -> None:
    place = places(sitting)[0]
    keys = [sitting.pk, place.pk, place.version_id, place.version.item_id]
    shown, found = crawl(trainee.client, keys)
    assert found == []
    assert shown > 40, "the crawl was shown nearly nothing"
    assert at("attempt-show", pk=sitting.pk) in list(addresses(keys))


@pytest.mark.slow
@pytest.mark.no_cover
def test_x8_no_byte_of_the_portal_tells_a_key_after_hand_in(sitting: Attempt, trainee: Persona) -> None:
    """Not even to one who passed: questions come again, in a later attempt and to others."""
    for version in ItemVersion.objects.all():
        ItemVersion.objects.filter(pk=version.pk).update(key=version.key[:-1])
    save(*right_rows(sitting))
    trainee.client.post(at("attempt-hand-in", pk=sitting.pk))
    certificate = Certificate.objects.get()
    shown, found = crawl(
        trainee.client, [sitting.pk, certificate.pk, places(sitting)[0].version_id], ("get",)
    )
    assert (found, Attempt.objects.get().score) == ([], 120)
    assert shown > 30, "the crawl was shown nearly nothing"


def test_x8_another_trainee_and_a_stranger_are_told_no_key(sitting: Attempt, other_trainee: Persona) -> None:
    keys = [sitting.pk, places(sitting)[0].version.item_id]
    assert crawl(other_trainee.client, keys, ("get",), "exams")[1] == []
    assert crawl(Client(), keys, ("get",), "exams")[1] == []


def test_x8_the_marks_stand_where_the_office_reads_them(sitting: Attempt, national_officer: Persona) -> None:
    """The control: the crawl finds them where they may stand."""
    keys = [places(sitting)[0].version.item_id]
    assert at("item-show", pk=keys[0]) in str(crawl(national_officer.client, keys, ("get",), "exams")[1])


def test_x8_an_explanation_in_the_paper_is_found(
    sitting: Attempt, trainee: Persona, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: one field too many in what a page is made from, and the crawl is red."""
    plain = papers._place

    def leaking(place: papers.Laid, value: str) -> papers.Place:
        version = AttemptItem.objects.get(attempt=sitting, ordinal=place.ordinal).version
        return replace(plain(place, value), case=version.explanation)

    monkeypatch.setattr(papers, "_place", leaking)
    assert crawl(trainee.client, [sitting.pk], ("get",), "exams")[1] == [
        f"get {at('attempt-show', pk=sitting.pk)}"
    ]


def test_x8_scripts_and_styles_hold_no_key_and_no_name_of_one(db: None) -> None:
    for path in (Path(settings.BASE_DIR) / "static" / "exam").rglob("*.*"):
        words = path.read_text(encoding="utf-8")
        assert not re.search(r"explanation|is_right|isRight|correctAnswer", words), path


def test_x8_a_practice_tells_why_after_hand_in_and_never_before(trainee: Persona, autumn_2022: Any) -> None:
    load_practice(office=office_of("cancer"), actor=system_actor(), now=EXAM_TIME)
    ItemVersion.objects.filter(item__in=Item.objects.for_practice()).update(explanation=f"{CANARY}⟧")
    autumn_2022.move_to(EXAM_TIME)
    trainee.client.post(at("practice-start"))
    practice = Attempt.sittings.get()
    assert crawl(trainee.client, [practice.pk], room="exams")[1] == []
    trainee.client.post(at("attempt-hand-in", pk=practice.pk))
    assert crawl(trainee.client, [practice.pk], ("get",), "exams")[1] == [
        f"get {at('attempt-result', pk=practice.pk)}"
    ]


# A right answer and a wrong one


def seen(answer: Answered, *sequences: int) -> tuple[Any, ...]:
    """All that a candidate's device could see of a reply, but the number of the request and of the answer itself."""
    headers = {name: value for name, value in answer.headers.items() if name != "X-Request-ID"}
    body = answer.body.decode()
    for sequence in sequences:
        body = body.replace(str(sequence), "#")
    return answer.status, headers, body


def answer_in_turn(send: Send, attempt: Attempt) -> list[set[Any]]:
    """For each place what was seen of a wrong, a right and again a wrong answer; at most one if they look the same."""
    token = issue_token(attempt.pk, attempt.enrollment.person_id, 1)
    found = []
    for place in places(attempt):
        wrong, right = wrong_value(place), right_value(place)
        looks = set()
        for sequence, value in ((101, wrong), (102, right), (103, wrong), (101, right), (103, wrong)):
            answer = send({"token": token, "answers": [[place.ordinal, value, sequence]]})
            word = "newer" if sequence == 101 and looks else "saved"
            assert answer.data["results"][0][2] == word
            if word == "saved":
                looks.add(str(seen(answer, sequence)))
        found.append(looks)
    return found


@pytest.mark.parametrize("door", list(DOORS))
def test_x8_the_reply_to_a_right_answer_is_that_to_a_wrong_one(
    transactional_db: None, autumn_2022: Any, door: str
) -> None:
    """Status, headers, every byte of the body: at every place of a paper, for a new answer, another one and a repeat."""
    make_bank()
    someone = trainee_persona("sitter")
    assert someone.enrollment is not None
    autumn_2022.move_to(EXAM_TIME + MINUTE)
    attempt = started(someone.enrollment)
    with DOORS[door]() as send:
        assert {len(looks) for looks in answer_in_turn(send, attempt)} == {1}


def test_x8_the_page_after_a_right_answer_differs_in_nothing_but_the_choice(
    bank: None, trainee: Persona, autumn_2022: Any
) -> None:
    assert trainee.enrollment is not None
    signed_up(trainee.enrollment)
    autumn_2022.move_to(EXAM_TIME)
    trainee.client.post(at("attempt-start"))
    attempt = Attempt.objects.get()
    place = next(one for one in places(attempt) if one.row.answer_kind == "single")
    pages = []
    for sequence, option in enumerate(place.options, 11):
        token = issue_token(attempt.pk, attempt.enrollment.person_id, 1)
        body = {"token": token, "answers": [[place.ordinal, option["id"], sequence]]}
        trainee.client.post(reverse("exams_open:answer-save"), body, content_type="application/json")
        pages.append(text(trainee.client.get(at("attempt-show", pk=attempt.pk))))
    of_the_request = (
        r' checked| data-chosen|data-sequence="\d+"|nonce="[^"]*"|name="csrfmiddlewaretoken" value="[^"]*"'
    )
    first, *others = [re.sub(of_the_request, "", page).splitlines() for page in pages]
    assert [pair for page in others for pair in zip(first, page, strict=True) if pair[0] != pair[1]] == []


@pytest.mark.parametrize("door", ["view", "lean door"])
def test_x8_a_pulse_tells_nothing_of_the_answers(transactional_db: None, autumn_2022: Any, door: str) -> None:
    make_bank()
    someone = trainee_persona("sitter")
    assert someone.enrollment is not None
    autumn_2022.move_to(EXAM_TIME + MINUTE)
    attempt = started(someone.enrollment)
    token = issue_token(attempt.pk, someone.person.pk, 1)
    doors = {
        "view": lambda: DOORS["view"]("exams_open:pulse"),
        "lean door": lambda: DOORS["lean door"](pulse.DOOR),
    }
    looks = set()
    with doors[door]() as send:
        for rows in ([], right_rows(attempt, 50)):
            save(*rows)
            looks.add(str(seen(send({"token": token, "waiting": 0, "evidence": []}))))
    assert len(looks) == 1
