"""What a preview shows: its lines by what they do, the findings as they would be, the institutions it would add."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, QuerySet

from accounts.enums import COUNTY_AND_BELOW, InstitutionLevel
from accounts.models import Institution
from accounts.queries.institutions import likely_same
from accounts.rules import fold
from core.imports import Problem
from enrollment.enums import NURSES_AND_TECHNICIANS, RowKind, Trait
from enrollment.facts import LABELS, words_for
from enrollment.imports.again import Standing, missing_people, standing_people
from enrollment.imports.problems import worded
from enrollment.models import Enrollment, ImportRow, RosterImport
from enrollment.queries import Health, Prospect, counts_with, health_of, waiting_prospects
from programs.enums import Track


@dataclass(frozen=True, slots=True)
class Difference:
    label: str
    held: str
    said: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line without errors; `person` and `differences` where somebody on the roster is meant.

    `asks`: what it changes needs a decision, because approval has frozen it or because it is a name or a phone.
    """

    number: int
    name: str
    place: str
    track: str
    person: Enrollment | None = None
    differences: tuple[Difference, ...] = ()
    asks: bool = False


def counts_by_kind(staged: RosterImport) -> dict[RowKind, int]:
    """How many lines do what, and how many people of the roster stand in none."""
    good = staged.rows.good().order_by().values_list("effect")
    found = {RowKind(effect): number for effect, number in good.annotate(n=Count("pk"))}
    found |= {RowKind.BAD: staged.bad_count, RowKind.MISSING: missing_people(staged).count()}
    return {kind: found.get(kind, 0) for kind in RowKind}


def rows_of_kind(staged: RosterImport, kind: RowKind) -> QuerySet[Any]:
    """Lines of the list, or for those who are missing their enrollments."""
    if kind == RowKind.MISSING:
        return missing_people(staged).select_related("person", "year__program")
    return staged.rows.bad() if kind == RowKind.BAD else staged.rows.good().filter(effect=kind)


def lines_of(rows: Iterable[ImportRow], staged: RosterImport) -> list[Line]:
    """Lines without errors in words; a fixed number of queries for all."""
    rows = list(rows)
    standing = standing_people(staged.year, [row.id_number_index for row in rows])
    read = [(row, json.loads(row.values), _differs(row, standing.get(row.id_number_index))) for row in rows]
    sides = [
        {name: both[side] for name, both in differs.items()} for *_row, differs in read for side in (0, 1)
    ]
    say = words_for(staged.year, sides)
    return [
        _line(row, values, differs, standing.get(row.id_number_index), say) for row, values, differs in read
    ]


def _differs(row: ImportRow, found: Standing | None) -> dict[str, tuple[Any, Any]]:
    return found.changes(json.loads(row.cells), json.loads(row.values)) if found else {}


def _line(
    row: ImportRow,
    values: dict[str, Any],
    differs: dict[str, tuple[Any, Any]],
    found: Standing | None,
    say: Callable[[str, Any], str],
) -> Line:
    return Line(
        number=row.number,
        name=values["name"] or (found.enrollment.person.name if found else ""),
        place=values["institution"],
        track=str(Track(values["track"]).label) if values["track"] else "",
        person=found.enrollment if found else None,
        differences=tuple(
            Difference(str(LABELS[name]), say(name, held), say(name, said))
            for name, (held, said) in differs.items()
        ),
        asks=bool(found and found.by_request(differs)),
    )


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
    """The findings with everyone who waits and everyone new in the list approved; faulty lines are left out."""
    lines = [json.loads(row.values) for row in staged.rows.new()]
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
