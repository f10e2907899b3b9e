"""Kinds of work for the tests of jobs, and a worker process that knows them.

`python -m tests.core.job_kinds run <job>` works a job, `enqueue <kind>` asks for one; both in a process of their own.
"""

import datetime as dt
import os
import sys
import time
from collections.abc import Callable

import django
from django.db.models import F
from django.utils import timezone

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings_test")
    django.setup()

from core import jobs
from core.actor import Actor
from core.enums import ActorKind
from core.jobs import JOB_KINDS, JobKind, Step
from core.models import Counter, Job

COUNT = "test.count"


def _say_nothing(place: str) -> None:
    pass


def effect(job: Job, number: int) -> None:
    """An effect that shows how often it was had: not idempotent on purpose."""
    Counter.objects.get_or_create(key=f"effect:{job.pk}:{number}")
    Counter.objects.filter(key=f"effect:{job.pk}:{number}").update(value=F("value") + 1)


def effects(job_id: int) -> list[int]:
    """How often each step had its effect, in order."""
    rows = Counter.objects.filter(key__startswith=f"effect:{job_id}:").values_list("key", "value")
    return [value for _, value in sorted((int(key.split(":")[-1]), value) for key, value in rows)]


def counting(say: Callable[[str], None] = _say_nothing) -> JobKind:
    """One effect per step, `params["steps"]` of them; `say` hears "compute 3", "apply 3" where the step stands."""

    def step(job: Job, now: dt.datetime) -> Step:
        number, steps = job.done + 1, int(job.params["steps"])
        say(f"compute {number}")

        def apply() -> dict[str, int]:
            effect(job, number)
            say(f"apply {number}")
            return {"effects": number}

        return Step(
            state={"last": number},
            done=number,
            total=steps,
            note=f"step {number}",
            apply=apply,
            finished=number == steps,
        )

    return JobKind(COUNT, "Count", step)


def _aloud(place: str) -> None:
    print(place, flush=True)  # noqa: T201 - the parent listens
    time.sleep(0.2)


def main(verb: str, argument: str) -> None:
    if verb == "run":
        JOB_KINDS.add(counting(_aloud))
        jobs.run(int(argument))
    elif verb == "enqueue":
        print(jobs.enqueue(argument, {}, actor=Actor(ActorKind.SYSTEM), now=timezone.now()).pk, flush=True)  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
