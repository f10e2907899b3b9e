"""Every column of every model sent to every address that writes: nothing changes that the form does not declare (T05).

It proves nothing of an address whose target sends no valid form: there neither request writes. To cover one, give its
target in targets/ the data of a valid form.
"""

import re
import secrets
import uuid
from collections.abc import Mapping
from copy import deepcopy
from itertools import count
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection, models
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.access import targets  # noqa: F401 - fills TARGETS
from tests.access.requests import address, ask
from tests.access.table import METHODS, everyone, expected, rows, urls
from tests.access.world import TARGETS, Target, World
from tests.helpers import undone
from tests.registries.rooms import all_models, label

pytestmark = [pytest.mark.django_db, pytest.mark.no_cover]
WRITES = {"200", "302", "409"}
WRITING = ("INSERT", "UPDATE", "DELETE")
# an act's dialog stands on another page and asks for the reason; a choice that has nothing to choose shows no field
DIALOG = {"reason"}
CHOICES = {"enrollment:place-settle": {"institution"}}
# salted anew at every write
CHANCE = {"password"}


def may_post(name: str) -> str:
    """The first persona whose POST goes through; empty where none's does."""
    post = METHODS.index("post")
    return next((key for key in everyone() if expected(rows()[name], key)[post] in WRITES), "")


POSTED = [
    name for name in rows() if name in urls() and not name.startswith(("account_", "mfa_")) and may_post(name)
]


def told(field: models.Field) -> str:
    """A value that the column would take."""
    if field.choices:
        return str(list(field.choices)[-1][0])
    kinds = {
        "BooleanField": "on",
        "DateField": "2022-01-01",
        "DateTimeField": "2022-01-01 00:00",
        "CharField": "X",
        "TextField": "X",
    }
    return kinds.get(field.get_internal_type(), "1")


def everything() -> dict[str, str]:
    columns: dict[str, str] = {}
    for model in all_models():
        for field in model._meta.concrete_fields:
            columns |= {field.name: told(field), field.attname: told(field)}
    return columns


def declared(client: Client, url: str, data: Mapping[str, Any]) -> set[str]:
    """What is asked for: the fields of the form at the address, and what the access table sends."""
    page = ask(client, "get", url, {})
    html = page.content.decode(errors="replace") if page.status_code == 200 and not page.streaming else ""
    return set(data) | set(re.findall(r'name="([\w-]+)"', html)) | DIALOG


def written(client: Client, url: str, data: Mapping[str, Any], patch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Every row of every model written to, as it stands after the request; chance gives the same numbers each time."""
    tokens, names = count(), count(1)
    patch.setattr(secrets, "token_hex", lambda size=16: f"{next(tokens):032x}")
    patch.setattr(secrets, "token_urlsafe", lambda size=16: f"token-{next(tokens)}")
    patch.setattr(uuid, "uuid4", lambda: uuid.UUID(int=next(names)))

    def post() -> dict[str, Any]:
        cache.clear()  # how often one was refused within the minute
        with CaptureQueriesContext(connection) as asked:
            client.post(url, {"csrfmiddlewaretoken": "as a browser sends it", **data})
        writes = "".join(one["sql"] for one in asked if one["sql"].startswith(WRITING))
        return {
            label(model): [
                {name: value for name, value in row.items() if name not in CHANCE}
                for row in model._base_manager.order_by("pk").values()
            ]
            for model in all_models()
            if f'"{model._meta.db_table}"' in writes
        }

    cookies = deepcopy(client.cookies)
    found = dict(undone(post))
    client.cookies = cookies  # what the answer set was taken back with the rest
    return found


@pytest.mark.parametrize("name", POSTED)
def test_t05_what_is_not_declared_changes_nothing(
    world: World, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = TARGETS.get(name, lambda _world: Target())(world)
    client, url = world.client(may_post(name)), address(world, name, built.own)
    known = declared(client, url, built.data) | CHOICES.get(name, set())
    unasked = {key: value for key, value in everything().items() if key not in known}
    assert len(unasked) > 200
    plain = written(client, url, built.data, monkeypatch)
    pushed = written(client, url, {**unasked, **built.data}, monkeypatch)
    assert [table for table in {**plain, **pushed} if plain.get(table) != pushed.get(table)] == []
