"""Journey: a coordinator gives a colleague a role and a slip on paper; the colleague activates the account on a phone (P3)."""

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import Membership
from tests.factories import Persona
from tests.journeys.conftest import follow

PASSWORD = "冬天的河上有七座桥-Ab3"


def test_p3_a_colleague_without_email_comes_in_with_a_slip(
    page: Page,
    new_page: Callable[[], Page],
    login: Callable[..., None],
    look: Callable[[Page, str], None],
    hebei_coordinator: Persona,
) -> None:
    login(page, "hebei")
    page.goto(reverse("accounts:person-list"))
    look(page, "people-list")
    follow(page, page.get_by_role("link", name="授予角色"))
    page.locator("[name=name]").fill("王建国")
    page.locator("[name=phone]").fill("139")
    follow(page, page.get_by_role("button", name="授予角色"))
    expect(page.locator(".error-summary")).to_contain_text("11 位")
    page.locator("[name=phone]").fill("13912345678")
    follow(page, page.get_by_role("button", name="授予角色"))
    look(page, "people-person")
    follow(page, page.get_by_role("button", name="发放启用码"))
    look(page, "people-slips")
    code = page.locator(".slip-code").inner_text()
    expect(page.locator(".slip-qr")).to_be_visible()

    phone = new_page()
    phone.goto(f"{reverse('accounts:activate')}?login=wangjianguo")
    look(phone, "people-activate")
    _fill(phone, "wrong-one")
    expect(phone.locator(".error-summary")).to_contain_text("不相符")
    expect(phone.locator("[name=login_name]")).to_have_value("wangjianguo")
    _fill(phone, code.upper())
    expect(phone.locator(".messages")).to_contain_text("密码已设置")
    phone.goto(reverse("accounts:profile"))
    expect(phone.locator("#main")).to_contain_text(hebei_coordinator.unit.name)

    row = Membership.objects.get(user__username="wangjianguo")
    page.goto(reverse("accounts:person-show", kwargs={"pk": row.pk}))
    _end(page)
    phone.reload()
    expect(phone.locator("#main")).to_contain_text("尚无单位授予您角色")


def _fill(phone: Any, code: str) -> None:
    values = {"code": code, "password": PASSWORD, "again": PASSWORD}
    for name, value in values.items():
        phone.locator(f"[name={name}]").fill(value)
    follow(phone, phone.get_by_role("button", name="设置密码并登录"))


def _end(page: Page) -> None:
    page.get_by_role("button", name="终止角色").first.click()
    dialog = page.locator("#end")
    dialog.locator("[name=reason]").fill("调离")
    follow(page, dialog.get_by_role("button", name="终止角色"))
    expect(page.locator(".messages")).to_contain_text("角色已终止")
