"""The control of `make chaos`: the portal as it must not be. It says "saved" first and writes a moment later."""

import asyncio
from collections.abc import Sequence
from typing import Any

from config.server import application as application
from core.hot import Gatherer
from exams.answers import SAVED, SaveRow, Verdict

_DELAY_SECONDS = 0.3
_later: "set[asyncio.Future[None]]" = set()
_write = Gatherer.__call__


async def _write_later(gatherer: Gatherer, rows: Sequence[Any]) -> None:
    await asyncio.sleep(_DELAY_SECONDS)
    await _write(gatherer, rows)


async def _acknowledge_first(self: Gatherer, rows: Sequence[Any]) -> list[Any]:
    if not all(isinstance(row, SaveRow) for row in rows):
        return await _write(self, rows)
    writing = asyncio.ensure_future(_write_later(self, rows))
    _later.add(writing)
    writing.add_done_callback(_later.discard)
    return [Verdict(SAVED)] * len(rows)


Gatherer.__call__ = _acknowledge_first  # type: ignore[method-assign]
