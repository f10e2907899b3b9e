"""The connection of a virtual person: an answer belongs to its own question, and an idle end is nobody's loss."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

import pytest

from bench.browser import Browser, Lost

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def answer(text: str) -> bytes:
    return f"HTTP/1.1 200 OK\r\nContent-Length: {len(text)}\r\n\r\n{text}".encode()


async def _path(reader: asyncio.StreamReader) -> str:
    return (await reader.readuntil(b"\r\n\r\n")).decode().split()[1]


async def slow_first(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Echoes the path; of /slow it waits."""
    with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
        while True:
            path = await _path(reader)
            await asyncio.sleep(0.2 if path == "/slow" else 0)
            writer.write(answer(path))
    writer.close()


async def ends(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One answer, and the connection is over without a word."""
    writer.write(answer(await _path(reader)))
    await writer.drain()
    writer.close()


def meet(serve: Serve, act: Callable[[Browser], Awaitable[str]]) -> str:
    async def both() -> str:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        browser = Browser("127.0.0.1", server.sockets[0].getsockname()[1])
        try:
            return await act(browser)
        finally:
            browser.close()
            server.close()
            await asyncio.sleep(0.3)  # the server's side sees it and closes, too

    return asyncio.run(both())


def test_an_answer_given_up_is_not_taken_for_the_next_one() -> None:
    async def act(browser: Browser) -> str:
        pulse = asyncio.create_task(browser.get("/slow"))
        await asyncio.sleep(0.05)
        pulse.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await pulse
        await asyncio.sleep(0.3)
        return (await browser.get("/hand-in")).text

    assert meet(slow_first, act) == "/hand-in"


def test_a_connection_ended_while_idle_is_opened_again() -> None:
    async def act(browser: Browser) -> str:
        await browser.get("/one")
        await asyncio.sleep(0.05)
        return (await browser.get("/two")).text

    assert meet(ends, act) == "/two"


def test_an_answer_that_never_comes_is_lost() -> None:
    async def act(browser: Browser) -> str:
        with pytest.raises(Lost):
            await browser.get("/slow", patience=0.05)
        return (await browser.get("/next")).text

    assert meet(slow_first, act) == "/next"
