"""Load, list of trainees, change of keys and recruitment, at a tenth of the country and at the whole of it, on PostgreSQL."""

import json
import subprocess
import sys
import time
from typing import Any

from bench.serving import ROOT, database, environment
from bin import services

SMALL, LARGE = 0.1, 1.0
# ten times the people may not take more than ten times as long to load
LOAD_TARGET = LARGE / SMALL
# a page shows 50 people of however many
PAGE_TARGET = 2.0
# a value takes as long among ten times as many, and the process does not grow with them
VALUE_TARGET, GROWTH_TARGET = 1.5, 2.0
# a hundred times the people: what counts them all may take a hundred times as long, and no query more
CROWD_TARGET = 100.0
# a roster's findings with their remedies, while people work on it
FINDINGS_MS = 100.0
# an uploaded roster of 10,000 rows, read to its preview; ten times the rows may take little more than ten times as long
PREVIEW_MS, PREVIEW_TARGET = 10_000.0, 12.0


def measure() -> list[dict[str, Any]]:
    """The rows for var/bench.json; empty where no PostgreSQL can be had."""
    with services.postgres() as server:
        if not server.url:
            return []
        small, large = _at(server.url, SMALL), _at(server.url, LARGE)
    return [
        _row("demo load, whole country", "s", large["load"], small["load"], LOAD_TARGET, large),
        _row("list of trainees, whole country", "ms", large["ms"], small["ms"], PAGE_TARGET, large, small),
        _rotation(large, small),
        *_crowd(large["crowd"]),
        *_preview(large["preview"]),
    ]


def _at(server: str, scale: float) -> dict[str, Any]:
    with database(server) as url:
        for command in (["migrate", "--verbosity=0"], ["load_fixtures"]):
            _run("manage.py", *command, url=url)
        started = time.perf_counter()
        _run("manage.py", "demo", "--scale", str(scale), url=url)
        load = time.perf_counter() - started
        page, keys = (
            json.loads(_run("-m", module, url=url)) for module in ("bench.list_page", "bench.rotation")
        )
        found = {"load": load, **page, **keys}
        if scale == LARGE:
            found["preview"] = json.loads(_run("-m", "bench.preview", url=url))
            found["crowd"] = json.loads(_run("-m", "bench.recruitment", url=url))
        return found


def _run(*arguments: str, url: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        check=False,
        env=environment(url),
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(arguments)} ended with {done.returncode}:\n{done.stderr[-3000:]}")
    return done.stdout.strip().splitlines()[-1] if done.stdout.strip() else ""


def _crowd(crowd: dict[str, Any]) -> list[dict[str, Any]]:
    """The same pages among a hundred times as many enrollments; findings against their budget."""
    few, many = crowd["few"], crowd["many"]
    rows = []
    for name in ("list", "dashboard", "ledger", "findings"):
        row = _row(
            f"{name}, {many['people']:,} enrollments",
            "ms",
            many[name]["ms"],
            few[name]["ms"],
            CROWD_TARGET,
            many[name],
            few[name],
        )
        rows.append({**row, "reference": f"the same among {few['people']:,}"})
    findings = few["findings"]["ms"]
    budget = _row("findings and remedies of a province", "ms", findings, FINDINGS_MS, 1.0, few["findings"])
    budget["reference"] = f"{FINDINGS_MS:g} ms for {few['in_province']} people"
    return [*rows, budget]


def _preview(preview: dict[str, dict[str, float]]) -> list[dict[str, Any]]:
    """Against a tenth of the rows and against the budget; the longest transaction stands in the detail."""
    few, many = (preview[count] for count in sorted(preview, key=int))
    rows = f"{many['rows']:,} rows"
    growth = _row(f"preview of a roster, {rows}", "ms", many["ms"], few["ms"], PREVIEW_TARGET, many)
    budget = _row(f"preview of {rows}, budget", "ms", many["ms"], PREVIEW_MS, 1.0, many)
    return [
        {**growth, "reference": f"{few['rows']:,} rows"},
        {**budget, "reference": f"{PREVIEW_MS:g} ms"},
    ]


def _rotation(large: dict[str, Any], small: dict[str, Any]) -> dict[str, Any]:
    """Milliseconds a value; the memory it takes is held to its own target."""
    each = [1000 * found["seconds"] / found["values"] for found in (large, small)]
    row = _row("change of keys, a value", "ms", each[0], each[1], VALUE_TARGET, large)
    grown = max(large["mb"], 1) / max(small["mb"], 1)
    return {
        **row,
        "value": round(each[0], 3),
        "reference_value": round(each[1], 3),
        "ok": row["ok"] and grown <= GROWTH_TARGET,
    }


def _row(
    name: str, unit: str, value: float, reference: float, target: float, *details: dict[str, Any]
) -> dict[str, Any]:
    ratio = value / reference
    same_queries = len({detail.get("queries") for detail in details}) == 1
    return {
        "name": name,
        "value": round(value, 1),
        "unit": unit,
        "reference": f"the same at {SMALL:g} of the country",
        "reference_value": round(reference, 1),
        "ratio": round(ratio, 2),
        "target": target,
        "ok": ratio <= target and same_queries,
        "detail": {key: round(value, 1) for key, value in details[0].items() if not isinstance(value, dict)},
    }
