"""Acts that meet at one moment, each on a connection of its own."""

import fcntl
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Any

from django.conf import settings
from django.db import connection

Act = Callable[[], Any]


class Racers:
    """Threads that keep their connections from one race to the next, so that many races cost no reconnecting.

    One race at a time on this machine: two would want more connections than a database gives.
    """

    def __init__(self, count: int) -> None:
        self.count = count
        self._threads = ThreadPoolExecutor(count)

    def __enter__(self) -> "Racers":
        self._turn = (Path(settings.VAR_DIR) / "racing.lock").open("w")
        fcntl.flock(self._turn, fcntl.LOCK_EX)
        try:
            sound(self.together(*[_connect] * self.count))
        except BaseException:
            self._leave()
            raise
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._leave()

    def _leave(self) -> None:
        try:
            sound(self.together(*[_disconnect] * self.count))
        finally:
            self._threads.shutdown()
            self._turn.close()

    def together(self, *acts: Act) -> list[Any]:
        """What each act answered, in order; an act that failed is answered with its exception."""
        assert len(acts) <= self.count
        barrier = threading.Barrier(len(acts))

        def run(act: Act) -> Any:
            barrier.wait(20)
            try:
                return act()
            except Exception as error:
                return error

        return list(self._threads.map(run, acts, timeout=120))


def _connect() -> None:
    # the thread's own: looked up where it runs
    connection.ensure_connection()


def _disconnect() -> None:
    connection.close()


def together(*acts: Act) -> list[Any]:
    """One race; a failure of any act is raised."""
    with Racers(len(acts)) as racers:
        results = racers.together(*acts)
    return sound(results)


def sound(results: Sequence[Any]) -> list[Any]:
    """The results, when none of them is a failure."""
    for result in results:
        if isinstance(result, BaseException):
            raise result
    return list(results)
