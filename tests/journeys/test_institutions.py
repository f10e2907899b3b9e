"""Journey: Hebei's coordinator finds a hospital entered twice, looks at what a merge would move, and merges (E17)."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from accounts.models import Institution
from tests.factories import EnrollmentFactory, InstitutionFactory, RegionFactory
from tests.journeys.conftest import follow

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def twice(transactional_db):
    """The hospital, and its second entry with two trainees."""
    stays = InstitutionFactory(name="正定县人民医院", region=RegionFactory(code="130123", name="正定县"))
    gone = InstitutionFactory(name="石家庄市正定县人民医院")
    InstitutionFactory(name="正定县中医院")
    for name in ("钱一", "孙二"):
        EnrollmentFactory(institution=gone, person__name=name)
    return stays, gone


def test_a_merge_with_preview(new_page, login, look, twice, hebei_coordinator, year_2022):
    stays, gone = twice
    page = new_page()
    login(page, hebei_coordinator.user.username)

    # found by initials
    page.goto(reverse("accounts:institution-list") + "?q=sjzs")
    expect(page.locator("tbody tr")).to_have_count(1)
    look(page, "institution-list")
    follow(page, page.locator("tbody a").first)
    expect(page.locator("h1")).to_have_text(gone.name)
    look(page, "institution-show")

    # which one stays: typed by initials, chosen by keyboard
    page.goto(reverse("accounts:institution-merge", kwargs={"pk": gone.pk}))
    page.locator("#id_into").press_sequentially("zdx")
    expect(page.locator(".pick-answers input[type=radio]")).to_have_count(2)
    look(page, "institution-choose")
    answer = page.get_by_label(f"{stays.name} ", exact=False).first
    answer.focus()
    page.keyboard.press("Space")
    expect(answer).to_be_checked()
    follow(page, page.locator("form.panel [type=submit]"))

    # the preview writes nothing and says what moves and that there is no way back
    expect(page.locator("#moving-title + ul")).to_contain_text("2")
    look(page, "institution-preview")
    assert Institution.objects.standing().count() == 3

    page.locator("textarea[name=reason]").fill("同一医院登记了两次")
    follow(page, page.locator("form.panel [type=submit]"))
    expect(page.locator("h1")).to_have_text(stays.name)
    expect(page.locator(".history")).to_contain_text("同一医院登记了两次")
    look(page, "institution-merged")
    assert Institution.objects.get(pk=gone.pk).merged_into == stays
    assert stays.enrollments.count() == 2

    # the old name leads to the one that stays
    page.goto(reverse("accounts:institution-list") + "?q=石家庄市正定县")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody")).to_contain_text(stays.name)
