"""The record: plain inserts, sealed afterwards into a chain that shows every later touch."""

import datetime as dt
import random
from decimal import Decimal

import pytest

from core.actor import Actor
from core.crypto import keyed_index
from core.enums import ActorKind
from core.events import changes, record, seal, verify
from core.models import Event, EventLink, Job
from tests.factories import NOW
from tests.helpers import undone

SYSTEM = Actor(ActorKind.SYSTEM)
pytestmark = pytest.mark.django_db


def make_events(count: int) -> list[Event]:
    return Event.objects.bulk_create(
        Event(
            at=NOW + dt.timedelta(seconds=number),
            actor_kind=ActorKind.PERSON,
            user_number=number % 50,
            membership_number=number % 60,
            role="technical_lead",
            realm="1",
            request_id=f"{number:032x}",
            verb="approve",
            object_type="enrollment.enrollment",
            object_id=str(number),
            from_state="applied",
            to_state="approved",
            reason=f"reason {number}",
            data={"number": number},
        )
        for number in range(count)
    )


def faulty_events(faults: list[str]) -> set[int]:
    """The event numbers that the auditor's sentences name."""
    return {int(fault.split()[1].rstrip(":")) for fault in faults if fault.startswith("event ")}


def test_record_keeps_the_stamp_the_states_and_plain_data():
    job = Job.objects.create(kind="any", created_at=NOW)
    actor = Actor(ActorKind.PERSON, 1, 2, 3, "expert", "张", "9", "abc")
    event = record(
        "decide",
        job,
        actor=actor,
        now=NOW,
        from_state="a",
        to_state="b",
        reason=" why ",
        data={"hours": Decimal("1.5"), "at": NOW},
    )
    event.refresh_from_db()
    assert (event.actor_kind, event.user_number, event.membership_number, event.on_behalf_of_number) == (
        "person",
        1,
        2,
        3,
    )
    assert (event.role, event.realm, event.request_id, event.reason) == ("expert", "9", "abc", "why")
    assert (event.object_type, event.object_id, event.from_state, event.to_state) == (
        "core.job",
        str(job.pk),
        "a",
        "b",
    )
    assert event.data == {"hours": "1.5", "at": "2022-09-15T10:00:00+08:00"}
    assert list(Event.objects.of(job)) == [event]


def test_record_without_an_object():
    event = record("export", None, actor=SYSTEM, now=NOW)
    assert (event.object_type, event.object_id, event.data) == ("", "", {})


def test_an_act_that_is_rolled_back_leaves_no_event():
    before = Event.objects.count()
    assert undone(lambda: record("begin", None, actor=SYSTEM, now=NOW)).pk
    assert Event.objects.count() == before


def test_changes_name_what_differs_and_hide_what_is_personal():
    before = {"title": "a", "phone": "13900000001", "same": 1}
    after = {"title": "b", "phone": "13900000002", "same": 1}
    told = changes(before, after, personal=["phone"])
    assert told == {
        "title": ["a", "b"],
        "phone": [keyed_index("13900000001", "phone"), keyed_index("13900000002", "phone")],
    }
    assert "139" not in str(told["phone"])
    assert changes(after, after) == {}


def test_a_personal_value_that_comes_or_goes():
    assert changes({"phone": ""}, {"phone": "13900000001"}, ["phone"])["phone"][0] == ""
    assert changes({"phone": None}, {"phone": "13900000001"}, ["phone"])["phone"][0] == ""


def test_changes_of_a_field_that_was_not_there():
    assert changes({}, {"title": "b"}) == {"title": [None, "b"]}


def test_a_sealed_record_is_whole():
    make_events(30)
    sealed = seal()
    assert sealed == Event.objects.count()
    assert seal() == 0
    assert verify() == []


def test_sealing_goes_on_where_it_stopped():
    make_events(25)
    while seal(limit=10):
        pass
    positions = list(EventLink.objects.order_by("position").values_list("position", flat=True))
    assert positions == list(range(1, Event.objects.count() + 1))
    assert verify() == []


EDITS = {
    "at": lambda event: event.at + dt.timedelta(microseconds=1),
    "actor_kind": lambda event: ActorKind.SYSTEM,
    "user_number": lambda event: (event.user_number or 0) + 1,
    "membership_number": lambda event: None,
    "on_behalf_of_number": lambda event: 1,
    "role": lambda event: "national_office",
    "realm": lambda event: "2",
    "request_id": lambda event: "0" * 32,
    "verb": lambda event: "refuse",
    "object_type": lambda event: "enrollment.roster",
    "object_id": lambda event: f"{event.object_id}0",
    "from_state": lambda event: "",
    "to_state": lambda event: "withdrawn",
    "reason": lambda event: f"{event.reason} ",
    "data": lambda event: {**event.data, "seats": 1},
}


def test_every_field_of_an_event_is_sealed():
    assert set(EDITS) == {field.attname for field in Event._meta.concrete_fields} - {"id"}


def _edit(event: Event, field: str) -> None:
    Event.objects.filter(pk=event.pk).update(**{field: EDITS[field](event)})


def _swap(one: Event, other: Event) -> None:
    """Each takes the other's whole content under its own number."""
    for target, source in ((one, other), (other, one)):
        content = {name: getattr(source, name) for name in EDITS}
        Event.objects.filter(pk=target.pk).update(**content)


def test_five_hundred_touched_events_of_a_thousand_are_found_and_no_other():
    events = make_events(1000)
    seal()
    chance = random.Random(2022)
    touched = chance.sample(events, 500)
    edited, deleted, swapped = touched[:250], touched[250:400], touched[400:]
    for number, event in enumerate(edited):
        _edit(event, list(EDITS)[number % len(EDITS)])
    Event.objects.filter(pk__in=[event.pk for event in deleted]).delete()
    for one, other in zip(swapped[::2], swapped[1::2], strict=True):
        _swap(one, other)
    assert faulty_events(verify()) == {event.pk for event in touched}


def test_a_missing_link_breaks_the_chain_behind_it():
    events = make_events(10)
    seal()
    gone = EventLink.objects.get(event_number=events[4].pk)
    Event.objects.filter(pk=gone.event_number).delete()
    EventLink.objects.filter(pk=gone.pk).delete()
    assert verify() == [f"link {gone.position}: missing", f"link {gone.position + 1}: chain broken"]


def test_a_link_rewritten_to_fit_an_edited_event_breaks_the_chain():
    events = make_events(10)
    seal()
    link = EventLink.objects.get(event_number=events[4].pk)
    other = EventLink.objects.get(event_number=events[5].pk)
    EventLink.objects.filter(pk=link.pk).update(digest=other.digest)
    faults = verify()
    assert f"event {events[4].pk}: altered" in faults
    assert f"link {link.position}: chain broken" in faults


def test_the_chain_needs_the_seal_key(settings):
    make_events(3)
    seal()
    settings.EVENT_SEAL_KEY = "x" * 48
    assert len(verify()) == 2 * Event.objects.count()


def test_an_event_that_commits_late_under_a_lower_number_is_sealed_later():
    events = make_events(5)
    late = events[2]
    values = {field.attname: getattr(late, field.attname) for field in Event._meta.concrete_fields}
    Event.objects.filter(pk=late.pk).delete()
    seal()
    Event.objects.create(**values)
    assert seal() == 1
    assert EventLink.objects.order_by("-position").first().event_number == late.pk
    assert verify() == []


def test_checking_asks_the_database_a_fixed_number_of_times(django_assert_num_queries):
    make_events(200)
    seal()
    with django_assert_num_queries(3):
        verify()
