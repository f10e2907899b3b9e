"""What the virtual people saw, one JSON line per event, on the disk within half a second."""

import asyncio
import contextlib
import json
import os
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any


class History:
    """`note` writes down an event of a person; what is noted stays in `events`, too.

    Kinds: `put` (an answer was chosen), `sent`, `ok` (the server's words for answers), `lost` (no answer came: unknown),
    `away` (an answer that is none: status, Retry-After), `page`, `over` (handed in, with the receipt seen).
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self.events: list[dict[str, Any]] = []
        self._written = 0

    def note(self, person: int, kind: str, **values: Any) -> None:
        self.events.append({"at": round(time.monotonic(), 4), "person": person, "kind": kind, **values})

    @contextlib.asynccontextmanager
    async def kept(self) -> AsyncIterator[None]:
        """While the block runs, and at its end, the lines are forced onto the disk."""
        with self.path.open("ab") as file:
            keeper = asyncio.create_task(self._keep(file.fileno()))
            try:
                yield
            finally:
                keeper.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await keeper
                self._flush(file.fileno())

    async def _keep(self, file: int) -> None:
        while True:
            await asyncio.sleep(0.5)
            await asyncio.to_thread(self._flush, file)

    def _flush(self, file: int) -> None:
        fresh = self.events[self._written :]
        self._written += len(fresh)
        if fresh:
            os.write(file, "".join(json.dumps(event) + "\n" for event in fresh).encode())
            os.fsync(file)


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
