"""Journey: the office in September looks at 31 provinces × duties, chases, and moves seats that a province offers (P4, E1)."""

import datetime as dt

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from programs.enums import TransferStatus
from programs.models import Duty, DutyRecord, Quota, QuotaTransfer
from programs.queries import provinces_of
from tests.factories import HEBEI, HENAN, NOW
from tests.journeys.conftest import follow

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_the_office_in_september(new_page, login, look, hebei_coordinator, national_officer, year_2022):
    kickoff = Duty.objects.get(year=year_2022, code="kickoff-meeting")
    for row in provinces_of(year_2022)[:20]:
        DutyRecord.objects.create(
            year=year_2022,
            duty=kickoff,
            unit=row.technical_unit,
            done_on=dt.date(2022, 8, 30),
            recorded_at=NOW,
        )
    # Hebei offers seats
    province = new_page()
    login(province, hebei_coordinator.user.username)
    province.goto(reverse("enrollment:quota-ledger", kwargs=year_2022.url_kwargs))
    look(province, "ledger-of-a-province")
    follow(province, province.locator("a[href$='/transfers/new/']"))
    province.select_option("[name=taker]", HENAN)
    province.fill("[name=seats]", "5")
    province.fill("[name=reason]", "本省招生困难")
    look(province, "seats-to-move")
    follow(province, province.locator("main form.panel [type=submit]"))
    expect(province.locator("article.task")).to_have_count(1)

    # the office: first the country's duties in one table, then who is to be chased
    office = new_page()
    login(office, national_officer.user.username)
    office.goto(reverse("programs:duty-list", kwargs=year_2022.url_kwargs))
    follow(office, office.locator("a[href$='/calendar/board/']"))
    expect(office.locator("tbody tr")).to_have_count(31)
    look(office, "provinces-and-duties")
    office.goto(reverse("programs:duty-detail", kwargs={**year_2022.url_kwargs, "pk": kickoff.pk}))
    expect(office.locator(".reminder textarea")).to_be_visible()
    assert "11" in office.locator(".reminder textarea").input_value()
    look(office, "duty-with-reminder")

    # the offer waits on the desk; approved, the seats have moved
    office.goto(reverse("reports:desk", kwargs=year_2022.url_kwargs))
    follow(office, office.locator("a[href*='/ledger/']").last)
    look(office, "ledger")
    follow(office, office.locator("form[action$='/approve/'] button"))
    assert QuotaTransfer.objects.get().status == TransferStatus.APPROVED
    quota = Quota.objects.get(year=year_2022, region=HEBEI, track="comprehensive")
    assert quota.moved == -5

    # the coordinator reads it, and takes the deadlines along on the phone
    province.goto(reverse("accounts:notice-list"))
    expect(province.locator("main")).to_contain_text("5")
    province.goto(reverse("programs:duty-list", kwargs=year_2022.url_kwargs))
    province.locator("[data-dialog=feed]").click()
    follow(province, province.locator("#feed [type=submit]"))
    expect(province.locator(".reminder textarea")).to_be_visible()
    look(province, "calendar-address")
    answer = province.request.get(province.locator(".reminder textarea").input_value())
    assert answer.text().startswith("BEGIN:VCALENDAR")
