"""Journeys: real people in Debian's Chromium, at the width of an office screen and of a phone.

`page` is a fresh browser at the live server, watched while the test runs: an error on the console, a server error or a
request to another host fails it. `look(name)` checks what stands on the screen: axe (WCAG 2.2 A and AA), nothing wider
than the screen, and a picture under var/shots.
"""

import os
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection
from django.urls import reverse
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    Response,
    expect,
    sync_playwright,
)

from core import jobs
from core.models import Job
from tests.factories import PASSWORD

# a busy machine is slow, not broken: what must appear may take its time, speed is measured elsewhere
expect.set_options(timeout=20_000)

# Playwright's own event loop runs in this thread; the tests' database calls are ordinary ones beside it
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
WIDTHS = {1366: 768, 360: 740}
AXE = Path(__file__).resolve().parents[1] / "vendor" / "axe.min.js"
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
]
# what htmx calls an element from its request until the answer stands
UNDER_WAY = ".htmx-request, .htmx-swapping, .htmx-settling"
STILL = """() => Promise.allSettled(document.getAnimations()
    .filter(each => Number.isFinite(each.effect.getComputedTiming().endTime)).map(each => each.finished))"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.journey)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = os.environ.get("TEST_BROWSER") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        pytest.skip("no browser found (Debian package chromium)")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield chromium
        chromium.close()


@dataclass
class Guard:
    """What went wrong behind the page; `allow(pattern)` names what a test provokes on purpose."""

    origin: str
    faults: list[str] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)

    def allow(self, pattern: str) -> None:
        self.allowed.append(pattern)

    def watch(self, context: BrowserContext) -> None:
        context.on("request", self._request)
        context.on("response", self._response)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.faults.append(f"uncaught: {error.error}"))

    def _request(self, request: Request) -> None:
        place = urlsplit(request.url)
        if place.scheme in {"http", "https", "ws", "wss"} and place.netloc != urlsplit(self.origin).netloc:
            self.faults.append(f"another host: {request.url}")

    def _response(self, response: Response) -> None:
        if response.status >= 500:
            self.faults.append(f"{response.status}: {response.url}")

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.faults.append(f"console: {message.text} ({message.location.get('url', '')})")

    @property
    def unexpected(self) -> list[str]:
        return [
            fault for fault in self.faults if not any(re.search(pattern, fault) for pattern in self.allowed)
        ]


@pytest.fixture(params=WIDTHS, ids=lambda width: f"{width}px")
def width(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture
def guard(live_server: Any) -> Guard:
    return Guard(live_server.url)


@pytest.fixture
def new_page(browser: Browser, live_server: Any, guard: Guard, width: int) -> Iterator[Callable[[], Page]]:
    """Another person's browser, or the same person's other device: nothing is shared with `page`."""
    contexts: list[BrowserContext] = []

    def open_page() -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": WIDTHS[width]},
            has_touch=width < 600,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            accept_downloads=True,
        )
        context.set_default_timeout(30_000)
        guard.watch(context)
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()
    assert guard.unexpected == []


@pytest.fixture
def page(new_page: Callable[[], Page]) -> Page:
    return new_page()


def follow(page: Page, control: Locator) -> None:
    """Press what leads to another page and wait for that page: reading or pressing on too early meets the old one."""
    with page.expect_navigation():
        control.click()


def settle(page: Page) -> None:
    """Wait until all of the page is there and nothing moves; unlike `networkidle` no half second longer."""
    page.wait_for_load_state("load")
    expect(page.locator(UNDER_WAY)).to_have_count(0)
    page.evaluate(STILL)


@pytest.fixture
def login() -> Callable[..., None]:
    """Sign in through the form, as the person would."""

    def sign_in(page: Page, username: str, password: str = PASSWORD) -> None:
        page.goto(reverse("account_login"))
        form = page.locator("form", has=page.locator("input[name=password]"))
        form.locator("input[name=login]").fill(username)
        form.locator("input[name=password]").fill(password)
        form.locator("[type=submit]").click()
        page.wait_for_url(lambda url: "/login/" not in url)

    return sign_in


@pytest.fixture
def axe() -> Callable[[Page], list[str]]:
    """Violations of WCAG 2.2 level A and AA on the page as it stands, as `rule: help – where`."""
    source = AXE.read_text(encoding="utf-8")

    def violations(page: Page) -> list[str]:
        # through the debugger, so that the page keeps its content security policy
        session = page.context.new_cdp_session(page)
        session.send("Runtime.evaluate", {"expression": source})
        session.detach()
        result = page.evaluate("levels => axe.run({runOnly: {type: 'tag', values: levels}})", LEVELS)
        return [
            f"{found['id']}: {found['help']} – {node['target']} {node['html'][:160]}"
            for found in result["violations"]
            for node in found["nodes"]
        ]

    return violations


@pytest.fixture
def look(axe: Callable[[Page], list[str]], width: int) -> Callable[[Page, str], None]:
    """The page is accessible and fits the screen; its picture is kept as var/shots/<name>-<width>.png."""
    folder = Path(settings.VAR_DIR) / "shots"

    def check(page: Page, name: str) -> None:
        settle(page)
        folder.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=folder / f"{name}-{width}.png", full_page=True)
        assert axe(page) == [], f"{name} at {width} px"
        wide = page.evaluate(
            "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wide <= 0, f"{name}: {wide} px wider than the screen of {width} px"

    return check


@pytest.fixture
def worker(transactional_db: None) -> Iterator[None]:
    """A worker beside the live server: waiting jobs are done within moments, with real commits."""
    ended = threading.Event()

    def work() -> None:
        try:
            while not ended.wait(0.1):
                for job_id in Job.objects.filter(status="queued").order_by("pk").values_list("pk", flat=True):
                    jobs.run(job_id)
        finally:
            connection.close()

    thread = threading.Thread(target=work, name="worker", daemon=True)
    thread.start()
    yield
    ended.set()
    with suppress(RuntimeError):
        thread.join(20)
    assert not thread.is_alive(), "the worker did not end"
