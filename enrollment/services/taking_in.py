"""What a confirmed list does: new people become applications, changed facts of others are corrected or asked for (E11)."""

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from accounts.actors import Actor
from accounts.models import Institution, Person, Region
from accounts.rules import fold
from accounts.services.institutions import create_institution
from core.crypto import keyed_index
from core.events import record
from core.transitions import advance
from enrollment.enums import EnrollmentStatus, RowEffect
from enrollment.imports.again import Standing, standing_people
from enrollment.models import Enrollment, ImportRow, RosterImport
from enrollment.permissions import check_keep_roster
from enrollment.queries import institutions_by_name
from enrollment.services.changes import ask_by_list
from enrollment.services.flows import IMPORT_FLOW
from enrollment.services.guards import STANDING, open_for
from enrollment.services.imports import check_confirmable
from enrollment.services.people import set_facts

_COPIED = (
    "department",
    "title",
    "profession",
    "track",
    "health_management",
    "licensed_physician",
    "checkup_head",
    "in_shortage",
)
Line = dict[str, Any]


@dataclass(slots=True)
class Made:
    """What an import made and changed, so that it can be undone: numbers, and {enrollment: {fact: [old, new]}}."""

    people: list[int] = field(default_factory=list)
    institutions: list[int] = field(default_factory=list)
    edited: dict[str, dict[str, tuple[Any, Any]]] = field(default_factory=dict)

    def as_text(self) -> str:
        return json.dumps(
            {"people": self.people, "institutions": self.institutions, "edited": self.edited},
            ensure_ascii=False,
        )

    @classmethod
    def of(cls, staged: RosterImport) -> "Made":
        return cls(**json.loads(staged.made or "{}"))


@transaction.atomic
def apply_import(*, staged: RosterImport, only_good: bool, actor: Actor, now: dt.datetime) -> int:
    """Take the lines in, all in this transaction; returns how many became applications.

    People are found by identity number and made where nobody has it; institutions new to the registry are added. Facts
    of people who wait are corrected, those of approved ones asked for as corrections; nobody is withdrawn. A line that
    no longer does what the preview said is left out, so that the same file twice makes no one double.
    """
    check_keep_roster(actor, staged.year, staged.region_id)
    open_for(staged.year, staged.region, *STANDING)
    locked = RosterImport.objects.select_for_update().get(pk=staged.pk)
    check_confirmable(locked, only_good=only_good)
    rows = list(locked.rows.good().exclude(effect=RowEffect.SAME))
    standing = standing_people(locked.year, [row.id_number_index for row in rows])
    made = Made()
    taken = _take(rows, standing, locked, made, actor, now)
    changed = _change(rows, standing, locked, made, actor, now)
    locked.taken_count, locked.changed_count, locked.applied_at = taken, changed, now
    locked.made = made.as_text()
    locked.save(update_fields=["taken_count", "changed_count", "applied_at", "made"])
    advance(locked, IMPORT_FLOW, "apply_import", actor=actor, now=now, taken=taken, changed=changed)
    return taken


def _take(
    rows: Iterable[ImportRow],
    standing: Mapping[str, Standing],
    staged: RosterImport,
    made: Made,
    actor: Actor,
    now: dt.datetime,
) -> int:
    new = [row for row in rows if row.effect == RowEffect.NEW and row.id_number_index not in standing]
    lines = [json.loads(row.values) for row in new]
    institutions = _institutions_of(lines, staged.region, made, actor, now)
    people = _people_of(lines, made)
    made_now = [
        _application(line, staged, people[line["id_number"]], institutions[_place(line)], now)
        for line in lines
    ]
    Enrollment.objects.bulk_create(made_now, batch_size=500)
    return len(made_now)


def _place(line: Mapping[str, Any]) -> Any:
    return line["institution_id"] or fold(line["institution"])


