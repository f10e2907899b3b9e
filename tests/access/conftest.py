"""The world of the access tests: built once per module and worker, given anew to each test.

It stands in a transaction around those of the tests, which are savepoints within it. Each test gets its own copies of
the rows in memory and its own browsers, signed in once.
"""

from collections.abc import Callable, Iterator
from copy import deepcopy
from http.cookies import SimpleCookie

import pytest
import time_machine
from django.db import connection, transaction
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from accounts.models import Region
from enrollment.models import Placement
from tests import factories
from tests.access.elsewhere import Build, furnish, rounds
from tests.access.table import ANONYMOUS, everyone
from tests.access.world import Target, World
from tests.factories import HEBEI, HENAN, NOW
from tests.people import PEOPLE


def build() -> World:
    people = {name: PEOPLE[name]() for name in everyone() if name != ANONYMOUS}
    base, enrollment = people["base_coordinator"].unit, people["trainee"].enrollment
    Placement.objects.create(enrollment=enrollment, base=base, placed_at=NOW)
    hebei, henan = (Region.objects.get(pk=code) for code in (HEBEI, HENAN))
    return World(people, factories.cancer_2022(), factories.nuclear_2024(), hebei, henan)


def signed_in(world: World) -> dict[str, SimpleCookie]:
    """The cookies of each one's browser; the world keeps no browser."""
    cookies = {name: persona.client.cookies for name, persona in world.people.items()}
    for persona in world.people.values():
        del persona.client
    return cookies


def browser(cookies: SimpleCookie) -> Client:
    client = Client()
    client.cookies = deepcopy(cookies)
    return client


def copied(world: World, cookies: dict[str, SimpleCookie]) -> World:
    mine = deepcopy(world)
    for name, persona in mine.people.items():
        persona.__dict__["client"] = browser(cookies[name])
    return mine


@pytest.fixture(scope="module")
def standing(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Callable[[], World]]:
    """Gives copies of the world that stands until the module ends, as does what another module's fixture adds."""
    around = transaction.atomic()
    around._from_testcase = True  # a durable act may begin within it, as within a test's own
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch, around:
        # each test ends by closing its connection, and with it whatever transaction is open
        patch.setattr(connection, "close", lambda: None)
        with time_machine.travel(NOW, tick=False):
            world = build()
            cookies = signed_in(world)
        yield lambda: copied(world, cookies)
        transaction.set_rollback(True)


@pytest.fixture
def world(standing: Callable[[], World], db: None, autumn_2022: object) -> World:
    return standing()


ROUNDS = 20


@pytest.fixture(scope="module")
def _rounds(standing: Callable[[], World]) -> list[list[Build]]:
    with time_machine.travel(NOW, tick=False):
        return rounds(standing())


@pytest.fixture(scope="module", params=range(ROUNDS))
def filled(
    request: pytest.FixtureRequest, standing: Callable[[], World], _rounds: list[list[Build]]
) -> Iterator[dict[str, Target]]:
    """Round by round a world full of everything: together they hold the target of every URL."""
    assert len(_rounds) == ROUNDS
    with transaction.atomic():
        with time_machine.travel(NOW, tick=False):
            built = furnish(standing(), _rounds[request.param])
        yield built
        transaction.set_rollback(True)
