"""T44: whatever a POST of the matrix changes or takes out of the portal leaves an event."""

from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from core.models import Event
from tests.access.filled import sending
from tests.access.requests import lasting
from tests.access.table import ANONYMOUS, everyone, expected, rows, urls
from tests.access.test_matrix import LISTED, NOTHING
from tests.access.world import TARGETS, Target, World

# answers with another page and changes nothing that lasts: URL → why
SILENT = {
    "set_language": "the language of one's own session",
    "account_signup": "closed: sends on to the first page",
    "account_login": "who is signed in already is sent on",
    "account_set_password": "who has a password is sent on",
    "account_confirm_login_code": "no code is asked for: sent on",
    "account_email": "no address of one's own: nothing is changed",
    "mfa_authenticate": "nobody is half signed in: sent on",
    "mfa_reauthenticate": "without a second factor sent on",
    "mfa_activate_totp": "asks for the password first",
    "mfa_generate_recovery_codes": "asks for the password first",
    "accounts:viewing-end": "nobody is looked as: sent on",
    "accounts:notice-open": "the reader's own mark on a notice, which stands on the notice",
    "accounts:notice-read-all": "the reader's own marks on notices",
    "courses:stream-start": "the stream is the record of watching itself",
    "enrollment:import-apply": "the job that takes the lines in leaves the event, in the name of who asked",
    "supervision:scorecards-refresh": "has figures counted again; the job's row says who asked",
}
ANSWERED = {"200", "302"}
pytestmark = [pytest.mark.django_db, pytest.mark.no_cover]


def asks(name: str) -> list[str]:
    """The personas whose POST is answered, somebody signed in first."""
    keys = [key for key in everyone() if expected(rows()[name], key)[1] in ANSWERED]
    return sorted(keys, key=lambda key: key == ANONYMOUS)


POSTED = [name for name in LISTED if asks(name)]


def seen(world: World, name: str, persona: str, built: Target) -> tuple[str, int]:
    """What a POST did that wants an event ("" for nothing), and how many events it left."""
    url, data = sending(world, name, persona, built)
    client, before = world.client(persona), Event.objects.count()
    with transaction.atomic():
        with CaptureQueriesContext(connection) as asked:
            response: Any = client.post(url, data)
        left = Event.objects.count() - before
        transaction.set_rollback(True)
    wrote = lasting(query["sql"] for query in asked.captured_queries)
    if "attachment" in response.get("Content-Disposition", ""):
        return "a file left the portal", left
    return (
        wrote[0][:120] if wrote else f"{response.status_code}" if response.status_code == 302 else ""
    ), left


@pytest.mark.parametrize("name", POSTED)
def test_t44_what_a_post_does_stands_in_the_record(world, name):
    built = TARGETS.get(name, lambda _world: NOTHING)(world)
    did, left = seen(world, name, asks(name)[0], built)
    if name in SILENT:
        assert left == 0, f"{name} leaves an event: take it off the list"
        return
    assert left or not did, f"{name} left no event: {did}"


def test_the_list_of_silent_urls_is_no_longer_than_needed():
    assert set(SILENT) <= set(POSTED) & set(urls())
