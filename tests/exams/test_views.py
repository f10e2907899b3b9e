"""The exam's pages: who sees what, and what never leaves the server."""

import datetime as dt
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from enrollment.models import Enrollment
from exams.answers import PATH, batch, issue_token
from exams.models import Attempt, Certificate, SignUp
from exams.services import hand_in, take_over
from tests.exams.factories import (
    EXAM_TIME,
    FULL,
    places,
    right_rows,
    signed_up,
    started,
    with_figures,
)
from tests.factories import Persona

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _exam_time(autumn_2022: Any) -> None:
    autumn_2022.move_to(EXAM_TIME)


def at(name: str, **kwargs: Any) -> str:
    return reverse(f"exams:{name}", kwargs={"program": "cancer", "year": 2022, **kwargs})


def save(*rows: Any) -> None:
    with connection.cursor() as cursor:
        batch(cursor, rows)


def text(response: Any) -> str:
    return str(response.content.decode())


# The trainee's way


def test_x4_the_exam_page_lists_what_is_missing_with_clause(
    monkeypatch: pytest.MonkeyPatch, trainee: Persona
) -> None:
    with_figures(monkeypatch, {**FULL, "courses.homework_lessons_open": 3})
    page = text(trainee.client.get(at("exam-show")))
    assert page.count('class="finding finding-success"') == 3
    assert page.count('class="finding finding-danger"') == 1
    assert "000 三(五)4" in page


def test_x4_signing_up_too_early_says_so_and_writes_nothing(
    monkeypatch: pytest.MonkeyPatch, trainee: Persona
) -> None:
    with_figures(monkeypatch, {})
    response = trainee.client.post(at("signup-create"), follow=True)
    assert 'class="note note-danger' in text(response) or "alert" in text(response)
    assert not SignUp.objects.exists()


def test_x5_the_whole_way_from_sign_up_to_result(
    monkeypatch: pytest.MonkeyPatch, bank: None, trainee: Persona
) -> None:
    with_figures(monkeypatch, FULL)
    trainee.client.post(at("signup-create"))
    trainee.client.post(at("rules-show"), {"read": "on"})
    response = trainee.client.post(at("attempt-start"))
    attempt = Attempt.objects.get()
    assert response["Location"] == at("attempt-show", pk=attempt.pk)
    room = trainee.client.get(response["Location"])
    assert room.status_code == 200
    assert room["Cache-Control"] == "no-store"
    token = re.search(r'data-token="([^"]+)"', text(room))
    assert token
    body = {"token": token[1], "answers": [[row.ordinal, row.value, 1] for row in right_rows(attempt)]}
    saved = Client().post(PATH, body, content_type="application/json").json()
    assert {result[2] for result in saved["results"]} == {"saved"}
    handed = trainee.client.post(at("attempt-hand-in", pk=attempt.pk), follow=True)
    assert handed.redirect_chain[-1][0] == at("attempt-result", pk=attempt.pk)
    assert "E2022-" in text(handed)
    certificate = Certificate.objects.get()
    assert at("certificate-show", pk=certificate.pk) in text(handed)
    assert trainee.client.get(at("exam-show")).status_code == 200


def test_t17_no_time_out_cuts_the_sitting(
    monkeypatch: pytest.MonkeyPatch, bank: None, trainee: Persona, autumn_2022: Any, settings: Any
) -> None:
    """Whoever reads quietly for longer than the session's time goes on and hands in; nothing else opens."""
    settings.SESSION_LIMITS = {"trainee": {"idle": 10, "absolute": 15}, "staff": {"idle": 10, "absolute": 15}}
    with_figures(monkeypatch, FULL)
    trainee.client.post(at("signup-create"))
    trainee.client.post(at("rules-show"), {"read": "on"})
    room = trainee.client.post(at("attempt-start"))["Location"]
    attempt = Attempt.objects.get()
    autumn_2022.move_to(attempt.deadline)
    assert trainee.client.get(room).status_code == 200
    assert "reauthenticate" in trainee.client.get(reverse("accounts:notice-list"))["Location"]
    trainee.client.post(at("attempt-hand-in", pk=attempt.pk))
    attempt.refresh_from_db()
    assert not attempt.is_open
    autumn_2022.shift(dt.timedelta(hours=1))
    assert trainee.client.get(at("exam-show"))["Location"].startswith(reverse("account_login"))


def test_x5_starting_without_sign_up_leads_back_with_a_sentence(trainee: Persona) -> None:
    response = trainee.client.post(at("attempt-start"))
    assert response["Location"] == at("exam-show")


@pytest.mark.parametrize(
    ("now", "words"),
    [
        pytest.param(dt.timedelta(days=-10), "exam-show", id="X5-not-open"),
        pytest.param(dt.timedelta(days=40), "exam-show", id="X5-window-over"),
    ],
)
def test_x5_the_exam_page_outside_the_window(
    autumn_2022: Any, trainee: Persona, now: dt.timedelta, words: str
) -> None:
    assert trainee.enrollment is not None
    signed_up(trainee.enrollment)
    autumn_2022.move_to(EXAM_TIME + now)
    page = text(trainee.client.get(at(words)))
    assert 'data-dialog="start"' not in page


def test_x5_after_three_failures_the_page_speaks_of_next_year(bank: None, trainee: Persona) -> None:
    assert trainee.enrollment is not None
    for number in range(3):
        attempt = started(trainee.enrollment, EXAM_TIME + dt.timedelta(hours=3 * number))
        hand_in(attempt=attempt, actor=trainee.actor, now=attempt.started_at + MINUTE)
    page = text(trainee.client.get(at("exam-show")))
    assert page.count("/result/") == 3
    assert 'data-dialog="start"' not in page


