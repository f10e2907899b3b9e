"""People of a list who stand on a roster of the year already: what is held of them and what the list changes."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from enrollment.enums import ChangeStatus, EnrollmentStatus, RowEffect
from enrollment.models import ChangeRequest, Enrollment, ImportRow, RosterImport
from enrollment.rules.again import FACTS, differing, said
from enrollment.rules.rows import tidy_name
from programs.models import ProgramYear

STANDING_AS = (EnrollmentStatus.APPLIED, EnrollmentStatus.APPROVED)
# what holds a fact's plain value: of a row of a list its number
PLAIN = {field.name: field.attname for field in Enrollment._meta.concrete_fields if field.name in FACTS}


def facts_of(enrollment: Enrollment) -> dict[str, Any]:
    """The facts as plain values: rows of lists by number."""
    return {name: getattr(enrollment, PLAIN[name]) for name in FACTS}


@dataclass(frozen=True, slots=True)
class Standing:
    """Somebody on a roster of the year; `asked` is what a correction that waits asks for."""

    enrollment: Enrollment
    asked: Mapping[str, Any]
    waits: bool = False

    def is_of(self, staged: RosterImport, values: Mapping[str, Any]) -> bool:
        """Whether a line means the person where they stand: in the list's province, on the track it says."""
        here = self.enrollment.region_id == staged.region_id
        return here and values["track"] in {None, self.enrollment.track}

    def changes(self, cells: Mapping[str, str], values: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
        """What a line says that is neither held nor asked for, as {name: (held, said)}."""
        person, place = self.enrollment.person, self.enrollment.institution
        held = facts_of(self.enrollment) | {
            "name": tidy_name(person.name),
            "phone": person.phone,
            "institution": place.merged_into_id or place.pk,
        }
        return differing(held, self.asked, said(cells, values))

    def by_request(self, names: Iterable[str]) -> list[str]:
        """Those that only a correction moves: name and phone always, the facts once approval has frozen them."""
        applied = self.enrollment.status == EnrollmentStatus.APPLIED
        return [name for name in names if not (applied and name in FACTS)]


def standing_people(year: ProgramYear, indexes: Iterable[str]) -> dict[str, Standing]:
    """Who of these identity numbers takes part in the year, in whichever province, by the number's index."""
    found = Enrollment.objects.of(year).filter(
        person__id_number_index__in=set(indexes) - {""}, status__in=STANDING_AS
    )
    rows = list(found.select_related("person", "institution"))
    waiting = ChangeRequest.objects.filter(
        enrollment__in=[row.pk for row in rows], status=ChangeStatus.WAITING
    )
    asked = {change.enrollment_id: change.asked for change in waiting}
    return {
        row.person.id_number_index: Standing(row, asked.get(row.pk, {}), waits=row.pk in asked)
        for row in rows
    }


def judge_again(rows: Iterable[ImportRow], staged: RosterImport) -> None:
    """Say anew what each line does whose person stands on the roster; another list of values may have settled it."""
    again = [row for row in rows if row.effect != RowEffect.NEW]
    standing = standing_people(staged.year, [row.id_number_index for row in again])
    for row in again:
        found = standing.get(row.id_number_index)
        if found is not None:
            differs = found.changes(json.loads(row.cells), json.loads(row.values))
            row.effect = RowEffect.CHANGED if differs else RowEffect.SAME


def missing_people(staged: RosterImport) -> QuerySet[Enrollment]:
    """Who stands on the province's roster and in no line of this list; nothing happens to them."""
    listed = staged.rows.exclude(id_number_index="").values("id_number_index")
    people = Enrollment.objects.of(staged.year).filter(region=staged.region_id, status__in=STANDING_AS)
    return people.exclude(person__id_number_index__in=listed).order_by("status", "person__name", "pk")
