"""The seal: whatever is done to the record with SQL, by whom it may be, is found; its term ends in order (T46)."""

import datetime as dt
import json
import random
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from core import jobs
from core.actor import Actor
from core.chain import chain_end, past_term, remove, seal, still_holds, verify
from core.enums import ActorKind
from core.events import record, signature_of
from core.models import Event, EventLink, EventMark, Job
from tests.factories import NOW

SYSTEM = Actor(ActorKind.SYSTEM)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _superuser() -> None:
    """Who tampers here stands above the database's own guard."""
    if connection.vendor == "postgresql":
        sql("ALTER TABLE core_event DISABLE TRIGGER USER")


def make_events(count: int, start: dt.datetime = NOW) -> list[Event]:
    events = [
        Event(
            at=start + dt.timedelta(seconds=number),
            actor_kind=ActorKind.PERSON,
            user_number=number % 50,
            membership_number=number % 60,
            role="technical_lead",
            realm="1",
            request_id=f"{number:032x}",
            address=f"192.0.2.{number % 200}",
            verb="approve",
            object_type="enrollment.enrollment",
            object_id=str(number),
            from_state="applied",
            to_state="approved",
            reason=f"reason {number}",
            data={"number": number},
        )
        for number in range(count)
    ]
    for event in events:
        event.signature = signature_of(event)
    return Event.objects.bulk_create(events)


