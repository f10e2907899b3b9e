"""A small WSGI application behind the bridge, for tests of the web server alone."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from core.hot import LeanDoors

Environ = dict[str, Any]
PIECE = 8192


def portal(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
    return PAGES.get(environ["PATH_INFO"], _ok)(environ, start_response)


def _ok(environ: Environ, start_response: Callable[..., Any]) -> list[bytes]:
    start_response("200 OK", [("Content-Length", "2")])
    return [b"ok"]


def _digest(environ: Environ, start_response: Callable[..., Any]) -> list[bytes]:
    body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    start_response("200 OK", [])
    return [hashlib.sha256(body).hexdigest().encode()]


class _Large:
    """As many bytes as the query says; `open_ones` are those that nobody closed."""

    open_ones = 0

    def __init__(self, environ: Environ, start_response: Callable[..., Any]) -> None:
        self._size = int(environ["QUERY_STRING"])
        length = ("Content-Length", str(self._size))
        start_response("200 OK", [length, ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")])
        _Large.open_ones += 1

    def __iter__(self) -> Iterator[bytes]:
        return (b"x" * min(PIECE, self._size - start) for start in range(0, self._size, PIECE))

    def close(self) -> None:
        _Large.open_ones -= 1


def _open(environ: Environ, start_response: Callable[..., Any]) -> list[bytes]:
    start_response("200 OK", [])
    return [str(_Large.open_ones).encode()]


def _unchanged(environ: Environ, start_response: Callable[..., Any]) -> list[bytes]:
    start_response("304 Not Modified", [("ETag", '"1"')])
    return []


def _environ(environ: Environ, start_response: Callable[..., Any]) -> list[bytes]:
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps({name: value for name, value in environ.items() if isinstance(value, str)}).encode()]


PAGES: dict[str, Callable[..., Iterable[bytes]]] = {
    "/digest/": _digest, "/large/": _Large, "/open/": _open, "/unchanged/": _unchanged, "/environ/": _environ,
}  # fmt: skip
application = LeanDoors(portal, ())
