"""Journeys: a reveal with a reason; a correction that a trainee asks for; a list in full with a second person."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from accounts.enums import Role
from accounts.models import Disclosure, Person
from core.models import Event
from enrollment.models import ChangeRequest
from tests.factories import HEBEI, lead_unit, persona
from tests.journeys.conftest import follow

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
WHY = "核对证书上的身份证号"


def address(year, name, **more) -> str:
    return reverse(f"enrollment:{name}", kwargs={**year.url_kwargs, **more})


def test_a_reveal_with_a_reason(new_page, login, look, hebei_coordinator, auditor, trainee, year_2022):
    page, person, row = new_page(), trainee.person, trainee.enrollment
    login(page, hebei_coordinator.user.username)
    page.goto(address(year_2022, "person-show", pk=row.pk))
    expect(page.locator("main")).not_to_contain_text(person.id_number)
    page.locator("[data-dialog=reveal-id_number-ask]").click()
    look(page, "reveal-asks")
    dialog = page.locator("#reveal-id_number-ask")
    dialog.locator("textarea").fill(WHY)
    dialog.locator("[type=submit]").click()
    # in its place, without leaving the page
    expect(page.locator("#reveal-id_number")).to_contain_text(person.id_number)
    page.locator("#reveal-phone button").click()
    expect(page.locator("#reveal-phone")).to_contain_text(person.phone)
    look(page, "revealed")
    # gone with the next visit; the history says who looked and why
    page.reload()
    expect(page.locator("main")).not_to_contain_text(person.id_number)
    expect(page.locator(".history")).to_contain_text(WHY)
    # the auditor finds it, without the number
    other = new_page()
    login(other, auditor.user.username)
    other.goto(reverse("accounts:event-list") + "?verb=reveal_id_number")
    expect(other.locator("main")).to_contain_text(WHY)
    expect(other.locator("main")).not_to_contain_text(person.id_number)


def test_a_correction_from_the_request_to_the_archive(
    new_page, login, look, trainee, hebei_coordinator, auditor, year_2022
):
    page = new_page()
    login(page, trainee.user.username)
    page.goto(address(year_2022, "own-show"))
    look(page, "own-archive-with-corrections")
    follow(page, page.locator(f"a[href='{address(year_2022, 'own-change')}']"))
    page.locator("[name=name]").fill("新名")
    page.locator("[name=phone]").fill("123")
    page.locator("[name=reason]").fill("户口簿已更名")
    follow(page, page.locator("main form.panel [type=submit]"))
    expect(page.locator("[name=name]")).to_have_value("新名")
    look(page, "correction-refused-by-form")
    page.locator("[name=phone]").fill("13700000001")
    follow(page, page.locator("main form.panel [type=submit]"))
    expect(page.locator(".state-info")).to_be_visible()
    look(page, "correction-waits")

    office = new_page()
    login(office, hebei_coordinator.user.username)
    office.goto(address(year_2022, "change-list"))
    look(office, "corrections")
    follow(office, office.locator("tbody a").first)
    expect(office.locator("main")).to_contain_text("新名")
    look(office, "correction")
    office.locator("[data-dialog=approve]").click()
    office.locator("#approve textarea").fill("已核对户口簿")
    follow(office, office.locator("#approve [type=submit]"))
    expect(office.locator(".messages .note-success")).to_be_visible()
    person = Person.objects.get(pk=trainee.person.pk)
    assert (person.name, person.phone) == ("新名", "13700000001")
    assert ChangeRequest.objects.get().status == "approved"

    page.goto(address(year_2022, "own-show"))
    expect(page.locator("main")).to_contain_text("已核对户口簿")
    page.goto(reverse("accounts:own-show"))
    expect(page.locator("main")).to_contain_text("13700000001")
    look(page, "own-data")
    with page.expect_download() as download:
        page.locator("main form [type=submit]").first.click()
    assert download.value.suggested_filename.endswith(".xlsx")
    other = new_page()
    login(other, auditor.user.username)
    other.goto(reverse("accounts:event-list") + "?verb=approve_change")
    expect(other.locator("main")).to_contain_text("已核对户口簿")
    other.goto(reverse("accounts:register-list"))
    look(other, "register-of-personal-data")


def test_a_list_in_full_with_a_second_person(
    new_page, login, look, worker, trainee, hebei_coordinator, year_2022
):
    colleague = persona("hebei-2", Role.TECHNICAL_LEAD, lead_unit(HEBEI), name="冀二")
    page = new_page()
    login(page, hebei_coordinator.user.username)
    page.goto(address(year_2022, "roster-list"))
    follow(page, page.locator("a[href*='/disclosures/ask/']"))
    look(page, "ask-in-full")
    page.locator("[name=purpose]").fill("报省卫生健康委核对")
    follow(page, page.locator("main form.panel [type=submit]"))
    expect(page.locator(".note-info")).to_be_visible()
    look(page, "asked-in-full")

    second = new_page()
    login(second, colleague.user.username)
    second.goto(reverse("accounts:disclosure-list"))
    look(second, "lists-in-full")
    follow(second, second.locator("tbody a").first)
    look(second, "decide-in-full")
    second.locator("[data-dialog=approve]").click()
    follow(second, second.locator("#approve [type=submit]"))

    download = page.locator("form[action$='/download/'] button")
    for _turn in range(20):
        page.reload()
        if download.count():
            break
        page.wait_for_timeout(300)
    look(page, "ready-in-full")
    with page.expect_download() as found:
        download.click()
    assert found.value.suggested_filename.endswith(".xlsx")
    assert Disclosure.objects.get().downloads == 1
    assert Event.objects.filter(verb="download_disclosure").count() == 1
