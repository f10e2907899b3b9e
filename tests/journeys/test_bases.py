"""Journey 4: a hospital fills in and hands in an application while the findings answer; the office reviews and decides (B1–B5)."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from accounts.actors import actor_of
from bases.models import Application, Call
from core.values import CHINA
from programs.models import ProgramYear
from programs.services import copy_year, open_year
from tests.bases import factories as make
from tests.factories import Persona
from tests.journeys.conftest import follow

Look = Callable[[Page, str], None]
Login = Callable[..., None]


@pytest.fixture
def open_call(transactional_db: None, nuclear_officer: Persona) -> Call:
    """The call of the next year, opened by the office from the printed one, closing in ten days."""
    printed, now = make.call_2024(), timezone.now()
    given: dict[str, Any] = {"actor": actor_of(nuclear_officer.membership), "now": now}
    shift = dt.timedelta(days=(now - printed.deadline).days + 10)
    year = copy_year(
        source=printed.year, year=now.year, name="下一年度", name_en="Next year", shift=shift, **given
    )
    open_year(year=year, **given)
    return Call.objects.select_related("year__program").get(year=year)


def at(name: str, call: Call, **kwargs: Any) -> str:
    return reverse(f"bases:{name}", kwargs=call.year.url_kwargs | kwargs)


def type_in(page: Page, values: dict[str, Any], prefix: str = "") -> None:
    """Every field as a person would: text typed, a radio ticked, an entry chosen."""
    for name, value in values.items():
        field = page.locator(f"[name='{prefix}{name}']")
        kind = field.first.evaluate("element => element.type || element.tagName")
        if kind == "radio":
            _tick(page, f"{prefix}{name}", value)
        elif kind == "select-one":
            field.select_option(str(value))
        else:
            field.fill(str(value))


def _tick(page: Page, name: str, value: Any) -> None:
    chosen = {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value
    page.locator(f"[name='{name}'][value='{chosen}']").check()


def button(page: Page, text: str, where: Locator | None = None) -> Locator:
    return (where or page.locator("#main")).get_by_role("button", name=text, exact=True)


def press(page: Page, text: str, where: Locator | None = None) -> None:
    """A button that sends its form: the page that answers stands when this returns."""
    follow(page, button(page, text, where))


def save(page: Page) -> None:
    press(page, "保存")
    expect(page.locator(".messages")).to_contain_text("已保存")


def test_b1_to_b5_from_the_notice_to_the_decision(
    page: Page, new_page: Any, login: Login, look: Look, open_call: Call, applicant: Persona,
    nuclear_officer: Persona, nuclear_expert: Persona, guard: Any,
) -> None:  # fmt: skip
    # an incomplete hand-in is answered with 409, which the browser notes on its console
    guard.allow(r"409 \(Conflict\)")
    login(page, "hospital")
    begin(page, look, open_call)
    application = Application.objects.get()
    incomplete_hand_in(page, look, open_call, application)
    fill_in(page, look, open_call, application)
    print_and_upload(page, look, open_call, application)
    hand_in(page, look, open_call, application)
    office, expert = new_page(), new_page()
    check_and_ask(office, login, look, open_call, application)
    review(expert, login, look, open_call)
    publish_and_decide(office, page, look, open_call, application)


def begin(page: Page, look: Look, call: Call) -> None:
    page.goto(at("call-list", call))
    follow(
        page, page.get_by_role("link", name="关于开展心血管核医学诊断技术能力提升项目培训基地遴选工作的通知")
    )
    expect(page.locator("#main")).to_contain_text("三级医院。")
    look(page, "bases-call")
    press(page, "开始申报")
    expect(page.get_by_role("heading", name="申报条件检查")).to_be_visible()


def incomplete_hand_in(page: Page, look: Look, call: Call, application: Application) -> None:
    """Nothing is lost and every empty field is named."""
    page.locator("[name=pledge]").check()
    press(page, "提交申报")
    summary = page.locator(".error-summary")
    expect(summary).to_contain_text("申报材料不完整")
    expect(summary.get_by_role("link", name="医院级别")).to_be_visible()
    look(page, "bases-incomplete")
    page.goto(at("application-detail", call, pk=application.pk))


def edit(page: Page, call: Call, application: Application, section: str) -> None:
    page.goto(at("application-edit", call, pk=application.pk, section=section))


def fill_in(page: Page, look: Look, call: Call, application: Application) -> None:
    edit(page, call, application, "hospital")
    type_in(page, make.HOSPITAL)
    save(page)
    edit(page, call, application, "department")
    type_in(page, make.DEPARTMENT | {"rest_count": 150, "stress_count": 149})
    page.locator("[name=hardware]").focus()
    expect(page.locator("#findings")).to_contain_text("每年还差 1 例")
    look(page, "bases-findings")
    page.locator("[name=stress_count]").fill("150")
    page.locator("[name=hardware]").focus()
    expect(page.locator("#findings")).not_to_contain_text("每年还差")
    save(page)
    for section, values in (
        ("record", make.RECORD),
        ("supplement", make.SUPPLEMENT),
        ("director", make.DIRECTOR),
    ):
        edit(page, call, application, section)
        type_in(page, values)
        if section == "director":
            look(page, "bases-director")
        save(page)
    edit(page, call, application, "trainers")
    type_in(page, make.trainer(1), "trainers-0-")
    look(page, "bases-trainers")
    save(page)


def print_and_upload(page: Page, look: Look, call: Call, application: Application) -> None:
    page.goto(at("file-add", call, pk=application.pk))
    forms = page.request.get(at("application-print", call, pk=application.pk, form="all"))
    assert forms.body()[:5] == b"%PDF-"
    for kind in ("sealed_form", "count_proof", "staff_proof"):
        page.locator(f"[name=kind][value={kind}]").check()
        page.locator("[name=file]").set_input_files(
            {"name": "章.pdf", "mimeType": "application/pdf", "buffer": forms.body()}
        )
        press(page, "上传")
        expect(page.locator(".messages")).to_contain_text("文件已上传")
    look(page, "bases-files")


def hand_in(page: Page, look: Look, call: Call, application: Application) -> None:
    page.goto(at("application-detail", call, pk=application.pk))
    look(page, "bases-overview")
    page.locator("[name=pledge]").check()
    press(page, "提交申报")
    expect(page.locator(".receipt")).to_contain_text(f"NU{call.year.year}-00001")
    look(page, "bases-receipt")


def check_and_ask(page: Page, login: Login, look: Look, call: Call, application: Application) -> None:
    login(page, "nuclear")
    page.goto(at("application-list", call))
    look(page, "bases-list")
    follow(page, page.get_by_role("link", name="测试申报医院"))
    look(page, "bases-detail")
    press(page, "形式审查通过")
    follow(page, page.locator("#main").get_by_role("link", name="分配专家"))
    page.get_by_label("贺艺").check()
    look(page, "bases-experts")
    press(page, "分配给所选专家")
    expect(page.locator(".messages")).to_contain_text("专家已分配")


def review(page: Page, login: Login, look: Look, call: Call) -> None:
    login(page, "nuclear-expert")
    page.goto(at("review-list", call))
    follow(page, page.get_by_role("link", name="测试申报医院"))
    for field in page.locator("input[name^=row_]").all():
        field.fill("25")
    page.locator("[name=advice][value=select]").check()
    page.locator("[name=opinion]").fill("检查量充足，师资和设备符合要求。")
    look(page, "bases-review")
    press(page, "提交评审")
    expect(page.locator(".messages")).to_contain_text("评审已提交")


def publish_and_decide(
    office: Page, hospital: Page, look: Look, call: Call, application: Application
) -> None:
    today = timezone.now().astimezone(CHINA).date()
    office.goto(at("publicity-open", call, pk=application.pk))
    office.locator("[name=starts_on]").fill(today.isoformat())
    office.locator("[name=ends_on]").fill(today.isoformat())
    look(office, "bases-publicity-form")
    press(office, "发起公示")
    hospital.goto(reverse("publicity:publicity-list", kwargs=call.year.url_kwargs))
    expect(hospital.locator("#main")).to_contain_text("测试申报医院")
    look(hospital, "bases-publicity")
    approve(office)
    expect(office.locator(".messages")).to_contain_text("公示期未满")
    yesterday = today - dt.timedelta(days=1)
    Application.objects.update(publicity_starts_on=yesterday, publicity_ends_on=yesterday)
    approve(office)
    expect(office.locator(".messages")).to_contain_text("入选培训基地")
    press(office, "备案")
    expect(office.locator(".page-head")).to_contain_text("已备案")
    hospital.goto(at("application-detail", call, pk=application.pk))
    expect(hospital.locator("#main")).to_contain_text("条件优秀，同意入选。")
    look(hospital, "bases-decided")
    assert ProgramYear.objects.get(pk=call.year_id).baseapprovals.get().base.name == "测试申报医院"


def approve(page: Page) -> None:
    button(page, "批准入选").click()
    dialog = page.locator("dialog#approve")
    dialog.locator("[name=reason]").fill("条件优秀，同意入选。")
    press(page, "批准入选", dialog)
