"""Journey: one item from its writer to the bank, found to look like another and called different on the way (X1)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from core import jobs
from core.models import Job
from exams.enums import ItemStatus, PairStatus
from exams.models import Item, ItemPair
from exams.services import import_items
from exams.services.items import Home
from programs.models import ProgramYear, Setting, Submission
from tests.exams.factories import EXAM_TIME
from tests.exams.test_comparing import row
from tests.factories import Persona
from tests.journeys.conftest import follow
from tests.journeys.test_bank import at, press, save


@pytest.fixture
def bank_item(year_2022: ProgramYear, national_officer: Persona) -> Item:
    """What the bank has already; one item is all that the year asks of the province."""
    home = Home(national_officer.unit, status=ItemStatus.IN_BANK)
    import_items(rows=[row("bank-1")], home=home, actor=national_officer.actor, now=EXAM_TIME)
    Setting.objects.filter(year=year_2022, code__contains="item").update(value="0")
    return Item.objects.get()


def compare() -> None:
    """What the job does each minute."""
    job = Job.objects.create(kind="exams.compare_items", created_at=timezone.now())
    assert jobs.run(job.pk).status == "done"  # type: ignore[union-attr]


def test_x1_an_item_from_its_writer_to_the_bank(
    new_page: Callable[[], Page],
    login: Callable[..., None],
    look: Callable[[Page, str], None],
    bank_item: Item,
    hebei_coordinator: Persona,
    national_officer: Persona,
) -> None:
    page = new_page()
    login(page, hebei_coordinator.user.username)
    _write(page)

    # the province reads it by keyboard; it is compared, and handed up
    page.goto(at("item-review"))
    look(page, "item-read-in-the-province")
    press(page, "a")
    save(page)
    item = Item.objects.exclude(pk=bank_item.pk).get()
    assert item.status == ItemStatus.APPROVED
    compare()
    page.goto(at("pair-list"))
    expect(page.locator("tbody tr")).to_have_count(1)
    # the other item is not the province's to read
    expect(page.locator("main")).not_to_contain_text(bank_item.code)
    page.goto(at("item-list"))
    page.locator("[data-dialog='submit-items']").click()
    follow(page, page.locator("#submit-items [type=submit]"))
    expect(page.locator(".messages")).to_contain_text(Submission.objects.get().number)

    # the office cannot take it in before somebody has decided
    office = new_page()
    login(office, national_officer.user.username)
    office.goto(at("submission-review", pk=Submission.objects.get().pk))
    expect(office.locator("[data-question] input[value=yes]")).to_be_disabled()
    follow(office, office.locator(".reading-barred a"))
    look(office, "item-looks-like-another")
    press(office, "d")
    office.keyboard.type("考查的范围不同")
    save(office)
    assert ItemPair.objects.get().status == PairStatus.DIFFERENT
    office.goto(at("submission-review", pk=Submission.objects.get().pk))
    press(office, "a")
    save(office)
    item.refresh_from_db()
    assert (item.status, Submission.objects.get().status) == (ItemStatus.IN_BANK, "accepted")

    # the writer reads on the item's page how it came there
    page.goto(at("item-show", pk=item.pk))
    expect(page.locator("main")).to_contain_text("已入库")
    look(page, "item-in-the-bank")


def _write(page: Page) -> None:
    """In other words than the bank's item, with the same answer."""
    known: dict[str, Any] = row("bank-1")
    page.goto(f"{at('item-new')}?kind=a1")
    page.locator("[name=stem-0]").fill(f"所谓早期胃癌，{known['stem'].removeprefix('早期胃癌')}")
    for number, option in enumerate(known["options"]):
        page.locator(f"[name=option-{number}]").fill(option["text"])
    page.locator("[name=key-0][value=A]").check()
    follow(page, page.get_by_role("button", name="送省级审核"))
    expect(page.locator(".messages")).to_contain_text("已送省级审核")
