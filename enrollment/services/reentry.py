"""Coming back: a new enrollment in this year's quota and ratios, number and specialty kept (E14)."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import Region
from core.events import record_many
from core.exceptions import Refusal
from enrollment.enums import EnrollmentStatus
from enrollment.models import Enrollment
from enrollment.permissions import check_keep_roster
from enrollment.reentry import returning
from enrollment.services.guards import COLLECTING, open_for
from programs.enums import Track
from programs.models import PriorityProgram, ProgramYear, Specialty

_COPIED = (
    "department",
    "title",
    "profession",
    "health_management",
    "licensed_physician",
    "checkup_head",
    "in_shortage",
)


@transaction.atomic
def reenter(
    *, year: ProgramYear, region: Region, people: Iterable[int], actor: Actor, now: dt.datetime
) -> list[Enrollment]:
    """Applications for those of last year's enrollments in `people` that may return, all on the comprehensive track.

    They wait for approval like everyone: the number is kept there, hours and attempts belong to the new enrollment and
    begin at nothing. Raises Refusal when nobody of them may return, or the roster takes nobody now.
    """
    check_keep_roster(actor, year, region.pk)
    open_for(year, region, *COLLECTING)
    before = list(
        returning(year, actor.scope)
        .filter(region=region, pk__in=set(people))
        .select_related("institution__merged_into", "specialty", "fine_specialty", "priority_program")
    )
    if not before:
        raise Refusal(
            _("None of those chosen returns from last year."), remedy=_("Reload the page and tick them.")
        )
    lists = _Lists.of(year)
    made = [_application(row, year, lists, now) for row in before]
    Enrollment.objects.bulk_create(made, batch_size=500)
    record_many("reenter", made, actor=actor, now=now, to_state=EnrollmentStatus.APPLIED)
    return made


@dataclass(frozen=True, slots=True)
class _Lists:
    """The new year's entries by the code they kept when it was copied."""

    specialties: dict[str, Specialty]
    programs: dict[str, PriorityProgram]

    @classmethod
    def of(cls, year: ProgramYear) -> "_Lists":
        return cls(
            {row.code: row for row in Specialty.objects.filter(year=year)},
            {row.code: row for row in PriorityProgram.objects.filter(year=year)},
        )


def _application(row: Enrollment, year: ProgramYear, lists: _Lists, now: dt.datetime) -> Enrollment:
    place = row.institution.merged_into or row.institution
    specialty = lists.specialties.get(row.specialty.code)
    if specialty is None:
        raise Refusal(
            _("The year has no specialty “%(name)s” any more.") % {"name": row.specialty},
            remedy=_("Ask the national office, or enter the person with another specialty."),
        )
    return Enrollment(
        year=year,
        person_id=row.person_id,
        region_id=row.region_id,
        track=Track.COMPREHENSIVE,
        status=EnrollmentStatus.APPLIED,
        institution=place,
        institution_level=place.level,
        specialty=specialty,
        fine_specialty=lists.specialties.get(row.fine_specialty.code) if row.fine_specialty else None,
        priority_program=lists.programs.get(row.priority_program.code) if row.priority_program else None,
        applied_at=now,
        **{name: getattr(row, name) for name in _COPIED},
    )
