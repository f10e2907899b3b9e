"""Every URL, every persona, GET and POST against one table (design §7): see README.md beside this file."""

import re
from collections.abc import Mapping
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.access import targets  # noqa: F401 - fills TARGETS
from tests.access.requests import address, ask
from tests.access.table import (
    ANONYMOUS,
    LOGIN,
    METHODS,
    Url,
    everyone,
    expected,
    people_of,
    rows,
    table,
    urls,
)
from tests.access.world import TARGETS, Target, World
from tests.factories import Persona
from tests.strict import UndefinedVariable

LISTED = [name for name in rows() if name in urls()]
WITH_OBJECTS = [name for name in LISTED if urls()[name].objects]
NOTHING = Target(same_for_all="no object")
MISSING = {"pk": 987654321, "region": "999999"}
pytestmark = pytest.mark.django_db


def test_every_url_is_in_the_table():
    missing_rows = sorted(set(urls()) - set(rows()))
    assert not missing_rows, "say in matrix.yaml who gets what from:\n" + "\n".join(missing_rows)


def test_the_table_lists_no_url_that_is_gone():
    assert sorted(set(rows()) - set(urls())) == []


def test_every_url_with_an_object_has_a_target():
    assert [name for name in WITH_OBJECTS if name not in TARGETS] == []
    assert sorted(set(TARGETS) - set(urls())) == []


def test_the_table_names_only_known_personas():
    known = set(everyone())
    frames = table()["frames"]
    keys = {
        names
        for row in [*rows().values(), *frames.values()]
        for names in row
        if names not in {"frame", "only", "year"}
    }
    assert {name for names in keys for name in people_of(names)} <= known
    assert {row.get("frame", "cancer") for row in rows().values()} <= set(frames)
    assert {row.get("only", "get") for row in rows().values()} <= set(METHODS)


def answer(client: Client, method: str, url: str, data: Mapping[str, Any]) -> str:
    """The status, `login`, or what broke."""
    try:
        response = ask(client, method, url, data)
    except (Exception, UndefinedVariable) as error:
        return f"{type(error).__name__}: {str(error)[:200]}"
    if response.status_code == 302 and response["Location"].startswith(reverse(settings.LOGIN_URL)):
        return LOGIN
    return str(response.status_code)


@pytest.mark.no_cover  # the rooms' own tests cover what decides
@pytest.mark.parametrize("name", LISTED)
def test_who_gets_what(world, name):
    built = TARGETS.get(name, lambda _world: NOTHING)(world)
    url = address(world, name, built.own)
    wrong = []
    for persona in everyone():
        seen = tuple(answer(world.client(persona), method, url, built.data) for method in METHODS)
        if seen != expected(rows()[name], persona):
            wrong.append(
                f"{persona}: {'/'.join(seen)} instead of {'/'.join(expected(rows()[name], persona))}"
            )
    assert not wrong, "\n".join([url, *wrong])


def plain(response: HttpResponse, url: str) -> str:
    """The body without what differs by nature: tokens and the address asked for."""
    assert not response.streaming, url
    text = response.content.decode().replace(url, "…")
    return re.sub(r'(csrfmiddlewaretoken" value="|nonce="|"csrf[^"]*":\s*")[^"]+', r"\1…", text)


def missing(url: Url, own: Mapping[str, Any]) -> dict[str, Any]:
    """The same arguments, the object's own replaced by one that does not exist."""
    last = url.objects[-1]
    value = own[last]
    return {**own, last: MISSING.get(last, 987654321 if isinstance(value, int) else "no-such-thing")}


OUTSIDER = "henan_coordinator"  # what is foreign to Hebei is their own


def bound_to_hebei(world: World, built: Target) -> dict[str, Persona]:
    """Those for whom the foreign object must not exist."""
    return {
        key: persona
        for key, persona in world.people.items()
        if key != OUTSIDER and (built.nobodys or not persona.scope.is_national)
    }


def gets_own(name: str, key: str, method: str) -> bool:
    return expected(rows()[name], key)[METHODS.index(method)] in {"200", "302", "409"}


@pytest.mark.no_cover
@pytest.mark.parametrize("name", WITH_OBJECTS)
def test_an_object_of_elsewhere_is_no_object(world, name):
    """Whoever may ask gets 404 for it, and nobody can tell it from one that does not exist (T02)."""
    built = TARGETS[name](world)
    if built.foreign is None:
        assert built.same_for_all, f"{name}: the target has neither a foreign object nor a reason"
        return
    there, nowhere = (
        address(world, name, found) for found in (built.foreign, missing(urls()[name], built.own))
    )
    wrong, asked = [], 0
    for key, persona in bound_to_hebei(world, built).items():
        for method in METHODS:
            foreign, absent = (ask(persona.client, method, url, built.data) for url in (there, nowhere))
            may = gets_own(name, key, method)
            asked += may
            if (
                foreign.status_code != absent.status_code
                or (may and foreign.status_code != 404)
                or plain(foreign, there) != plain(absent, nowhere)
            ):
                wrong.append(f"{key} {method}: foreign {foreign.status_code}, missing {absent.status_code}")
    assert not wrong, "\n".join([there, *wrong])
    assert asked or all_national(world, name), f"{name}: nobody bound to a province may ask for it"


def all_national(world: World, name: str) -> bool:
    """Only national roles (or the public) get this object at all."""
    getting = {key for key in everyone() if {"200", "302", "409"} & set(expected(rows()[name], key))}
    return all(key == ANONYMOUS or world[key].scope.is_national for key in getting)
