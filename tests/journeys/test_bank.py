"""Journey: the office sees what the bank lacks, reads a province's items by keyboard, decides about two that look alike (X1, X3)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import Region
from exams.enums import ItemStatus
from exams.models import Item, ItemPair
from exams.services import import_items, submit_items
from exams.services.items import Home
from programs.models import ProgramYear, Setting, Submission
from tests.exams.factories import EXAM_TIME, item_row, make_bank
from tests.exams.test_reading import pair
from tests.factories import Persona, cancer_2022
from tests.journeys.conftest import follow

ITEMS = 6


@pytest.fixture
def year(transactional_db: None) -> ProgramYear:
    return cancer_2022()


@pytest.fixture
def submission(year: ProgramYear, hebei_coordinator: Persona) -> Submission:
    """A bank that lacks five multiple choices, and six handed up, the last of which looks like one of the bank."""
    make_bank(multiple=15)
    unit, region = hebei_coordinator.unit, Region.objects.get(pk=hebei_coordinator.unit.region_id)
    home = Home(unit, region, year, status=ItemStatus.APPROVED, is_sample=True)
    rows = [item_row("x", number, code=f"up-{number}") for number in range(1, ITEMS + 1)]
    import_items(rows=rows, home=home, actor=hebei_coordinator.actor, now=EXAM_TIME)
    Setting.objects.filter(year=year, code__contains="item").update(value="0")
    pair(f"up-{ITEMS}", "t-x-1")
    return submit_items(year=year, region=region, unit=unit, actor=hebei_coordinator.actor, now=EXAM_TIME)


def at(name: str, **kwargs: Any) -> str:
    return reverse(f"exams:{name}", kwargs={"program": "cancer", "year": 2022, **kwargs})


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def save(page: Page) -> None:
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")


def test_x1_x3_from_the_shortfall_to_the_full_bank_by_keyboard(
    page: Page,
    login: Callable[..., None],
    look: Callable[[Page, str], None],
    submission: Submission,
    national_officer: Persona,
) -> None:
    login(page, "national")
    page.goto(at("blueprint-show"))
    expect(page.locator("#main")).to_contain_text("缺5题（需20题）")
    look(page, "bank-short")

    follow(page, page.get_by_role("link", name="试题报送"))
    follow(page, page.get_by_role("link", name="河北省"))
    barred = page.locator("[data-question]").last
    expect(barred.locator("input[value=yes]")).to_be_disabled()
    look(page, "bank-reading")
    press(page, "j", "a", "a", "r")
    page.keyboard.type("超出大纲")
    press(page, "Enter", "a", "a", "a")
    expect(page.locator("[data-decided]")).to_contain_text("5 / 6")
    # the fifth decision ends on the last item, which cannot be accepted
    expect(barred).to_be_focused()
    press(page, "?")
    expect(page.locator("[data-keys]")).to_have_attribute("open", "")
    save(page)
    expect(page.locator(".messages")).to_contain_text("通过4项，退回1项")
    assert list(Item.objects.filter(status="draft").values_list("code", flat=True)) == ["up-3"]

    follow(page, page.locator(".reading-barred a"))
    expect(page.locator("ins").first).to_be_visible()
    look(page, "bank-pair")
    press(page, "d")
    page.keyboard.type("考查的方法不同")
    save(page)
    assert ItemPair.objects.get().status == "different"
    page.goto(at("submission-review", pk=submission.pk))
    press(page, "j", "a")
    save(page)
    expect(page.locator(".empty-state")).to_contain_text("通过5道，退回1道")
    look(page, "bank-read")
    page.goto(at("blueprint-show"))
    expect(page.locator("#main")).not_to_contain_text("缺")

    _try_out(page, look)
    _sample(page, look)


def _try_out(page: Page, look: Callable[[Page, str], None]) -> None:
    """A change that the bank cannot fill shows so before anything is saved."""
    follow(page, page.get_by_role("link", name="修改各部分"))
    page.locator("[name=multiple-count]").fill("30")
    expect(page.locator("[data-total]")).to_have_text("140")
    follow(page, page.get_by_role("button", name="试算"))
    expect(page.locator("#after-box")).to_contain_text("缺10题（需30题）")
    look(page, "bank-try-out")


def _sample(page: Page, look: Callable[[Page, str], None]) -> None:
    page.goto(at("sample-show"))
    page.get_by_role("radio", name="临床").check()
    follow(page, page.locator("form.panel [type=submit]"))
    expect(page.locator(".question")).to_have_count(100)
    expect(page.locator("#keys ol")).to_be_hidden()
    page.locator("#keys summary").click()
    expect(page.locator("#keys li")).to_have_count(100)
    look(page, "bank-sample")
