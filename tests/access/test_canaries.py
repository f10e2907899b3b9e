"""Nothing of Henan in anything that people of Hebei are shown: pages, exports, PDFs, errors, filters (T02, T03)."""

import re
from collections.abc import Mapping
from typing import Any

import pytest

from accounts.models import Person, Unit
from enrollment.models import Enrollment
from tests.access.elsewhere import CANARY, furnish, stamp
from tests.access.requests import address, ask, said
from tests.access.table import METHODS, expected, rows, urls
from tests.access.world import Target, World
from tests.factories import HENAN

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
BOUND = ("hebei_coordinator", "hebei_administrator", "base_coordinator", "trainee", "other_trainee")
SHOWN = {"200", "302", "409"}


@pytest.fixture
def furnished(world: World) -> Mapping[str, Target]:
    """Both provinces full of everything, each text of Henan and each name of its people marked."""
    built = furnish(world)
    marked = stamp(world["hebei_coordinator"], world["henan_coordinator"])
    people = Enrollment.objects.filter(region=HENAN).values("person")
    marked["accounts.person"] = Person.objects.filter(pk__in=people).update(name=CANARY)
    assert len(marked) >= 20, marked
    return built


def asked_for(name: str, persona: str, built: Mapping[str, Target]) -> list[str]:
    """The methods that this persona may use on an object of their own, where there is one in this world."""
    if urls()[name].objects and name not in built:
        return []
    answers = expected(rows()[name], persona)
    return [method for method, answer in zip(METHODS, answers, strict=True) if answer in SHOWN]


@pytest.mark.parametrize("persona", BOUND)
def test_t03_nothing_of_henan_is_shown_to_hebei(world, furnished, persona):
    found, asked = [], 0
    for name in rows():
        if name not in urls():
            continue
        target = furnished.get(name, Target())
        for method in asked_for(name, persona, furnished):
            url = address(world, name, target.own)
            asked += 1
            if CANARY in said(ask(world[persona].client, method, url, target.data)):
                found.append(f"{method} {url}")
    assert found == []
    assert asked > 20


def choices_of(page: str) -> list[str]:
    """What a page offers to choose from."""
    return sorted(set(re.findall(r'<select[^>]* name="(\w+)"', page)))


def foreign_values() -> list[Any]:
    """What somebody of Hebei might write into an address by hand: Henan and its unit."""
    return [HENAN, Unit.objects.filter(region=HENAN).values_list("pk", flat=True)[0]]


@pytest.mark.parametrize("persona", ["hebei_coordinator", "trainee"])
def test_t02_no_search_reaches_into_henan(world, furnished, persona):
    """Every choice of every page with foreign values written by hand: an error or nothing, never a row of theirs."""
    client, found, asked = world[persona].client, [], 0
    for name in rows():
        if name not in urls() or "get" not in asked_for(name, persona, furnished):
            continue
        url = address(world, name, furnished.get(name, Target()).own)
        page = ask(client, "get", url, {})
        if page.status_code != 200 or not page.headers["Content-Type"].startswith("text/html"):
            continue
        for field in choices_of(page.content.decode()):
            for value in foreign_values():
                asked += 1
                answer = ask(client, "get", f"{url}?{field}={value}", {})
                if answer.status_code >= 500 or CANARY in said(answer):
                    found.append(f"{url}?{field}={value}: {answer.status_code}")
    assert found == []
    assert asked >= 10, asked
