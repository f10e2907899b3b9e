"""`make chaos`: hundreds sit an exam while the portal's parts are killed; what they were told against what is stored (T21).

A PostgreSQL and a Redis of our own, the web server as the production image starts it. CONTROL=ack-first serves a portal
that acknowledges before it has written, CONTROL=no-sync a PostgreSQL that does: both must be found out.
"""

import argparse
import asyncio
import json
import random
import sys
import tempfile
import time
from typing import Any

from bench import checker, report, serving
from bench.browser import Browser, Lost
from bench.history import History
from bench.storm import Storm
from bench.trainees import Plan, Trainee, everybody
from bin import services

PEOPLE = 300
START_WITHIN, HAND_IN_FROM, HAND_IN_WITHIN, EVERY_SECONDS = 40.0, 80.0, 80.0, 1.5
LOOK_SECONDS = 0.25
# the whole of it, from the first command to the verdict
LIMIT_SECONDS = 290.0
CONTROLS = {
    "": (serving.APPLICATION, ""),
    "ack-first": ("bench.ack_first:application", ""),
    "no-sync": (serving.APPLICATION, "-c synchronous_commit=off -c wal_writer_delay=10s"),
}
GREEN, RED, NOT_RUN = 0, 1, 2


class Missing(Exception):
    """What this machine lacks."""


def main() -> int:
    """0 when nothing is lost and the portal behaved, 1 when not, 2 when it could not run or a control was not found out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--control", choices=sorted(CONTROLS), default="")
    options = parser.parse_args()
    lacking = [reason for reason in (services.lacks_postgres(), services.lacks_redis()) if reason]
    if lacking:
        print("not run: " + "; ".join(lacking))
        return NOT_RUN
    found = run(options.people, options.control)
    path = serving.ROOT / "var" / "chaos.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(found, indent=2), encoding="utf-8")
    print("\n".join(report.lines(found)))
    print(f"written to {path.relative_to(serving.ROOT)}")
    if options.control:
        lost = found["lost"] + found["older"]
        print(f"control {options.control}: " + ("red, as it must be" if lost else "NOT FOUND OUT"))
        return RED if lost else NOT_RUN
    return GREEN if found["ok"] else RED


def run(people: int, control: str) -> dict[str, Any]:
    """What happened, as bench.report puts it together."""
    began = time.monotonic()
    application, options = CONTROLS[control]
    with (
        tempfile.TemporaryDirectory(prefix="portal-chaos-") as var,
        services.own_postgres(options) as postgres,
        services.own_redis() as redis,
    ):
        env = serving.environment(postgres.url) | {"REDIS_URL": redis.url, "VAR_DIR": var}
        serving.fill(env)
        seeded = json.loads(serving.run("-m", "bench.seed_exam", str(people), env=env))
        _say(f"{people} people are ready after {time.monotonic() - began:.0f} s")
        log = serving.ROOT / "var" / "log" / "chaos-web.log"
        storm = Storm(services.free_port(), log, env, application, postgres, redis)
        history = History(serving.ROOT / "var" / "chaos.jsonl")
        history.path.unlink(missing_ok=True)
        storm.start_web()
        try:
            serving.wait(storm.port, storm.web)  # type: ignore[arg-type]
            limit = LIMIT_SECONDS - (time.monotonic() - began) - 15
            failures = asyncio.run(_exam(seeded, storm, history, limit))
        finally:
            storm.end()
        answers, attempts = checker.parsed(json.loads(serving.run("-m", "bench.stored", env=env)))
    verdict = checker.check(history.events, answers, attempts)
    seconds = time.monotonic() - began
    return report.of(verdict, history.events, storm.kills, failures, people) | {
        "seconds": round(seconds),
        "web_restarts": storm.restarts,
    }


async def _exam(seeded: dict[str, Any], storm: Storm, history: History, limit: float) -> list[str]:
    """Everybody sits, the storm blows; what failed of it, in words."""
    chance = random.Random(21)  # noqa: S311 - a storm, no secret
    people = everybody(seeded, storm.port, history)
    probes: list[asyncio.Task[None]] = []

    def sign_in_without_redis() -> None:
        probe = Trainee(-1, _browser(storm.port), seeded["exam"], history, chance)
        probe.username, probe.password = seeded["people"][0]["username"], seeded["password"]
        probes.append(asyncio.create_task(probe.sign_in()))

    sittings = [asyncio.create_task(one.sit(plan(one.number, len(people)))) for one in people]
    async with history.kept():
        blowing = asyncio.create_task(storm.blow(chance, sign_in_without_redis))
        watching = [asyncio.create_task(storm.watch()), asyncio.create_task(_look(storm.port, history))]
        done, late = await asyncio.wait([*sittings, blowing], timeout=limit)
        for task in (*late, *watching):
            task.cancel()
        await asyncio.gather(*late, *watching, return_exceptions=True)
    ended = [*done, *(probe for probe in probes if probe.done())]
    errors = [repr(task.exception()) for task in ended if not task.cancelled() and task.exception()]
    unfinished = [f"{len(late)} did not come to an end in time"] if late else []
    return errors + unfinished


async def _look(port: int, history: History) -> None:
    """For ever: whether a newcomer finds the portal well."""
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        browser = _browser(port)
        try:
            page = await browser.get("/health/", patience=2.0)
            history.note(-1, "well" if page.status == 200 else "ill", status=page.status)
        except Lost:
            history.note(-1, "ill")
        browser.close()


def _browser(port: int, cookies: dict[str, str] | None = None) -> Browser:
    return Browser(serving.HOST, port, cookies)


def plan(number: int, people: int) -> Plan:
    """Starts and hand-ins spread over the storm; two people sign in by the form."""
    share = number / people
    return Plan(
        arrive=START_WITHIN * share,
        start=START_WITHIN * share,
        hand_in=HAND_IN_FROM + HAND_IN_WITHIN * share,
        every=EVERY_SECONDS,
        signs_in=number < 2,
    )


def _say(words: str) -> None:
    print(words, flush=True)


if __name__ == "__main__":
    sys.exit(main())
