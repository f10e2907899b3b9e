"""Journey: the coordinator's whole August, from the hospitals' sheets to the accepted roster (E4–E15)."""

import pytest
from playwright.sync_api import expect

from enrollment.enums import RosterStatus, SheetStatus
from enrollment.models import Enrollment, Roster, Sheet
from tests.enrollment.sheets import line, sheet
from tests.factories import InstitutionFactory
from tests.journeys.conftest import follow
from tests.journeys.test_collecting import last_day
from tests.journeys.test_roster import address, almost_healthy

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
__all__ = ["almost_healthy"]


def ask(page, dialog: str, reason: str) -> None:
    """Open the dialog of a button, give the reason, confirm."""
    page.locator(f"[data-dialog='{dialog}']").click()
    page.locator(f"#{dialog}-reason").fill(reason)
    follow(page, page.locator(f"#{dialog} [type=submit]"))


def upload(page, year, path, *lines) -> None:
    path.write_bytes(sheet(*lines))
    page.goto(address(year, "import-create"))
    page.locator("input[type=file]").set_input_files(path)
    follow(page, page.locator("form.panel [type=submit]"))
    expect(page.locator("nav.stats")).to_be_visible()


def take_in(page) -> None:
    follow(page, page.locator("form[action$='/apply/'] button"))
    expect(page.locator("main .note-success, main .note-info").first).to_be_visible()


def waiting() -> list[str]:
    return sorted(Enrollment.objects.waiting().values_list("person__name", flat=True))


def test_the_coordinators_whole_august(
    new_page, login, look, worker, almost_healthy, hebei_coordinator, national_officer, year_2022, tmp_path
):
    hospital = InstitutionFactory(name="测试丁县人民医院")
    page = new_page()
    login(page, hebei_coordinator.user.username)

    # a hospital sends its own workbook under its link, one row; the coordinator merges it
    page.goto(address(year_2022, "sheet-create"))
    page.locator("[name=names]").fill(hospital.name)
    page.locator("[name=last_day]").fill(last_day())
    page.locator("[name=contact]").fill("冀明 0311-12345678")
    follow(page, page.locator("form.panel .btn-primary"))
    one = Sheet.objects.get()
    phone = new_page()
    phone.goto(f"/sheets/{one.token}/")
    follow(phone, phone.locator("form[action$='/begin/'] button"))
    (tmp_path / "医院.xlsx").write_bytes(sheet(line(811, institution="", health_management="是")))
    follow(phone, phone.locator("a[href$='/upload/']"))
    phone.locator("input[type=file]").set_input_files(tmp_path / "医院.xlsx")
    follow(phone, phone.locator("form.panel [type=submit]"))
    follow(phone, phone.locator("form[action$='/hand-in/'] button"))
    page.goto(address(year_2022, "sheet-list"))
    follow(page, page.locator("tbody tr", has_text=hospital.name).locator("a").first)
    follow(page, page.locator("form[action$='/merge/'] button"))
    assert Sheet.objects.get().status == SheetStatus.MERGED
    assert waiting() == ["赵811"]

    # the wrong list is taken in and taken back as a whole
    path = tmp_path / "名单.xlsx"
    upload(page, year_2022, path, *(line(number, institution=hospital.name) for number in (901, 902)))
    take_in(page)
    assert waiting() == ["赵811", "赵901", "赵902"]
    ask(page, "undo", "上传了错误的名单")
    look(page, "import-taken-back")
    assert waiting() == ["赵811"]

    # the right one; the same again has nothing to take in
    right = [line(number, institution=hospital.name, health_management="是") for number in (812, 813)]
    upload(page, year_2022, path, *right)
    take_in(page)
    upload(page, year_2022, path, *right)
    look(page, "import-again")
    expect(page.locator("form[action$='/apply/']")).to_have_count(0)
    assert waiting() == ["赵811", "赵812", "赵813"]

    # the rule that fails leads to the candidates; approved, every rule passes
    page.goto(address(year_2022, "roster-list"))
    expect(page.locator(".finding-danger")).to_have_count(1)
    follow(page, page.locator(".finding-danger .finding-remedies a").first)
    expect(page.locator("tbody tr")).to_have_count(3)
    look(page, "candidates-of-a-suggestion")
    follow(page, page.locator("#bulk [name=everyone][formaction*='/approve/']"))
    page.goto(address(year_2022, "roster-list"))
    expect(page.locator(".finding-danger")).to_have_count(0)

    # handed up; the office marks a person and returns it, the coordinator answers, hands up again
    page.goto(address(year_2022, "roster-submit"))
    follow(page, page.locator("main form.panel [type=submit]").last)
    office = new_page()
    login(office, national_officer.user.username)
    marked = Enrollment.objects.get(person__name="赵813")
    office.goto(address(year_2022, "person-show", pk=marked.pk))
    ask(office, "mark", "请核对职称")
    office.goto(address(year_2022, "province-show", region="130000"))
    ask(office, "return", "有一人待核对")
    page.goto(address(year_2022, "person-show", pk=marked.pk))
    ask(page, "answer", "已核对，职称无误")

    # before somebody leaves, the page says what it does to the rules
    leaving = Enrollment.objects.filter(health_management=True).exclude(pk=marked.pk).first()
    page.goto(address(year_2022, "person-withdraw", pk=leaving.pk))
    look(page, "leaving-and-the-rules")
    page.locator("[name=reason]").fill("调离")
    follow(page, page.locator("form.panel [type=submit]").last)
    page.goto(address(year_2022, "roster-submit"))
    follow(page, page.locator("main form.panel [type=submit]").last)
    office.goto(address(year_2022, "province-show", region="130000"))
    expect(office.locator("main")).to_contain_text(leaving.person.name)
    look(office, "roster-second-version")
    follow(office, office.locator("form[action$='/accept/'] button"))
    assert Roster.objects.get().status == RosterStatus.ACCEPTED
