"""The record: plain inserts of who did what to which object, never a personal value."""

from decimal import Decimal

import pytest

from core.actor import Actor
from core.crypto import keyed_index
from core.enums import ActorKind
from core.events import changes, record
from core.models import Event, Job
from tests.factories import NOW
from tests.helpers import undone

SYSTEM = Actor(ActorKind.SYSTEM)
pytestmark = pytest.mark.django_db


def test_record_keeps_the_stamp_the_states_and_plain_data():
    job = Job.objects.create(kind="any", created_at=NOW)
    actor = Actor(ActorKind.PERSON, 1, 2, 3, "expert", "张", "9", "abc", "192.0.2.7")
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
    assert event.address == "192.0.2.7"
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
