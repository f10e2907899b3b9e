"""A trainee's first screen: what to do now with one button, how far, when due, in every state (design §6)."""

import datetime as dt

import pytest
from django.urls import reverse

from accounts.actors import system_actor
from courses.models import OfflineResult
from exams.models import Certificate
from exams.services import issue_certificate
from tests.courses.factories import EntryFactory, homework, set_setting, watched
from tests.exams.factories import EXAM_TIME, handed_in, signed_up
from tests.factories import NOW, cancer_2022, trainee_persona

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("autumn_2022")]


def url(name: str, **ids) -> str:
    return reverse(f"courses:{name}", kwargs={**cancer_2022().url_kwargs, **ids})


@pytest.fixture
def entry(trainee):
    return EntryFactory(specialty=trainee.enrollment.specialty)


def test_the_first_screen_says_what_to_do_now(trainee, entry):
    page = trainee.client.get(url("study-show")).content.decode()
    assert entry.lesson.title in page
    assert url("watch-lesson", pk=entry.lesson_id) in page


def test_the_first_screen_leads_to_open_homework_first(trainee, entry):
    homework(entry.lesson)
    watched(trainee.enrollment, entry.lesson)
    EntryFactory(specialty=trainee.enrollment.specialty)
    page = trainee.client.get(url("study-show")).content.decode()
    assert url("watch-homework", pk=entry.lesson_id) in page


def test_x4_the_first_screen_lists_what_is_missing(trainee, entry):
    page = trainee.client.get(url("study-show"), HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert "170 online class hours" in page
    assert "70 offline class hours" in page
    assert "The result of the offline assessment is not recorded yet" in page


def _settle(enrollment, *, passed: bool | None = True) -> None:
    """All study done; the offline assessment as told."""
    for code in ("required-lessons", "elective-lessons", "online-hours-required", "offline-hours-required"):
        set_setting(code, "0")
    if passed is not None:
        OfflineResult.objects.create(
            enrollment=enrollment, passed=passed, assessed_on=NOW.date(), recorded_at=NOW
        )


def _now_box(client) -> str:
    page = client.get(url("study-show"), HTTP_ACCEPT_LANGUAGE="en").content.decode()
    return page[page.index('class="panel now"') : page.index('aria-labelledby="far"')]


@pytest.mark.parametrize(
    ("passed", "words", "target"),
    [
        (True, "Sign up for the exam", "exams:signup-create"),
        (None, "the offline assessment is not recorded yet", "courses:offline-show"),
        (False, "The offline assessment is not passed", "courses:offline-show"),
    ],
)
def test_x4_the_first_screen_has_one_button_when_online_study_is_done(trainee, passed, words, target):
    _settle(trainee.enrollment, passed=passed)
    box = _now_box(trainee.client)
    assert words in box
    assert reverse(target, kwargs=cancer_2022().url_kwargs) in box
    assert box.count("btn-primary") == 1
    assert box.count("<form") == box.count("csrfmiddlewaretoken")


@pytest.mark.parametrize(
    ("when", "failed", "words"),
    [
        ("2022-11-20", 0, "You are signed up"),
        ("2022-12-05", 0, "Start the exam"),
        ("2022-12-05", 1, "of 3"),
        ("2022-12-05", 3, "All attempts are used"),
        ("2022-12-30", 1, "may start is over"),
        ("2023-02-01", 0, "window is over"),
    ],
)
def test_x5_the_first_screen_goes_on_through_the_exam(trainee, autumn_2022, when, failed, words):
    signed_up(trainee.enrollment)
    for number in range(1, failed + 1):
        handed_in(trainee.enrollment, number)
    autumn_2022.move_to(dt.datetime.fromisoformat(f"{when}T10:00+08:00"))
    box = _now_box(trainee.client)
    assert words in box
    assert "btn-primary" in box
    assert box.count("<form") == box.count("csrfmiddlewaretoken")


def test_x7_after_the_pass_the_first_screen_leads_to_the_certificate(trainee, autumn_2022):
    signed_up(trainee.enrollment)
    attempt = handed_in(trainee.enrollment, score=90, passed=True)
    certificate = issue_certificate(attempt=attempt, actor=system_actor(), now=EXAM_TIME)
    autumn_2022.move_to(EXAM_TIME)
    way = reverse("exams:certificate-show", kwargs={**cancer_2022().url_kwargs, "pk": certificate.pk})
    assert way in _now_box(trainee.client)
    Certificate.objects.update(status="revoked")
    assert "has been revoked" in _now_box(trainee.client)


def test_c1_a_year_that_is_over_sends_nobody_into_a_closed_lesson(trainee, entry):
    type(entry.year).objects.filter(pk=entry.year_id).update(status="closed")
    box = _now_box(trainee.client)
    assert "is over" in box
    assert url("watch-list") in box


def test_e11_before_the_approval_there_is_no_study():
    waiting = trainee_persona("waiting", applied=True)
    assert waiting.client.get(url("study-show")).status_code == 200
    assert waiting.client.get(url("watch-list")).status_code == 404
