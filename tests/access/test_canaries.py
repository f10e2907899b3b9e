"""Nothing of Henan in anything that people of Hebei are shown: pages, exports, PDFs, errors, filters (T02, T03)."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
import time_machine

from accounts.models import Person, Unit
from enrollment.models import Enrollment
from tests.access.elsewhere import CANARY, stamp
from tests.access.requests import address, ask, said
from tests.access.table import METHODS, expected, rows, urls
from tests.access.world import Target, World
from tests.factories import HENAN, NOW

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.no_cover]
BOUND = ("hebei_coordinator", "hebei_administrator", "base_coordinator", "trainee", "other_trainee")
SHOWN = {"200", "302", "409"}
FULL = 50  # the round that holds most targets is asked for the URLs without an object too


@pytest.fixture(scope="module")
def furnished(standing: Callable[[], World], filled: dict[str, Target]) -> Mapping[str, Target]:
    """Both provinces full of everything, each text of Henan and each name of its people marked."""
    with time_machine.travel(NOW, tick=False):
        world = standing()
        marked = stamp(world["hebei_coordinator"], world["henan_coordinator"])
        people = Enrollment.objects.filter(region=HENAN).values("person")
        marked["accounts.person"] = Person.objects.filter(pk__in=people).update(name=CANARY)
    assert marked
    return filled


def everything_asked(persona: str, built: Mapping[str, Target]) -> Iterator[tuple[str, str]]:
    """URL and method of what this persona is shown; without an object in the round that holds everything else."""
    for name in filter(urls().__contains__, rows()):
        if name in built or (not urls()[name].objects and len(built) > FULL):
            answers = zip(METHODS, expected(rows()[name], persona), strict=True)
            yield from ((name, method) for method, answer in answers if answer in SHOWN)


@pytest.mark.parametrize("persona", BOUND)
def test_t03_nothing_of_henan_is_shown_to_hebei(world, furnished, persona):
    found, pages, asked = [], 0, 0
    for name, method in everything_asked(persona, furnished):
        target = furnished.get(name, Target())
        url = address(world, name, target.own)
        answer = ask(world[persona].client, method, url, target.data)
        asked += 1
        pages += answer.status_code == 200
        if CANARY in said(answer):
            found.append(f"{method} {url}")
    assert found == []
    # a browser that is no longer signed in is shown nothing, and so nothing of Henan
    assert pages > asked / 2 or asked < FULL


@pytest.mark.parametrize("filled", [0], indirect=True)
def test_the_marks_are_seen_by_whom_they_belong_to(world, furnished):
    """What the sweep looks for does stand on pages: on those of Henan's own lists."""
    client = world["henan_coordinator"].client
    seen = [
        name
        for name, method in everything_asked("henan_coordinator", furnished)
        if not urls()[name].objects and CANARY in said(ask(client, method, address(world, name, {}), {}))
    ]
    assert len(seen) > 10


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
    for name, method in everything_asked(persona, furnished):
        if method == "post":
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
    assert asked >= 10 or len(furnished) < FULL, asked
