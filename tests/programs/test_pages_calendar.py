"""The calendar: due, done, overdue; evidence and extensions (P2, P4)."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from core.models import Event
from core.values import CHINA, day_end
from programs.enums import DutyState
from programs.models import Duty, DutyExtension, DutyRecord
from tests.factories import HEBEI, HENAN, lead_unit
from tests.helpers import assert_constant_queries, cells_of

pytestmark = pytest.mark.usefixtures("autumn_2022")
PDF = b"%PDF-1.7 scan"


def url(name, year, **more):
    return reverse(f"programs:{name}", kwargs={**year.url_kwargs, **more})


@pytest.fixture
def kickoff(year_2022) -> Duty:
    return Duty.objects.get(year=year_2022, code="kickoff-meeting")


@pytest.fixture
def funds(year_2022) -> Duty:
    return Duty.objects.get(year=year_2022, code="funds-arrived")


def line_of(page, duty):
    return next(line for line in page.context["lines"] if line["duty"] == duty)


def record(someone, duty, **typed):
    values = {"done_on": "2022-08-30", "note": "线上召开", **typed}
    return someone.client.post(url("duty-record", duty.year, pk=duty.pk), values)


def test_p2_a_bare_date_is_shown_until_its_24_00(year_2022, national_officer, kickoff):
    page = national_officer.client.get(url("duty-list", year_2022))
    assert len(page.context["lines"]) == Duty.objects.filter(year=year_2022).count()
    text = page.content.decode()
    assert "2022年8月31日 24:00" in text
    assert kickoff.printed in text


def test_p4_a_unit_sees_what_is_overdue_and_to_be_done(
    year_2022, hebei_administrator, hebei_coordinator, kickoff, funds
):
    own = line_of(hebei_coordinator.client.get(url("duty-list", year_2022)), kickoff)
    assert own["own"].state == DutyState.OVERDUE
    own = line_of(hebei_administrator.client.get(url("duty-list", year_2022)), funds)
    assert own["own"].state == DutyState.DUE


def test_p4_the_office_sees_how_many_units_have_done_it(
    year_2022, national_officer, hebei_coordinator, kickoff
):
    record(hebei_coordinator, kickoff)
    line = line_of(national_officer.client.get(url("duty-list", year_2022)), kickoff)
    assert (line["done"], line["overdue"], line["total"]) == (1, 30, 31)


def test_the_holder_records_a_day_a_note_and_a_scan(year_2022, hebei_coordinator, national_officer, kickoff):
    scan = SimpleUploadedFile("会议通知.pdf", PDF)
    response = record(hebei_coordinator, kickoff, file=scan)
    assert response.url == url("duty-detail", year_2022, pk=kickoff.pk)
    entry = DutyRecord.objects.get(duty=kickoff)
    assert (entry.unit, entry.done_on, entry.note) == (lead_unit(HEBEI), dt.date(2022, 8, 30), "线上召开")
    place = url("duty-record-file", year_2022, pk=entry.pk)
    assert place in national_officer.client.get(response.url).content.decode()
    sent = national_officer.client.get(place)
    assert b"".join(sent.streaming_content) == PDF
    assert sent["Content-Disposition"].startswith("attachment")


def test_recording_again_corrects_the_first_and_keeps_the_scan(hebei_coordinator, kickoff):
    record(hebei_coordinator, kickoff, file=SimpleUploadedFile("a.pdf", PDF))
    page = hebei_coordinator.client.get(url("duty-record", kickoff.year, pk=kickoff.pk))
    assert page.context["form"].initial["note"] == "线上召开"
    record(hebei_coordinator, kickoff, done_on="2022-09-02", note="改期")
    entry = DutyRecord.objects.get(duty=kickoff)
    assert (entry.note, bool(entry.file)) == ("改期", True)
    verbs = Event.objects.of(entry).order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["record_duty", "correct_duty_record"]


def test_p2_late_work_is_taken_and_marked_late(year_2022, hebei_coordinator, kickoff):
    record(hebei_coordinator, kickoff, done_on="2022-09-01")
    own = line_of(hebei_coordinator.client.get(url("duty-list", year_2022)), kickoff)["own"]
    assert own.state == DutyState.LATE


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        pytest.param({"done_on": "2022-09-16"}, "尚未到来", id="tomorrow"),
        pytest.param({"done_on": "昨天"}, "", id="no-date"),
        pytest.param({"file": SimpleUploadedFile("a.pdf", b"<html>")}, "pdf, png, jpg", id="not-a-scan"),
    ],
)
def test_a_refused_record_keeps_what_was_typed(typed, words, hebei_coordinator, kickoff):
    response = record(hebei_coordinator, kickoff, note="已打好的说明", **typed)
    assert response.status_code == 200
    assert response.context["form"].errors
    text = response.content.decode()
    assert words in text
    assert "已打好的说明" in text
    assert not DutyRecord.objects.exists()


def test_p2_a_wall_takes_nothing_afterwards(year_2022, hebei_coordinator, autumn_2022):
    wall = Duty.objects.get(year=year_2022, wall=True)
    autumn_2022.move_to(wall.due_at)
    response = record(hebei_coordinator, wall, done_on="2022-12-30")
    assert "截止时间已过" in response.content.decode()
    assert not DutyRecord.objects.exists()
    DutyExtension.objects.create(
        year=year_2022,
        duty=wall,
        unit=lead_unit(HEBEI),
        due_at=wall.due_at + dt.timedelta(days=3),
        reason="停电",
    )
    assert record(hebei_coordinator, wall, done_on="2022-12-30").status_code == 302


@pytest.mark.parametrize(
    "role", ["hebei_administrator", "national_officer", "base_coordinator", "auditor", "expert"]
)
def test_only_the_holder_records(role, year_2022, funds, kickoff, request):
    """The duty of the other kind of unit, or of no unit of this role."""
    someone = request.getfixturevalue(role)
    duty = kickoff if role != "base_coordinator" else funds
    assert someone.client.get(url("duty-record", year_2022, pk=duty.pk)).status_code == 403
    assert record(someone, duty).status_code == 403
    assert not DutyRecord.objects.exists()


def test_evidence_of_another_province_is_not_found(year_2022, hebei_coordinator, henan_coordinator, kickoff):
    record(hebei_coordinator, kickoff, file=SimpleUploadedFile("a.pdf", PDF))
    entry = DutyRecord.objects.get(duty=kickoff)
    assert henan_coordinator.client.get(url("duty-record-file", year_2022, pk=entry.pk)).status_code == 404
    page = henan_coordinator.client.get(url("duty-detail", year_2022, pk=kickoff.pk))
    assert "线上召开" not in page.content.decode()


def test_a_record_without_a_file_has_none_to_open(year_2022, hebei_coordinator, kickoff):
    record(hebei_coordinator, kickoff)
    entry = DutyRecord.objects.get(duty=kickoff)
    assert hebei_coordinator.client.get(url("duty-record-file", year_2022, pk=entry.pk)).status_code == 404


def extend(client, duty, holder, **typed):
    values = {"unit": holder.pk, "due_on": "2022-09-30", "due_time": "", "reason": "当地停课", **typed}
    return client.post(url("duty-extend", duty.year, pk=duty.pk), values)


def test_p2_a_unit_gets_a_later_date_and_the_printed_one_stays(
    year_2022, national_officer, hebei_coordinator, kickoff
):
    assert extend(national_officer.client, kickoff, lead_unit(HEBEI)).status_code == 302
    extension = DutyExtension.objects.get()
    assert extension.due_at == day_end(dt.date(2022, 9, 30))
    own = line_of(hebei_coordinator.client.get(url("duty-list", year_2022)), kickoff)["own"]
    assert (own.state, own.extended) == (DutyState.DUE, True)
    kickoff.refresh_from_db()
    assert kickoff.due_at == day_end(dt.date(2022, 8, 31))
    assert Event.objects.of(extension).get().reason == "当地停课"


@pytest.mark.parametrize(
    ("typed", "region"),
    [
        pytest.param({"due_on": "2022-08-31"}, HEBEI, id="not-later"),
        pytest.param({"reason": ""}, HEBEI, id="no-reason"),
        pytest.param({"unit": 0}, HENAN, id="no-unit"),
    ],
)
def test_a_wrong_extension_is_declined(typed, region, national_officer, kickoff):
    response = extend(national_officer.client, kickoff, lead_unit(region), **typed)
    assert response.status_code == 200
    assert response.context["form"].errors
    assert not DutyExtension.objects.exists()


@pytest.mark.parametrize("name", ["duty-extend", "duty-edit"])
@pytest.mark.parametrize("role", ["hebei_coordinator", "auditor", "expert"])
def test_only_the_office_moves_dates(name, role, year_2022, kickoff, request):
    client = request.getfixturevalue(role).client
    assert client.get(url(name, year_2022, pk=kickoff.pk)).status_code == 403
    assert client.post(url(name, year_2022, pk=kickoff.pk), {}).status_code == 403


@pytest.mark.parametrize(
    ("typed", "due"),
    [
        ({"due_on": "2022-09-05", "due_time": ""}, day_end(dt.date(2022, 9, 5))),
        ({"due_on": "2022-09-05", "due_time": "17:00"}, dt.datetime(2022, 9, 5, 17, tzinfo=CHINA)),
    ],
)
def test_the_office_moves_a_date_with_a_reason(typed, due, year_2022, national_officer, kickoff):
    place = url("duty-edit", year_2022, pk=kickoff.pk)
    kept = {"name": kickoff.name, "name_en": kickoff.name_en, "reading": kickoff.reading}
    shown = national_officer.client.get(place).context["form"].initial
    assert (shown["due_on"], shown["due_time"]) == (dt.date(2022, 8, 31), None)
    response = national_officer.client.post(place, {**kept, **typed, "reason": "疫情"})
    assert response.status_code == 302
    kickoff.refresh_from_db()
    assert kickoff.due_at == due


def test_the_calendar_as_a_workbook(year_2022, national_officer, kickoff):
    cells = cells_of(national_officer.client.post(url("duty-list", year_2022)).content)
    row = next(line for line in cells if line[0] == kickoff.name)
    assert row[1:4] == [kickoff.printed, "2022年8月31日 24:00", "可补交，标明逾期"]


def test_another_owner_sees_no_calendar(year_2022, nuclear_officer, kickoff):
    assert nuclear_officer.client.get(url("duty-list", year_2022)).status_code == 404
    assert nuclear_officer.client.get(url("duty-detail", year_2022, pk=kickoff.pk)).status_code == 404


def test_a_hospital_sees_the_deadline_of_its_call(year_2024, applicant):
    page = applicant.client.get(url("duty-list", year_2024))
    (line,) = page.context["lines"]
    assert line["own"].state == DutyState.DUE
    assert "2024年4月30日 17:00" in page.content.decode()


def test_as_many_queries_for_1_record_as_for_30(year_2022, national_officer, kickoff):
    waiting = list(lead_unit(HEBEI).owner.owned.filter(kind="technical_lead"))

    def make(number):
        for _ in range(number):
            DutyRecord.objects.create(
                year=year_2022,
                duty=kickoff,
                unit=waiting.pop(),
                done_on=dt.date(2022, 8, 1),
                recorded_at=dt.datetime(2022, 8, 1, tzinfo=CHINA),
            )

    assert_constant_queries(national_officer.client, url("duty-list", year_2022), make)


@pytest.mark.parametrize(("role", "opens"), [("base_coordinator", False), ("hebei_coordinator", True)])
def test_the_way_back_leads_only_where_one_may_go(role, opens, year_2022, kickoff, request):
    """A base holds duties but does not read the plan: no link of the way back may answer 403."""
    client = request.getfixturevalue(role).client
    year_url = url("year-detail", year_2022)
    assert client.get(year_url).status_code == (200 if opens else 403)
    for page in (url("duty-list", year_2022), url("duty-detail", year_2022, pk=kickoff.pk)):
        way = client.get(page).context["crumbs"]
        assert (year_url in [address for _, address in way]) is opens
