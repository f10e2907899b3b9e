"""The control of `make chaos`: the portal as it must not be. It says "saved" first and writes a moment later."""

import queue
import threading
import time
from collections.abc import Sequence
from typing import Any

from config.wsgi import application as application
from core.hot import Gatherer
from exams.answers import SAVED, SaveRow, Verdict

_DELAY_SECONDS = 0.3
_later: "queue.SimpleQueue[tuple[Gatherer, Sequence[Any]]]" = queue.SimpleQueue()
_write = Gatherer.__call__


def _write_later() -> None:
    while True:
        gatherer, rows = _later.get()
        time.sleep(_DELAY_SECONDS)
        _write(gatherer, rows)
        while not _later.empty():
            _write(*_later.get())


def _acknowledge_first(self: Gatherer, rows: Sequence[Any]) -> list[Any]:
    if not all(isinstance(row, SaveRow) for row in rows):
        return _write(self, rows)
    _later.put((self, rows))
    return [Verdict(SAVED)] * len(rows)


threading.Thread(target=_write_later, daemon=True).start()
Gatherer.__call__ = _acknowledge_first  # type: ignore[method-assign]
