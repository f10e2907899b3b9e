"""The exam room as it is served, and who may hand in from which page (X8)."""

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from exams import pulse
from exams.answer_files import file_key
from exams.answers import PATH, issue_token, read_token
from exams.models import Attempt
from exams.services import take_over
from tests.exams.factories import EXAM_TIME, signed_up
from tests.factories import Persona

SCRIPTS = Path(settings.BASE_DIR) / "static" / "exam"


@pytest.fixture
def sitting(bank: None, trainee: Persona, autumn_2022: Any) -> Attempt:
    """Begun in the trainee's own browser."""
    autumn_2022.move_to(EXAM_TIME)
    assert trainee.enrollment is not None
    signed_up(trainee.enrollment)
    assert trainee.client.post(at("attempt-start")).status_code == 302
    return Attempt.objects.get()


def at(name: str, **kwargs: Any) -> str:
    return reverse(f"exams:{name}", kwargs={"program": "cancer", "year": 2022, **kwargs})


def data_of(page: str) -> dict[str, str]:
    return dict(re.findall(r'data-([a-z-]+)="([^"]*)"', page[page.index('id="paper"') :]))


def test_x8_the_room_carries_what_saving_the_pulse_and_the_answer_file_need(
    sitting: Attempt, trainee: Persona
) -> None:
    Attempt.objects.update(extra_seconds=600, accept_until=sitting.accept_until + dt.timedelta(minutes=10))
    data = data_of(trainee.client.get(at("attempt-show", pk=sitting.pk)).content.decode())
    sitting.refresh_from_db()
    assert read_token(data["token"]) == (sitting.pk, 1)
    assert (data["save-url"], data["pulse-url"]) == (PATH, pulse.PATH)
    assert data["file-key"] == file_key(sitting.pk, 1)
    assert int(data["until"]) == int(sitting.ends_at.timestamp() * 1000)
    assert int(data["grace"]) == (sitting.accept_until - sitting.ends_at).total_seconds()


def of_this_page(attempt: Attempt, person: int) -> str:
    return issue_token(attempt.pk, person, attempt.generation)


def of_an_older_device(attempt: Attempt, person: int) -> str:
    return issue_token(attempt.pk, person, attempt.generation - 1)


def of_another_attempt(attempt: Attempt, person: int) -> str:
    return issue_token(attempt.pk + 1, person, attempt.generation)


@pytest.mark.parametrize(
    ("token", "closed"),
    [
        (of_this_page, True),
        (of_an_older_device, False),
        (of_another_attempt, False),
        (lambda attempt, person: "forged", False),
        (lambda attempt, person: "", False),
    ],
    ids=["in use", "older device", "other attempt", "forged", "none"],
)
def test_x8_after_signing_in_again_only_the_page_in_use_hands_in(
    sitting: Attempt, trainee: Persona, token: Callable[[Attempt, int], str], *, closed: bool
) -> None:
    take_over(attempt=sitting, device="the session that is lost", actor=trainee.actor, now=EXAM_TIME)
    sitting.refresh_from_db()
    again = Client()
    again.force_login(trainee.user)
    sent = {"token": token(sitting, trainee.person.pk)}
    response = again.post(at("attempt-hand-in", pk=sitting.pk), sent)
    page = "attempt-result" if closed else "attempt-show"
    assert response["Location"] == at(page, pk=sitting.pk)
    assert Attempt.objects.get().is_open is not closed


def test_the_room_fetches_all_its_modules_at_once(sitting: Attempt, trainee: Persona) -> None:
    page = trainee.client.get(at("attempt-show", pk=sitting.pk)).content.decode()
    fetched = set(re.findall(r'(?:href|src)="[^"]*/exam/([a-z-]+\.js)"', page))
    wanted, asked = set(), {"room.js"}
    while asked - wanted:
        name = (asked - wanted).pop()
        wanted.add(name)
        asked |= set(re.findall(r'from "\./([a-z-]+\.js)"', (SCRIPTS / name).read_text(encoding="utf-8")))
    assert fetched == wanted
