"""Duplicates of a year's 4,650 new items among 20,000 known ones, against every pair compared by the same library.

`python -m bench.duplicates pruned` (or `all_pairs`) makes one run in a process of its own and prints JSON. The items are the
real ones of fixtures/ taken apart into clauses and options and put together anew, always the same ones.
"""

import json
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import yaml
from rapidfuzz import fuzz, process

from bench.serving import ROOT
from exams.rules.duplicates import STEM, ItemText, Reading, find_duplicates

KNOWN, NEW, SEED = 20_000, 4_650, 2022
# of the new items every tenth is a known one typed otherwise, every tenth one with a clause changed
EVERY = 10
LABELS = "ABCDEFGH"
# every pair keeps the texts alone; the index may take as much again as that whole process
TARGET, MEMORY_TARGET = 0.2, 2.0
MB = 1024


def measure() -> list[dict[str, Any]]:
    """The rows for var/bench.json: time, and memory of the process at its peak; needs no database."""
    pruned, every = _run("pruned"), _run("all_pairs")
    return [
        _row("s", pruned["seconds"], every["seconds"], TARGET, {"pruned": pruned, "all_pairs": every}),
        _row("MB", pruned["mb"], every["mb"], MEMORY_TARGET, {"items_alone": pruned["items_mb"]}),
    ]


def _row(unit: str, value: float, reference: float, target: float, detail: dict[str, Any]) -> dict[str, Any]:
    ratio = value / reference
    return {
        "name": f"duplicates, {NEW:,} among {KNOWN:,}",
        "value": round(value, 1),
        "unit": unit,
        "reference": "every pair by the same library",
        "reference_value": round(reference, 1),
        "ratio": round(ratio, 2),
        "target": target,
        "ok": ratio <= target,
        "detail": detail,
    }


def _run(way: str) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.duplicates", way], check=True, cwd=ROOT, capture_output=True, text=True
    )
    return dict(json.loads(done.stdout))


def pruned(new: Sequence[ItemText], known: Sequence[ItemText]) -> int:
    return len(find_duplicates(new, known))


def all_pairs(new: Sequence[ItemText], known: Sequence[ItemText]) -> int:
    """The library's similarity of every pair of stems, with its own cutoff; one thread as the other."""
    texts = [Reading(item).text for item in (*known, *new)]
    found = 0
    for place in range(len(known), len(texts)):
        found += len(
            process.extract(texts[place], texts[:place], scorer=fuzz.ratio, score_cutoff=STEM, limit=None)
        )
    return found


def bank() -> tuple[list[ItemText], list[ItemText]]:
    """(new, known), from one fixed seed."""
    chance = random.Random(SEED)  # noqa: S311 - an example, no secret
    parts = list(_real_items())
    known = [_made(parts, chance, f"known-{number}") for number in range(KNOWN)]
    new = [_new(number, known, parts, chance) for number in range(NEW)]
    return new, known


def _real_items() -> Iterator[dict[str, Any]]:
    files = [
        *sorted((ROOT / "fixtures" / "items").glob("*.yaml")),
        ROOT / "fixtures" / "lessons" / "homework.yaml",
    ]
    for path in files:
        for row in yaml.safe_load(path.read_text(encoding="utf-8")):
            for item in row.get("items", [row]):
                yield from ({**item, **stem} for stem in item.get("stems", [item]))


def _clauses(item: dict[str, Any]) -> list[str]:
    return [
        clause for clause in f"{item.get('case', '')}{item['stem']}".replace("。", "，").split("，") if clause
    ]


def _made(parts: Sequence[dict[str, Any]], chance: random.Random, code: str) -> ItemText:
    """Clauses of two items, asked as a third is asked, with options out of several items."""
    asked = chance.choice(parts)
    clauses = [clause for item in chance.sample(parts, 2) for clause in _clauses(item)]
    setting = chance.sample(clauses, min(len(clauses), chance.randint(1, 4)))
    pool = [option["text"] for item in chance.sample(parts, 8) for option in item.get("options", [])]
    texts = chance.sample(pool, len(asked.get("options", [])))
    return ItemText(
        code=code,
        kind=asked["type"],
        case=f"{chance.choice('男女')}，{chance.randint(20, 80)}岁，{'，'.join(setting)}。",
        stem=asked["stem"],
        right=tuple(asked["key"]),
        options=tuple(zip(LABELS, texts, strict=False)),
    )


def _new(
    number: int, known: Sequence[ItemText], parts: Sequence[dict[str, Any]], chance: random.Random
) -> ItemText:
    code = f"new-{number}"
    if number % EVERY > 1:
        return _made(parts, chance, code)
    old = chance.choice(known)
    case = old.case.replace("，", ", ") if number % EVERY else old.case.partition("，")[2]
    return ItemText(code, old.kind, f"{old.stem}（ ）", old.right, case, old.options[::-1])


def main() -> None:
    way: Callable[[Sequence[ItemText], Sequence[ItemText]], int] = {"pruned": pruned, "all_pairs": all_pairs}[
        sys.argv[1]
    ]
    new, known = bank()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MB
    started = time.process_time()
    found = way(new, known)
    seconds = time.process_time() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MB
    print(json.dumps({"seconds": seconds, "mb": peak, "items_mb": before, "found": found}))


if __name__ == "__main__":
    main()
