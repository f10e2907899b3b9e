"""Journey: a hospital fills in its sheet on a phone, the coordinator merges it; somebody applies by invitation (E11)."""

import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from enrollment.enums import SheetStatus
from enrollment.models import Applicant, Enrollment, Sheet
from tests.enrollment.collecting import number_of, typed
from tests.enrollment.sheets import line, sheet
from tests.factories import InstitutionFactory
from tests.journeys.conftest import follow
from tests.journeys.test_roster import address

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
LIMIT = 200 * 1024


def last_day() -> str:
    return (timezone.now() + dt.timedelta(days=7)).date().isoformat()


def path_of(url: str) -> str:
    return "/" + url.split("/", 3)[3]


def fill(page, values) -> None:
    for name, value in values.items():
        box = page.locator(f"[name={name}]")
        if box.evaluate("node => node.tagName") == "SELECT":
            box.select_option(str(value))
        else:
            box.fill(str(value))


@pytest.fixture
def hospitals(transactional_db):
    return [InstitutionFactory(name=f"测试{place}县人民医院") for place in "甲乙丙"]


def test_a_hospitals_sheet_from_the_link_to_the_roster(
    new_page, login, look, hospitals, hebei_coordinator, year_2022, tmp_path
):
    # the coordinator sends three hospitals their links
    desk = new_page()
    login(desk, hebei_coordinator.user.username)
    desk.goto(address(year_2022, "sheet-create"))
    desk.locator("[name=names]").fill("测试甲县人民医院，2，1\n没有的医院")
    desk.locator("[name=last_day]").fill(last_day())
    follow(desk, desk.locator("form.panel .form-actions [type=submit]"))
    expect(desk.locator(".error-summary")).to_contain_text("没有的医院")
    look(desk, "sheets-send-refused")
    desk.locator("[name=names]").fill("测试甲县人民医院，2，1\n测试乙县人民医院\n测试丙县人民医院")
    desk.locator("[name=contact]").fill("冀明 0311-12345678")
    follow(desk, desk.locator("form.panel .form-actions [type=submit]"))
    expect(desk.locator("img[src^='data:image/svg']")).to_have_count(3)
    look(desk, "sheets-links")
    one = Sheet.objects.select_related("year__program", "institution").get(institution=hospitals[0])

    # the hospital opens it on a phone
    phone = new_page()
    sizes: list[int] = []
    phone.on("requestfinished", lambda request: sizes.append(request.sizes()["responseBodySize"]))
    phone.goto(f"/sheets/{one.token}/")
    phone.wait_for_load_state("networkidle")
    assert 0 < sum(sizes) <= LIMIT, sizes
    look(phone, "sheet-before")
    follow(phone, phone.locator("form[action$='/begin/'] button"))

    # a person with every fault told beside its field, nothing typed lost
    follow(phone, phone.locator("a[href$='/people/new/']"))
    fill(phone, {**typed(1), "id_number": number_of(1)[:-1] + "Q", "phone": "12345"})
    follow(phone, phone.locator("form.panel [type=submit]"))
    expect(phone.locator(".error-summary li")).to_have_count(2)
    expect(phone.locator("[name=name]")).to_have_value("钱1")
    look(phone, "sheet-person-faults")
    fill(phone, {"id_number": number_of(1), "phone": "13800000001"})
    follow(phone, phone.locator("form.panel [type=submit]"))
    expect(phone.locator(".people")).to_contain_text("钱1")
    expect(phone.locator("main")).not_to_contain_text(number_of(1))

    # the others by workbook, one of them faulty
    path = tmp_path / "名单.xlsx"
    path.write_bytes(sheet(line(801, institution=""), line(802, institution="", phone="1")))
    follow(phone, phone.locator("a[href$='/upload/']"))
    look(phone, "sheet-upload")
    phone.locator("input[type=file]").set_input_files(path)
    follow(phone, phone.locator("form.panel [type=submit]"))
    expect(phone.locator(".faults").first).to_be_visible()
    expect(phone.locator(".over")).to_be_visible()
    expect(phone.locator("form[action$='/hand-in/']")).to_have_count(0)
    look(phone, "sheet-to-correct")
    follow(phone, phone.locator(".people a", has_text="赵802"))
    fill(phone, {"phone": "13800000802"})
    follow(phone, phone.locator("form.panel [type=submit]"))
    follow(phone, phone.locator("form[action$='/hand-in/'] button"))
    one.refresh_from_db()
    expect(phone.locator(".receipt")).to_contain_text(one.receipt_number)
    look(phone, "sheet-receipt")

    # the coordinator sees who is missing, looks, merges
    desk.goto(address(year_2022, "sheet-list"))
    expect(desk.locator(".lead")).to_contain_text("3家中2家尚未提交")
    look(desk, "sheets")
    follow(desk, desk.locator("tbody tr", has_text="测试甲县人民医院").locator("a").first)
    look(desk, "sheet-of-a-hospital")
    follow(desk, desk.locator("form[action$='/merge/'] button"))
    expect(desk.locator(".messages .note-success")).to_be_visible()
    assert sorted(Enrollment.objects.waiting().values_list("person__name", flat=True)) == [
        "赵801",
        "赵802",
        "钱1",
    ]
    assert Sheet.objects.get(pk=one.pk).status == SheetStatus.MERGED
    phone.reload()
    expect(phone.locator(".receipt")).to_be_visible()
    expect(phone.locator("main")).not_to_contain_text("钱1")


def test_somebody_applies_by_invitation_and_reads_the_decision(
    new_page, login, look, hospitals, hebei_coordinator, year_2022
):
    desk = new_page()
    login(desk, hebei_coordinator.user.username)
    desk.goto(address(year_2022, "invitation-edit"))
    desk.locator("[name=last_day]").fill(last_day())
    follow(desk, desk.locator("form.panel [type=submit]"))
    look(desk, "invitation")
    url = path_of(desk.locator("code.digest").inner_text())

    phone = new_page()
    phone.goto(url)
    follow(phone, phone.locator("form.panel [type=submit]"))
    expect(phone.locator(".error-summary")).to_contain_text("未经您同意")
    fill(phone, typed(1))
    phone.locator("[name=institution-typed]").press_sequentially("csjx", delay=30)
    phone.locator("label", has_text="测试甲县人民医院").click()
    phone.locator("[name=consent]").check()
    look(phone, "application")
    follow(phone, phone.locator("form.panel [type=submit]"))
    expect(phone.locator(".receipt")).to_contain_text(
        Applicant.objects.select_related("year").get().receipt_number
    )
    look(phone, "application-receipt")

    desk.goto(address(year_2022, "applicant-list"))
    look(desk, "applicants")
    follow(desk, desk.locator("tbody a").first)
    look(desk, "applicant")
    follow(desk, desk.locator("form[action$='/take/'] button"))
    expect(desk.locator(".messages .note-success")).to_be_visible()
    phone.reload()
    expect(phone.locator(".note-info")).to_contain_text("您已列入名单")
    look(phone, "application-on-the-roster")
