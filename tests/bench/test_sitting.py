"""What the bench lays in is an exam that can be sat, and its trainees read the portal's own pages."""

import pytest
from django.conf import settings
from django.test import Client

from bench import seed_attempts, seed_exam
from bench.load import BEAT, PULSE, SAVE
from bench.stored import stored
from bench.trainees import Paper, Unfit
from exams.models import Attempt
from tests.factories import cancer_2022


@pytest.fixture
def small_bank(monkeypatch):
    monkeypatch.setattr(seed_exam, "BANK", {"singles": 60, "groups": 0, "multiple": 20, "true_false": 20})
    monkeypatch.setattr(seed_exam, "load_genuine", lambda *_: None)


@pytest.mark.django_db
def test_x5_a_seeded_person_sits_as_the_virtual_trainee_does(small_bank):
    cancer_2022()
    seeded = seed_exam.seed(2)
    browser = Client()
    browser.cookies[settings.SESSION_COOKIE_NAME] = seeded["people"][1]["session"]
    assert browser.get(seeded["exam"]).status_code == 200
    started = browser.post(f"{seeded['exam']}start/")
    page = browser.get(started["Location"])
    paper = Paper.of(page.content.decode())
    assert paper.attempt == Attempt.objects.get().pk
    assert list(paper.places) == list(range(1, 101))
    assert {len(values) for values, _ in paper.places.values()} == {2, 5}
    assert sum(several for _, several in paper.places.values()) == 20

    place, value = 1, paper.places[1][0][0]
    saved = browser.post(
        paper.save_url,
        {"token": paper.token, "answers": [[place, value, 1]]},
        content_type="application/json",
    )
    assert saved.json()["results"] == [[place, 1, "saved", None]]
    pulse = {"token": paper.token, "waiting": 0, "evidence": []}
    assert browser.post(paper.pulse_url, pulse, content_type="application/json").json()["state"] == "open"

    result = browser.post(paper.hand_in)
    assert result["Location"].endswith("/result/")
    found = stored()
    assert found["answers"] == [(paper.attempt, place, value, 1, 1)]
    assert found["attempts"] == [
        [paper.attempt, seeded["people"][1]["enrollment"], "closed", Attempt.objects.get().receipt, True]
    ]


@pytest.mark.django_db
def test_the_password_of_a_seeded_person_opens_the_door(small_bank):
    cancer_2022()
    seeded = seed_exam.seed(1)
    fields = {"login": seeded["people"][0]["username"], "password": seeded["password"]}
    assert Client().post("/account/login/", fields).status_code == 302


@pytest.mark.django_db
def test_running_attempts_and_watched_lessons_answer_at_their_doors():
    cancer_2022()
    tokens = seed_attempts.seed(2)
    for kind in (SAVE, BEAT, PULSE):
        token = tokens["watching" if kind is BEAT else "sitting"][1]
        path, body = kind.make(token, 1)
        answer = Client().post(path, body, content_type="application/json")
        assert kind.good in answer.content, kind.name


def test_another_page_is_no_paper():
    with pytest.raises(Unfit):
        Paper.of("<html><p>no</p></html>")
