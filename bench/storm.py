"""What is killed while people sit the exam, when, and how it comes back."""

import asyncio
import contextlib
import os
import random
import signal
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bench import serving
from bin.children import Child
from bin.services import OwnPostgres, OwnRedis

# one after the other; Redis stays away long enough to see the exam go on without it
SCRIPT = (
    "worker", "worker", "postgres", "worker", "redis", "web", "worker", "postgres", "worker", "worker", "redis", "web",
    "postgres", "worker", "worker", "postgres", "redis", "worker", "worker", "web", "postgres", "worker",
)  # fmt: skip
GAP_SECONDS, REDIS_AWAY_SECONDS, POSTGRES_AWAY_SECONDS = 4.0, 10.0, 1.0
# before a server goes the portal has been well for so long, so that what fails then fails for want of that server
CALM_SECONDS, PATIENCE_SECONDS = 4.0, 25.0
# what watches over the web server starts it again, as Docker does: also when it gives up after two deaths in a row
WATCH_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Kill:
    """`down` and `up` are on the monotonic clock: when it was killed, and when it was started again."""

    what: str
    down: float
    up: float


@dataclass
class Storm:
    """The portal and its two servers; `kills` grows as the storm goes on."""

    port: int
    log: Path
    env: Mapping[str, str]
    application: str
    postgres: OwnPostgres
    redis: OwnRedis
    kills: list[Kill] = field(default_factory=list)
    web: Child | None = None
    restarts: int = 0

    def start_web(self) -> None:
        self.web = serving.start(self.port, self.log, self.env, self.application)

    def end(self) -> None:
        if self.web:
            self.web.kill()

    async def watch(self) -> None:
        """For ever: a web server that ended is started again."""
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            if self.web and self.web.process.poll() is not None:
                self.start_web()
                self.restarts += 1

    async def blow(self, chance: random.Random, during_redis: Callable[[], object] | None = None) -> None:
        """The whole script. `during_redis` is begun each time Redis has just gone."""
        for what in SCRIPT:
            await asyncio.sleep(GAP_SECONDS)
            if what in {"redis", "postgres"}:
                await self._calm()
            down = time.monotonic()
            if what == "redis":
                await self._redis(during_redis)
            elif what == "postgres":
                await self._postgres()
            elif what == "web":
                self.end()
            else:
                self._worker(chance)
            self.kills.append(Kill(what, down, time.monotonic()))

    async def _calm(self) -> None:
        limit = time.monotonic() + PATIENCE_SECONDS
        since = time.monotonic()
        while time.monotonic() < min(limit, since + CALM_SECONDS):
            if not await asyncio.to_thread(serving.answers, self.port):
                since = time.monotonic()
            await asyncio.sleep(0.2)

    def _worker(self, chance: random.Random) -> None:
        if self.web and (workers := workers_of(self.web.process.pid)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(chance.choice(workers), signal.SIGKILL)

    async def _postgres(self) -> None:
        await asyncio.to_thread(self.postgres.stop)
        await asyncio.sleep(POSTGRES_AWAY_SECONDS)
        await asyncio.to_thread(self.postgres.start)

    async def _redis(self, during: Callable[[], object] | None) -> None:
        self.redis.kill()
        if during:
            during()
        await asyncio.sleep(REDIS_AWAY_SECONDS)
        self.redis.start()


def workers_of(parent: int) -> list[int]:
    """The processes that a web server has started: those that answer, not the helpers of multiprocessing."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat.read_text().rsplit(")", 1)[1].split()
            command = (stat.parent / "cmdline").read_bytes()
            if int(fields[1]) == parent and fields[0] != "Z" and b"resource_tracker" not in command:
                found.append(int(stat.parent.name))
    return found
