"""A database of one's own, filled, and the portal served on it as the production image serves it."""

import contextlib
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path

import psycopg2

from bin import children, services
from bin.children import Child

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
# of a worker, most of them idle: browsers keep theirs
CONNECTIONS = 8192
WORKERS = 2
APPLICATION = "config.server:application"
START_SECONDS = 60


@contextlib.contextmanager
def database(server: str) -> Iterator[str]:
    """A database of our own, dropped afterwards."""
    name = f"bench_{os.getpid()}_{time.monotonic_ns()}"
    url = server.rsplit("/", 1)[0] + f"/{name}"
    with contextlib.closing(psycopg2.connect(server)) as connection:
        connection.autocommit = True
        cursor = connection.cursor()
        cursor.execute(f"CREATE DATABASE {name}")
        try:
            yield url
        finally:
            cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def environment(url: str) -> dict[str, str]:
    return {**os.environ, "DATABASE_URL": url, "REDIS_URL": "", "DEBUG": "0", "LOG_LEVEL": "WARNING"}


def run(*arguments: str, env: Mapping[str, str]) -> str:
    """The last line a Python program of ours printed; RuntimeError with its complaint where it failed."""
    command = [sys.executable, *arguments]
    done = subprocess.run(command, check=False, env=dict(env), cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(arguments)} ended with {done.returncode}:\n{done.stderr[-3000:]}")
    return done.stdout.strip().splitlines()[-1] if done.stdout.strip() else ""


def fill(env: Mapping[str, str]) -> None:
    """The tables and the real program years."""
    run("manage.py", "migrate", "--verbosity=0", env=env)
    run("manage.py", "load_fixtures", env=env)


def web_command(port: int, application: str = APPLICATION, *, workers: int = WORKERS) -> list[str]:
    """The web server of deploy/Dockerfile, on this machine only."""
    options = (
        f"granian --interface rsgi --host {HOST} --port {port} --workers {workers}"
        f" --backpressure {CONNECTIONS} --respawn-failed-workers --no-ws --log-level error"
    )
    return [sys.executable, "-m", *options.split(), application]


def start(
    port: int, log: Path, env: Mapping[str, str], application: str = APPLICATION, **sizes: int
) -> Child:
    """The running server; `wait` says when it answers."""
    return children.start("web", web_command(port, application, **sizes), log=log, env=env)


@contextlib.contextmanager
def served(env: Mapping[str, str], application: str = APPLICATION, **sizes: int) -> Iterator[int]:
    """The port of the portal while the block runs."""
    port = services.free_port()
    server = start(port, ROOT / "var" / "log" / f"bench-{port}.log", env, application, **sizes)
    try:
        wait(port, server)
        yield port
        server.log.unlink(missing_ok=True)
    finally:
        children.end_all([server])


def answers(port: int) -> bool:
    """Whether the portal says it is well."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with (
        contextlib.suppress(urllib.error.URLError, OSError),
        opener.open(f"http://{HOST}:{port}/health/", timeout=2),
    ):
        return True
    return False


def wait(port: int, server: Child, seconds: float = START_SECONDS) -> None:
    limit = time.monotonic() + seconds
    while not answers(port):
        if time.monotonic() > limit:
            raise RuntimeError(f"the web server does not answer:\n{server.tail()}")
        time.sleep(0.1)
