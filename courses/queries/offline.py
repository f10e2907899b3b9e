"""Sessions, attendance and results."""

from typing import Any

from django.db.models import Count, F, Q, QuerySet

from accounts.scope import Scope
from core.figures import FIGURES
from courses.models import (
    ClassSession,
)
from courses.queries.supply import Supply, targets_by_kind
from courses.queries.trainees import with_study
from enrollment.models import Enrollment
from programs.enums import TargetKind
from programs.models import ProgramYear
from programs.where import Where


def own_sessions(enrollment: Enrollment, scope: Scope) -> QuerySet[ClassSession]:
    """The province's sessions that are meant for this trainee: their base or none, their specialty or all, their level."""
    bases = enrollment.placements.values("base")
    rows = ClassSession.objects.visible_to(scope).filter(year=enrollment.year_id, region=enrollment.region_id)
    return rows.filter(
        Q(base=None) | Q(base__in=bases),
        Q(specialty=None) | Q(specialty=enrollment.specialty_id),
        Q(level="") | Q(level=enrollment.institution_level),
    ).select_related("base", "lecturer")


def with_attendance(rows: QuerySet[ClassSession]) -> QuerySet[ClassSession]:
    return rows.annotate(attended=Count("attendance"))


def offline_supply_of(year: ProgramYear, scope: Scope) -> Supply:
    """Offline lessons of the province and those of them that went out live."""
    where, targets = Where(year.pk, region=scope.region_code), targets_by_kind(year, scope.region_code)
    return Supply(
        FIGURES["courses.offline_lessons"].value(scope, where).amount,
        targets.get(TargetKind.OFFLINE_LESSONS),
        FIGURES["courses.live_lessons"].value(scope, where).amount,
        targets.get(TargetKind.LIVE_LESSONS),
    )


def attendees_of(session: ClassSession, scope: Scope) -> QuerySet[Enrollment]:
    """Who may stand on the sheet of a session: comprehensive trainees of province and year it is meant for (C8)."""
    rows = (
        Enrollment.objects.visible_to(scope).filter(year=session.year_id, region=session.region_id).active()
    )
    rows = rows.comprehensive()
    if session.base_id:
        rows = rows.filter(placements__base=session.base_id)
    if session.specialty_id:
        rows = rows.filter(specialty=session.specialty_id)
    if session.level:
        rows = rows.filter(institution_level=session.level)
    return rows.select_related("person", "registration", "institution").order_by("pk")


def result_people(year: ProgramYear, scope: Scope) -> QuerySet[Any]:
    """Comprehensive trainees with hours and result, for the sheet of results."""
    rows = with_study(Enrollment.objects.visible_to(scope).of(year).active().comprehensive())
    rows = rows.annotate(offline_score=F("offline_result__score"))
    found: QuerySet[Any] = rows.select_related("person", "registration", "institution").order_by("pk")
    return found
