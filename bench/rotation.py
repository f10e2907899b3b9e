"""How long the change of keys takes over every encrypted value that is there; prints JSON. `python -m bench.rotation`.

The process holds a newer key than the one the rows were written with, as after a change of PERSONAL_DATA_KEYS.
"""

import json
import os
import resource
import time

import django
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

# models can be imported only now
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.actors import system_actor  # noqa: E402
from accounts.models import Person  # noqa: E402
from accounts.services.rotation import rotate  # noqa: E402

NEWER = "250:" + "b" * 48


class _Count:
    """Statements, without keeping them."""

    def __init__(self) -> None:
        self.statements = 0

    def __call__(self, execute, sql, params, many, context):
        self.statements += 1
        return execute(sql, params, many, context)


def measure() -> dict[str, float]:
    """Values a second, statements a value, and how much the process grew, in MB."""
    settings.PERSONAL_DATA_KEYS = [NEWER, *settings.PERSONAL_DATA_KEYS]
    before, count, started = _megabytes(), _Count(), time.perf_counter()
    with connection.execute_wrapper(count):
        found = rotate(actor=system_actor(), now=timezone.now())
    seconds = time.perf_counter() - started
    if found.unreadable or not found.rewritten:
        raise RuntimeError(f"{found.rewritten} rewritten, unreadable: {found.unreadable[:3]}")
    return {
        "values": found.rewritten,
        "people": Person.objects.count(),
        "seconds": seconds,
        "statements_per_value": count.statements / found.rewritten,
        "mb": _megabytes() - before,
    }


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    print(json.dumps(measure()))
