"""A WSGI application behind the server's own interface: what it is told, and what is sent (ADR 9)."""

import asyncio
import hashlib
import io
import threading
import wsgiref.validate

import pytest
from granian.rsgi import ProtocolClosed

from core import bridge
from core.bridge import PART, WHOLE_BODY, Bridge, Meta, environ_of, length_of
from tests import rsgi


class Served:
    """A bridge as `rsgi.ask` asks it."""

    def __init__(self, application):
        self.bridge = Bridge(application, threads=1)

    async def __rsgi__(self, scope, protocol):
        body = await self.bridge.body(scope, protocol)
        await self.bridge.send(await self.bridge.ask(scope, body), protocol)


@pytest.fixture
def serve():
    made = []

    def make(application):
        made.append(Served(application))
        return made[-1]

    yield make
    for served in made:
        served.bridge.close()


class Body:
    """Pieces of an answer; tells in which threads they were read, and where it was closed."""

    def __init__(self, pieces):
        self.pieces, self.read_in, self.closed_in = pieces, set(), []

    def __iter__(self):
        for piece in self.pieces:
            self.read_in.add(threading.current_thread().name.split("_")[0])
            yield piece

    def close(self):
        self.closed_in.append(threading.current_thread().name.split("_")[0])


def answering(body):
    def application(environ, start_response):
        start_response("200 OK", [("X-Kind", "test")])
        return body

    return application


# What the application is told


def test_the_request_arrives_as_wsgi_wants_it():
    scope = rsgi.scope(
        "POST", "/地区/", ("content-type", "text/plain"), ("x-forwarded-for", "10.0.0.1"), body=b"abc",
        query_string="q=地&r=%E5", client="[::1]:4711", http_version="2", scheme="https",
    )  # fmt: skip
    environ = environ_of(scope, io.BytesIO(b"abc"))
    assert {name: environ[name] for name in environ if not name.startswith("wsgi.")} == {
        "REQUEST_METHOD": "POST", "SCRIPT_NAME": "", "PATH_INFO": "/地区/".encode().decode("latin-1"),
        "QUERY_STRING": "q=地&r=%E5".encode().decode("latin-1"), "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "8000", "SERVER_PROTOCOL": "HTTP/2",
        "REMOTE_ADDR": "::1", "HTTP_HOST": "testserver", "CONTENT_TYPE": "text/plain", "CONTENT_LENGTH": "3",
        "HTTP_X_FORWARDED_FOR": "10.0.0.1",
    }  # fmt: skip
    assert environ["wsgi.url_scheme"] == "https"


def test_a_header_with_an_underscore_cannot_pass_for_another():
    scope = rsgi.scope("GET", "/", ("x_forwarded_for", "10.6.6.6"), ("x-forwarded-for", "10.0.0.1"))
    assert environ_of(scope, io.BytesIO())["HTTP_X_FORWARDED_FOR"] == "10.0.0.1"


def test_headers_that_come_twice_are_joined_and_cookies_stay_cookies():
    twice = [("accept", "a"), ("cookie", "one=1"), ("accept", "b"), ("cookie", "two=2")]
    environ = environ_of(rsgi.scope("GET", "/", *twice), io.BytesIO())
    assert (environ["HTTP_ACCEPT"], environ["HTTP_COOKIE"]) == ("a,b", "one=1; two=2")


@pytest.mark.parametrize(
    ("authority", "host"), [(None, "testserver"), ("portal.example.org", "portal.example.org")]
)
def test_the_host_is_the_one_the_request_names(authority, host):
    scope = rsgi.scope("GET", "/", authority=authority)
    if authority:
        scope = rsgi.Scope(headers=rsgi.Headers([]), authority=authority)
    assert environ_of(scope, io.BytesIO())["HTTP_HOST"] == host


@pytest.mark.parametrize("said", ["", "-1", "+3", "1e3", "three", "³"])
def test_a_length_that_is_none_is_none(said):
    assert length_of(rsgi.scope("POST", "/", ("content-length", said))) == 0


def test_the_environment_is_made_only_when_somebody_looks(monkeypatch):
    made = []
    monkeypatch.setattr(bridge, "environ_of", lambda *_: made.append(1) or {"REMOTE_ADDR": "10.0.0.1"})
    meta = Meta(rsgi.scope("GET", "/"))
    assert made == []
    assert (dict(meta), len(meta), meta["REMOTE_ADDR"], made) == (
        {"REMOTE_ADDR": "10.0.0.1"}, 1, "10.0.0.1", [1],
    )  # fmt: skip


def test_the_standards_own_checker_finds_nothing_to_complain(serve):
    def application(environ, start_response):
        assert environ["wsgi.input"].read(3) == b"abc"
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"ok"]

    scope = rsgi.scope("POST", "/", body=b"abc")
    assert rsgi.ask(serve(wsgiref.validate.validator(application)), scope, b"abc").body == b"ok"


# The body


def digest(environ, start_response):
    start_response("200 OK", [])
    body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    return [hashlib.sha256(body).hexdigest().encode()]