def test_x8_on_another_device_the_room_asks_first(attempt: Attempt, trainee: Persona) -> None:
    page = trainee.client.get(at("attempt-show", pk=attempt.pk))
    assert "data-token" not in text(page)
    trainee.client.post(at("attempt-take-over", pk=attempt.pk))
    attempt.refresh_from_db()
    assert attempt.generation == 2
    assert f'data-generation="{attempt.generation}"' in text(
        trainee.client.get(at("attempt-show", pk=attempt.pk))
    )


def test_x8_a_page_left_open_elsewhere_does_not_end_the_sitting(attempt: Attempt, trainee: Persona) -> None:
    response = trainee.client.post(at("attempt-hand-in", pk=attempt.pk))
    assert response["Location"] == at("attempt-show", pk=attempt.pk)
    attempt.refresh_from_db()
    assert attempt.is_open


def test_x8_a_reload_shows_what_the_server_holds(bank: None, trainee: Persona) -> None:
    assert trainee.enrollment is not None
    signed_up(trainee.enrollment)
    trainee.client.post(at("attempt-start"))
    attempt = Attempt.objects.get()
    rows = right_rows(attempt, 3)
    save(*rows)
    page = text(trainee.client.get(at("attempt-show", pk=attempt.pk)))
    assert page.count("checked>") == 3
    assert len(re.findall(r'href="#q\d+" data-state="answered"', page)) == 3
    assert 'data-sequence="1"' in page


def test_x8_the_room_of_a_handed_in_paper_is_its_result_and_the_other_way_round(
    attempt: Attempt, trainee: Persona
) -> None:
    assert trainee.client.get(at("attempt-result", pk=attempt.pk))["Location"] == at(
        "attempt-show", pk=attempt.pk
    )
    hand_in(attempt=attempt, actor=trainee.actor, now=EXAM_TIME)
    assert trainee.client.get(at("attempt-show", pk=attempt.pk))["Location"] == at(
        "attempt-result", pk=attempt.pk
    )


def test_x8_another_persons_attempt_is_not_there(
    attempt: Attempt, other_trainee: Persona, hebei_coordinator: Persona
) -> None:
    for name in ("attempt-show", "attempt-result"):
        assert other_trainee.client.get(at(name, pk=attempt.pk)).status_code == 404
        assert hebei_coordinator.client.get(at(name, pk=attempt.pk)).status_code == 403
    for name in ("attempt-hand-in", "attempt-take-over"):
        assert other_trainee.client.post(at(name, pk=attempt.pk)).status_code == 404
    attempt.refresh_from_db()
    assert (attempt.state, attempt.generation) == ("open", 1)


def test_a_trainee_of_no_year_is_told_so(trainee: Persona) -> None:
    Enrollment.objects.all().delete()
    assert trainee.client.get(at("exam-show")).status_code == 200
    assert trainee.client.post(at("signup-create")).status_code == 404


# Nothing about keys leaves the server


def test_x8_no_key_or_explanation_in_any_byte_before_hand_in(bank: None, trainee: Persona) -> None:
    """Keys are canaries: every explanation carries ⟦WHY …⟧, the stored labels are replaced by ids of this paper."""
    assert trainee.enrollment is not None
    signed_up(trainee.enrollment)
    trainee.client.post(at("attempt-start"))
    attempt = Attempt.objects.get()
    drawn = places(attempt)
    pages = [trainee.client.get(at("attempt-show", pk=attempt.pk)), trainee.client.get(at("exam-show"))]
    for page in pages:
        assert "⟦WHY" not in text(page)
    # the key that signs the answer file is the page's own
    room = text(pages[0]).replace("data-file-key", "")
    assert not re.search(r"\bkey\b|is_right|correct", room, re.IGNORECASE)
    values = set(re.findall(r'name="i\d+" value="([^"]+)"', text(pages[0])))
    assert values == {option["id"] for place in drawn for option in place.options}
    assert not values & set("ABCDETF")


def test_x8_right_and_wrong_saves_look_the_same(attempt: Attempt) -> None:
    sizes = set()
    for place in places(attempt)[:20]:
        for option in place.options:
            body = {"token": _token(attempt), "answers": [[place.ordinal, option["id"], 1]]}
            reply = Client().post(PATH, body, content_type="application/json")
            result = reply.json()["results"][0]
            sizes.add((result[2] in {"saved", "newer"}, len(result), reply.status_code))
    assert sizes == {(True, 4, 200)}


def _token(attempt: Attempt) -> str:
    return issue_token(attempt.pk, attempt.enrollment.person_id, attempt.generation)


def test_x8_the_paper_is_small(bank: None, trainee: Persona) -> None:
    assert trainee.enrollment is not None
    signed_up(trainee.enrollment)
    trainee.client.post(at("attempt-start"))
    page = trainee.client.get(at("attempt-show", pk=Attempt.objects.get().pk))
    assert len(page.content) < 150_000


def test_x8_an_answer_never_waits_for_a_session(attempt: Attempt, django_assert_num_queries: Any) -> None:
    body = {"token": _token(attempt), "answers": [[1, "abcd", 1]]}
    # savepoint, lock of the attempt, upsert, release
    with django_assert_num_queries(4):
        assert Client().post(PATH, body, content_type="application/json").status_code == 200


def test_x8_saving_wants_post(client: Client) -> None:
    assert client.get(PATH).status_code == 405


def test_x8_taking_over_is_told_to_the_older_device(attempt: Attempt, trainee: Persona) -> None:
    old = _token(attempt)
    take_over(attempt=attempt, device="phone", actor=trainee.actor, now=EXAM_TIME)
    reply = (
        Client()
        .post(PATH, {"token": old, "answers": [[1, "abcd", 1]]}, content_type="application/json")
        .json()
    )
    assert reply["results"] == [[1, 1, "stale", None]]
