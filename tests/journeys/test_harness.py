"""The watch over the journeys itself: what it must catch, it catches."""

import time

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from accounts.actors import system_actor
from core.jobs import enqueue
from core.models import Job
from tests.journeys.conftest import settle

BLANK = "<!doctype html><html lang=zh-Hans><title>试</title><body><main><h1>试</h1>{}</main></body></html>"
# as htmx takes its word off the element when the answer stands
CLEARED = """<script>setTimeout(() => {
    if (late.className) { late.className = ""; late.dataset.done = 1 }
}, 600)</script>"""


@pytest.fixture
def blank(page: Page):
    """Fill the page with a body of its own at the server's address."""

    def fill(body: str) -> None:
        page.route(
            "**/blank",
            lambda route: route.fulfill(body=BLANK.format(body), content_type="text/html; charset=utf-8"),
        )
        page.goto("/blank")

    return fill


def test_axe_finds_a_picture_without_text(page, blank, axe):
    blank("<img src='data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA='>")
    assert [violation.split(":")[0] for violation in axe(page)] == ["image-alt"]


def test_axe_passes_a_plain_page(page, blank, axe):
    blank("<p>好</p>")
    assert axe(page) == []


def test_a_page_wider_than_the_screen_fails(page, blank, look, guard):
    blank("<div style='width:3000px;height:1px'></div>")
    with pytest.raises(AssertionError, match="wider than the screen"):
        look(page, "harness-wide")


@pytest.mark.parametrize(
    "body",
    [
        "<p id=late class=htmx-request>",
        "<p id=late><script>late.animate({opacity: [0, 1]}, 600).finished.then(() => late.dataset.done = 1)</script>",
    ],
    ids=["htmx", "motion"],
)
def test_a_page_is_looked_at_once_it_stands_still(page, blank, body):
    blank(body + CLEARED)
    settle(page)
    assert page.locator("#late[data-done]").count() == 1


def test_a_request_to_another_host_is_a_fault(page, blank, guard):
    page.route("https://example.org/**", lambda route: route.abort())
    blank("<script src='https://example.org/a.js'></script>")
    page.wait_for_load_state("networkidle")
    assert any(fault.startswith("another host: https://example.org/a.js") for fault in guard.unexpected)
    guard.faults.clear()


def test_a_console_error_is_a_fault(page, blank, guard):
    blank("<script>console.error('broken'); setTimeout(() => { throw new Error('thrown') })</script>")
    page.wait_for_timeout(100)
    assert [fault.split(" (")[0] for fault in guard.unexpected] == ["console: broken", "uncaught: thrown"]
    guard.faults.clear()


def test_the_live_server_answers(page):
    response = page.request.get("/health/")
    assert response.json() == {"status": "ok"}


def test_static_files_are_served(page):
    response = page.request.get("/static/portal/portal.css")
    assert response.status == 200
    assert response.headers["content-type"].startswith("text/css")


def test_somebody_signs_in_through_the_form(page, login, look, national_officer):
    page.goto("/account/login/")
    look(page, "sign-in")
    login(page, "national")
    look(page, "national-desk")


def test_waiting_work_is_done_beside_the_server(worker):
    job = enqueue("core.seal", {}, actor=system_actor(), now=timezone.now())
    limit = time.monotonic() + 10
    while not Job.objects.get(pk=job.pk).is_over and time.monotonic() < limit:
        time.sleep(0.1)
    assert Job.objects.get(pk=job.pk).status == "done"
