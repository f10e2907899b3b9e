"""What a preview shows beside the faults: the findings as they would be, and the institutions it would add."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from accounts.enums import COUNTY_AND_BELOW, InstitutionLevel
from accounts.models import Institution
from accounts.queries.institutions import likely_same
from accounts.rules import fold
from core.imports import Problem
from enrollment.enums import NURSES_AND_TECHNICIANS, Trait
from enrollment.imports.problems import worded
from enrollment.models import ImportRow, RosterImport
from enrollment.queries import Health, Prospect, counts_with, health_of, waiting_prospects


def worded_rows(rows: Iterable[ImportRow]) -> list[Problem]:
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


@dataclass(slots=True)
class NewPlace:
    """A workplace the registry does not know: as the file writes it, its lines, and what it may mean, best first.

    `number` is its first line.
    """

    number: int
    name: str
    level: str
    kind: str
    rows: int = 0
    alike: list[Institution] = field(default_factory=list)

    @property
    def level_label(self) -> str:
        return str(InstitutionLevel(self.level).label) if self.level else ""


def new_institutions(staged: RosterImport) -> list[NewPlace]:
    """Workplaces the registry does not have, in the order of the file; lines with other errors have theirs too."""
    found: dict[str, NewPlace] = {}
    for row in staged.rows.all():
        line = json.loads(row.values)
        if line["institution_id"] is None and line["institution"]:
            level, kind = line["institution_level"] or "", line["institution_kind"] or ""
            fresh = NewPlace(row.number, line["institution"], level, kind)
            place = found.setdefault(fold(line["institution"]), fresh)
            place.rows += 1
            place.level = place.level or level
    alike = likely_same([place.name for place in found.values()], staged.region_id)
    for place in found.values():
        place.alike = alike[place.name]
    return list(found.values())
