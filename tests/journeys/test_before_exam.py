"""Journey 4, before and between attempts: the way to the start, failing three times, passing at the second."""

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.actors import system_actor
from exams.answers import batch
from exams.loading import load_practice
from exams.models import Attempt, AttemptItem, Certificate, ExamWindow, SystemCheck
from tests.exams.factories import FULL, make_bank, right_rows, with_figures
from tests.factories import Persona, office_of, trainee_persona
from tests.journeys.conftest import follow
from tests.journeys.test_exam import at, choose, confirm_rules, right_ids

SIGN_UP = re.compile("报考")


@pytest.fixture
def candidate(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Persona:
    """A trainee with everything done, while the window is open for three weeks, and a bank with practice questions."""
    with_figures(monkeypatch, FULL)
    make_bank()
    load_practice(office=office_of("cancer"), actor=system_actor(), now=timezone.now())
    someone = trainee_persona("candidate")
    someone.person.name = "欧阳测试"
    someone.person.save()
    now = timezone.now()
    ExamWindow.objects.update(opens_at=now - dt.timedelta(days=1), closes_at=now + dt.timedelta(days=20))
    return someone


def step(page: Page, code: str) -> str:
    """The state of a step as its class says it."""
    return (page.locator(f"#step-{code}").get_attribute("class") or "").split("task-")[1]


def start(page: Page) -> None:
    page.locator("[data-dialog=start]").click()
    follow(page, page.locator("#start [type=submit]"))
    page.wait_for_selector("#paper")


def hand_in(page: Page, attempt: Attempt) -> None:
    page.locator("#hand-in").click()
    page.locator("#hand-in-form [type=submit]").click()
    page.wait_for_url(f"**{at('attempt-result', pk=attempt.pk)}")


def newest() -> Attempt:
    attempt: Attempt = Attempt.objects.latest("pk")
    return attempt


def test_x4_x8_from_the_conditions_over_rules_check_and_practice_to_the_start(
    page: Page, login: Callable[..., None], look: Callable[[Page, str], None], candidate: Persona
) -> None:
    login(page, "candidate")
    page.goto(at("exam-show"))
    assert [step(page, code) for code in ("sign_up", "rules", "check", "practice", "start")] == [
        "due", "later", "open", "open", "later",
    ]  # fmt: skip
    assert page.locator("main .btn-primary").count() == 1
    look(page, "before-sign-up")
    follow(page, page.get_by_role("button", name=SIGN_UP))

    # the rules: without the tick the page says what is missing
    assert step(page, "rules") == "due"
    follow(page, page.locator(f"main a.btn-primary[href='{at('rules-show')}']"))
    look(page, "before-rules")
    follow(page, page.locator("main form [type=submit]"))
    expect(page.locator(".error-summary")).to_contain_text("不勾选不能开始考试")
    look(page, "before-rules-unticked")
    page.locator("[name=read]").check()
    follow(page, page.locator("main form [type=submit]"))
    assert step(page, "rules") == "done"

    # the device, with one save through the exam's own door
    follow(page, page.locator("#step-check a"))
    look(page, "before-check")
    follow(page, page.locator("#check-run"))
    expect(page.locator("main")).to_contain_text("本设备可以用于考试")
    assert page.locator(".finding-success").count() == 8
    look(page, "before-checked")
    check = SystemCheck.objects.get()
    assert check.passed
    assert check.results["speed"]["value"] is not None
    assert abs(check.results["clock"]["value"]) < 5000
    page.locator("main .form-actions, main p").get_by_role("link", name="返回考试页面").click()
    page.wait_for_url(f"**{at('exam-show')}")
    assert step(page, "check") == "done"
    assert not Attempt.objects.exists()

    # the practice in the real room
    follow(page, page.locator("#step-practice [type=submit]"))
    page.wait_for_selector("#paper")
    expect(page.locator(".exam-name")).to_contain_text("模拟考试")
    practice = Attempt.sittings.get(is_practice=True, state="open")
    places = list(AttemptItem.objects.filter(attempt=practice).select_related("version").order_by("ordinal"))
    for place in places[:-1]:
        choose(page, place, right_ids(place))
    expect(page.locator(".palette a[data-state=answered]")).to_have_count(len(places) - 1)
    look(page, "before-practice")
    hand_in(page, practice)
    expect(page.locator(".reviewed")).to_have_count(len(places))
    expect(page.locator("main")).to_contain_text(places[-1].version.explanation)
    look(page, "before-practice-result")
    follow(page, page.locator("main a.btn-primary"))

    assert [step(page, code) for code in ("sign_up", "rules", "check", "practice", "start")] == [
        "done", "done", "done", "done", "due",
    ]  # fmt: skip
    expect(page.locator("main")).to_contain_text(re.compile(r"第 1 次 / 共 3 次 · 剩余 19 天 23 小时"))
    assert page.locator("main .btn-primary:visible").count() == 1
    look(page, "before-start")
    start(page)
    assert newest().is_open


def test_x5_e14_failing_three_times_ends_with_the_way_back_next_year(
    page: Page, login: Callable[..., None], look: Callable[[Page, str], None], candidate: Persona
) -> None:
    login(page, "candidate")
    page.goto(at("exam-show"))
    follow(page, page.get_by_role("button", name=SIGN_UP))
    confirm_rules(page)
    for number in (1, 2, 3):
        expect(page.locator("main")).to_contain_text(f"第 {number} 次 / 共 3 次 · 剩余")
        start(page)
        expect(page.locator(".exam-name")).to_contain_text(f"第 {number} 次 / 共 3 次")
        attempt = newest()
        hand_in(page, attempt)
        expect(page.locator("main")).to_contain_text("未通过")
        if number < 3:
            expect(page.locator("main")).to_contain_text(f"第 {number + 1} 次 / 共 3 次 · 剩余 13 天 23 小时")
        look(page, f"before-failed-{number}")
        page.goto(at("exam-show"))
        assert page.locator("table tbody tr").count() == number
    for url in (at("exam-show"), at("attempt-result", pk=newest().pk)):
        page.goto(url)
        expect(page.locator("main")).to_contain_text("凭原注册号进入下一年度")
        expect(page.locator("main")).to_contain_text("课时从零起算")
        expect(page.locator("[data-dialog=start]")).to_have_count(0)
    page.goto(at("exam-show"))
    assert step(page, "start") == "over"
    look(page, "before-failed-for-good")
    assert Attempt.objects.filter(passed=False, state="closed").count() == 3
    assert not Certificate.objects.exists()


def test_x5_passing_at_the_second_attempt_ends_them(
    page: Page, login: Callable[..., None], look: Callable[[Page, str], None], candidate: Persona
) -> None:
    login(page, "candidate")
    page.goto(at("exam-show"))
    follow(page, page.get_by_role("button", name=SIGN_UP))
    confirm_rules(page)
    start(page)
    first = newest()
    hand_in(page, first)
    page.goto(at("exam-show"))
    expect(page.locator("main")).to_contain_text("第 2 次 / 共 3 次 · 剩余 13 天 23 小时")
    look(page, "before-second")
    start(page)
    second = newest()
    with connection.cursor() as cursor:
        batch(cursor, right_rows(second))
    page.reload()
    expect(page.locator(".palette a[data-state=answered]")).to_have_count(second.item_count)
    hand_in(page, second)
    expect(page.locator("main")).to_contain_text("已通过")
    look(page, "before-passed-second")
    page.goto(at("attempt-result", pk=first.pk))
    expect(page.locator("main")).to_contain_text("任意一次及格即为通过")
    page.goto(at("exam-show"))
    assert step(page, "start") == "done"
    expect(page.locator("[data-dialog=start]")).to_have_count(0)
    look(page, "before-passed")
    assert Certificate.objects.get().attempt == second
