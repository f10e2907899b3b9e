"""A rush for pages never holds up what goes through the doors (X8)."""

import asyncio
import threading

from core.hot import Door, LeanDoors
from tests import rsgi


def test_x8_pages_beyond_the_limit_are_told_to_come_again_and_a_save_goes_through():
    held = threading.Event()

    def slow(environ, start_response):
        held.wait(10)
        start_response("200 OK", [])
        return [b"page"]

    def nothing(rows, verdicts, arrived):
        return {}

    door = Door("/door/", read=lambda *_: [], batch=lambda *_: [], failed=None, reply=nothing)
    application = LeanDoors(slow, [door], threads=1, pages=2)

    async def ask(method, path):
        protocol = rsgi.Protocol(b"{}")
        await application.__rsgi__(rsgi.scope(method, path, body=b"{}"), protocol)
        return protocol

    async def rush():
        pages = [asyncio.ensure_future(ask("GET", "/")) for _ in range(2)]
        await asyncio.sleep(0)
        beyond, save = await ask("GET", "/"), await ask("POST", "/door/")
        held.set()
        return beyond, save, *await asyncio.gather(*pages), await ask("GET", "/")

    beyond, save, *pages = asyncio.run(rush())
    application.__rsgi_del__(None)
    assert (beyond.status, beyond.headers["Retry-After"], save.status) == (503, "2", 200)
    assert [(page.status, page.body) for page in pages] == [(200, b"page")] * 3


def test_x8_a_body_that_comes_slowly_holds_nobodys_place():
    def page(environ, start_response):
        start_response("200 OK", [])
        return [b"page"]

    application = LeanDoors(page, [], threads=1, pages=1)

    class Slow(rsgi.Protocol):
        async def __call__(self):
            await sent.wait()
            return await super().__call__()

    async def act():
        slow, quick = Slow(b"{}"), rsgi.Protocol()
        waiting = asyncio.ensure_future(application.__rsgi__(rsgi.scope("POST", "/", body=b"{}"), slow))
        await asyncio.sleep(0)
        await application.__rsgi__(rsgi.scope("GET", "/"), quick)
        sent.set()
        await waiting
        return quick.status, slow.status

    sent = asyncio.Event()
    assert asyncio.run(act()) == (200, 200)
    application.__rsgi_del__(None)
