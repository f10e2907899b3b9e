"""Signing in again in place keeps what was typed; the office looks as somebody else (T17, P3)."""

import re

import pytest
from django.core.cache import cache
from django.urls import reverse
from playwright.sync_api import expect

from core.models import Event
from tests.factories import PASSWORD
from tests.journeys.conftest import follow

LONG = "省内师资培训班：第一天上午开班，下午影像判读。" * 40


@pytest.fixture(autouse=True)
def _fresh_counts():
    cache.clear()
    yield
    cache.clear()


def test_a_form_that_was_open_too_long_is_saved_all_the_same(
    page, login, look, settings, hebei_coordinator, guard
):
    """Warned two minutes before, kept on by a button; then out, in again in place, and nothing typed is lost."""
    guard.allow("400")
    settings.SESSION_LIMITS = {kind: {"idle": 2, "absolute": 720} for kind in ("staff", "trainee")}
    login(page, "hebei")
    page.goto(reverse("accounts:announcement-create"))
    title, text = page.locator("[name=title]"), page.locator("[name=text]")
    title.fill("培训班通知")
    text.fill(LONG)
    warning = page.locator("#session-warning")
    expect(warning).to_be_visible()
    look(page, "session-warning")
    settings.SESSION_LIMITS = {kind: {"idle": 60, "absolute": 720} for kind in ("staff", "trainee")}
    warning.get_by_role("button").click()
    expect(warning).to_be_hidden()

    page.context.clear_cookies(name="sessionid")
    page.evaluate("document.getElementById('session-warning').showModal()")
    warning.get_by_role("button").click()
    again = page.locator("#session-login")
    expect(again).to_be_visible()
    look(page, "session-login")
    again.locator("[name=password]").fill("wrong")
    again.get_by_role("button").click()
    expect(again.get_by_role("alert")).not_to_be_empty()
    again.locator("[name=password]").fill(PASSWORD)
    again.get_by_role("button").click()
    expect(again).to_be_hidden()
    assert (title.input_value(), text.input_value()) == ("培训班通知", LONG)
    page.locator("input[name=roles]").first.check()
    follow(page, page.locator("main form .form-actions [type=submit]").first)
    expect(page.get_by_text("培训班通知").first).to_be_visible()
    assert Event.objects.filter(verb="draft_announcement").count() == 1


def test_the_office_looks_as_a_coordinator(page, login, look, national_officer, hebei_coordinator, guard):
    guard.allow("403")
    login(page, "national")
    page.goto(reverse("accounts:person-show", kwargs={"pk": hebei_coordinator.membership.pk}))
    page.locator("[data-dialog=view-as]").click()
    dialog = page.locator("#view-as")
    dialog.locator("[name=reason]").fill("来电：名单页打不开")
    follow(page, dialog.locator("[type=submit]"))
    banner = page.locator(".viewing")
    expect(banner).to_contain_text("冀明")
    look(page, "view-as")
    page.goto(reverse("accounts:person-list"))
    expect(banner).to_be_visible()
    follow(page, banner.get_by_role("button"))
    expect(banner).to_have_count(0)
    assert Event.objects.filter(verb="stop_view_as").count() == 1


def test_back_shows_nothing_after_signing_out(page, login, hebei_coordinator):
    """T17: what a signed-in page showed is not in the browser's memory."""
    login(page, "hebei")
    page.goto(reverse("accounts:person-list"))
    expect(page.get_by_text("冀明").first).to_be_visible()
    page.goto(reverse("account_logout"))
    follow(page, page.locator("main form [type=submit]"))
    page.go_back()
    page.go_back()
    expect(page).to_have_url(re.compile(re.escape(reverse("account_login"))))
