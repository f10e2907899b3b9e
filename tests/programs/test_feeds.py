"""Deadlines in one's own calendar: a secret address per role, void with the role (P2, T04, T06)."""

import datetime as dt
import re

import pytest
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from core.crypto import keyed_index
from core.models import Event
from programs.enums import DutyState, YearStatus
from programs.models import CalendarFeed, Duty, DutyExtension
from programs.services import FEED, make_feed, record_duty
from tests.factories import HEBEI, NOW, lead_unit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("autumn_2022")]


def token_of(persona):
    return make_feed(membership=persona.membership, actor=persona.actor, now=NOW)


def read(token: str) -> Calendar:
    answer = Client().get(reverse("programs_open:feed-show", kwargs={"token": token}))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    return Calendar.from_ical(answer.content)


def events(token: str) -> dict[str, object]:
    return {str(event["url"]).rstrip("/").rsplit("/", 1)[-1]: event for event in read(token).walk("VEVENT")}


def test_p2_a_unit_sees_its_own_duties_with_their_day(year_2022, hebei_coordinator):
    found = events(token_of(hebei_coordinator))
    held = [duty for duty in Duty.objects.filter(year=year_2022) if "technical_lead" in duty.holders]
    assert set(found) == {str(duty.pk) for duty in held}
    kickoff = Duty.objects.get(year=year_2022, code="kickoff-meeting")
    event = found[str(kickoff.pk)]
    assert event.decoded("dtstart") == dt.date(2022, 8, 31)  # 24:00 of that day is not the next one
    assert str(event["summary"]).startswith(str(DutyState.OVERDUE.label))


def test_an_extension_moves_the_day_and_what_is_done_warns_no_more(year_2022, hebei_coordinator):
    kickoff = Duty.objects.get(year=year_2022, code="kickoff-meeting")
    unit = lead_unit(HEBEI)
    later = dt.datetime(2022, 10, 8, 9, 30, tzinfo=dt.UTC)
    DutyExtension.objects.create(year=year_2022, duty=kickoff, unit=unit, due_at=later, reason="疫情")
    token = token_of(hebei_coordinator)
    event = events(token)[str(kickoff.pk)]
    assert event.decoded("dtstart") == later
    assert len(event.walk("VALARM")) == 2
    record_duty(
        duty=kickoff,
        unit=unit,
        done_on=dt.date(2022, 8, 30),
        note="线上召开",
        file=None,
        actor=hebei_coordinator.actor,
        now=NOW,
    )
    assert events(token)[str(kickoff.pk)].walk("VALARM") == []


def test_the_office_reads_how_many_have_done_it(year_2022, national_officer):
    found = events(token_of(national_officer))
    kickoff = Duty.objects.get(year=year_2022, code="kickoff-meeting")
    summary = str(found[str(kickoff.pk)]["summary"]).removesuffix(kickoff.name)
    assert sorted(map(int, re.findall(r"\d+", summary))) == [0, 31]
    assert len(found) == Duty.objects.filter(year=year_2022).count()


def test_t04_the_address_is_kept_as_a_digest_and_a_new_one_voids_it(year_2022, hebei_coordinator):
    first = token_of(hebei_coordinator)
    second = token_of(hebei_coordinator)
    assert CalendarFeed.objects.get().token_index == keyed_index(second, FEED)
    url = reverse("programs_open:feed-show", kwargs={"token": first})
    assert Client().get(url).status_code == 404
    assert len(second) == 32  # 128 bits


def test_t06_it_ends_with_the_role(year_2022, hebei_coordinator):
    token = token_of(hebei_coordinator)
    membership = hebei_coordinator.membership
    membership.ends_at = NOW
    membership.save(update_fields=["ends_at"])
    url = reverse("programs_open:feed-show", kwargs={"token": token})
    assert Client().get(url).status_code == 404


def test_only_open_years_stand_in_it(year_2022, hebei_coordinator):
    token = token_of(hebei_coordinator)
    year_2022.status = YearStatus.CLOSED
    year_2022.save(update_fields=["status"])
    assert events(token) == {}


def test_it_opens_nothing_else(year_2022, hebei_coordinator):
    """T04: the secret of the calendar is no session and no key of the API."""
    token = token_of(hebei_coordinator)
    client = Client()
    client.get(reverse("programs_open:feed-show", kwargs={"token": token}))
    assert client.get(reverse("reports:desk", kwargs=year_2022.url_kwargs)).status_code == 302
    answer = client.get("/api/v1/provinces/", headers={"authorization": f"Token {token}"})
    assert answer.status_code in {401, 403, 404}


def test_making_and_voiding_it_on_the_page(year_2022, hebei_coordinator):
    make = reverse("programs:feed-make", kwargs=year_2022.url_kwargs)
    page = hebei_coordinator.client.post(make)
    address = page.context["address"]
    assert address in page.content.decode()
    assert Client().get(address).status_code == 200
    listed = hebei_coordinator.client.get(reverse("programs:duty-list", kwargs=year_2022.url_kwargs))
    assert address not in listed.content.decode()
    revoke = reverse("programs:feed-revoke", kwargs=year_2022.url_kwargs)
    assert hebei_coordinator.client.post(revoke).status_code == 302
    assert Client().get(address).status_code == 404
    verbs = Event.objects.filter(object_type="programs.calendarfeed").order_by("pk")
    assert list(verbs.values_list("verb", flat=True)) == ["make_feed", "revoke_feed"]