@pytest.mark.parametrize("size", [0, 1, WHOLE_BODY, WHOLE_BODY + 1, 3 * WHOLE_BODY + 7])
def test_a_body_arrives_whole_whatever_its_size(serve, size):
    body = bytes(number % 251 for number in range(size))
    found = rsgi.ask(serve(digest), rsgi.scope("POST", "/", body=body), body)
    assert found.body.decode() == hashlib.sha256(body).hexdigest()


def test_a_large_body_is_read_no_faster_than_the_application_reads_it(serve):
    def hasty(environ, start_response):
        environ["wsgi.input"].read(10)
        start_response("413 Content Too Large", [])
        return [b"no"]

    body = b"x" * 20 * WHOLE_BODY
    found = rsgi.ask(serve(hasty), rsgi.scope("POST", "/", body=body), body)
    assert found.status == 413
    assert sum(found.read) <= PART + rsgi.CHUNK


def reading(told):
    def application(environ, start_response):
        for _ in range(2):
            try:
                environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
            except OSError as error:
                told.append(type(error))
        start_response("400 Bad Request", [])
        return [b""]

    return application


HALF = rsgi.scope("POST", "/", ("content-length", str(2 * WHOLE_BODY)))


@pytest.mark.parametrize("said", [True, False], ids=["told-so", "found-out"])
def test_a_large_body_that_ends_early_is_an_error_of_reading(serve, said):
    """Or half a file would pass for a whole one."""
    told = []
    assert rsgi.ask(serve(reading(told)), HALF, b"x" * 100, ends_early=said).status == 400
    assert told == [OSError, OSError]


def test_a_sender_who_falls_silent_does_not_hold_a_thread_for_ever(serve, monkeypatch):
    monkeypatch.setattr(bridge, "SILENCE_SECONDS", 0.05)
    told = []
    assert rsgi.ask(serve(reading(told)), HALF, b"x" * 100, falls_silent=True).status == 400
    assert told == [TimeoutError, OSError]


def test_a_body_of_no_announced_length_is_not_read(serve):
    found = rsgi.ask(serve(answering([b"ok"])), rsgi.scope("POST", "/"), b"x" * 100)
    assert (found.body, found.read) == (b"ok", [])


# The answer


def test_a_small_answer_is_sent_at_once_and_closed_where_it_was_made(serve):
    body = Body([b"a", b"", b"b"])
    found = rsgi.ask(serve(answering(body)), rsgi.scope("GET", "/"))
    assert (found.status, found.headers, found.parts) == (
        200,
        {"X-Kind": "test", "Content-Length": "2"},
        [b"ab"],
    )
    assert (body.read_in, body.closed_in) == ({"django"}, ["django"])


@pytest.mark.parametrize(
    "pieces", [[b"x" * PART, b""], [b"x" * 5000] * 200, [b"", b"x" * (3 * PART), b"", b"y"]]
)
def test_a_large_answer_is_sent_in_parts_and_closed_by_its_reader(serve, pieces):
    body = Body(pieces)
    found = rsgi.ask(serve(answering(body)), rsgi.scope("GET", "/"))
    assert found.body == b"".join(pieces)
    assert all(len(part) >= PART for part in found.parts[:-1])
    assert (body.read_in, body.closed_in) == ({"django", "reader"}, ["reader"])


def test_an_answer_nobody_waits_for_any_more_is_closed(serve):
    body = Body([b"x" * PART] * 10)
    with pytest.raises(ProtocolClosed):
        rsgi.ask(serve(answering(body)), rsgi.scope("GET", "/"), leaves_after=2)
    assert body.closed_in == ["reader"]


def test_a_slow_download_holds_no_thread_of_the_application(serve):
    served = serve(
        lambda environ, start: answering([b"x" * PART] * 3 if environ["PATH_INFO"] == "/large" else [b"ok"])(
            environ, start
        )
    )

    class Slow(rsgi.Protocol):
        async def send_bytes(self, data):
            await others.wait()
            await super().send_bytes(data)

    async def act():
        slow = Slow()
        download = asyncio.ensure_future(served.__rsgi__(rsgi.scope("GET", "/large"), slow))
        page = rsgi.Protocol()
        async with asyncio.timeout(5):
            await served.__rsgi__(rsgi.scope("GET", "/"), page)
            others.set()
            await download
        return page.body, len(slow.body)

    others = asyncio.Event()
    assert asyncio.run(act()) == (b"ok", 3 * PART)


def test_what_the_application_raises_reaches_the_server(serve):
    def faulty(environ, start_response):
        raise RuntimeError("faulty")

    with pytest.raises(RuntimeError, match="faulty"):
        rsgi.ask(serve(faulty), rsgi.scope("GET", "/"))


def test_an_answer_that_fails_while_it_is_made_is_closed(serve):
    class Broken(Body):
        def __iter__(self):
            raise RuntimeError("broken")

    body = Broken([])
    with pytest.raises(RuntimeError, match="broken"):
        rsgi.ask(serve(answering(body)), rsgi.scope("GET", "/"))
    assert body.closed_in == ["django"]
