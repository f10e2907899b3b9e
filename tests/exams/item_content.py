"""The genuine items, one province's set, homework and lesson titles as they stand in fixtures/items and fixtures/lessons."""

import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FIXTURES = Path(__file__).parents[2] / "fixtures"
YEAR = FIXTURES / "cancer-2022"
SPAN = re.compile(r"(lesson-)(\d{3})\.\.lesson-(\d{3})")

Row = dict[str, Any]


def load(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


@cache
def bank_rows() -> tuple[Row, ...]:
    """What the bank files hold: single items and groups of stems."""
    return tuple(row for path in sorted((FIXTURES / "items").glob("*.yaml")) for row in load(path))


@cache
def province_rows() -> tuple[Row, ...]:
    """The 150 items that one province owes; they stand apart and reach the bank through its submission."""
    return tuple(row for path in province_files() for row in load(path))


def province_files() -> list[Path]:
    return sorted((FIXTURES / "items" / "hebei").glob("*.yaml"))


@cache
def lessons_with_homework() -> tuple[Row, ...]:
    return tuple(load(FIXTURES / "lessons" / "homework.yaml"))


@cache
def lesson_titles() -> tuple[Row, ...]:
    return tuple(load(FIXTURES / "lessons" / "titles.yaml"))


@cache
def plan() -> Row:
    return load(FIXTURES / "lessons" / "plan.yaml")


def homework_rows() -> list[Row]:
    return [item for lesson in lessons_with_homework() for item in lesson["items"]]


def everything() -> list[Row]:
    return [*bank_rows(), *province_rows(), *homework_rows()]


def groups() -> list[Row]:
    return [row for row in everything() if "stems" in row]


def singles() -> list[Row]:
    return [row for row in everything() if "stems" not in row]


def stems(rows: Iterator[Row] | list[Row] | tuple[Row, ...]) -> list[Row]:
    """One row a stem: those of a group with its options, type, specialties and code added."""
    found = []
    for row in rows:
        for stem in row.get("stems", [row]):
            found.append({**row, **stem, "group": row["code"] if "stems" in row else None})
    return found


def labels(row: Row) -> list[str]:
    return [option["label"] for option in row.get("options", [])]


def texts(row: Row) -> list[str]:
    return [option["text"] for option in row.get("options", [])]


def wording(row: Row) -> str:
    return row.get("case", "") + row["stem"]


def normal(text: str) -> str:
    """The words alone: width, case, spaces and punctuation make no difference."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).lower())


@cache
def pairs_of(text: str) -> Counter[tuple[str, str]]:
    return Counter(itertools.pairwise(normal(text)))


def likeness(one: str, other: str) -> float:
    """Shared pairs of neighbouring characters over all pairs, 0 to 1."""
    first, second = pairs_of(one), pairs_of(other)
    return (first & second).total() / max((first | second).total(), 1)


def theme_codes() -> set[str]:
    return {row["code"] for block in load(YEAR / "themes.yaml") for row in block["rows"]}


def old_specialties() -> set[str]:
    blocks = load(YEAR / "specialties.yaml")
    return {row["code"] for b in blocks if b["defaults"]["generation"] == "old" for row in b["rows"]}


def outline_leaves() -> set[str]:
    """What an item may be written for: an entry of the outline that has none below it."""
    rows = [row for block in load(YEAR / "outline.yaml") for row in block["rows"]]
    return {row["code"] for row in rows} - {row["parent"] for row in rows}


def item_quotas() -> dict[str, int]:
    """What the plan asks of a province, by type and as `items-per-province`."""
    rows = [row for block in load(YEAR / "settings.yaml") for row in block["rows"]]
    values = {row["code"].removeprefix("item-quota-"): row["value"] for row in rows}
    return {code: int(values[code]) for code in ("a1", "a2", "b1", "b2", "x", "items-per-province")}


def longest_is_key(row: Row, margin: float) -> bool:
    """Whether the one right option is longer than every other, by more than the margin."""
    size = {option["label"]: len(option["text"]) for option in row["options"]}
    return size.pop(row["key"][0]) > margin * max(size.values())


def blueprint() -> list[Row]:
    return [row for block in load(YEAR / "blueprint.yaml") for row in block["rows"]]


def spread(codes: list[str]) -> list[str]:
    """The lesson codes of a list that may hold spans such as lesson-001..lesson-080."""
    found = []
    for code in codes:
        span = SPAN.fullmatch(code)
        if span:
            found += [f"{span[1]}{number:03d}" for number in range(int(span[2]), int(span[3]) + 1)]
        else:
            found.append(code)
    return found
