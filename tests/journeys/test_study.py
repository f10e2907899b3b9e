"""Journey 3, first half: a trainee watches the sample lesson, does its homework, sees what is missing (C1, C5, C6, X4)."""

import datetime as dt

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.actors import system_actor
from courses.loading import SAMPLE_SECONDS, load_lessons
from courses.models import Ledger, LessonProgress, WatchStream
from courses.models.lessons import SAMPLE_VIDEO
from courses.queries import own_enrollment, plan_of
from exams.models import ExamWindow, SignUp
from tests.courses.factories import set_setting
from tests.factories import NOW, cancer_2022
from tests.journeys.conftest import follow

# the sample is watched eight times as fast, because this year allows it: the limit is data
SPEED = 8
COUNTING = 60_000


@pytest.fixture
def lessons(trainee, settings):
    year = cancer_2022()
    load_lessons(settings.BASE_DIR / "fixtures" / "lessons", year, actor=system_actor(), now=NOW)
    # the server of the tests hands static files out whole; an uploaded video comes in the ranges that jumping needs
    video = ContentFile((settings.BASE_DIR / "static" / SAMPLE_VIDEO).read_bytes())
    first = plan_of(trainee.enrollment, trainee.scope).first().lesson
    first.video.save("sample.mp4", video)
    set_setting("watch-speed-limit", str(SPEED))
    # the exam is open: what keeps the trainee out is what they have not done
    now, day = timezone.now(), dt.timedelta(days=1)
    ExamWindow.objects.filter(year=year).update(opens_at=now - day, closes_at=now + day)
    return year


def address(name: str, **ids: int) -> str:
    return reverse(name, kwargs={**cancer_2022().url_kwargs, **ids})


def play(page: Page, start: int | None = None) -> None:
    page.locator("video").evaluate(
        "(video, [start, speed]) => { video.muted = true; if (start !== null) video.currentTime = start;"
        " video.playbackRate = speed; return video.play(); }",
        [start, SPEED],
    )


def fits_first_screen(page: Page, *selectors: str) -> None:
    """Seen without scrolling."""
    height = page.viewport_size["height"] if page.viewport_size else 0
    for selector in selectors:
        box = page.locator(selector).first.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= height, selector


def test_a_trainee_watches_answers_and_is_told_what_is_missing(page, login, look, lessons, trainee):
    login(page, "trainee")
    page.goto(address("courses:study-show"))
    look(page, "study-start")
    fits_first_screen(page, "section.now a.btn-primary", "section.now strong", ".meters .meter >> nth=0")

    first = plan_of(own_enrollment(lessons, trainee.scope), trainee.scope).first()
    follow(page, page.locator("section.now a.btn-primary"))
    expect(page.locator("h1")).to_have_text(first.lesson.title)
    look(page, "study-lesson")
    assert page.locator("video").evaluate("video => video.paused"), "nothing plays by itself"

    # a jump leaves a gap; the end alone does not earn the hour
    play(page, start=50)
    # on a busy machine the very last second may be missing as well
    gap = page.locator("[data-gaps] button").first
    expect(gap).to_have_text("0:00–0:50", timeout=COUNTING)
    expect(page.locator("[data-finished]")).to_be_hidden()
    look(page, "study-gap")
    assert LessonProgress.objects.get().completed_at is None

    gap.click()
    play(page)
    expect(page.locator("[data-finished]")).to_be_visible(timeout=COUNTING)
    row = LessonProgress.objects.get()
    assert (row.lesson_id, row.hours, row.completed_at is not None) == (first.lesson_id, 1, True)
    assert row.covered >= SAMPLE_SECONDS * 0.95

    follow(page, page.locator("[data-finished] a.btn-primary"))
    look(page, "study-homework")
    for question in page.locator("form.homework fieldset").all():
        question.locator("input").first.check()
    follow(page, page.locator("form.homework [type=submit]"))
    expect(page.locator(".homework-answer")).to_have_count(5)
    look(page, "study-homework-result")
    assert Ledger.objects.get(pk=trainee.enrollment.pk).homework_done == 1

    page.goto(address("courses:study-show"))
    numbers = page.locator(".meter-numbers").all_inner_texts()
    assert [text.split()[0] for text in numbers] == ["1", "1", "0", "1", "0"]
    look(page, "study-progress")
    page.goto(address("courses:watch-list") + "?state=done")
    expect(page.locator("table.list tbody tr")).to_have_count(1)
    look(page, "study-lessons")

    # refused the exam, with the list
    page.goto(address("exams:exam-show"))
    expect(page.locator(".finding-danger")).to_have_count(4)
    look(page, "study-exam-refused")
    follow(page, page.locator(f"form[action='{address('exams:signup-create')}'] button"))
    expect(page.locator(".finding-danger")).to_have_count(4)
    assert not SignUp.objects.exists()


def test_the_lesson_counts_in_one_window_only(page, new_page, login, lessons, trainee):
    login(page, "trainee")
    page.goto(address("courses:study-show"))
    follow(page, page.locator("section.now a.btn-primary"))
    play(page)
    expect(page.locator("[data-state]")).not_to_be_empty()
    WatchStream.objects.get()

    other = new_page()
    login(other, "trainee")
    other.goto(page.url)
    play(other)
    expect(other.locator("[data-state]")).not_to_be_empty()
    expect(page.locator("[data-reopen]")).to_be_visible(timeout=COUNTING)
    assert page.locator("video").evaluate("video => video.paused")
    assert WatchStream.objects.count() == 1


def test_a_dropped_network_loses_nothing(page, login, lessons, trainee, guard):
    guard.allow("ERR_INTERNET_DISCONNECTED|Failed to load resource|net::")
    login(page, "trainee")
    page.goto(address("courses:study-show"))
    follow(page, page.locator("section.now a.btn-primary"))
    page.wait_for_load_state("networkidle")
    play(page)
    expect(page.locator("[data-state]")).not_to_be_empty()
    page.context.set_offline(True)
    page.wait_for_timeout(3000)
    page.locator("video").evaluate("video => video.pause()")
    expect(page.locator("[data-state]")).to_contain_text("网络", timeout=20_000)
    assert not LessonProgress.objects.exists()
    page.context.set_offline(False)
    expect(page.locator("[data-coverage] span")).to_have_count(1, timeout=20_000)
    row = LessonProgress.objects.get()
    assert row.covered >= 5
    assert WatchStream.objects.get().last_beat_at > dt.datetime.now(dt.UTC) - dt.timedelta(minutes=1)
