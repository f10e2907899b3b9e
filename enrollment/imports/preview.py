"""What a preview shows beside the faults: the findings as they would be, and the institutions it would add."""

import json
from collections.abc import Iterable
from typing import Any

from accounts.enums import COUNTY_AND_BELOW, InstitutionLevel
from enrollment.enums import NURSES_AND_TECHNICIANS, Trait
from enrollment.imports.problems import Worded, worded
from enrollment.models import ImportRow, RosterImport
from enrollment.queries import Health, Prospect, counts_with, health_of, waiting_prospects
from enrollment.rules.rows import fold


def worded_rows(rows: Iterable[ImportRow]) -> list[Worded]:
    """Every problem of these lines with the person it is about."""
    return [problem for row in rows for problem in worded(row, json.loads(row.cells).get("name", ""))]


def prospect_of_line(line: dict[str, Any]) -> Prospect:
    traits = {
        Trait.COUNTY: line["institution_level"] in COUNTY_AND_BELOW,
        Trait.PRIORITY: line["priority_program"] is not None,
        Trait.HEALTH: line["health_management"],
        Trait.NURSE: line["profession"] in NURSES_AND_TECHNICIANS,
    }
    place = str(line["institution_id"] or fold(line["institution"]))
    return Prospect(place, frozenset(trait for trait, has in traits.items() if has), line["track"])


def preview_health(staged: RosterImport) -> Health:
    """The findings with everyone who waits and every line without errors approved."""
    lines = [json.loads(row.values) for row in staged.rows.good()]
    prospects = [*waiting_prospects(staged.year, staged.region), *map(prospect_of_line, lines)]
    return health_of(staged.year, staged.region, counts_with(staged.year, staged.region, prospects))


def new_institutions(staged: RosterImport) -> list[dict[str, Any]]:
    """Names the registry does not have, with level and the lines that bring them."""
    found: dict[str, dict[str, Any]] = {}
    for row in staged.rows.good():
        line = json.loads(row.values)
        if line["institution_id"] is None:
            entry = {
                "name": line["institution"],
                "level": InstitutionLevel(line["institution_level"]).label,
                "rows": 0,
            }
            found.setdefault(fold(line["institution"]), entry)["rows"] += 1
    return list(found.values())
