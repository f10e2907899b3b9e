"""The exam room behind a network that loses and delays, a server that is away, a browser that keeps nothing (X8, T23)."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, Route, expect
from playwright.sync_api import Error as PlaywrightError

from exams.answer_files import read_file
from exams.models import Attempt
from tests.journeys.sitting import Sitting, a_sitting, at, eventually, states

ROOT = Path(settings.BASE_DIR) / "static" / "exam"
FORBIDDEN = """Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('forbidden', 'SecurityError'); }});"""
FULL_UP = """const real = Storage.prototype.setItem; window.full = true;
  Storage.prototype.setItem = function (key, value) {
    if (window.full) { throw new DOMException('full', 'QuotaExceededError'); } real.call(this, key, value); };"""


@pytest.fixture
def sitting(
    browser: Browser, live_server: Any, transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Sitting]:
    with a_sitting(browser, live_server.url, monkeypatch, 1366) as one:
        yield one


def test_x8_t23_a_whole_sitting_through_a_network_that_loses_and_delays(sitting: Sitting) -> None:
    page = sitting.open(sitting.contexts[0])
    proxy = sitting.proxy
    sent: list[int] = []
    sitting.contexts[0].on(
        "request", lambda one: sent.append(len(one.post_data or "")) if one.method == "POST" else None
    )
    proxy.delay, proxy.share = 0.4, 0.05
    for place in range(1, 41):
        sitting.choose(page, place)
        if place % 3 == 0:
            sitting.check(page)
    # what is not lost by chance in so short a time is lost on purpose: before the server had it, and its acknowledgement
    proxy.share = 0.6
    for number in range(60):
        sitting.choose(page, number % 40 + 1, 1 + number // 40)
        sitting.check(page)
        if number >= 15 and proxy.dropped_before and proxy.dropped_after:
            break
        page.wait_for_timeout(400 if number > 15 else 0)
    assert proxy.dropped_before
    assert proxy.dropped_after
    sitting.check(page)
    proxy.share = 0.05
    sitting.settle(page)
    assert max(sent) <= 5 * 1024
    page.locator("#hand-in").click()
    expect(page.locator("#hand-in-open a")).to_have_count(60)
    page.locator("#hand-in-form [type=submit]").click()
    # the page hands in however often it takes; the way to the receipt may be lost like any other page of the web
    eventually(lambda: not Attempt.objects.get().is_open, page, 60)
    with suppress(PlaywrightError):
        page.wait_for_url(f"**{at('attempt-result', pk=sitting.attempt.pk)}", timeout=8000)
    proxy.share = 0
    page.goto(proxy.url + at("attempt-result", pk=sitting.attempt.pk))
    attempt = Attempt.objects.get()
    assert attempt.state == "closed"
    assert attempt.receipt in page.content()


def test_x8_t23_offline_ten_minutes_tab_killed_reloaded(sitting: Sitting) -> None:
    context = sitting.contexts[0]
    page = sitting.open(context, clock=True)
    sitting.choose(page, 1)
    sitting.settle(page)
    sitting.proxy.refusing = True
    context.set_offline(True)
    for place in (2, 3):
        sitting.choose(page, place)
    expect(page.locator(".exam-saved")).to_have_attribute("data-state", "offline")
    page.clock.fast_forward("10:00")
    assert states(page, 1, 2, 3) == ["answered", "unsaved", "unsaved"]
    sitting.check(page)
    # the last resort is offered; its file holds just what the server lacks and is genuine
    expect(page.locator("#answer-file")).to_be_visible()
    with page.expect_download() as download:
        page.locator("#answer-file-save").click()
    assert download.value.suggested_filename.startswith(f"exam-answers-{sitting.attempt.pk}-")
    made = read_file(download.value.path().read_bytes())
    assert [(place, value) for place, value, _ in made.answers] == [
        (2, sitting.chosen[2]),
        (3, sitting.chosen[3]),
    ]
    assert set(sitting.held()) == {1}

    page.close()  # the tab is killed: nothing could be sent
    context.set_offline(False)
    sitting.proxy.refusing = False
    page = context.new_page()
    page.route("**/exam-answers/", lambda route: route.abort())
    page.goto(sitting.address)
    expect(page.locator(".palette a[href='#q2']")).to_have_attribute("data-state", "unsaved")
    sitting.check(page)
    page.reload()
    expect(page.locator(".palette a[href='#q3']")).to_have_attribute("data-state", "unsaved")
    page.unroute("**/exam-answers/")
    sitting.settle(page)
    expect(page.locator("#answer-file")).to_be_hidden()


def test_x8_t23_the_server_is_down_for_a_minute_and_asks_for_patience(sitting: Sitting) -> None:
    page = sitting.open(sitting.contexts[0], clock=True)
    sitting.proxy.refusing = True
    sitting.choose(page, 5)
    expect(page.locator(".exam-saved")).to_have_attribute("data-state", "offline")
    for _ in range(6):
        page.clock.fast_forward(10_000)
        sitting.check(page)
    asked: list[float] = []

    def busy(route: Route) -> None:
        asked.append(page.evaluate("performance.now()"))
        route.fulfill(status=503, headers={"Retry-After": "30"}, body="{}")

    def asked_again() -> bool:
        page.clock.fast_forward(1_000)  # in one leap a try still under way would set its next one after it
        return bool(asked)

    page.route("**/exam-answers/", busy)
    eventually(asked_again, page)
    page.wait_for_timeout(300)
    expect(page.locator(".exam-saved")).to_have_attribute("data-state", "offline")
    assert len(asked) == 1
    page.clock.fast_forward(20_000)
    page.wait_for_timeout(300)
    assert len(asked) == 1, "the server's Retry-After is kept"
    sitting.proxy.refusing = False
    page.unroute("**/exam-answers/")
    page.clock.fast_forward(15_000)
    sitting.settle(page)


def test_x8_a_browser_that_cannot_sign_says_what_to_write_down(sitting: Sitting) -> None:
    """As every browser at an address without https."""
    context = sitting.contexts[0]
    context.add_init_script("Object.defineProperty(window.crypto, 'subtle', {value: undefined});")
    page = sitting.open(context, clock=True)
    context.set_offline(True)
    sitting.choose(page, 7)
    letter = page.locator("#q7 .option").first.locator(".option-letter").inner_text()
    for _ in range(7):
        page.clock.fast_forward(10_000)
    expect(page.locator("#answer-file-unsigned")).to_be_visible()
    expect(page.locator("#answer-file-save")).to_be_hidden()
    expect(page.locator("#answer-file-rows")).to_have_text(f"7: {letter}")
    context.set_offline(False)
    page.clock.fast_forward(20_000)
    sitting.settle(page)
    expect(page.locator("#answer-file")).to_be_hidden()


@pytest.mark.parametrize("script", [FORBIDDEN, FULL_UP], ids=["forbidden", "full"])
def test_x8_t23_a_browser_that_keeps_nothing_says_so(sitting: Sitting, script: str) -> None:
    context = sitting.contexts[0]
    context.add_init_script(script)
    page = sitting.open(context)
    context.set_offline(True)
    sitting.choose(page, 7)
    expect(page.locator(".exam-saved")).to_have_attribute("data-state", "failed")
    expect(page.locator("#saved")).to_contain_text("1")
    sitting.check(page)
    # leaving now would lose it: the browser asks
    asked = page.evaluate("""() => { const event = new Event('beforeunload', {cancelable: true});
        window.dispatchEvent(event); return event.defaultPrevented; }""")
    assert asked
    context.set_offline(False)
    sitting.settle(page)
    assert not page.evaluate("""() => { const event = new Event('beforeunload', {cancelable: true});
        window.dispatchEvent(event); return event.defaultPrevented; }""")


def spoilt(page: Page, name: str, change: Callable[[str], str]) -> None:
    """Serve a copy of a script in which `change` has broken something."""
    source = (ROOT / name).read_text(encoding="utf-8")
    broken = change(source)
    assert broken != source
    page.route(f"**/exam/{name}", lambda route: route.fulfill(body=broken, content_type="text/javascript"))


def test_x8_control_restored_answers_marked_as_saved_are_found(sitting: Sitting) -> None:
    """The fault of another exam system: what a reload finds on the device is shown as saved and never sent again."""
    context = sitting.contexts[0]
    page = sitting.open(context)
    context.set_offline(True)
    sitting.choose(page, 2)
    expect(page.locator(".palette a[href='#q2']")).to_have_attribute("data-state", "unsaved")
    page.close()
    context.set_offline(False)
    page = context.new_page()
    # the real script sends at once; only so does the question stay open long enough
    page.route("**/exam-answers/", lambda route: route.abort())
    spoilt(
        page,
        "outbox.js",
        lambda source: source.replace(
            "waiting.set(place, entry);\n      this.restored",
            "saved.set(place, entry);\n      this.shown = [place, entry];\n      this.restored",
        ),
    )
    spoilt(
        page,
        "sheet.js",
        lambda source: source.replace(
            "outbox.waiting.forEach(([value], place) => show(place, value));",
            "show(outbox.shown[0], outbox.shown[1][0]);",
        ),
    )
    page.goto(sitting.address)
    expect(page.locator(".palette a[href='#q2']")).to_have_attribute("data-state", "answered")
    with pytest.raises(AssertionError, match="2 is shown as saved"):
        sitting.check(page)


# A server inside the page with the rules of the real one, which loses requests and acknowledgements by a seeded dice; waits
# are a two-thousandth. After every event the page is compared with what was acknowledged to it and what the server holds.
HARNESS = (Path(__file__).parent / "harness.js").read_text(encoding="utf-8")


@pytest.mark.parametrize("broken", [False, True], ids=["real", "control"])
def test_x8_t23_a_thousand_failures_and_the_badge_never_lies(sitting: Sitting, *, broken: bool) -> None:
    page = sitting.contexts[0].new_page()
    page.add_init_script(HARNESS)
    if broken:
        # an acknowledgement is taken for granted when the request could not be sent
        spoilt(
            page,
            "saving.js",
            lambda source: source.replace(
                "  now.failures += 1;\n",
                "  batchOf().forEach(([place, value, sequence]) => outbox.acknowledge(place, value, sequence));\n  now.failures += 1;\n",
            ),
        )
    page.goto(sitting.address)
    page.wait_for_function("document.getElementById('clock').textContent !== '--:--'")
    began = time.monotonic()
    told = page.evaluate("failures => window.harness.run(failures)", 50 if broken else 1000)
    if broken:
        assert told["lies"], "an acknowledgement out of nothing must be seen"
        return
    assert told["lies"] == [], json.dumps(told["lies"][:5])
    assert told["failures"] >= 1000
    assert told["lost"] == []
    assert time.monotonic() - began < 60
