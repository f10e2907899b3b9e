"""A real PostgreSQL and a real Redis for the tests and the bench.

First what the environment names (`TEST_DATABASE_URL`, `TEST_REDIS_URL`; empty means none), then what answers on this
machine, then private servers on free ports, ended afterwards. What cannot be had is said by name.
"""

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import psycopg2
import redis

from bin import children

LOCAL_POSTGRES = "postgres://postgres@127.0.0.1:5432/postgres"
LOCAL_REDIS = "redis://127.0.0.1:6379/15"  # not database 0: a developer's own data may lie there
START_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Service:
    """`url` of the running server, or "" and the `reason` why there is none."""

    name: str
    url: str = ""
    reason: str = ""


class Unreachable(Exception):
    """A server that the environment names does not answer: an error, never a silent skip."""


def _postgres_answers(url: str) -> bool:
    try:
        with contextlib.closing(psycopg2.connect(url, connect_timeout=3)) as connection:
            cursor = connection.cursor()
            cursor.execute("SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user")
            return bool(cursor.fetchone() == (True,))
    except psycopg2.OperationalError:
        return False


def _redis_answers(url: str) -> bool:
    try:
        with contextlib.closing(redis.Redis.from_url(url, socket_connect_timeout=3)) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def postgres_programs() -> Path | None:
    """The folder of initdb and pg_ctl, the newest version first."""
    found = shutil.which("initdb")
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    newest = places[-1] if places else found
    return Path(newest).resolve().parent if newest else None


def _as_postgres() -> list[str] | None:
    """What to put before a command: PostgreSQL refuses root. None where there is no way down from root."""
    if os.geteuid() != 0:
        return []
    with contextlib.suppress(KeyError):
        pwd.getpwnam("postgres")
        if shutil.which("runuser"):
            return ["runuser", "-u", "postgres", "--"]
    return None


def _run(command: Sequence[str]) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd="/")


@dataclass(frozen=True, slots=True)
class OwnPostgres:
    """A PostgreSQL of ours in a folder of its own, to start and to stop as one likes; `options` are the server's."""

    home: Path
    port: int
    options: str = ""

    @property
    def url(self) -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/postgres"

    def make(self) -> None:
        prefix = _as_postgres() or []
        # not under the tree: the user postgres need not be able to walk there
        if prefix:
            shutil.chown(self.home, "postgres")
        initdb = [str(self._programs / "initdb"), "-D", str(self._data), "-U", "postgres", "-A", "trust"]
        _run([*prefix, *initdb, "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"])

    def start(self) -> None:
        """Returns once it takes connections, after the recovery that a hard stop makes necessary."""
        place = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=''"
        options = f"{place} -c max_connections=400 {self.options}"
        self._control("-w", "-l", str(self.home / "log"), "-o", options, "start")

    def stop(self) -> None:
        """At once, as a power cut does: nothing is written that was not yet."""
        self._control("-m", "immediate", "stop")

    @property
    def _programs(self) -> Path:
        return postgres_programs() or Path()

    @property
    def _data(self) -> Path:
        return self.home / "data"

    def _control(self, *arguments: str) -> None:
        _run([*(_as_postgres() or []), str(self._programs / "pg_ctl"), "-D", str(self._data), *arguments])


def lacks_postgres() -> str:
    """Why there can be no PostgreSQL of ours; "" where there can."""
    reason = "initdb not found" if postgres_programs() is None else ""
    if not reason and _as_postgres() is None:
        reason = "no user postgres to run it as"
    return f"{reason} (Debian package postgresql)" if reason else ""


@contextlib.contextmanager
def own_postgres(options: str = "") -> Iterator[OwnPostgres]:
    """A running PostgreSQL of ours, gone with its data afterwards; asks for what `lacks_postgres` says."""
    own = OwnPostgres(Path(tempfile.mkdtemp(prefix="portal-postgres-")), free_port(), options)
    try:
        own.make()
        own.start()
        yield own
    finally:
        with contextlib.suppress(subprocess.CalledProcessError):
            own.stop()
        shutil.rmtree(own.home, ignore_errors=True)


@contextlib.contextmanager
def _private_postgres() -> Iterator[Service]:
    if reason := lacks_postgres():
        yield Service("PostgreSQL", reason=reason)
        return
    with own_postgres() as own:
        yield Service("PostgreSQL", own.url)


@dataclass(slots=True)
class OwnRedis:
    """A Redis of ours that keeps nothing, to start and to kill as one likes."""

    home: Path
    port: int
    process: children.Child | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Returns once it answers."""
        command = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", ""]
        self.process = children.start("redis", [*command, "--dir", str(self.home)], log=self.home / "log")
        limit = time.monotonic() + START_SECONDS
        while not _redis_answers(self.url):
            if time.monotonic() > limit:
                raise Unreachable(f"A private Redis did not start:\n{self.process.tail()}")
            time.sleep(0.1)

    def kill(self) -> None:
        if self.process:
            self.process.kill()


def lacks_redis() -> str:
    """Why there can be no Redis of ours; "" where there can."""
    return "" if shutil.which("redis-server") else "redis-server not found (Debian package redis-server)"


@contextlib.contextmanager
def own_redis() -> Iterator[OwnRedis]:
    """A running Redis of ours; asks for what `lacks_redis` says."""
    with tempfile.TemporaryDirectory(prefix="portal-redis-") as home:
        own = OwnRedis(Path(home), free_port())
        try:
            own.start()
            yield own
        finally:
            own.kill()


@contextlib.contextmanager
def _private_redis() -> Iterator[Service]:
    if reason := lacks_redis():
        yield Service("Redis", reason=reason)
        return
    with own_redis() as own:
        yield Service("Redis", own.url)


@contextlib.contextmanager
def postgres() -> Iterator[Service]:
    """A PostgreSQL where databases may be created, for as long as the block runs."""
    named = os.environ.get("TEST_DATABASE_URL")
    if named == "":
        yield Service("PostgreSQL", reason="TEST_DATABASE_URL is empty")
    elif named or _postgres_answers(LOCAL_POSTGRES):
        url = named or LOCAL_POSTGRES
        if not _postgres_answers(url):
            raise Unreachable("TEST_DATABASE_URL: no answer, or its user may not create databases")
        yield Service("PostgreSQL", url)
    else:
        with _private_postgres() as service:
            yield service


@contextlib.contextmanager
def redis_server() -> Iterator[Service]:
    """A Redis whose chosen database is ours to write, for as long as the block runs."""
    named = os.environ.get("TEST_REDIS_URL")
    if named == "":
        yield Service("Redis", reason="TEST_REDIS_URL is empty")
    elif named or _redis_answers(LOCAL_REDIS):
        url = named or LOCAL_REDIS
        if not _redis_answers(url):
            raise Unreachable("TEST_REDIS_URL: no answer")
        yield Service("Redis", url)
    else:
        with _private_redis() as service:
            yield service
