"""The exam room with a second device, a lost session, moved time, messages; by keyboard, zoomed, on a phone (X8, T18)."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from accounts.actors import system_actor
from accounts.enums import Role
from exams.models import Attempt, Evidence, LateAnswer, Pulse
from exams.services import hand_in, take_over
from exams.services.control import grant_extra_time, send_broadcast
from tests.exams.factories import year as program_year
from tests.factories import PASSWORD, Persona, office_of, persona
from tests.journeys.sitting import SCREENS, Sitting, a_sitting, at, eventually, states

SECOND = dt.timedelta(seconds=1)
PAGE_LIMIT, SAVE_LIMIT = 200 * 1024, 5 * 1024


@pytest.fixture
def width() -> int:
    return 1366


@pytest.fixture
def sitting(
    browser: Browser, live_server: Any, transactional_db: None, monkeypatch: pytest.MonkeyPatch, width: int
) -> Iterator[Sitting]:
    with a_sitting(browser, live_server.url, monkeypatch, width) as one:
        yield one


@pytest.fixture
def officer(transactional_db: None) -> Persona:
    return persona("officer", Role.NATIONAL_OFFICE, office_of("cancer"))


def come_back(page: Page) -> None:
    """The page is looked at again: it asks the server at once."""
    page.wait_for_timeout(2100)
    page.evaluate("window.dispatchEvent(new Event('online'))")


def test_x8_t18_unsent_answers_of_the_older_device_are_kept_aside_and_offered(
    sitting: Sitting, look: Callable[[Page, str], None]
) -> None:
    old = sitting.open(sitting.contexts[0])
    sitting.choose(old, 1)
    sitting.settle(old)
    sitting.contexts[0].set_offline(True)
    for place in (2, 3, 4):
        sitting.choose(old, place)

    other = Client()
    other.force_login(sitting.someone.user)
    sitting.device(other)
    assert other.post(at("attempt-take-over", pk=sitting.attempt.pk)).status_code == 302
    new = sitting.open(sitting.contexts[1])
    sitting.choose(new, 3, 2)
    expect(new.locator(".palette a[href='#q3']")).to_have_attribute("data-state", "answered")
    theirs = sitting.chosen[3]

    sitting.contexts[0].set_offline(False)
    expect(old.locator(".exam-saved")).to_have_attribute("data-state", "readonly")
    expect(old.locator("#kept-rows tr")).to_have_count(3)
    expect(old.locator("#q9 input").first).to_be_disabled()
    expect(old.locator("#kept-rows tr").first.locator("td").last).to_be_hidden()  # what it cannot know
    assert set(sitting.held()) == {1, 3}
    look(old, "exam-kept-old-device")

    old.locator("#kept-back").click()
    old.wait_for_url(sitting.address)
    expect(old.locator("#kept-enter")).to_be_visible()
    # ticked where the server holds nothing; what it holds otherwise stands beside
    ticks = [old.locator(f"#kept-rows input[value='{place}']").is_checked() for place in (2, 3, 4)]
    assert ticks == [True, False, True]
    assert old.evaluate("document.querySelectorAll('#kept-rows tr')[1].cells[3].textContent.trim()") == "C"
    assert set(sitting.held()) == {1, 3}, "nothing is entered by itself"
    look(old, "exam-kept")
    old.locator("#kept-rows input[value='4']").uncheck()
    old.locator("#kept-enter").click()
    expect(old.locator(".palette a[href='#q2']")).to_have_attribute("data-state", "answered")
    expect(old.locator("#kept")).to_be_hidden()
    assert sitting.held() == {1: sitting.chosen[1], 2: sitting.chosen[2], 3: theirs}
    # the other device hears of it by itself
    come_back(new)
    expect(new.locator(".exam-saved")).to_have_attribute("data-state", "readonly")
    assert Attempt.objects.get().generation == 3


def test_x8_hand_in_goes_on_after_the_session_was_lost(
    sitting: Sitting, look: Callable[[Page, str], None]
) -> None:
    page = sitting.open(sitting.contexts[0])
    sitting.choose(page, 1)
    sitting.settle(page)
    Session.objects.all().delete()
    # saving needs no session
    sitting.choose(page, 2)
    sitting.settle(page)
    page.locator("#hand-in").click()
    page.locator("#hand-in-form [type=submit]").click()
    expect(page.locator("#sign-in")).to_be_visible()
    look(page, "exam-sign-in")
    page.locator("#sign-in-password").fill("wrong")
    page.locator("#sign-in [type=submit]").click()
    expect(page.locator("#sign-in-error")).to_be_visible()
    # put off: the paper stands as it was, and the answers go on
    page.locator("#sign-in-cancel").click()
    page.locator("#hand-in-cancel").click()
    sitting.choose(page, 3)
    sitting.settle(page)
    page.locator("#hand-in").click()
    page.locator("#hand-in-form [type=submit]").click()
    page.locator("#sign-in-password").fill(PASSWORD)
    page.locator("#sign-in [type=submit]").click()
    page.wait_for_url(f"**{at('attempt-result', pk=sitting.attempt.pk)}")
    attempt = Attempt.objects.get()
    assert (attempt.state, attempt.generation) == ("closed", 1)
    assert sitting.held() == sitting.chosen
    assert page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('exam-')).length") == 0
    # the receipt can be kept: number, seal, printing
    expect(page.locator("main")).to_contain_text(attempt.receipt_mac)
    expect(page.locator("[data-print]")).to_be_visible()
    expect(page.locator(f"[data-copy-text='{attempt.receipt}']")).to_be_visible()


def test_x8_a_page_of_an_older_generation_hands_nothing_in(sitting: Sitting) -> None:
    page = sitting.open(sitting.contexts[0])
    take_over(attempt=sitting.attempt, device="other", actor=system_actor(), now=timezone.now())
    page.locator("#hand-in").click()
    page.locator("#hand-in-form [type=submit]").click()
    expect(page.locator(".exam-saved")).to_have_attribute("data-state", "readonly")
    assert Attempt.objects.get().is_open


def test_x8_a_paper_closed_meanwhile_keeps_what_comes_apart_and_says_so(sitting: Sitting) -> None:
    page = sitting.open(sitting.contexts[0])
    sitting.choose(page, 1)
    sitting.settle(page)
    sitting.contexts[0].set_offline(True)
    sitting.choose(page, 2)
    hand_in(attempt=sitting.attempt, actor=sitting.someone.actor, now=timezone.now())
    sitting.contexts[0].set_offline(False)
    expect(page.locator(".exam-saved")).to_have_attribute("data-state", "readonly")
    expect(page.locator(f"#notes a[href='{at('attempt-result', pk=sitting.attempt.pk)}']")).to_be_visible()
    eventually(LateAnswer.objects.filter(ordinal=2, reason="closed").exists, page)
    # it is not in the paper, and is not shown as if it were
    assert states(page, 1, 2) == ["answered", "unsaved"]
    sitting.check(page)
    assert set(sitting.held()) == {1}


def test_x8_a_void_attempt_turns_read_only(sitting: Sitting) -> None:
    page = sitting.open(sitting.contexts[0])
    Attempt.objects.update(state="void")
    come_back(page)
    expect(page.locator(".exam-saved")).to_have_attribute("data-state", "readonly")
    expect(page.locator("#notes")).to_contain_text("作废")
    expect(page.locator("#q1 input").first).to_be_disabled()
    expect(page.locator("#hand-in")).to_be_hidden()


def test_x5_x8_extra_time_messages_and_absences_while_it_runs(
    sitting: Sitting, officer: Persona, look: Callable[[Page, str], None]
) -> None:
    page = sitting.open(sitting.contexts[0])
    eventually(Pulse.objects.exists, page)
    left = page.locator("#clock").inner_text()
    grant_extra_time(
        year=program_year(),
        minutes=15,
        reason="停电",
        enrollment=sitting.someone.enrollment,
        actor=officer.actor,
        now=timezone.now(),
    )
    send_broadcast(
        year=program_year(), text="第 12 题图片不清，按文字作答。", actor=officer.actor, now=timezone.now()
    )
    come_back(page)
    expect(page.locator(".exam-message")).to_contain_text("第 12 题")
    assert int(page.locator("#clock").inner_text().split(":")[0]) >= int(left.split(":")[0]) + 14
    expect(page.locator("#notes")).to_contain_text("加时")
    # seen from anywhere on the paper, shown once, kept after it was read and after a reload
    page.locator("#q60").scroll_into_view_if_needed()
    assert page.locator(".exam-message").evaluate("one => one.getBoundingClientRect().top") < SCREENS[1366]
    look(page, "exam-message")
    come_back(page)
    expect(page.locator(".exam-message")).to_have_count(1)
    page.locator(".exam-message button").click()
    page.reload()
    expect(page.locator("#messages-read")).to_contain_text("第 12 题")
    expect(page.locator(".exam-message")).to_have_count(0)

    page.evaluate("document.hasFocus = () => false; window.dispatchEvent(new Event('blur'))")
    page.wait_for_timeout(2600)
    page.evaluate("document.hasFocus = () => true; window.dispatchEvent(new Event('focus'))")
    eventually(Evidence.objects.filter(kind="focus").exists, page, 30)
    noted = Evidence.objects.get(kind="focus")
    assert noted.seconds in {2, 3, 4, 5}
    come_back(page)
    eventually(
        lambda: (
            not page.evaluate(
                "JSON.parse(localStorage.getItem(Object.keys(localStorage).find(key => key.endsWith('-left')))).events.length"
            )
        ),
        page,
    )
    assert Evidence.objects.filter(kind="focus").count() == 1


def test_x5_what_came_too_late_goes_again_when_there_is_time_again(
    sitting: Sitting, officer: Persona
) -> None:
    """More time granted after the end: the paper opens again, and the answer that was kept apart is saved."""
    page = sitting.open(sitting.contexts[0])
    page.evaluate("Math.random = () => 4")  # the page waits that much longer before it hands in
    now = timezone.now()
    Attempt.objects.update(deadline=now - 2 * SECOND, accept_until=now - SECOND)
    sitting.choose(page, 1)
    eventually(LateAnswer.objects.filter(ordinal=1, reason="late").exists, page)
    expect(page.locator("#q1 input").first).to_be_disabled()
    assert sitting.held() == {}
    grant_extra_time(
        year=program_year(),
        minutes=15,
        reason="停电",
        enrollment=sitting.someone.enrollment,
        actor=officer.actor,
        now=timezone.now(),
    )
    come_back(page)
    expect(page.locator("#q1 input").first).to_be_enabled()
    sitting.settle(page)
    assert set(sitting.held()) == {1}
    assert states(page, 1) == ["answered"]


def test_x8_two_windows_of_one_device_show_the_same(sitting: Sitting) -> None:
    one = sitting.open(sitting.contexts[0])
    other = sitting.open(sitting.contexts[0])
    for option, page in ((0, one), (1, other), (2, one)):
        sitting.choose(page, 1, option)
        for each in (one, other):
            expect(each.locator("#q1 input").nth(option)).to_be_checked()
            expect(each.locator(".palette a[href='#q1']")).to_have_attribute("data-state", "answered")
            sitting.check(each)
    # what both hold back is not lost by either: each writes upon what the other has stored
    sitting.contexts[0].set_offline(True)
    sitting.choose(one, 2)
    sitting.choose(other, 3)
    one.close()
    other.close()
    sitting.contexts[0].set_offline(False)
    sitting.settle(sitting.open(sitting.contexts[0]))


@pytest.mark.parametrize("width", [683, 360])
def test_x8_zoomed_and_by_keyboard_alone(
    sitting: Sitting, look: Callable[[Page, str], None], width: int
) -> None:
    weights: list[int] = []
    saves: list[int] = []

    def weigh(response: Any) -> None:
        sizes = response.request.sizes()
        weights.append(sizes["responseBodySize"])
        if response.request.method == "POST":
            saves.append(sizes["requestBodySize"] + sizes["responseBodySize"])

    page = sitting.contexts[0].new_page()
    page.on("requestfinished", lambda request: weigh(request.response()))
    page.goto(sitting.address)
    page.wait_for_load_state("networkidle")
    assert 50 * 1024 < sum(weights) <= PAGE_LIMIT, sum(weights)
    look(page, f"exam-room-{width}-wide")
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name || ''") == "i1":
            break
    page.keyboard.press("2")
    expect(page.locator("#q1 input").nth(1)).to_be_checked()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#q1 input").nth(2)).to_be_checked()
    sitting.chosen[1] = page.locator("#q1 input").nth(2).get_attribute("value") or ""
    sitting.settle(page)
    page.locator("#skip-to-palette").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#palette-toggle")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#palette")).to_be_visible()
    look(page, f"exam-palette-{width}-wide")
    page.keyboard.press("Escape")
    expect(page.locator("#palette-toggle")).to_be_focused()
    page.keyboard.press("Enter")
    page.locator(".palette a[href='#q40']").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#q40")).to_be_focused()
    top = page.locator("#q40").evaluate("one => one.getBoundingClientRect().top")
    bar = page.locator(".exam-bar").evaluate("one => one.getBoundingClientRect().bottom")
    assert top >= bar, "what has the focus stands clear of the bar"
    assert states(page, 1, 40) == ["answered", "open"]
    page.locator("#hand-in").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#hand-in-open a")).to_have_count(99)
    look(page, f"exam-hand-in-{width}-wide")
    page.keyboard.press("Escape")
    expect(page.locator("#hand-in")).to_be_focused()
    assert max(saves) <= SAVE_LIMIT
