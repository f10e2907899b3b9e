"""The two doors of the hot path as a test sends to them: the ordinary view, and the lean callable before Django."""

import io
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.test import Client
from django.urls import reverse

from core.hot import Door, LeanDoors
from exams.answers import DOOR


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
        data, said = as_body(body), {}

        def start_response(status: str, head: list[tuple[str, str]]) -> None:
            said.update(status=int(status.split()[0]), headers=dict(head))

        environ = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": door.path,
            "QUERY_STRING": query.lstrip("?"),
            "CONTENT_LENGTH": str(len(data)),
            "wsgi.input": io.BytesIO(data),
            **{f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()},
        }
        return Answered(body=b"".join(doors(environ, start_response)), **said)

    try:
        yield send
    finally:
        doors.close()


def _never(environ: Any, start_response: Any) -> list[bytes]:
    raise AssertionError("the request reached Django")


DOORS = {"view": view_door, "lean door": lean_door}
