"""How the portal behaved in the storm, from what its people saw: pure, so that it can be tested by itself."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from bench.checker import Verdict
from bench.storm import Kill

# seconds from PostgreSQL's return until the portal is well, with no restart of the web server (T27c)
RECOVERY_SECONDS = 10.0
KILLS = 20
_SHOWN = 20

Event = Mapping[str, Any]


def of(
    verdict: Verdict, events: Sequence[Event], kills: Sequence[Kill], failures: Sequence[str], people: int
) -> dict[str, Any]:
    """Everything `make chaos` says; `ok` is the sum of it."""
    recoveries = recovery(events, kills)
    found = {
        "people": people,
        "kills": dict(Counter(kill.what for kill in kills)),
        "acknowledged_places": verdict.acknowledged,
        "answers_stored": verdict.answers,
        "handed_in": verdict.handed_in,
        **{name: len(value) for name, value in asdict(verdict).items() if isinstance(value, list)},
        "wrong": [*verdict.lost, *verdict.older, *verdict.invented, *verdict.results][:_SHOWN],
        "failures": list(failures)[:_SHOWN],
        "statuses": statuses(events),
        "lost_connections": sum(event["kind"] == "lost" for event in events),
        "improper": improper(events),
        "recovery_seconds": [round(seconds, 1) for seconds in recoveries],
        "redis_away": redis_away(events, kills),
    }
    away = found["redis_away"]
    found["ok"] = (
        verdict.ok
        and verdict.handed_in == people
        and not failures
        and not found["improper"]
        and len(kills) >= KILLS
        and all(seconds <= RECOVERY_SECONDS for seconds in recoveries)
        and not away["failed"]
        and away["saves"] > 0
    )
    return found


def statuses(events: Iterable[Event]) -> dict[str, int]:
    """Answers that were none, by status."""
    return dict(Counter(str(event["status"]) for event in events if event["kind"] == "away"))


def improper(events: Iterable[Event]) -> list[str]:
    """Answers of 5xx that were not "503, ask again", or that showed a trace."""
    return [
        f"{event['what']}: {event['status']}" + (" with a trace" if event.get("trace") else "")
        for event in events
        if event["kind"] == "away"
        and (event["status"] != 503 or not event["retry_after"].isdigit() or event.get("trace"))
    ]


def recovery(events: Iterable[Event], kills: Iterable[Kill]) -> list[float]:
    """Seconds from each return of PostgreSQL until a newcomer finds the portal well; infinite where none did."""
    oks = sorted(event["at"] for event in events if event["kind"] == "well")
    return [
        next((at - kill.up for at in oks if at >= kill.up), float("inf"))
        for kill in kills
        if kill.what == "postgres"
    ]


def redis_away(events: Sequence[Event], kills: Iterable[Kill]) -> dict[str, int]:
    """What went on and what failed while Redis alone was away."""
    spans = [(kill.down, kill.up) for kill in kills if kill.what == "redis"]
    inside = [event for event in events if any(down <= event["at"] <= up for down, up in spans)]
    pages = Counter(event["what"] for event in inside if event["kind"] == "page")
    return {
        "times": len(spans),
        "saves": sum(event["kind"] == "ok" for event in inside),
        "hand_ins": pages["hand-in"],
        "sign_ins": pages["sign-in"],
        "failed": sum(event["kind"] in {"lost", "away"} for event in inside),
    }


def lines(found: Mapping[str, Any]) -> list[str]:
    """The table of `make chaos`."""
    kills = ", ".join(f"{count} {what}" for what, count in sorted(found["kills"].items()))
    away = found["redis_away"]
    statuses = ", ".join(f"{count} × {status}" for status, count in found["statuses"].items()) or "none"
    rows = [
        ("kills", f"{sum(found['kills'].values())} ({kills}) in {found['seconds']} s"),
        ("people, handed in", f"{found['people']}, {found['handed_in']}"),
        ("acknowledged places, answers stored", f"{found['acknowledged_places']}, {found['answers_stored']}"),
        ("lost / older over newer / invented", f"{found['lost']} / {found['older']} / {found['invented']}"),
        ("wrong results", f"{found['results']}"),
        ("answers of 5xx", f"{statuses}; improper: {len(found['improper'])}"),
        ("connections lost", f"{found['lost_connections']}"),
        ("PostgreSQL back → portal well, s", ", ".join(map(str, found["recovery_seconds"])) or "–"),
        (
            f"Redis away {away['times']} times",
            f"{away['saves']} saves, {away['hand_ins']} hand-ins, {away['sign_ins']} sign-ins, {away['failed']} failed",
        ),
        ("verdict", "ok" if found["ok"] else "NOT OK"),
    ]
    told = [f"{name:38}{value}" for name, value in rows]
    return [*told, *found["wrong"], *found["failures"], *found["improper"][:5]]
