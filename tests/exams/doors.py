"""The two doors of the hot path as a test sends to them: the ordinary view, and the lean one before Django."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.test import Client
from django.urls import reverse

from core.hot import Door, LeanDoors
from exams.answers import DOOR
from tests import rsgi


@dataclass(frozen=True, slots=True)
class Answered:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def data(self) -> Any:
        return json.loads(self.body)


Send = Callable[..., Answered]


def as_body(body: Any) -> bytes:
    return body if isinstance(body, bytes) else json.dumps(body).encode()


@contextmanager
def view_door(name: str = "exams_open:answer-save") -> Iterator[Send]:
    client = Client()

    def send(body: Any, query: str = "", **headers: str) -> Answered:
        response = client.post(
            reverse(name) + query, data=as_body(body), content_type="application/json", headers=headers
        )
        return Answered(response.status_code, dict(response.headers), response.content)

    yield send


@contextmanager
def lean_door(door: Door = DOOR) -> Iterator[Send]:
    """Its writer commits on a connection of its own: the test needs `transactional_db`."""
    doors = LeanDoors(_never, [door], threads=1)

    def send(body: Any, query: str = "", **headers: str) -> Answered:
        data = as_body(body)
        lower = [(name.lower().replace("_", "-"), value) for name, value in headers.items()]
        asked = rsgi.scope("POST", door.path, *lower, body=data, query_string=query.lstrip("?"))
        found = rsgi.ask(doors, asked, data)
        return Answered(found.status, found.headers, found.body)

    try:
        yield send
    finally:
        doors.__rsgi_del__(None)


def _never(environ: Any, start_response: Any) -> list[bytes]:
    raise AssertionError("the request reached Django")


DOORS = {"view": view_door, "lean door": lean_door}
