"""Journey 3, the exam: a trainee signs up, sits through a broken network, hands in, and anyone verifies the certificate."""

import datetime as dt
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, Response, expect
from pypdf import PdfReader

from exams.answers import PATH
from exams.models import Answer, Attempt, AttemptItem, Certificate, ExamWindow
from exams.rules import as_value
from tests.exams.factories import FULL, make_bank, with_figures
from tests.factories import Persona, trainee_persona
from tests.journeys.conftest import Guard, follow

LIMIT = 200 * 1024


@pytest.fixture
def candidate(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Persona:
    """A trainee with everything done, while the exam window is open; the portal's clock is the real one."""
    with_figures(monkeypatch, FULL)
    make_bank()
    someone = trainee_persona("candidate")
    someone.person.name = "欧阳测试"
    someone.person.save()
    now = timezone.now()
    ExamWindow.objects.update(opens_at=now - dt.timedelta(days=1), closes_at=now + dt.timedelta(days=1))
    return someone


def at(name: str, **kwargs: Any) -> str:
    return reverse(f"exams:{name}", kwargs={"program": "cancer", "year": 2022, **kwargs})


def right_ids(place: AttemptItem) -> set[str]:
    return {option["id"] for option in place.options if option["label"] in place.version.key}


def choose(page: Page, place: AttemptItem, ids: set[str]) -> None:
    for key in ids:
        page.locator(f"#q{place.ordinal} input[value='{key}']").check()


def held() -> dict[int, str]:
    return dict(Answer.objects.values_list("ordinal", "value"))


def transferred(context: BrowserContext) -> list[Response]:
    responses: list[Response] = []
    # the library cannot hang its mark on a built-in method
    context.on("response", lambda response: responses.append(response))  # noqa: PLW0108
    return responses


def weight(responses: list[Response]) -> int:
    return sum(response.request.sizes()["responseBodySize"] for response in responses)


def test_x3_x8_the_exam_from_sign_up_to_the_public_page(
    page: Page,
    new_page: Callable[[], Page],
    login: Callable[..., None],
    look: Callable[[Page, str], None],
    guard: Guard,
    candidate: Persona,
) -> None:
    guard.allow(r"console: Failed to load resource: net::ERR_INTERNET_DISCONNECTED")
    login(page, "candidate")

    page.goto(at("exam-show"))
    look(page, "exam-before")
    sign_up(page)
    page.locator("[data-dialog=start]").click()
    look(page, "exam-start")
    heavy = transferred(page.context)
    follow(page, page.locator("#start [type=submit]"))
    page.wait_for_selector("#paper")
    page.wait_for_load_state("networkidle")
    assert 0 < weight(heavy) <= LIMIT, weight(heavy)

    attempt = Attempt.objects.get()
    places = list(AttemptItem.objects.filter(attempt=attempt).select_related("version").order_by("ordinal"))
    look(page, "exam-room")
    clock = page.locator("#clock").inner_text()
    assert re.fullmatch(r"(89|90):\d\d", clock), clock

    # saved is said only when the server has it
    choose(page, places[0], right_ids(places[0]))
    expect(page.locator("#saved")).to_contain_text(re.compile(r"\d\d:\d\d:\d\d"))
    assert held() == {1: as_value(right_ids(places[0]))}
    expect(page.locator(".palette a[href='#q1']")).to_have_attribute("data-state", "answered")

    # without a network the answer waits on the device and is shown as not saved
    page.context.set_offline(True)
    choose(page, places[1], right_ids(places[1]))
    expect(page.locator(".exam-saved")).to_have_attribute("data-state", "offline")
    expect(page.locator(".palette a[href='#q2']")).to_have_attribute("data-state", "unsaved")
    look_offline(page)
    assert set(held()) == {1}

    # the network is back and the page is loaded anew before anything was sent: nothing is lost
    page.route(f"**{PATH}", lambda route: route.abort())
    page.context.set_offline(False)
    guard.allow(r"console: Failed to load resource: net::ERR_FAILED")
    page.reload()
    expect(page.locator(".palette a[href='#q2']")).to_have_attribute("data-state", "unsaved")
    page.unroute(f"**{PATH}")
    expect(page.locator(".palette a[href='#q2']")).to_have_attribute("data-state", "answered", timeout=20_000)
    assert held()[2] == as_value(right_ids(places[1]))
    assert page.locator("#q2 input:checked").count() == 1

    # flag, filter, the rest of the paper
    page.locator("#q3 .question-flag").click()
    expect(page.locator(".palette a[href='#q3']")).to_have_attribute("data-flagged", "")
    turn_palette(page)
    page.locator("#only-open").click()
    expect(page.locator("#q1")).to_be_hidden()
    look(page, "exam-palette")
    page.locator("#only-open").click()
    turn_palette(page)
    for place in places[2:]:
        choose(page, place, right_ids(place))
    expect(page.locator(".palette a[data-state=answered]")).to_have_count(100)

    page.locator("#hand-in").click()
    expect(page.locator("#hand-in-open")).to_be_visible()
    page.screenshot(path=Path(settings.VAR_DIR) / "shots" / f"exam-dialog-{page.viewport_size['width']}.png")  # type: ignore[index]
    look(page, "exam-hand-in")
    page.locator("#hand-in-form [type=submit]").click()
    page.wait_for_url(f"**{at('attempt-result', pk=attempt.pk)}")
    expect(page.locator("main")).to_contain_text("120")
    look(page, "exam-result")
    assert page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('exam-')).length") == 0

    certificate = Certificate.objects.get()
    page.goto(at("certificate-show", pk=certificate.pk))
    look(page, "certificate")
    with page.expect_download() as download:
        page.locator(f"a[href='{at('certificate-pdf', pk=certificate.pk)}']").click()
    text = PdfReader(io.BytesIO(download.value.path().read_bytes())).pages[0].extract_text()
    assert "欧阳测试" in text
    assert certificate.number in text

    anyone = new_page()
    anyone.goto(reverse("exams_open:certificate-verify", kwargs={"code": certificate.code}))
    expect(anyone.locator("main")).to_contain_text(certificate.number)
    expect(anyone.locator("main")).not_to_contain_text("欧阳测试")
    look(anyone, "certificate-verify")
    anyone.goto(reverse("exams_open:certificate-lookup"))
    anyone.locator("[name=number]").fill(certificate.number)
    anyone.locator("[name=name]").fill("欧阳测试")
    anyone.locator("main form [type=submit]").click()
    expect(anyone.locator("main")).to_contain_text(certificate.number)


