"""Journey: a writer of the province types an item, sees it as candidates will, pastes others from a document, and puts
them before the reader (X1, X2, I2)."""

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from playwright.sync_api import Page, expect

from exams.enums import ItemStatus
from exams.models import Item, ItemVersion
from programs.models import ProgramYear
from tests.factories import Persona
from tests.journeys.conftest import follow

TEXT = """一、A1型题
1. 进展期胃癌的定义是
A. 甲
B. 乙
C. 丙
D. 丁
E. 戊
答案：C
2. 没有答案的一道题是
A. 甲
B. 乙
C. 丙
D. 丁
E. 戊
"""


def at(name: str, **kwargs: Any) -> str:
    return reverse(f"exams:{name}", kwargs={"program": "cancer", "year": 2022, **kwargs})


def test_x2_a_writer_types_an_item_and_pastes_others(
    page: Page,
    login: Callable[..., None],
    look: Callable[[Page, str], None],
    year_2022: ProgramYear,
    hebei_coordinator: Persona,
) -> None:
    login(page, "hebei")
    page.goto(at("item-list"))
    follow(page, page.get_by_role("link", name="新试题"))
    look(page, "items-types")
    follow(page, page.locator("a[href='?kind=a1']"))
    _type(page)
    look(page, "items-form")
    follow(page, page.get_by_role("button", name="送省级审核"))
    expect(page.locator(".messages")).to_contain_text("已送省级审核")
    assert Item.objects.get().status == ItemStatus.REVIEW
    assert ItemVersion.objects.get().key == ["B"]

    _paste(page, look)
    look(page, "items-list")
    for code in ("hebei-2022-a1-002", "hebei-2022-a1-003"):
        page.get_by_role("checkbox", name=code).check()
    follow(page, page.get_by_role("button", name="将勾选的送省级审核"))
    expect(page.locator(".messages")).to_contain_text("hebei-2022-a1-003")
    assert list(Item.objects.filter(status=ItemStatus.DRAFT).values_list("code", flat=True)) == [
        "hebei-2022-a1-003"
    ]
    page.goto(at("item-edit", pk=Item.objects.get(status=ItemStatus.DRAFT).pk))
    expect(page.locator("#preview .finding-danger")).to_have_count(1)
    look(page, "items-unsound")


def _type(page: Page) -> None:
    """The preview follows what is typed; another row keeps all of it."""
    preview = page.locator("#preview")
    page.locator("[name=stem-0]").fill("早期胃癌的定义是")
    page.locator("[name=stem-0]").press("Tab")
    expect(preview.locator(".question-stem")).to_have_text("早期胃癌的定义是")
    expect(preview.locator(".finding-danger").first).to_be_visible()
    for number, word in enumerate(
        ["局限于黏膜", "局限于黏膜及黏膜下层", "侵及肌层", "侵及浆膜", "有远处转移"]
    ):
        page.locator(f"[name=option-{number}]").fill(word)
    page.locator("[name=key-0][value=B]").check()
    expect(preview.locator(".option-text").nth(4)).to_have_text("有远处转移")
    expect(preview.locator(".finding-danger")).to_have_count(0)
    follow(page, page.get_by_role("button", name="增加选项"))
    expect(page.locator("[name^=option-]")).to_have_count(6)
    expect(page.locator("[name=key-0][value=B]")).to_be_checked()
    follow(page, page.get_by_role("button", name="删除选项 F"))
    expect(page.locator("[name=option-1]")).to_have_value("局限于黏膜及黏膜下层")
    expect(preview.locator(".option-text").nth(1)).to_have_text("局限于黏膜及黏膜下层")
    assert not Item.objects.exists()


def _paste(page: Page, look: Callable[[Page, str], None]) -> None:
    page.goto(at("upload-create"))
    look(page, "items-upload")
    page.locator("[name=text]").fill(TEXT)
    follow(page, page.get_by_role("button", name="上传并核对"))
    expect(page.locator(".upload-line")).to_have_count(2)
    look(page, "items-preview")
    follow(page, page.get_by_role("button", name="导入"))
    expect(page.locator(".messages")).to_contain_text("2 道试题已作为草稿导入")
