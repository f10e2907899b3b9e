"""The figures of this room: each number with the very rows it counts (R2)."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from accounts.models import Institution
from accounts.scope import Scope
from core.enums import Measure
from core.figures import Figure, FigureValue
from enrollment.enums import FundingKind, RosterStatus, Trait
from enrollment.models import Enrollment, EnrollmentQuerySet, Roster
from enrollment.queries import TRAIT_FILTERS
from programs.enums import Track
from programs.models import Quota
from programs.where import Where

PEOPLE, PLACES, ROSTERS = "enrollment.people", "enrollment.institutions", "enrollment.rosters"
_BY_PERSON = {"province": "region", "track": "track", "base": "placements__base"}


def people(scope: Scope, where: Where) -> EnrollmentQuerySet:
    """Everyone approved and not withdrawn in the cut, of both tracks."""
    rows = Enrollment.objects.visible_to(scope).filter(year=where.year_id).active()
    if where.region:
        rows = rows.filter(region=where.region)
    if where.base_id:
        rows = rows.filter(placements__base=where.base_id)
    if where.track:
        rows = rows.filter(track=where.track)
    return rows.filter(pk=where.enrollment_id) if where.enrollment_id else rows


def comprehensive(scope: Scope, where: Where) -> EnrollmentQuerySet:
    return people(scope, where).comprehensive()


def online_only(scope: Scope, where: Where) -> EnrollmentQuerySet:
    return people(scope, where).online_only()


def having(trait: Trait) -> Callable[[Scope, Where], QuerySet[Enrollment]]:
    return lambda scope, where: comprehensive(scope, where).filter(TRAIT_FILTERS[trait])


def funded(scope: Scope, where: Where) -> QuerySet[Enrollment]:
    return comprehensive(scope, where).filter(funding=FundingKind.FUNDED)


def waiting(scope: Scope, where: Where) -> QuerySet[Enrollment]:
    rows = Enrollment.objects.visible_to(scope).filter(year=where.year_id).waiting()
    rows = rows.filter(region=where.region) if where.region else rows
    return rows.filter(track=where.track) if where.track else rows


def institutions(scope: Scope, where: Where) -> QuerySet[Institution]:
    return Institution.objects.filter(enrollments__in=comprehensive(scope, where)).distinct()


def accepted_rosters(scope: Scope, where: Where) -> QuerySet[Roster]:
    rows = Roster.objects.visible_to(scope).filter(
        year=where.year_id, status__in=(RosterStatus.ACCEPTED, RosterStatus.LOCKED)
    )
    return rows.filter(region=where.region) if where.region else rows


class QuotaUse(Figure):
    """A share whose whole is a sum of seats, not a count of rows."""

    @staticmethod
    def _seats(scope: Scope, where: Where) -> QuerySet[Quota]:
        rows = Quota.objects.visible_to(scope).filter(year=where.year_id, track=Track.COMPREHENSIVE)
        return rows.filter(region=where.region) if where.region else rows

    def value(self, scope: Scope, where: Where) -> FigureValue:
        seats = self._seats(scope, where).aggregate(seats=Sum("available"))["seats"]
        return FigureValue(self.rows(scope, where).count(), seats or 0)

    def values(self, scope: Scope, where: Where, by: str) -> dict[Any, FigureValue]:
        seats = dict(
            self._seats(scope, where)
            .order_by()
            .values("region")
            .annotate(n=Sum("available"))
            .values_list("region", "n")
        )
        taken = self._grouped(self.rows, scope, where, self.by[by], self.aggregate)
        return {code: FigureValue(taken.get(code, 0), seats.get(code, 0)) for code in {**seats, **taken}}


def _share(code: str, label: Any, definition: Any, trait: Trait) -> Figure:
    return Figure(
        f"enrollment.{code}",
        label,
        definition,
        rows=having(trait),
        unit=Measure.SHARE,
        base_rows=comprehensive,
        by=_BY_PERSON,
        columns=PEOPLE,
    )


ROOM_FIGURES = (
    Figure(
        "enrollment.approved",
        _("Comprehensive trainees approved"),
        _("Approved and not withdrawn, on the comprehensive track."),
        rows=comprehensive,
        by=_BY_PERSON,
        columns=PEOPLE,
    ),
    Figure(
        "enrollment.online_only_approved",
        _("Online-only trainees approved"),
        _("Approved and not withdrawn, on the online-only track."),
        rows=online_only,
        by=_BY_PERSON,
        columns=PEOPLE,
    ),
    Figure(
        "enrollment.waiting",
        _("Applications waiting"),
        _("Applied and neither approved nor turned down."),
        rows=waiting,
        by={"province": "region", "track": "track"},
        columns=PEOPLE,
    ),
    Figure(
        "enrollment.institutions",
        _("Institutions"),
        _("Different institutions of approved comprehensive trainees."),
        rows=institutions,
        by={"province": "enrollments__region"},
        columns=PLACES,
    ),
    _share(
        "county_share",
        _("County level and below"),
        _(
            "Comprehensive trainees of institutions of county level and below, of all approved comprehensive ones."
        ),
        Trait.COUNTY,
    ),
    _share(
        "priority_program_share",
        _("Staff of national early-detection programs"),
        _("Comprehensive trainees working in such a program, of all approved comprehensive ones."),
        Trait.PRIORITY,
    ),
    _share(
        "health_management_share",
        _("Health management"),
        _("Comprehensive trainees at least three months a year in a check-up center, of all approved ones."),
        Trait.HEALTH,
    ),
    _share(
        "nurse_technician_share",
        _("Nurses and technicians"),
        _("Comprehensive trainees who are nurses or technicians, of all approved comprehensive ones."),
        Trait.NURSE,
    ),
    QuotaUse(
        "enrollment.quota_use",
        _("Use of the funded quota"),
        _("Funded comprehensive trainees, of the seats of the quota."),
        rows=funded,
        unit=Measure.SHARE,
        by={"province": "region"},
        columns=PEOPLE,
    ),
    Figure(
        "enrollment.roster_accepted",
        _("Rosters accepted"),
        _("Rosters that the national office has accepted."),
        rows=accepted_rosters,
        by={"province": "region"},
        columns=ROSTERS,
    ),
)
