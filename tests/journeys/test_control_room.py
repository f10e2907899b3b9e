"""Journey: the office watches while a trainee sits, gives the base more time and speaks into the exam (X5, X8, T11)."""

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from enrollment.models import Placement
from exams.models import Attempt, ExamWindow, Pulse
from tests.exams.factories import make_bank, signed_up
from tests.exams.sittings import at
from tests.factories import Persona, trainee_persona
from tests.journeys.conftest import follow


def listen(page: Page) -> None:
    """The room asks at once, as when the network is back; not within two seconds of its last pulse, which may be any."""
    page.wait_for_timeout(2100)
    page.evaluate("window.dispatchEvent(new Event('online'))")


@pytest.fixture
def candidate(transactional_db: None, base_coordinator: Persona) -> Persona:
    """Signed up, placed with a base, in an open window; another one has not begun."""
    make_bank()
    now = timezone.now()
    ExamWindow.objects.update(opens_at=now - dt.timedelta(days=1), closes_at=now + dt.timedelta(days=1))
    someone, idle = trainee_persona("candidate"), trainee_persona("idle")
    someone.person.name, idle.person.name = "欧阳考生", "司马未考"
    for each in (someone, idle):
        each.person.save()
        assert each.enrollment is not None
        signed_up(each.enrollment, now)
    Placement.objects.create(enrollment=someone.enrollment, base=base_coordinator.unit, placed_at=now)
    return someone


def minutes_left(page: Page) -> int:
    return int(page.locator("#clock").inner_text().split(":")[0])


def figure(page: Page, label: str) -> str:
    return f".stat:has(.stat-label:text-is('{label}')) .stat-value"


def test_x5_x8_the_office_watches_gives_time_and_speaks(
    page: Page,
    new_page: Callable[[], Page],
    login: Callable[..., None],
    look: Callable[[Page, str], None],
    candidate: Persona,
    national_officer: Persona,
) -> None:
    login(page, "candidate")
    page.goto(at("exam-show"))
    page.locator("[data-dialog=start]").click()
    follow(page, page.locator("#start [type=submit]"))
    page.wait_for_selector("#paper")
    page.locator("#q1 input").first.check()
    expect(page.locator("#saved")).to_contain_text(re.compile(r"\d\d:\d\d:\d\d"))
    before = minutes_left(page)
    assert before in {89, 90}

    office = new_page()
    login(office, national_officer.user.username)
    office.goto(at("control-room"))
    expect(office.locator(figure(office, "作答中"))).to_contain_text("1")
    expect(office.locator(figure(office, "未开始"))).to_contain_text("1")
    look(office, "control-room")

    # the figures move by themselves: the candidate falls silent
    shown = office.locator("#live time").inner_text()
    Pulse.objects.update(seen_at=timezone.now() - dt.timedelta(seconds=90))
    expect(office.locator(figure(office, "失去联系"))).to_contain_text("1")
    assert office.locator("#live time").inner_text() != shown
    office.locator(figure(office, "失去联系")).locator("a").click()
    expect(office.locator("tbody tr")).to_have_count(1)
    look(office, "control-candidates")
    follow(office, office.get_by_role("link", name="欧阳考生"))
    look(office, "control-sitting")

    # more time for the whole base, seen without a reload
    office.goto(at("control-room") + "?province=130000")
    look(office, "control-bases")
    follow(office, office.locator("tbody").get_by_role("link", name="加时"))
    office.locator("[name=minutes]").fill("20")
    office.locator("[name=reason]").fill("考点停电二十分钟")
    look(office, "control-extra-time")
    follow(office, office.locator("main form [type=submit]"))
    expect(office.locator("main")).to_contain_text("1 名正在考试的考生增加了 20 分钟")
    listen(page)
    expect(page.locator("#clock")).to_have_text(re.compile(r"^1\d\d:\d\d$"))
    assert minutes_left(page) >= before + 19
    assert Attempt.objects.get().extra_seconds == 1200

    # words to everybody
    office.goto(at("broadcast-send"))
    office.locator("[name=text]").fill("停电的考点已加时二十分钟，请继续作答。")
    look(office, "control-broadcast")
    follow(office, office.locator("main form [type=submit]"))
    expect(office.locator("main")).to_contain_text("请继续作答")
    listen(page)
    expect(page.locator("#messages")).to_contain_text("请继续作答")
    look(page, "control-message-in-the-room")
    expect(office.locator(figure(office, "作答中"))).to_contain_text("1")

    # a page in the background asks for nothing; looked at again it asks at once
    hidden = "value => { Object.defineProperty(document, 'hidden', {configurable: true, value}); document.dispatchEvent(new Event('visibilitychange')) }"
    office.evaluate(hidden, True)
    shown = office.locator("#live time").inner_text()
    page.locator("#hand-in").click()
    page.locator("#hand-in-form [type=submit]").click()
    page.wait_for_url(f"**{at('attempt-result', pk=Attempt.objects.get().pk)}")
    office.wait_for_timeout(11_000)
    assert office.locator("#live time").inner_text() == shown
    office.evaluate(hidden, False)
    expect(office.locator(figure(office, "已交卷"))).to_contain_text("1", timeout=4000)
    expect(office.locator(figure(office, "作答中"))).to_contain_text("0")
    look(office, "control-handed-in")
