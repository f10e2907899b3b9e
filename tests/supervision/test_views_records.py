"""The pages of the plan, of activities and money, and behind the figures."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from core.models import Event
from core.templatetags.portal import measure
from courses.enums import SessionKind
from courses.models import Ledger
from supervision.enums import SheetKind
from supervision.models import Activity, FundEntry, ThresholdOverride
from supervision.queries import BESIDE, beside, live_lines, reaching
from tests.courses.factories import attended
from tests.factories import HEBEI, HENAN, EnrollmentFactory, lead_unit
from tests.helpers import cells_of
from tests.supervision.factories import (
    PDF,
    criterion,
    line,
    make_activity,
    make_card,
    make_fund,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("autumn_2022")]
ADMIN = SheetKind.ADMINISTRATIVE


def url(name, year, **kwargs):
    return reverse(f"supervision:{name}", kwargs={**year.url_kwargs, **kwargs})


def text_of(response) -> str:
    return response.content.decode()


# The plan


def test_s1_the_office_changes_a_criterion_with_a_reason(year_2022, national_officer, hebei_coordinator):
    row = criterion("offline-passed")
    page = url("criterion-edit", year_2022, pk=row.pk)
    told = {
        "points": "5",
        "operator": "gt",
        "threshold": "150",
        "applies_technical": "on",
        "applies_base": "on",
        "reading": row.reading,
    }
    assert national_officer.client.post(page, told).context["form"].errors
    assert (
        national_officer.client.post(page, {**told, "threshold": "viele", "reason": "x"}).status_code == 200
    )
    assert national_officer.client.post(page, {**told, "reason": "按实际下调"}).status_code == 302
    assert criterion("offline-passed").threshold == "150"
    assert Event.objects.get(verb="edit_row").reason == "按实际下调"
    assert hebei_coordinator.client.post(page, told).status_code == 403
    assert "通过人数大于200人" in text_of(hebei_coordinator.client.get(page))


def test_s4_the_office_sets_and_takes_back_a_threshold_of_a_province(
    year_2022, national_officer, hebei_coordinator
):
    row, client = criterion("offline-passed"), national_officer.client
    told = {"own-region": HEBEI, "own-threshold": "100", "own-reason": "名额不足"}
    assert (
        client.post(url("threshold-set", year_2022, pk=row.pk), {**told, "own-threshold": "x"})
        .context["threshold_form"]
        .errors
    )
    assert client.post(url("threshold-set", year_2022, pk=row.pk), told).status_code == 302
    own = ThresholdOverride.objects.get()
    assert "名额不足" in text_of(hebei_coordinator.client.get(url("criterion-edit", year_2022, pk=row.pk)))
    client.post(url("threshold-remove", year_2022, pk=own.pk), {"reason": ""})
    assert ThresholdOverride.objects.exists()
    client.post(url("threshold-remove", year_2022, pk=own.pk), {"reason": "恢复"})
    assert not ThresholdOverride.objects.exists()


def test_s1_the_criteria_are_listed_with_both_sums_and_warnings(
    year_2022, national_officer, hebei_coordinator
):
    page = national_officer.client.get(url("criterion-list", year_2022))
    assert [(one["value"], one["printed"]) for one in page.context["full_marks"]] == [
        (25, 25),
        (75, 75),
        (100, 96),
    ]
    assert {finding.code for finding in page.context["warnings"]} >= {"offline-passed"}
    assert hebei_coordinator.client.get(url("criterion-list", year_2022)).context["warnings"] == []
    exported = cells_of(national_officer.client.post(url("criterion-list", year_2022)).content)
    assert sum(row[0] in range(1, 28) for row in exported) == 27


# Records


def test_s7_an_activity_is_recorded_shown_and_taken_back(year_2022, hebei_coordinator, national_officer):
    client = hebei_coordinator.client
    told = {
        "kind": "publicity",
        "title": "宣传周",
        "held_on": "2022-09-01",
        "participants": "80",
        "note": "社区",
    }
    assert (
        client.post(url("activity-create", year_2022), {**told, "held_on": "2022-12-01"})
        .context["form"]
        .errors
    )
    paper = SimpleUploadedFile("a.pdf", PDF)
    assert client.post(url("activity-create", year_2022), {**told, "file": paper}).status_code == 302
    activity = Activity.objects.get()
    download = national_officer.client.get(url("activity-file", year_2022, pk=activity.pk))
    assert b"".join(download.streaming_content) == PDF
    page = client.get(url("activity-detail", year_2022, pk=activity.pk))
    assert page.context["may_remove"]
    assert not national_officer.client.get(url("activity-detail", year_2022, pk=activity.pk)).context[
        "may_remove"
    ]
    client.post(url("activity-remove", year_2022, pk=activity.pk))
    assert not Activity.objects.exists()
    bare = make_activity()
    assert client.get(url("activity-file", year_2022, pk=bare.pk)).status_code == 404


def test_s6_money_is_booked_totalled_and_taken_back(year_2022, hebei_administrator, henan_coordinator):
    client = hebei_administrator.client
    told = {
        "kind": "spending",
        "direction": "online",
        "amount": "905.50",
        "booked_on": "2022-09-01",
        "note": "录课",
    }
    assert client.post(url("fund-create", year_2022), {**told, "direction": ""}).context["form"].errors
    assert client.post(url("fund-create", year_2022), told).status_code == 302
    make_fund("arrival", "1000")
    make_fund("allocation", "1000")
    page = client.get(url("fund-list", year_2022))
    values = {
        tile["url"].split("?")[0].rstrip("/").rsplit(".", 1)[-1]: tile["value"]
        for tile in page.context["stats"]
    }
    assert (values["funds_received"], values["funds_spent"], values["funds_use_rate"]) == (
        "1,000",
        "905.5",
        "90.6%",
    )
    assert page.context["arrival"].passed
    entry = FundEntry.objects.get(kind="spending")
    assert client.get(url("fund-detail", year_2022, pk=entry.pk)).status_code == 200
    assert henan_coordinator.client.get(url("fund-detail", year_2022, pk=entry.pk)).status_code == 404
    client.post(url("fund-remove", year_2022, pk=entry.pk))
    assert not FundEntry.objects.filter(kind="spending").exists()


def test_s6_a_base_keeps_its_own_book(year_2022, base_coordinator):
    make_fund("arrival", "1000")
    make_fund("arrival", "70", unit=base_coordinator.unit)
    page = base_coordinator.client.get(url("fund-list", year_2022))
    assert "70" in {tile["value"] for tile in page.context["stats"]}
    assert page.context["list"].page.paginator.count == 1


# Figures


def studied(hours: str) -> None:
    """A trainee with so many online hours."""
    someone = EnrollmentFactory()
    Ledger.objects.create(enrollment=someone, specialty=someone.specialty, online_hours=Decimal(hours))


@pytest.mark.parametrize("who", ["hebei_coordinator", "base_coordinator", "national_officer"])
def test_r2_a_cut_outside_the_scope_is_not_found(year_2022, request, who):
    client = request.getfixturevalue(who).client
    page = url("figure-show", year_2022, code="enrollment.approved")
    allowed = who == "national_officer"
    assert client.get(f"{page}?region={HENAN}").status_code == (200 if allowed else 404)
    assert client.get(f"{page}?base={lead_unit(HENAN).pk}").status_code == (200 if allowed else 404)
    for nonsense in ("?region=999999", "?base=x"):
        assert client.get(page + nonsense).status_code == 404
    assert client.get(url("figure-show", year_2022, code="nobody.knows")).status_code == 404


def test_s3_a_mean_is_shown_in_hours_with_the_number_it_is_taken_over(year_2022, national_officer):
    for hours in ("100", "251"):
        studied(hours)
    page = national_officer.client.get(url("figure-show", year_2022, code="courses.total_hours_mean"))
    assert [tile["value"] for tile in page.context["stats"]] == [measure(Decimal("175.5"), "hours"), "2"]


def test_s3_beside_a_mean_stands_how_many_reach_it(year_2022, national_officer):
    for hours in ("100", "239.9", "240", "251"):
        studied(hours)
    card = make_card()
    reached = {one.criterion.code: reaching(card, one) for one in live_lines(card)}
    assert (reached["total-hours"], reached["online-hours"], reached["offline-hours"]) == (2, 3, 0)
    assert reached["institutions"] is reached["trainees-as-required"] is None
    page = national_officer.client.get(url("scorecard-detail", year_2022, pk=card.pk))
    rows = {row["criterion"].code: row for group in page.context["groups"] for row in group["rows"]}
    assert ("2" in rows["total-hours"]["reached"], rows["institutions"]["reached"]) == (True, "")


def test_r4_practice_sessions_and_live_broadcasts_are_counted_beside_the_sheet(year_2022, national_officer):
    card, someone = make_card(), EnrollmentFactory()
    shown = {one.figure.code: one.value.amount for one in beside(card)}
    assert set(shown) == set(BESIDE)
    assert shown["supervision.practice_sessions"] == shown["supervision.live_sessions"] == 0
    for kind, is_live in (
        (SessionKind.PRACTICE, False),
        (SessionKind.VISIT, True),
        (SessionKind.THEORY, True),
    ):
        attended(someone, kind=kind, is_live=is_live)
    shown = {one.figure.code: one.value.amount for one in beside(card)}
    assert (shown["supervision.practice_sessions"], shown["supervision.live_sessions"]) == (2, 2)


def test_s6_the_criterion_on_arrival_shows_what_the_books_say(year_2022, national_officer):
    make_fund("allocation", "100", booked_on=dt.date(2022, 6, 1))
    make_fund("arrival", "100", booked_on=dt.date(2022, 7, 1))
    card = make_card(SheetKind.ADMINISTRATIVE)
    pages = {
        code: national_officer.client.get(url("line-detail", year_2022, pk=line(card, code).pk))
        for code in ("timely-payment", "local-matching")
    }
    assert pages["timely-payment"].context["arrival"].passed
    assert pages["local-matching"].context["arrival"] is None


def test_r2_experts_see_numbers_not_people(year_2022, expert):
    assert expert.client.get(url("figure-show", year_2022, code="enrollment.approved")).status_code == 403


def test_r2_a_share_opens_its_part_and_its_whole(year_2022, national_officer):
    make_fund("arrival", "100")
    make_fund("local_matching", "50")
    make_fund("spending", "30")
    page = url("figure-show", year_2022, code="supervision.funds_use_rate")
    part = national_officer.client.get(page)
    whole = national_officer.client.get(page + "?of=base")
    assert [response.context["list"].page.paginator.count for response in (part, whole)] == [1, 2]
    assert [tile["value"] for tile in part.context["stats"]] == ["20%", "30", "150"]
    exported = cells_of(national_officer.client.post(page + "?of=base").content)
    assert {100, 50} <= {cell for row in exported for cell in row if isinstance(cell, int | float)}
