"""A sitting behind a network that a test can spoil: the proxy between browser and live server, and what must always hold."""

import datetime as dt
import random
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect

from exams.models import Answer, Attempt, ExamWindow
from tests.exams.factories import FULL, make_bank, signed_up, with_figures
from tests.factories import Persona, trainee_persona

SCREENS = {1366: 768, 683: 384, 360: 740}


class Proxy:
    """Passes each connection's one request on, after `delay` seconds; drops `share` of them, seeded: half before the server
    has seen the request, half after it has answered (a lost acknowledgement). `refusing` is a server that is down.
    """

    def __init__(self, target: str, seed: int = 1) -> None:
        place = urlsplit(target)
        self.target = (place.hostname or "localhost", place.port or 80)
        self.delay, self.share, self.refusing = 0.0, 0.0, False
        self.dropped_before = self.dropped_after = self.passed = 0
        self._random = random.Random(seed)
        self._lock = threading.Lock()
        self._listener = socket.create_server((self.target[0], 0), backlog=64)
        self.url = f"http://{place.hostname}:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    @property
    def dropped(self) -> int:
        return self.dropped_before + self.dropped_after

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._pass, args=(client,), daemon=True).start()

    def _fate(self) -> str:
        with self._lock:
            drawn = self._random.random()
        if self.refusing or drawn < self.share / 2:
            return "before"
        return "after" if drawn < self.share else "pass"

    def _pass(self, client: socket.socket) -> None:
        with suppress(OSError), client:
            asked = _request(client)
            fate = self._fate()
            time.sleep(self.delay)
            if not asked or fate == "before":
                self.dropped_before += bool(asked)
                _reset(client)
                return
            answer = self._ask(asked)
            if fate == "after":
                self.dropped_after += 1
                _reset(client)
                return
            self.passed += 1
            client.sendall(answer)

    def _ask(self, asked: bytes) -> bytes:
        with socket.create_connection(self.target, timeout=30) as server:
            server.sendall(asked)
            return b"".join(iter(lambda: server.recv(65536), b""))


def _request(client: socket.socket) -> bytes:
    """One request whole, asking the server to close after its answer."""
    client.settimeout(30)
    data = b""
    while b"\r\n\r\n" not in data:
        part = client.recv(65536)
        if not part:
            return b""
        data += part
    head, _, body = data.partition(b"\r\n\r\n")
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"connection:")]
    length = next(
        (int(line.split(b":")[1]) for line in lines if line.lower().startswith(b"content-length:")), 0
    )
    while len(body) < length:
        body += client.recv(65536)
    return b"\r\n".join([*lines, b"Connection: close"]) + b"\r\n\r\n" + body


def _reset(client: socket.socket) -> None:
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@contextmanager
def a_sitting(
    browser: Browser, origin: str, monkeypatch: pytest.MonkeyPatch, width: int
) -> Iterator["Sitting"]:
    """A candidate with everything done in a running attempt, one device, and the proxy between it and `origin`."""
    with_figures(monkeypatch, FULL)
    make_bank()
    now = timezone.now()
    ExamWindow.objects.update(opens_at=now - dt.timedelta(days=1), closes_at=now + dt.timedelta(days=1))
    someone, client, proxy = trainee_persona("candidate"), Client(), Proxy(origin)
    one = Sitting(browser, proxy, someone, begun(someone, client), width)
    one.device(client)
    yield one
    for context in one.contexts:
        context.close()
    proxy.close()
    assert one.faults == []


@dataclass
class Sitting:
    """A candidate with a running attempt, the proxy in the way, and every device's faults."""

    browser: Browser
    proxy: Proxy
    someone: Persona
    attempt: Attempt
    width: int
    contexts: list[BrowserContext] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    chosen: dict[int, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return self.proxy.url + at("attempt-show", pk=self.attempt.pk)

    def device(self, client: Client, script: str = "") -> BrowserContext:
        """A browser in which `client` is signed in."""
        context = self.browser.new_context(
            viewport={"width": self.width, "height": SCREENS[self.width]},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            accept_downloads=True,
        )
        context.set_default_timeout(30_000)
        context.on("weberror", lambda error: self.faults.append(str(error.error)))
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": self.proxy.url}])
        if script:
            context.add_init_script(script)
        self.contexts.append(context)
        return context

    def open(self, context: BrowserContext, *, clock: bool = False) -> Page:
        page = context.new_page()
        if clock:
            page.clock.install()
        page.goto(self.address)
        page.wait_for_selector("#paper")
        page.wait_for_function("document.getElementById('clock').textContent !== '--:--'")
        return page

    def choose(self, page: Page, place: int, option: int = 0) -> None:
        """As a person does; whatever was chosen last is what must come out in the end."""
        box = page.locator(f"#q{place} input").nth(option)
        box.click()
        self.chosen[place] = page.evaluate(CHOSEN, place)

    def check(self, page: Page) -> dict[str, Any]:
        """What is shown as saved is in the database with that very value, now; nothing chosen is shown as anything else
        than saved or unsaved.
        """
        shown = page.evaluate(SHOWN)
        held = dict(Answer.objects.filter(attempt=self.attempt).values_list("ordinal", "value"))
        for place, state, value in shown["places"]:
            if state == "answered":
                assert held.get(place) == value, (
                    f"{place} is shown as saved: {value}, held: {held.get(place)}"
                )
            elif value:
                assert state == "unsaved", f"{place} is chosen and shown as {state}"
        if shown["badge"] == "saved":
            wrong = [place for place, _state, value in shown["places"] if held.get(place, "") != value]
            assert not wrong, f"the badge says saved; not held as shown: {wrong}"
        return dict(shown)

    def settle(self, page: Page) -> None:
        """All that was chosen is acknowledged, and in the database."""
        expect(page.locator(".exam-saved")).to_have_attribute("data-state", "saved", timeout=60_000)
        expect(page.locator(".palette a[data-state=unsaved]")).to_have_count(0)
        self.check(page)
        assert self.held() == {place: value for place, value in self.chosen.items() if value}

    def held(self) -> dict[int, str]:
        rows = Answer.objects.filter(attempt=self.attempt).exclude(value="")
        return dict(rows.values_list("ordinal", "value"))


CHOSEN = """place => [...document.querySelectorAll(`#q${place} input:checked`)].map(one => one.value).sort().join(',')"""
SHOWN = """() => ({badge: document.querySelector('.exam-saved').dataset.state || '',
  places: [...document.querySelectorAll('[data-place]')].map(one => [Number(one.dataset.place),
    document.querySelector(`.palette a[href='#q${one.dataset.place}']`).dataset.state,
    [...one.querySelectorAll('input:checked')].map(each => each.value).sort().join(',')])})"""


def at(name: str, **kwargs: Any) -> str:
    return reverse(f"exams:{name}", kwargs={"program": "cancer", "year": 2022, **kwargs})


def begun(someone: Persona, client: Client) -> Attempt:
    """The attempt that `client` is the device of."""
    assert someone.enrollment is not None
    signed_up(someone.enrollment, timezone.now())
    client.force_login(someone.user)
    assert client.post(at("attempt-start")).status_code == 302
    return Attempt.objects.get()


def states(page: Page, *places: int) -> list[str]:
    return [
        page.locator(f".palette a[href='#q{place}']").get_attribute("data-state") or "" for place in places
    ]


def eventually(told: Callable[[], bool], page: Page, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not told():
        assert time.monotonic() < end, "it did not come about"
        page.wait_for_timeout(50)
