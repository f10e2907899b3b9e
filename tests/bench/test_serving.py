"""The bench serves what production serves."""

import hashlib
import json
import re
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from http.client import HTTPResponse
from pathlib import Path

import pytest

from bench import serving
from bin import children, services
from core.hot import DJANGO_THREADS
from tests.repository import tree


def test_the_web_server_is_the_one_of_the_image():
    dockerfile = (tree.ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", "")
    command = re.search(r'^CMD (\[.*?"config.server:application"\])', dockerfile, flags=re.MULTILINE)
    assert command
    wanted = json.loads(command[1])
    ours = serving.web_command(8000)[2:]
    place = ours.index(serving.HOST)
    ours[place] = "0.0.0.0"  # noqa: S104 - inside its container
    assert sorted(word for word in ours if word not in {"--log-level", "error"}) == sorted(wanted)


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    """The small application of tests.bench.app, served as the portal is where processes begin with few open files."""
    found = services.free_port()
    command = serving.web_command(found, "tests.bench.app:application", workers=1)
    few_files = ["sh", "-c", 'ulimit -S -n 256; exec "$@"', "sh"]
    server = children.start("web", [*few_files, *command], log=tmp_path / "web.log")
    try:
        serving.wait(found, server)
        yield found
    finally:
        children.end_all([server])


def ask(port: int, head: str, body: bytes = b"") -> tuple[HTTPResponse, bytes]:
    with socket.create_connection((serving.HOST, port), timeout=20) as browser:
        browser.sendall(
            f"{head}\r\nHost: portal\r\nContent-Length: {len(body)}\r\n\r\n".encode("latin-1") + body
        )
        response = HTTPResponse(browser, method=head.split()[0])
        response.begin()
        return response, response.read()


def test_x8_large_bodies_and_answers_pass_whole_and_what_is_left_midway_holds_nothing(port: int) -> None:
    body = bytes(range(256)) * 4096 * 3
    for _ in range(DJANGO_THREADS + 2):
        leave(
            port, f"POST /digest/ HTTP/1.1\r\nHost: portal\r\nContent-Length: {len(body)}", body[:1_500_000]
        )
        leave(port, "GET /large/?50000000 HTTP/1.1\r\nHost: portal")
    response, found = ask(port, "POST /digest/ HTTP/1.1", body)
    assert (response.headers["Content-Length"], found.decode()) == ("64", hashlib.sha256(body).hexdigest())
    response, found = ask(port, "GET /large/?5000001 HTTP/1.1")
    assert (response.headers.get_all("Set-Cookie"), len(found)) == (["a=1", "b=2"], 5_000_001)
    deadline = time.monotonic() + 10
    while (left := ask(port, "GET /open/ HTTP/1.1")[1]) != b"0":
        assert time.monotonic() < deadline, f"{left!r} answers were never closed"


def leave(port: int, head: str, body: bytes = b"") -> None:
    with socket.create_connection((serving.HOST, port), timeout=20) as browser:
        browser.sendall(f"{head}\r\n\r\n".encode() + body)
        if not body:
            browser.recv(1000)


def test_x8_the_server_tells_the_application_what_the_browser_said(port: int) -> None:
    head = (
        "GET /environ/?a=%E5%9C%B0&b=\xe5\x9c\xb0 HTTP/1.1\r\nx_forwarded_for: 10.6.6.6\r\nX-Name: \xe5\x9c\r\n"
        "Cookie: a=1\r\nCookie: b=2\r\nX-Forwarded-For: 10.0.0.1"
    )
    told = json.loads(ask(port, head)[1])
    assert {name: told.get(name) for name in ("QUERY_STRING", "HTTP_HOST", "HTTP_COOKIE", "HTTP_X_FORWARDED_FOR")} == {
        "QUERY_STRING": "a=%E5%9C%B0&b=\xe5\x9c\xb0", "HTTP_HOST": "portal", "HTTP_COOKIE": "a=1; b=2",
        "HTTP_X_FORWARDED_FOR": "10.0.0.1",
    }  # fmt: skip
    assert told["REMOTE_ADDR"] == serving.HOST
    # a header that is no ASCII does not reach the application at all
    assert "HTTP_X_NAME" not in told


@pytest.mark.parametrize(
    ("head", "status", "length"),
    [
        pytest.param("HEAD /large/?300000 HTTP/1.1", 200, "300000", id="head"),
        pytest.param("GET /unchanged/ HTTP/1.1", 304, None, id="not-modified"),
        pytest.param("GET /%ff%fe/ HTTP/1.1", 200, "2", id="not-utf-8"),
    ],
)
def test_x8_answers_without_a_body_and_odd_addresses_are_served(
    port: int, head: str, status: int, length: str | None
) -> None:
    response, _ = ask(port, head)
    assert (response.status, response.headers["Content-Length"]) == (status, length)


# more than many a machine lets a process open
KEPT = 1100


def test_x8_t21_connections_that_browsers_keep_shut_nobody_out(port: int) -> None:
    """The backpressure counts connections: with as many as there are threads, the next candidate waited for half a minute."""
    with ExitStack() as kept:
        for _ in range(KEPT):
            browser = kept.enter_context(socket.create_connection((serving.HOST, port), timeout=5))
            browser.sendall(b"GET / HTTP/1.1\r\nHost: portal\r\n\r\n")
            assert browser.recv(1000).startswith(b"HTTP/1.1 200")
