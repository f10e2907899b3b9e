"""The fixture rows as plain dictionaries, for tests that ask no database."""

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
FOLDERS = ("common", "cancer-2022", "nuclear-2024")
YEARS = FOLDERS[1:]

Row = dict[str, Any]


@cache
def all_rows() -> tuple[Row, ...]:
    """Every row with its block's defaults, its model and the folder it stands in."""
    found: list[Row] = []
    for path in sorted(path for folder in FOLDERS for path in (FIXTURES / folder).glob("*.yaml")):
        blocks = yaml.safe_load(path.read_text(encoding="utf-8"))
        if path.name == "year.yaml":
            blocks = [{"model": "year", "rows": [blocks | {"code": path.parent.name}]}]
        for block in blocks:
            frame = {"folder": path.parent.name, "model": block["model"]} | block.get("defaults", {})
            found += [frame | row for row in block["rows"]]
    return tuple(found)


def rows(name: str, **having: Any) -> list[Row]:
    """The rows of a model, by its name without the app, that have these values."""
    named = [row for row in all_rows() if row["model"].split(".")[-1] == name]
    return [row for row in named if all(row.get(key) == value for key, value in having.items())]


def label(row: Row) -> str:
    return f"{row['folder']}-{row['model']}-{row['code']}"


def case(requirement: str, *values: Any) -> Any:
    return pytest.param(*values, id=requirement)
