"""Nothing of Henan in anything that people of Hebei are shown: pages, exports, PDFs, errors, filters (T02, T03)."""

import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest
import time_machine

from accounts.models import Person, Unit
from enrollment.models import Enrollment
from tests.access.elsewhere import CANARY, furnish, stamp
from tests.access.requests import address, ask, said
from tests.access.table import METHODS, expected, rows, urls
from tests.access.world import Target, World
from tests.factories import HENAN, NOW

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.no_cover]
BOUND = ("hebei_coordinator", "hebei_administrator", "base_coordinator", "trainee", "other_trainee")
SHOWN = {"200", "302", "409"}


@pytest.fixture(scope="module")
def furnished(standing: Callable[[], World]) -> Mapping[str, Target]:
    """Both provinces full of everything, each text of Henan and each name of its people marked."""
    with time_machine.travel(NOW, tick=False):
        world = standing()
        built = furnish(world)
        marked = stamp(world["hebei_coordinator"], world["henan_coordinator"])
        people = Enrollment.objects.filter(region=HENAN).values("person")
        marked["accounts.person"] = Person.objects.filter(pk__in=people).update(name=CANARY)
    assert len(marked) >= 20, marked
    return built


def asked_for(name: str, persona: str, built: Mapping[str, Target]) -> dict[str, str]:
    """What each method gives this persona that is a page, where there is an object of their own in this world."""
    if urls()[name].objects and name not in built:
        return {}
    answers = zip(METHODS, expected(rows()[name], persona), strict=True)
    return {method: answer for method, answer in answers if answer in SHOWN}


@pytest.mark.parametrize("persona", BOUND)
def test_t03_nothing_of_henan_is_shown_to_hebei(world, furnished, persona):
    found, pages, asked = [], 0, 0
    for name in filter(urls().__contains__, rows()):
        target = furnished.get(name, Target())
        for method in asked_for(name, persona, furnished):
            url = address(world, name, target.own)
            answer = ask(world[persona].client, method, url, target.data)
            asked += 1
            pages += answer.status_code == 200
            if CANARY in said(answer):
                found.append(f"{method} {url}")
    assert found == []
    # a browser that is no longer signed in is shown nothing, and so nothing of Henan
    assert pages > 30
    assert pages > asked / 2


@pytest.mark.parametrize("persona", ["henan_coordinator"])
def test_the_marks_are_seen_by_whom_they_belong_to(world, furnished, persona):
    """What the sweep looks for does stand on pages: on those of Henan's own lists."""
    shown = 0
    for name in filter(urls().__contains__, rows()):
        if "get" in asked_for(name, persona, furnished) and not urls()[name].objects:
            shown += CANARY in said(ask(world[persona].client, "get", address(world, name, {}), {}))
    assert shown > 10


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
    for name in filter(urls().__contains__, rows()):
        if "get" not in asked_for(name, persona, furnished):
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