def turn_palette(page: Page) -> None:
    """On a phone the palette is a sheet that is opened and closed."""
    if page.locator("#palette-toggle").is_visible():
        page.locator("#palette-toggle").click()


def look_offline(page: Page) -> None:
    """What the candidate reads while the network is away."""
    assert page.locator("#saved").inner_text().strip() != ""
    assert page.locator(".palette a[data-state=unsaved]").count() == 1


def test_x8_a_second_device_takes_over_and_the_first_turns_read_only(
    page: Page,
    new_page: Callable[[], Page],
    login: Callable[..., None],
    look: Callable[[Page, str], None],
    candidate: Persona,
) -> None:
    login(page, "candidate")
    sign_up(page)
    page.locator("[data-dialog=start]").click()
    follow(page, page.locator("#start [type=submit]"))
    page.wait_for_selector("#paper")
    attempt = Attempt.objects.get()
    places = list(AttemptItem.objects.filter(attempt=attempt).select_related("version").order_by("ordinal"))
    choose(page, places[0], right_ids(places[0]))
    expect(page.locator(".palette a[href='#q1']")).to_have_attribute("data-state", "answered")

    phone = new_page()
    login(phone, "candidate")
    phone.goto(at("attempt-show", pk=attempt.pk))
    look(phone, "exam-elsewhere")
    follow(phone, phone.locator("main form [type=submit]"))
    phone.wait_for_selector("#paper")
    assert phone.locator("#q1 input:checked").count() == 1
    choose(phone, places[1], right_ids(places[1]))
    expect(phone.locator(".palette a[href='#q2']")).to_have_attribute("data-state", "answered")

    choose(page, places[2], right_ids(places[2]))
    expect(page.locator(".exam-saved")).to_have_attribute("data-state", "readonly")
    expect(page.locator("#q4 input").first).to_be_disabled()
    assert set(held()) == {1, 2}


def sign_up(page: Page) -> None:
    """Sign up, read the rules and confirm them; the page then offers the start."""
    page.goto(at("exam-show"))
    follow(page, page.get_by_role("button", name=re.compile("报考|报名|Sign up")))
    confirm_rules(page)


def confirm_rules(page: Page) -> None:
    follow(page, page.locator(f"main a.btn-primary[href='{at('rules-show')}']"))
    page.locator("[name=read]").check()
    follow(page, page.locator("main form [type=submit]"))


def sit(page: Page) -> list[AttemptItem]:
    """Sign up, confirm the rules and start; the places of the paper."""
    sign_up(page)
    page.locator("[data-dialog=start]").click()
    follow(page, page.locator("#start [type=submit]"))
    page.wait_for_selector("#paper")
    return list(AttemptItem.objects.select_related("version").order_by("ordinal"))


@pytest.mark.parametrize("width", [360], indirect=True, ids=["360px"])
def test_x8_time_up_without_a_network_keeps_paper_and_answers(
    page: Page, login: Callable[..., None], guard: Guard, candidate: Persona
) -> None:
    guard.allow(r"console: Failed to load resource: net::ERR_INTERNET_DISCONNECTED")
    login(page, "candidate")
    places = sit(page)
    end = timezone.now() + dt.timedelta(seconds=6)
    Attempt.objects.update(deadline=end, accept_until=end + dt.timedelta(minutes=5))
    page.reload()
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    choose(page, places[0], right_ids(places[0]))
    expect(page.locator("#clock")).to_have_text("00:00")
    # longer than the page used to wait before it left for the browser's error page and forgot the answer
    page.wait_for_timeout(7000)
    expect(page.locator("#paper")).to_be_visible()
    assert not held()
    page.context.set_offline(False)
    page.wait_for_url(f"**{at('attempt-result', pk=Attempt.objects.get().pk)}")
    assert held() == {1: as_value(right_ids(places[0]))}
    assert Attempt.objects.get().score == places[0].points


@pytest.mark.parametrize("width", [360], indirect=True, ids=["360px"])
def test_x8_two_windows_of_one_device_never_show_what_the_server_does_not_hold(
    page: Page, login: Callable[..., None], candidate: Persona
) -> None:
    login(page, "candidate")
    places = sit(page)
    other = page.context.new_page()
    other.goto(page.url)
    other.wait_for_selector("#paper")
    ids = [option["id"] for option in places[0].options]
    for key in ids[:2]:
        choose(page, places[0], {key})
        expect(page.locator(".exam-saved")).to_have_attribute("data-state", "saved")
    choose(other, places[0], {ids[2]})
    expect(other.locator(".palette a[href='#q1']")).to_have_attribute("data-state", "answered")
    expect(other.locator(".exam-saved")).to_have_attribute("data-state", "saved")
    assert held() == {1: ids[2]}
