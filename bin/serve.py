"""Serve the portal from this folder: database, fixtures, demo, web server and worker, until Ctrl-C.

All children end together; one that ends by itself ends the others, with a message and a non-zero code.
"""

import argparse
import contextlib
import fcntl
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import FrameType

import environ

from bin import children
from bin.children import Child

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
DEMO_SCALE = "0.1"
START_SECONDS = 60


class CannotServe(Exception):
    """Why the portal does not start, in a sentence for the person at the terminal."""


def _manage(*arguments: str, env: dict[str, str] | None = None) -> None:
    done = subprocess.run([sys.executable, "manage.py", *arguments], check=False, env=env)
    if done.returncode:
        raise CannotServe(f"manage.py {arguments[0]} failed (code {done.returncode}); see above.")


def _check_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise CannotServe(
                f"Port {port} of {HOST} is not free ({error.strerror}). Another: make run PORT={port + 1}"
            ) from error


@contextlib.contextmanager
def _only_one(var: Path) -> Iterator[None]:
    """One serving process per data folder: two would share beat's schedule and the broker's folders."""
    with (var / "serve.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            raise CannotServe(f"The portal already runs from this folder: {lock.read().strip()}") from error
        lock.truncate(0)
        lock.write(f"process {os.getpid()}")
        lock.flush()
        yield


def _default_database(var: Path) -> Path | None:
    """The SQLite file that this script may make; None where the environment names a database."""
    return None if os.environ.get("DATABASE_URL") else var / "portal.sqlite3"


def _make_database(path: Path) -> None:
    """Build a new database aside and put it in place when it is whole, so that a broken start leaves nothing half."""
    print("Making the database with the real 2022 program year and a demo in mid-flight (once)…", flush=True)
    draft = path.with_suffix(".draft")
    for leftover in path.parent.glob(f"{draft.name}*"):
        leftover.unlink()
    env = {**os.environ, "DATABASE_URL": f"sqlite:///{draft}"}
    _manage("migrate", "--verbosity=0", env=env)
    _manage("load_fixtures", env=env)
    _manage("load_lessons", env=env)
    _manage("load_practice", env=env)
    _manage("demo", f"--scale={DEMO_SCALE}", env=env)
    with contextlib.closing(sqlite3.connect(draft)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for leftover in path.parent.glob(f"{path.name}-*"):  # of a file without tables
        leftover.unlink()
    draft.rename(path)


def is_made(path: Path) -> bool:
    """Whether a portal is in the file; a check or command that only looked at it leaves one without tables."""
    if not path.exists():
        return False
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return bool(connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone())


def _prepare(var: Path) -> None:
    path = _default_database(var)
    if path and not is_made(path):
        _make_database(path)
        return
    _manage("migrate", "--verbosity=0")
    _manage("load_fixtures")
    _manage("load_lessons")
    _manage("load_practice")


def _start(port: int, logs: Path) -> list[Child]:
    env = {**os.environ, "PUBLIC_URL": os.environ.get("PUBLIC_URL") or f"http://{HOST}:{port}"}
    # one web process: SQLite has one writer; a browser keeps six connections
    web = f"granian --interface rsgi --host {HOST} --port {port} --workers 1 --backpressure 8192 --no-ws"
    worker = (
        "celery -A config worker --beat --queues now,bulk --concurrency 2 --loglevel INFO --without-mingle"
    )
    return [
        children.start(
            "web",
            [sys.executable, "-m", *web.split(), "--respawn-failed-workers", "config.server:application"],
            log=logs / "web.log",
            env=env,
        ),
        children.start("worker", [sys.executable, "-m", *worker.split()], log=logs / "worker.log", env=env),
    ]


def _answers(port: int) -> bool:
    # a proxy of the machine's environment must not stand between us and ourselves
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"http://{HOST}:{port}/health/", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _check_alive(running: Sequence[Child]) -> None:
    gone = children.ended(running)
    if gone:
        code = gone.process.returncode
        raise CannotServe(
            f"{gone.tail()}\nThe {gone.name} process ended by itself (code {code}); all are ended."
        )


def _wait_until_up(port: int, running: Sequence[Child]) -> None:
    limit = time.monotonic() + START_SECONDS
    while not _answers(port):
        _check_alive(running)
        if time.monotonic() > limit:
            raise CannotServe(f"{running[0].tail()}\nNo answer from /health/ within {START_SECONDS} s.")
        time.sleep(0.2)


def _announce(port: int, logs: Path) -> None:
    print(f"\n  The portal runs at  http://{HOST}:{port}/\n", flush=True)
    _manage("demo_logins")
    print(
        f"\n  Logs: {logs}/web.log, {logs}/worker.log. Ctrl-C ends it; the data stay in {logs.parent}/.",
        flush=True,
    )


def _serve(port: int, logs: Path) -> None:
    running = _start(port, logs)
    try:
        _wait_until_up(port, running)
        _announce(port, logs)
        while True:
            _check_alive(running)
            time.sleep(0.5)
    finally:
        _listen(signal.SIG_IGN)  # an impatient second Ctrl-C must not leave a child behind
        children.end_all(running)


def _on_ending(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _listen(handler: Callable[[int, FrameType | None], None] | signal.Handlers) -> None:
    # also where a shell that started us in the background has turned SIGINT off
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, handler)


def main() -> int:
    """Exit 0 after Ctrl-C or SIGTERM, 1 where the portal cannot start or a part of it ended."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8000)
    port = parser.parse_args().port
    os.chdir(ROOT)
    environ.Env.read_env(ROOT / ".env")  # as the settings do
    var = Path(os.environ.get("VAR_DIR") or "var").resolve()
    var.mkdir(parents=True, exist_ok=True)
    _listen(_on_ending)
    try:
        _check_port(port)
        with _only_one(var):
            _prepare(var)
            _serve(port, var / "log")
    except CannotServe as reason:
        print(f"\n{reason}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nEnded.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