def sql(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def faulty_events(faults: list[str]) -> set[int]:
    """The event numbers that the auditor's sentences name."""
    return {int(fault.split()[1].rstrip(":")) for fault in faults if fault.startswith("event ")}


# What each column becomes; the last two are no part of what happened and are guarded in their own way
EDITS = {
    "at": lambda event: event.at + dt.timedelta(microseconds=1),
    "actor_kind": lambda event: "system",
    "user_number": lambda event: event.user_number + 1,
    "membership_number": lambda event: None,
    "on_behalf_of_number": lambda event: 1,
    "role": lambda event: "national_office",
    "realm": lambda event: "2",
    "request_id": lambda event: "0" * 31 + "f",
    "address": lambda event: "",
    "verb": lambda event: "refuse",
    "object_type": lambda event: "enrollment.roster",
    "object_id": lambda event: f"{event.object_id}0",
    "from_state": lambda event: "",
    "to_state": lambda event: "withdrawn",
    "reason": lambda event: f"{event.reason} ",
    "data": lambda event: json.dumps({**event.data, "seats": 1}),
}


def edit(event: Event, column: str) -> None:
    value = EDITS[column](event)
    if column == "at" and connection.vendor == "sqlite":
        value = value.astimezone(dt.UTC).replace(tzinfo=None).isoformat(" ")
    sql(f"UPDATE core_event SET {column} = %s WHERE id = %s", value, event.pk)  # noqa: S608


def swap(one: Event, other: Event) -> None:
    """Each takes the other's number."""
    for number, then in ((one.pk, -1), (other.pk, one.pk), (-1, other.pk)):
        sql("UPDATE core_event SET id = %s WHERE id = %s", then, number)


def test_a_sealed_record_is_whole():
    make_events(30)
    assert seal() == Event.objects.count()
    assert seal() == 0
    assert verify() == []


def test_sealing_goes_on_where_it_stopped():
    make_events(25)
    while seal(limit=10):
        pass
    positions = list(EventLink.objects.order_by("position").values_list("position", flat=True))
    assert positions == list(range(1, Event.objects.count() + 1))
    assert verify() == []


def test_every_column_of_an_event_is_sealed():
    columns = {field.attname for field in Event._meta.concrete_fields}
    assert set(EDITS) == columns - {"id", "signature"}


@pytest.mark.parametrize("column", EDITS)
def test_an_edit_of_any_column_is_found(column):
    events = make_events(3)
    seal()
    edit(events[1], column)
    assert faulty_events(verify()) == {events[1].pk}


def test_five_hundred_touched_events_of_a_thousand_are_found_and_no_other():
    events = make_events(1000)
    seal()
    chance = random.Random(2022)
    touched = chance.sample(events, 500)
    edited, deleted, swapped = touched[:250], touched[250:400], touched[400:]
    for number, event in enumerate(edited):
        edit(event, list(EDITS)[number % len(EDITS)])
    for event in deleted:
        sql("DELETE FROM core_event WHERE id = %s", event.pk)
    for one, other in zip(swapped[::2], swapped[1::2], strict=True):
        swap(one, other)
    assert faulty_events(verify()) == {event.pk for event in touched}


def test_a_missing_link_breaks_the_chain_behind_it():
    events = make_events(10)
    seal()
    gone = EventLink.objects.get(event_number=events[4].pk)
    sql("DELETE FROM core_event WHERE id = %s", gone.event_number)
    sql("DELETE FROM core_eventlink WHERE position = %s", gone.pk)
    assert verify() == [f"link {gone.position}: missing", f"link {gone.position + 1}: chain broken"]


def test_a_link_rewritten_to_fit_an_edited_event_breaks_the_chain():
    events = make_events(10)
    seal()
    link = EventLink.objects.get(event_number=events[4].pk)
    other = EventLink.objects.get(event_number=events[5].pk)
    sql("UPDATE core_eventlink SET digest = %s WHERE position = %s", other.digest, link.pk)
    faults = verify()
    assert f"event {events[4].pk}: altered" in faults
    assert f"link {link.position}: chain broken" in faults


def test_two_links_that_change_places_break_the_chain():
    make_events(10)
    seal()
    for place, then in ((4, 9999), (5, 4), (9999, 5)):
        sql("UPDATE core_eventlink SET position = %s WHERE position = %s", then, place)
    assert "link 4: chain broken" in verify()


def test_the_chain_needs_the_seal_key(settings):
    make_events(3)
    seal()
    settings.EVENT_SEAL_KEY = "x" * 48
    faults = verify()
    assert (
        len([fault for fault in faults if fault.startswith(("event", "link"))]) == 2 * Event.objects.count()
    )
    assert "mark end: altered" in faults


def test_an_event_that_commits_late_under_a_lower_number_is_sealed_later():
    events = make_events(5)
    late = events[2]
    sql("DELETE FROM core_event WHERE id = %s", late.pk)
    seal()
    late.save(force_insert=True)
    assert seal() == 1
    assert EventLink.objects.order_by("-position").first().event_number == late.pk
    assert verify() == []


def test_checking_asks_the_database_a_fixed_number_of_times(django_assert_num_queries):
    make_events(200)
    seal()
    with django_assert_num_queries(8):
        verify()


# The newest events, not yet sealed


@pytest.mark.parametrize("column", [*EDITS, "signature"])
def test_an_edit_before_the_seal_is_found_and_the_seal_does_not_wash_it(column):
    events = make_events(3)
    if column == "signature":
        sql("UPDATE core_event SET signature = '' WHERE id = %s", events[1].pk)
    else:
        edit(events[1], column)
    assert faulty_events(verify()) == {events[1].pk}
    seal()
    assert faulty_events(verify()) == {events[1].pk}


def test_a_row_that_the_portal_did_not_write_is_found():
    make_events(2)
    forged = Event.objects.create(at=NOW, actor_kind="person", verb="approve")
    assert faulty_events(verify()) == {forged.pk}
    seal()
    assert faulty_events(verify()) == {forged.pk}


def test_events_from_before_signatures_are_no_fault():
    Event.objects.update(signature="")
    old = make_events(3)
    Event.objects.filter(pk__in=[event.pk for event in old]).update(signature="")
    assert verify() == []
    make_events(3)
    seal()
    assert verify() == []


# Both ends


def cut_tail(count: int) -> None:
    last = EventLink.objects.order_by("-position").first().position
    for link in EventLink.objects.filter(position__gt=last - count):
        sql("DELETE FROM core_event WHERE id = %s", link.event_number)
        sql("DELETE FROM core_eventlink WHERE position = %s", link.position)


def test_a_chain_cut_at_its_end_is_found():
    make_events(10)
    seal()
    cut_tail(3)
    assert verify() == [
        f"link {EventMark.objects.get(name='end').position}: the chain does not end here as it did"
    ]


def test_a_mark_moved_without_the_key_or_taken_away_is_found():
    make_events(10)
    seal()
    cut_tail(3)
    last = EventLink.objects.order_by("-position").first()
    sql("UPDATE core_eventmark SET position = %s, chain = %s WHERE name = 'end'", last.position, last.chain)
    assert verify() == ["mark end: altered"]
    sql("DELETE FROM core_eventmark")
    assert verify() == ["mark end: missing"]


def test_an_end_noted_elsewhere_shows_a_chain_set_back_as_a_whole():
    make_events(5)
    seal()
    before = EventMark.objects.get(name="end")
    early = chain_end()
    make_events(5)
    seal()
    noted = chain_end()
    assert still_holds(early)
    assert still_holds(noted)
    cut_tail(5)
    before.save()
    assert verify() == []
    assert not still_holds(noted)
    assert still_holds(early)
    assert not still_holds("nonsense")
    with pytest.raises(CommandError):
        call_command("audit_verify", "--noted", noted, stderr=StringIO())


# The end of the term

OLD = NOW - dt.timedelta(days=400)


@pytest.fixture
def expire():
    def run(now: dt.datetime = NOW) -> Job:
        job = Job.objects.create(kind="core.expire", created_at=now)
        return jobs.run(job.pk, clock=lambda: now)

    return run


@pytest.fixture
def lone(db):
    """A record of this test alone."""
    Event.objects.all().delete()
    EventLink.objects.all().delete()
    EventMark.objects.all().delete()


def test_what_is_past_its_term_goes_and_the_rest_stays_provable(lone, expire):
    make_events(2000, OLD - dt.timedelta(days=1))
    young = make_events(30, OLD)
    seal()
    noted = chain_end()
    job = expire()
    assert (job.status, job.result) == ("done", {"removed": 2000})
    assert list(Event.objects.exclude(verb="expire_events").order_by("pk")) == young
    assert sum(event.data["rows"] for event in Event.objects.filter(verb="expire_events")) == 2000
    seal()
    assert verify() == []
    assert still_holds(noted)
    edit(young[0], "verb")
    assert faulty_events(verify()) == {young[0].pk}


def test_the_term_is_a_setting_and_nothing_younger_goes(lone, expire, settings):
    make_events(10, NOW - dt.timedelta(days=30))
    seal()
    expire()
    assert Event.objects.count() == 10
    settings.EVENT_KEEP_DAYS = 29
    expire()
    assert Event.objects.filter(verb="approve").count() == 0


def test_an_event_made_older_than_it_is_does_not_go_and_neither_does_what_is_unsealed(lone, expire):
    (event,) = make_events(1)
    make_events(1, OLD - dt.timedelta(days=5))
    expire()
    assert Event.objects.count() == 2
    seal()
    Event.objects.filter(pk=event.pk).update(at=OLD - dt.timedelta(days=5))
    expire()
    assert Event.objects.filter(pk=event.pk).exists()
    assert faulty_events(verify()) == {event.pk}


def test_a_beginning_taken_away_without_the_key_is_found(lone):
    make_events(10)
    seal()
    link = EventLink.objects.get(position=4)
    sql("DELETE FROM core_event WHERE id <= %s", link.event_number)
    sql("DELETE FROM core_eventlink WHERE position <= 4")
    assert "link 1: missing" in verify()
    EventMark.objects.create(name="start", position=4, chain=link.chain, signature="x" * 64)
    assert verify() == ["mark start: altered"]


def test_an_end_noted_before_the_term_ended(lone):
    make_events(4, OLD - dt.timedelta(days=2))
    seal(limit=2)
    first = chain_end()
    seal(limit=2)
    second = chain_end()
    assert remove([]) == 0
    remove(past_term(OLD))
    assert still_holds(first)
    assert still_holds(second)
    assert not still_holds(f"4:{'0' * 64}")


def test_a_whole_record_that_has_expired_goes_on_in_the_same_chain(lone, expire):
    make_events(4, OLD - dt.timedelta(days=2))
    seal()
    expire()
    record("begin", None, actor=SYSTEM, now=NOW)
    seal()
    assert EventLink.objects.order_by("position").first().position == 5
    assert verify() == []
