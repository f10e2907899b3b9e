"""Processes of the portal beside a test, on the test's own database."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from django.conf import settings
from django.db import connection


def environment(**changes: str) -> Mapping[str, str]:
    """The test's settings and database for a child process."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        url = f"sqlite:///{database['NAME']}"
    else:
        place = f"{database['HOST']}:{database['PORT'] or 5432}"
        url = f"postgres://{database['USER']}:{database['PASSWORD']}@{place}/{database['NAME']}"
    own = {
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "config.settings_test",
        "PYTHONPATH": str(settings.BASE_DIR),
    }
    return {**os.environ, **own, **changes}


def start(
    module: str, *arguments: str, env: Mapping[str, str], log: Path | None = None
) -> subprocess.Popen[str]:
    """A child whose output can be read line by line, or goes to `log`."""
    output = log.open("w") if log else subprocess.PIPE
    try:
        return subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            env=dict(env),
            cwd=settings.BASE_DIR,
            stdout=output,
            stderr=subprocess.STDOUT if log else subprocess.DEVNULL,
            text=True,
        )
    finally:
        if log:
            output.close()  # type: ignore[union-attr]


def wait_for(condition: Callable[[], bool], seconds: float = 30) -> bool:
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        if condition():
            return True
        time.sleep(0.1)
    return False
