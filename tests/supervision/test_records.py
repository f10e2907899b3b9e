"""S6, S7, C13: activities and money, recorded by the unit itself."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from core.enums import FindingStatus
from core.exceptions import NotAllowed, Refusal
from core.figures import FIGURES
from core.models import Event
from programs.models import Duty, DutyRecord
from programs.services import close
from programs.where import Where
from supervision.enums import ActivityKind, FundDirection, FundKind
from supervision.models import Activity, Criterion, FundEntry
from supervision.queries import arrival_finding, direction_totals, owner_scope
from supervision.services import record_activity, record_fund, remove_activity, remove_fund
from tests.factories import HEBEI, HENAN, NOW, UnitFactory
from tests.supervision.factories import PDF, make_activity, make_fund

pytestmark = pytest.mark.django_db
DAY = dt.date(2022, 8, 20)


def held(who, year, **values):
    told = {
        "kind": ActivityKind.PUBLICITY,
        "title": " 宣传周 ",
        "held_on": DAY,
        "participants": 80,
        "note": "社区",
        "file": None,
        **values,
    }
    return record_activity(year=year, actor=who.actor, **{"now": NOW, **told})


def booked(who, year, **values):
    told = {
        "kind": FundKind.SPENDING,
        "direction": FundDirection.ONLINE,
        "amount": Decimal("10.50"),
        "booked_on": DAY,
        "note": "",
        "file": None,
        **values,
    }
    return record_fund(year=year, actor=who.actor, now=NOW, **told)


def kept(row):
    with row.file.open("rb") as file:
        return file.read()


def test_s7_an_activity_is_recorded_with_its_paper(year_2022, hebei_coordinator):
    activity = held(hebei_coordinator, year_2022, file=SimpleUploadedFile("a.pdf", PDF))
    assert (activity.unit, activity.region_id, activity.title) == (hebei_coordinator.unit, HEBEI, "宣传周")
    assert kept(activity) == PDF
    assert Event.objects.get(verb="record_activity").data["file"] is True


def test_s7_a_kickoff_meeting_stands_in_the_calendar_too(year_2022, hebei_coordinator):
    held(hebei_coordinator, year_2022, kind=ActivityKind.KICKOFF, title="启动会")
    entry = DutyRecord.objects.get(unit=hebei_coordinator.unit)
    assert (entry.duty.code, entry.done_on) == ("kickoff-meeting", DAY)
    held(
        hebei_coordinator,
        year_2022,
        kind=ActivityKind.KICKOFF,
        title="再开一次",
        held_on=DAY + dt.timedelta(days=1),
    )
    assert DutyRecord.objects.get().done_on == DAY
    assert (
        FIGURES["programs.kickoff_on"].value(owner_scope(year_2022), Where(year_2022.pk, region=HEBEI)).amount
        == DAY
    )


def test_s7_the_administrative_unit_does_not_hold_the_kickoff_duty(year_2022, hebei_administrator):
    held(hebei_administrator, year_2022, kind=ActivityKind.KICKOFF)
    assert not DutyRecord.objects.exists()


def test_s7_a_day_to_come_and_a_text_as_paper_are_refused(year_2022, hebei_coordinator):
    with pytest.raises(Refusal):
        held(hebei_coordinator, year_2022, held_on=dt.date(2022, 9, 16))
    with pytest.raises(Refusal):
        held(hebei_coordinator, year_2022, file=SimpleUploadedFile("a.pdf", b"MZ not a paper"))
    assert not Activity.objects.exists()


def test_s7_an_activity_of_another_year_is_refused(year_2022, hebei_coordinator):
    for day, now in ((dt.date(2021, 12, 31), NOW), (dt.date(2023, 1, 1), NOW + dt.timedelta(days=365))):
        with pytest.raises(Refusal):
            held(hebei_coordinator, year_2022, held_on=day, now=now)
    held(hebei_coordinator, year_2022, held_on=dt.date(2022, 1, 1))
    Duty.objects.filter(year=year_2022).delete()
    held(hebei_coordinator, year_2022, held_on=dt.date(2021, 12, 31))


def test_s7_a_unit_takes_back_its_own_activity(year_2022, hebei_coordinator, hebei_administrator):
    activity = held(hebei_coordinator, year_2022)
    with pytest.raises(NotAllowed):
        remove_activity(activity=activity, actor=hebei_administrator.actor, now=NOW)
    remove_activity(activity=activity, actor=hebei_coordinator.actor, now=NOW)
    assert not Activity.objects.exists()
    assert Event.objects.get(verb="remove_activity").data["title"] == "宣传周"


def test_s6_a_fund_entry_is_booked_and_taken_back(year_2022, hebei_coordinator, henan_coordinator):
    entry = booked(hebei_coordinator, year_2022, file=SimpleUploadedFile("a.pdf", PDF))
    assert (entry.amount, entry.region_id, kept(entry)) == (Decimal("10.50"), HEBEI, PDF)
    with pytest.raises(NotAllowed):
        remove_fund(entry=entry, actor=henan_coordinator.actor, now=NOW)
    remove_fund(entry=entry, actor=hebei_coordinator.actor, now=NOW)
    assert Event.objects.get(verb="remove_fund").data["amount"] == "10.50"
    assert not FundEntry.objects.exists()


@pytest.mark.parametrize(
    "values",
    [
        {"amount": Decimal(0)}, {"amount": Decimal(-5)}, {"direction": ""}, {"kind": FundKind.ARRIVAL},
        {"booked_on": dt.date(2022, 9, 16)},
    ],
    ids=["zero", "negative", "spending-without-direction", "arrival-with-direction", "to-come"],
)  # fmt: skip
def test_s6_what_cannot_be_booked(year_2022, hebei_coordinator, values):
    with pytest.raises(Refusal):
        booked(hebei_coordinator, year_2022, **values)
    assert not FundEntry.objects.exists()


@pytest.mark.parametrize(
    ("kind", "direction"), [(FundKind.SPENDING, ""), (FundKind.ARRIVAL, FundDirection.ONLINE)]
)
def test_s6_the_database_holds_direction_and_kind_together(year_2022, kind, direction):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_fund(kind, "1", direction=direction)


@pytest.mark.parametrize(
    "who", ["national_officer", "expert", "auditor", "trainee", "nuclear_officer", "applicant"]
)
def test_s6_s7_only_units_that_take_part_record(year_2022, request, who):
    someone = request.getfixturevalue(who)
    with pytest.raises(NotAllowed):
        held(someone, year_2022)
    with pytest.raises(NotAllowed):
        booked(someone, year_2022)


@pytest.mark.parametrize("subject", ["activities", "funds"])
def test_s6_s7_a_closed_subject_takes_nothing_more(
    year_2022, hebei, hebei_coordinator, national_officer, subject
):
    activity, entry = held(hebei_coordinator, year_2022), booked(hebei_coordinator, year_2022)
    close(year=year_2022, region=hebei, subject=subject, actor=national_officer.actor, now=NOW)
    stamp = {"actor": hebei_coordinator.actor, "now": NOW}
    acts = {
        "activities": (
            lambda: held(hebei_coordinator, year_2022),
            lambda: remove_activity(activity=activity, **stamp),
        ),
        "funds": (lambda: booked(hebei_coordinator, year_2022), lambda: remove_fund(entry=entry, **stamp)),
    }[subject]
    for act in acts:
        with pytest.raises(Refusal):
            act()
    assert (Activity.objects.count(), FundEntry.objects.count()) == (1, 1)


# Figures


def value(year, code, **where):
    return FIGURES[code].value(owner_scope(year), Where(year.pk, **where))


def test_s6_the_use_rate_is_spending_out_of_what_arrived_and_was_matched(year_2022):
    base = UnitFactory()
    make_fund(FundKind.ALLOCATION, "2000")
    make_fund(FundKind.ARRIVAL, "800")
    make_fund(FundKind.LOCAL_MATCHING, "200")
    make_fund(FundKind.SPENDING, "500")
    make_fund(FundKind.SPENDING, "250", unit=base)
    make_fund(FundKind.ARRIVAL, "300", unit=base)
    make_fund(FundKind.ARRIVAL, "77", HENAN)
    rate = value(year_2022, "supervision.funds_use_rate", region=HEBEI)
    assert (rate.amount, rate.base, rate.percent) == (750, 1000, Decimal("75.0"))
    own = value(year_2022, "supervision.funds_use_rate", base_id=base.pk)
    assert (own.amount, own.base) == (250, 300)
    by_province = FIGURES["supervision.funds_use_rate"].values(
        owner_scope(year_2022), Where(year_2022.pk), "province"
    )
    assert {key: (one.amount, one.base) for key, one in by_province.items()} == {
        HEBEI: (750, 1000),
        HENAN: (0, 77),
    }


def test_s6_totals_by_direction(year_2022):
    make_fund(FundKind.BUDGET, "100", direction=FundDirection.ONLINE)
    make_fund(FundKind.SPENDING, "40", direction=FundDirection.ONLINE)
    make_fund(FundKind.SPENDING, "2", direction=FundDirection.MANAGEMENT)
    found = direction_totals(year_2022, owner_scope(year_2022), Where(year_2022.pk, region=HEBEI))
    assert [row[1:] for row in found] == [(100, 40), (0, 0), (0, 2)]


def test_s6_the_page_says_whether_the_money_came_in_time(year_2022):
    where, scope, today = Where(year_2022.pk, region=HEBEI), owner_scope(year_2022), dt.date(2022, 12, 1)
    assert arrival_finding(year_2022, scope, where, today).status == FindingStatus.NO_DATA
    make_fund(FundKind.ALLOCATION, "100", booked_on=dt.date(2022, 6, 30))
    make_fund(FundKind.ARRIVAL, "60", booked_on=dt.date(2022, 8, 1))
    late = arrival_finding(year_2022, scope, where, today)
    assert (late.status, late.params["missing"], late.params["months"]) == (FindingStatus.FAILED, 40, 3)
    make_fund(FundKind.ARRIVAL, "40", booked_on=dt.date(2022, 9, 30))
    assert arrival_finding(year_2022, scope, where, today).passed
    Criterion.objects.filter(unit="months").update(threshold=None)
    assert arrival_finding(year_2022, scope, where, today) is None


def test_s7_c13_publicity_and_published_pieces_are_counted_apart(year_2022):
    base = UnitFactory()
    make_activity()
    make_activity(unit=base)
    make_activity(HENAN)
    make_activity(kind=ActivityKind.KICKOFF)
    for kind in (
        ActivityKind.POPULAR_SCIENCE,
        ActivityKind.CASE_REPORT,
        ActivityKind.NEWS,
        ActivityKind.PROGRESS,
    ):
        make_activity(kind=kind)
    assert value(year_2022, "supervision.activities", region=HEBEI).amount == 2
    assert value(year_2022, "supervision.activities", base_id=base.pk).amount == 1
    assert value(year_2022, "supervision.published", region=HEBEI).amount == 4
