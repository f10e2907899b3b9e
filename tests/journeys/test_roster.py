"""Journey 2: Hebei's coordinator uploads a roster, approves people and hands it in; the national office accepts it."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from enrollment.enums import EnrollmentStatus, RosterStatus
from enrollment.models import Enrollment, Roster
from programs.enums import Track
from tests.enrollment.factories import healthy_roster
from tests.enrollment.sheets import line, sheet
from tests.journeys.conftest import follow

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def almost_healthy(transactional_db):
    """Everything is in order but health management: two of the five have left that work."""
    people = healthy_roster()
    leaving = [row.pk for row in people if row.health_management][:2]
    Enrollment.objects.filter(pk__in=leaving).update(health_management=False)
    return people


def address(year, name, **more) -> str:
    return reverse(f"enrollment:{name}", kwargs={**year.url_kwargs, **more})


def test_a_roster_from_the_upload_to_the_acceptance(
    new_page, login, look, worker, almost_healthy, hebei_coordinator, national_officer, year_2022, tmp_path
):
    page = new_page()
    login(page, hebei_coordinator.user.username)
    page.goto(address(year_2022, "roster-list"))
    expect(page.locator(".finding-danger")).to_have_count(1)
    look(page, "roster")

    # the file: three good rows and one with two faults
    path = tmp_path / "名单.xlsx"
    lines = [line(number, institution=almost_healthy[0].institution.name) for number in range(801, 804)]
    path.write_bytes(sheet(*lines, line(804, phone="12345", profession="魔法师")))
    page.goto(address(year_2022, "import-create"))
    look(page, "roster-upload")
    page.locator("input[type=file]").set_input_files(path)
    follow(page, page.locator("form.panel [type=submit]"))

    # every fault with its cell, and the rules as they would be
    expect(page.locator("td", has_text="IMP-020")).to_be_visible()
    expect(page.locator("td", has_text="IMP-030")).to_be_visible()
    expect(page.locator("td", has_text="C5").first).to_be_visible()
    expect(page.locator(".note-success")).to_have_count(1)
    look(page, "roster-preview")
    assert Enrollment.objects.waiting().count() == 0
    follow(page, page.locator("form", has=page.locator("input[value=good]")).locator("button"))
    expect(page.locator(".note-success a")).to_be_visible()
    follow(page, page.locator(".note-success a"))

    # tick, approve: numbers appear, the rule is met
    for box in page.locator("input[name=chosen]").all():
        box.check()
    look(page, "roster-waiting")
    follow(page, page.locator("#bulk .btn-primary"))
    expect(page.locator(".messages .note-success")).to_be_visible()
    expect(page.locator(".finding-danger")).to_have_count(0)
    page.goto(address(year_2022, "roster-list") + "?q=赵801")
    expect(page.locator("td", has_text="CA2213")).to_be_visible()
    approved = Enrollment.objects.select_related("person__user").get(person__name="赵801")
    assert approved.status == EnrollmentStatus.APPROVED
    assert approved.person.user.username == str(approved.registration)

    # the person's archive
    follow(page, page.locator("tbody a").first)
    expect(page.locator("h1")).to_have_text("赵801")
    look(page, "roster-person")

    # hand in
    page.goto(address(year_2022, "roster-submit"))
    look(page, "roster-submit")
    follow(page, page.locator("main form.panel [type=submit]").last)
    roster = Roster.objects.select_related("submission").get()
    expect(page.locator(".receipt")).to_contain_text(roster.submission.number)
    look(page, "roster-receipt")
    assert len(roster.submission.content["people"]) == 73

    # the office
    office = new_page()
    login(office, national_officer.user.username)
    office.goto(address(year_2022, "province-list"))
    expect(office.locator("tbody tr")).to_have_count(31)
    look(office, "rosters-of-provinces")
    follow(office, office.locator("tbody tr", has=office.locator(".state-info")).locator("a").first)
    look(office, "roster-of-a-province")
    follow(office, office.locator("form[action$='/accept/'] button"))
    expect(office.locator(".messages .note-success")).to_be_visible()
    assert Roster.objects.get().status == RosterStatus.ACCEPTED

    # the coordinator sees it; people are only replaced or withdrawn now
    page.goto(address(year_2022, "roster-list"))
    expect(page.locator(".lead .state-success")).to_be_visible()
    expect(page.locator("#bulk [formaction*='/approve/']")).to_have_count(0)


def test_a_trainee_and_the_administrative_unit_look(
    new_page, login, look, trainee, hebei_administrator, year_2022
):
    page = new_page()
    login(page, trainee.user.username)
    page.goto(address(year_2022, "own-show"))
    expect(page.locator("main")).to_contain_text(trainee.person.name)
    look(page, "own-archive")

    office = new_page()
    login(office, hebei_administrator.user.username)
    office.goto(address(year_2022, "overview-show"))
    expect(office.locator("main form")).to_have_count(0)
    look(office, "recruitment-at-a-glance")
    assert Enrollment.objects.filter(track=Track.COMPREHENSIVE).count() == 1
