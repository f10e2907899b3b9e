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


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _postgres_programs() -> Path | None:
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


@contextlib.contextmanager
def _private_postgres() -> Iterator[Service]:
    programs, prefix = _postgres_programs(), _as_postgres()
    if programs is None or prefix is None:
        reason = "initdb not found" if programs is None else "no user postgres to run it as"
        yield Service("PostgreSQL", reason=f"{reason} (Debian package postgresql)")
        return
    # not under the tree: the user postgres need not be able to walk there
    home = Path(tempfile.mkdtemp(prefix="portal-postgres-"))
    if prefix:
        shutil.chown(home, "postgres")
    data, port = home / "data", _free_port()
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_connections=200"
    control = [*prefix, str(programs / "pg_ctl"), "-D", str(data)]
    initdb = [str(programs / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8"]
    try:
        _run([*prefix, *initdb, "--locale=C.UTF-8", "--no-sync"])
        _run([*control, "-w", "-l", str(home / "log"), "-o", options, "start"])
        yield Service("PostgreSQL", f"postgres://postgres@127.0.0.1:{port}/postgres")
    finally:
        with contextlib.suppress(subprocess.CalledProcessError):
            _run([*control, "-m", "immediate", "stop"])
        shutil.rmtree(home, ignore_errors=True)


@contextlib.contextmanager
def _private_redis() -> Iterator[Service]:
    program = shutil.which("redis-server")
    if program is None:
        yield Service("Redis", reason="redis-server not found (Debian package redis-server)")
        return
    with tempfile.TemporaryDirectory(prefix="portal-redis-") as home:
        port = _free_port()
        command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", home]
        server = children.start("redis", command, log=Path(home) / "log")
        try:
            url = f"redis://127.0.0.1:{port}/0"
            limit = time.monotonic() + START_SECONDS
            while not _redis_answers(url) and time.monotonic() < limit:
                time.sleep(0.1)
            if not _redis_answers(url):
                raise Unreachable(f"A private Redis did not start:\n{server.tail()}")
            yield Service("Redis", url)
        finally:
            children.end_all([server])


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