def _institutions_of(
    lines: Sequence[Mapping[str, Any]], region: Region, made: Made, actor: Actor, now: dt.datetime
) -> dict[Any, int]:
    """Registry numbers by the line's key; names the registry does not have are added to it (E17).

    The registry is read anew: since the preview an institution may have been merged, entered or given another name.
    """
    chosen = {line["institution_id"] for line in lines if line["institution_id"]}
    found: dict[Any, int] = {
        row.pk: row.merged_into_id or row.pk for row in Institution.objects.filter(pk__in=chosen)
    }
    known = institutions_by_name(region)
    for line in lines:
        place = _place(line)
        if place and place not in found:
            found[place] = known[place].pk if place in known else _entered(line, region, made, actor, now)
    return found


def _entered(line: Mapping[str, Any], region: Region, made: Made, actor: Actor, now: dt.datetime) -> int:
    values = {
        "name": line["institution"],
        "level": line["institution_level"],
        "kind": line["institution_kind"],
        "region": region,
    }
    number = create_institution(values=values, actor=actor, now=now).pk
    made.institutions.append(number)
    return number


def _people_of(lines: Sequence[Mapping[str, Any]], made: Made) -> dict[str, int]:
    """Person numbers by identity number; who is new is made."""
    index = {keyed_index(line["id_number"], "id_number"): line for line in lines}
    found = dict(Person.objects.filter(id_number_index__in=index).values_list("id_number_index", "pk"))
    fresh = [
        Person(
            name=line["name"],
            id_number=line["id_number"],
            phone=line["phone"],
            sex=line["sex"] or "",
            birth_date=line["birth_date"],
        )
        for key, line in index.items()
        if key not in found
    ]
    for person in Person.objects.bulk_create(fresh, batch_size=500):
        found[person.id_number_index] = person.pk
        made.people.append(person.pk)
    return {line["id_number"]: found[key] for key, line in index.items()}


def _application(
    line: Mapping[str, Any], staged: RosterImport, person_id: int, institution_id: int, now: dt.datetime
) -> Enrollment:
    return Enrollment(
        year_id=staged.year_id,
        region_id=staged.region_id,
        person_id=person_id,
        institution_id=institution_id,
        institution_level=line["institution_level"],
        specialty_id=line["specialty"],
        fine_specialty_id=line["fine_specialty"],
        priority_program_id=line["priority_program"],
        status=EnrollmentStatus.APPLIED,
        applied_at=now,
        roster_import_id=staged.pk,
        **{name: line[name] for name in _COPIED},
    )


# Who stands on the roster already


def _change(
    rows: Iterable[ImportRow],
    standing: Mapping[str, Standing],
    staged: RosterImport,
    made: Made,
    actor: Actor,
    now: dt.datetime,
) -> int:
    """Returns of how many people something was corrected or asked for."""
    found = [
        (row, standing[row.id_number_index], json.loads(row.cells), json.loads(row.values))
        for row in rows
        if row.effect == RowEffect.CHANGED and row.id_number_index in standing
    ]
    still = [one for one in found if one[1].is_of(staged, one[3]) and one[1].changes(one[2], one[3])]
    institutions = _institutions_of([line for *_rest, line in still], staged.region, made, actor, now)
    changed = 0
    for row, person, cells, line in still:
        if _place(line):
            line["institution_id"] = institutions[_place(line)]
        differs = person.changes(cells, line)
        changed += _correct(row, person, differs, staged, made, actor, now)
    return changed


def _correct(
    row: ImportRow,
    person: Standing,
    differs: Mapping[str, tuple[Any, Any]],
    staged: RosterImport,
    made: Made,
    actor: Actor,
    now: dt.datetime,
) -> bool:
    """Facts of somebody who waits at once, everything else by a correction; False where nothing could be done."""
    asked = person.by_request(differs)
    at_once = {name: both for name, both in differs.items() if name not in asked}
    if at_once:
        enrollment = Enrollment.objects.select_for_update(of=("self",)).get(pk=person.enrollment.pk)
        values = {name: new for name, (_old, new) in at_once.items()}
        record("edit_facts", enrollment, actor=actor, now=now, data=set_facts(enrollment, values))
        made.edited[str(enrollment.pk)] = at_once
    ask = bool(asked) and not person.waits
    if ask:
        ask_by_list(
            enrollment=person.enrollment,
            asked={name: differs[name][1] for name in asked},
            staged=staged,
            number=row.number,
            actor=actor,
            now=now,
        )
    return bool(at_once) or ask
