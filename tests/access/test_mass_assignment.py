"""Every column of every model sent to every address that writes: nothing changes that the form does not declare (T05).

What is sent is a valid form of an object that is ready for it (filled.py, ready.py), so that both requests write.
"""

import re
import secrets
import uuid
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection, models
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.models import Event
from tests.access import targets  # noqa: F401 - fills TARGETS
from tests.access.filled import again, sending
from tests.access.requests import WRITES, ask, lasting
from tests.access.table import METHODS, everyone, expected, rows, urls
from tests.access.world import TARGETS, Target, World
from tests.helpers import undone
from tests.registries.rooms import all_models, label

pytestmark = [pytest.mark.django_db, pytest.mark.no_cover]
ANSWERED = {"200", "302", "409"}
# changes nothing that lasts: URL → why
IDLE = {
    "set_language": "the language of one's own session",
    "accounts:session-state": "a sign of life, kept in the session",
    "accounts:viewing-end": "nobody is looked as",
    "exams_open:certificate-lookup": "a search",
    "exams:item-preview": "an item as it is typed, not saved",
    "bases:application-check": "findings on what is typed and not saved",
    "supervision:scorecards-refresh": "a job, which says who asked",
}
# an act's dialog stands on another page and asks for the reason; a choice that has nothing to choose shows no field
DIALOG = {"reason"}
CHOICES = {
    "enrollment:place-settle": {"institution"},
    "accounts:code-issue": {"unit"},
    "accounts:unit-create": {"institution"},
    "accounts:unit-edit": {"institution"},
}
# salted anew at every write; the name under which a file is kept
CHANCE = {"password", "file", "video"}


def may_post(name: str) -> str:
    """The first persona whose POST goes through; empty where none's does."""
    post = METHODS.index("post")
    return next((key for key in everyone() if expected(rows()[name], key)[post] in ANSWERED), "")


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


@dataclass(frozen=True)
class Done:
    """Every row of every model written to, as it stands after the request, and whether anything lasts of it."""

    tables: dict[str, Any]
    acted: bool


def done(client: Client, url: str, data: Mapping[str, Any], patch: pytest.MonkeyPatch) -> Done:
    """What a request does before it is taken back; chance gives the same numbers each time."""
    tokens, names = count(), count(1)
    patch.setattr(secrets, "token_hex", lambda size=16: f"{next(tokens):032x}")
    patch.setattr(secrets, "token_urlsafe", lambda size=16: f"token-{next(tokens)}")
    patch.setattr(secrets, "choice", lambda letters: letters[0])
    patch.setattr(uuid, "uuid4", lambda: uuid.UUID(int=next(names)))

    def post() -> Done:
        cache.clear()  # how often one was refused within the minute
        before = Event.objects.count()
        with CaptureQueriesContext(connection) as asked:
            response = client.post(url, {"csrfmiddlewaretoken": "as a browser sends it", **again(data)})
        statements = [one["sql"] for one in asked]
        writes = "".join(text for text in statements if text.startswith(WRITES))
        rows = {
            label(model): [
                {name: value for name, value in row.items() if name not in CHANCE}
                for row in model._base_manager.order_by("pk").values()
            ]
            for model in all_models()
            if f'"{model._meta.db_table}"' in writes
        }
        wrote = bool(lasting(statements)) or Event.objects.count() > before
        return Done(rows, wrote and response.status_code in {200, 302})

    cookies = deepcopy(client.cookies)
    found: Done = undone(post)
    client.cookies = cookies  # what the answer set was taken back with the rest
    return found


@pytest.mark.parametrize("name", POSTED)
def test_t05_what_is_not_declared_changes_nothing(
    world: World, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = TARGETS.get(name, lambda _world: Target())(world)
    client = world.client(may_post(name))
    url, data = sending(world, name, may_post(name), built)
    known = declared(client, url, data) | CHOICES.get(name, set())
    unasked = {key: value for key, value in everything().items() if key not in known}
    assert len(unasked) > 200
    plain = done(client, url, data, monkeypatch)
    pushed = done(client, url, {**unasked, **data}, monkeypatch)
    assert plain.acted == (name not in IDLE), "the sweep proves nothing of a POST that is refused"
    tables = {**plain.tables, **pushed.tables}
    assert [table for table in tables if plain.tables.get(table) != pushed.tables.get(table)] == []


def test_the_list_of_idle_urls_names_only_what_is_asked() -> None:
    assert set(IDLE) <= set(POSTED)
