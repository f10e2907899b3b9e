"""T17: what a signed-in person was shown stays in no browser; the back button shows nothing after signing out."""

import pytest
from django.test import Client

from tests.access.requests import address, ask
from tests.access.table import ANONYMOUS, everyone, expected, rows
from tests.access.test_matrix import LISTED, NOTHING
from tests.access.world import TARGETS

pytestmark = pytest.mark.django_db
# without anybody's data, and worth keeping: URL → why
KEPT = {
    "courses:lesson-video": "a film that a phone should not fetch twice",
}


def readers(name: str) -> list[str]:
    return [key for key in everyone() if key != ANONYMOUS and expected(rows()[name], key)[0] == "200"]


READ = [name for name in LISTED if readers(name)]


@pytest.mark.parametrize("name", READ)
def test_t17_a_page_of_somebody_signed_in_is_not_stored(world, name):
    built = TARGETS.get(name, lambda _world: NOTHING)(world)
    client: Client = world.client(readers(name)[0])
    kept = "no-store" not in ask(client, "get", address(world, name, built.own), {}).get("Cache-Control", "")
    assert kept is (name in KEPT)


def test_the_list_of_what_is_kept_is_no_longer_than_needed():
    assert set(KEPT) <= set(READ)
