"""The ledger of seats: what a province was given, what moved, who sits on it (E1, E3)."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Region
from accounts.scope import Scope
from core.columns import Column, Listing
from core.figures import FIGURES
from core.templatetags.portal import name_of
from enrollment.enums import EnrollmentStatus, FundingKind, RosterStatus
from enrollment.models import Enrollment, Roster
from programs.enums import Track
from programs.models import ProgramYear, Quota
from programs.where import Where

_LEFT = (EnrollmentStatus.WITHDRAWN, EnrollmentStatus.REPLACED)
_HANDED_IN = (RosterStatus.SUBMITTED, RosterStatus.ACCEPTED, RosterStatus.LOCKED)
CERTIFIED = "exams.certificates"


@dataclass(frozen=True, slots=True)
class QuotaUse:
    """Seats of a track beside the people on it; beyond the funded ones people are locally funded (E3)."""

    track: str
    seats: int
    approved: int = 0
    funded: int = 0
    local: int = 0
    waiting: int = 0
    left: int = 0

    @property
    def free(self) -> int:
        return max(0, self.seats - (self.funded if self.track == Track.COMPREHENSIVE else self.approved))


def quota_use(year: ProgramYear, region: Region) -> dict[str, QuotaUse]:
    return quota_use_by_region(year, region).get(region.pk, {})


def quota_use_by_region(year: ProgramYear, region: Region | None = None) -> dict[str, dict[str, QuotaUse]]:
    """By province and track; two queries."""
    quotas = Quota.objects.filter(year=year)
    people = Enrollment.objects.of(year)
    if region is not None:
        quotas, people = quotas.filter(region=region), people.filter(region=region)
    approved = Q(status=EnrollmentStatus.APPROVED)
    rows = (
        people.order_by()
        .values("region_id", "track")
        .annotate(
            approved=Count("pk", filter=approved),
            funded=Count("pk", filter=approved & Q(funding=FundingKind.FUNDED)),
            local=Count("pk", filter=approved & Q(funding=FundingKind.LOCAL)),
            waiting=Count("pk", filter=Q(status=EnrollmentStatus.APPLIED)),
            left=Count("pk", filter=Q(status__in=_LEFT, registration__isnull=False)),
        )
        .values_list("region_id", "track", "approved", "funded", "local", "waiting", "left")
    )
    counted = {(code, track): numbers for code, track, *numbers in rows}
    use: dict[str, dict[str, QuotaUse]] = defaultdict(dict)
    for code, track, seats in quotas.values_list("region_id", "track", "available"):
        use[code][track] = QuotaUse(track, seats, *counted.get((code, track), ()))
    return use


def free_seats(year: ProgramYear, region: Region, track: str) -> int:
    """Seats of a track still to be had; ask under the roster's lock. Funded ones of the comprehensive track (E3)."""
    seats = (
        Quota.objects.filter(year=year, region=region, track=track)
        .values_list("available", flat=True)
        .first()
    )
    people = Enrollment.objects.of(year).active().filter(region=region, track=track)
    taken = people.filter(funding=FundingKind.FUNDED) if track == Track.COMPREHENSIVE else people
    return max(0, (seats or 0) - taken.count())


# The ledger


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """`printed` as in the table, `moved` by transfers, `submitted` by the roster handed in, None where none is."""

    quota: Quota
    use: QuotaUse
    submitted: int | None
    certified: int

    @property
    def pk(self) -> int:
        return self.quota.pk


def ledger(year: ProgramYear, scope: Scope) -> list[LedgerLine]:
    """Every province and track in scope, in the official order; a fixed number of queries."""
    use, submitted, certified = quota_use_by_region(year), _submitted(year, scope), _certified(year, scope)
    quotas = Quota.objects.visible_to(scope).filter(year=year).select_related("region", "year__program")
    return [
        LedgerLine(
            quota,
            use[quota.region_id][quota.track],
            submitted.get(quota.region_id, {}).get(quota.track),
            certified.get((quota.region_id, quota.track), 0),
        )
        for quota in quotas.order_by("region__order", "track")
    ]


def _submitted(year: ProgramYear, scope: Scope) -> dict[str, Mapping[str, int]]:
    """People by track on the roster that stands handed in; a roster of before this was counted says nothing."""
    rosters = Roster.objects.visible_to(scope).filter(year=year, status__in=_HANDED_IN)
    totals = rosters.order_by().values_list("region_id", "submission__content__totals")
    return {code: found or {} for code, found in totals}


def _certified(year: ProgramYear, scope: Scope) -> dict[tuple[str, str], int]:
    """Certificates and pass records by province and track; nothing where no room counts them."""
    figure = FIGURES.get(CERTIFIED)
    if figure is None:
        return {}
    paths = (figure.by["province"], figure.by["track"])
    rows = figure.rows(scope, Where(year.pk)).order_by().values_list(*paths).annotate(n=figure.aggregate)
    return {(code, track): count for code, track, count in rows}


def _sum(name: str, label: Any) -> Column:
    return Column(name, label, f"use.{name}", kind="int")


def _signed(line: LedgerLine) -> str:
    return f"{line.quota.moved:+d}" if line.quota.moved else "0"


LEDGER = Listing(
    code="enrollment.ledger",
    title=_("Ledger of seats"),
    columns=(
        Column("province", _("Province"), lambda line: name_of(line.quota.region), width=18),
        Column("track", _("Training track"), lambda line: line.quota.get_track_display()),
        Column("printed", _("Allocated"), "quota.seats", kind="int"),
        # on the page with its sign, in the workbook a number
        Column("moved_signed", _("Transferred"), _signed, kind="int", on_export=False),
        Column("moved", _("Transferred"), "quota.moved", kind="int", on_page=False),
        Column("seats", _("Seats"), "quota.available", kind="int"),
        Column("submitted", _("Submitted"), "submitted", kind="int"),
        _sum("approved", _("Approved")),
        _sum("funded", _("Funded")),
        _sum("local", _("Locally funded")),
        _sum("waiting", _("Waiting for approval")),
        Column("left", _("Withdrawn or replaced"), "use.left", kind="int"),
        Column("certified", _("Certified"), "certified", kind="int"),
        Column("free", _("Free seats"), "use.free", kind="int"),
    ),
)
