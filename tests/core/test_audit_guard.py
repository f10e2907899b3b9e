"""T46: on the production database nobody changes an event, and only what is past its term goes."""

import datetime as dt

import pytest
from django.db import DatabaseError, connection, transaction

from core.chain import past_term, remove, seal, verify
from core.models import Event
from tests.core.test_audit_chain import make_events
from tests.factories import NOW

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]
OLD = NOW - dt.timedelta(days=500)


@pytest.fixture(autouse=True)
def _production_database(on_database):
    on_database("postgresql")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE core_event SET reason = 'x'",
        "UPDATE core_event SET signature = ''",
        "DELETE FROM core_event",
    ],
)
def test_an_event_can_neither_be_changed_nor_deleted(statement):
    make_events(2)
    seal()
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert verify() == []


def test_what_is_past_its_term_goes():
    old, young = make_events(3, OLD), make_events(2)
    Event.objects.exclude(pk__in=[event.pk for event in [*old, *young]]).exists()
    seal()
    links = past_term(NOW)
    assert links
    remove(links)
    assert not Event.objects.filter(pk__in=[link.event_number for link in links]).exists()
    assert Event.objects.filter(pk__in=[event.pk for event in young]).count() == 2
    assert verify() == []
