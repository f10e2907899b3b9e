"""Who studies and what the year asks of them."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, F, QuerySet, Value
from django.db.models.functions import Coalesce

from accounts.scope import Scope
from courses.rules import (
    Targets,
    expected_hours,
)
from enrollment.models import Enrollment
from programs.enums import SettingCode, Track
from programs.models import Duty, ProgramYear
from programs.queries import duty_of_kind, settings_of
from programs.where import Where

STUDY_ENDS = "courses.offline_end_on"
RECRUITMENT = "recruitment"
_HOURS = DecimalField(max_digits=6, decimal_places=1)


def own_enrollment(year: ProgramYear, scope: Scope) -> Enrollment | None:
    """The trainee's approved place in the year; study opens with it (E11)."""
    rows = Enrollment.objects.visible_to(scope).of(year).active()
    return rows.select_related("specialty", "person", "region", "year__program").order_by("-pk").first()


def trainees(scope: Scope, where: Where) -> QuerySet[Enrollment]:
    """Approved trainees of the cut, not withdrawn."""
    rows = Enrollment.objects.visible_to(scope).filter(year=where.year_id).active()
    narrower = {
        "region": where.region,
        "track": where.track,
        "pk": where.enrollment_id,
        "placements__base": where.base_id,
    }
    return rows.filter(**{path: value for path, value in narrower.items() if value})


def targets_of(year: ProgramYear) -> Targets:
    values = settings_of(year)
    return Targets(
        required=int(values[SettingCode.REQUIRED_LESSONS]),
        elective=int(values[SettingCode.ELECTIVE_LESSONS]),
        online_hours=values[SettingCode.ONLINE_HOURS_REQUIRED],
        offline_hours=values[SettingCode.OFFLINE_HOURS_REQUIRED],
    )


def study_ends_at(year: ProgramYear) -> dt.datetime | None:
    """When online and offline training are due, by the calendar of the year."""
    return Duty.objects.filter(year=year, figure=STUDY_ENDS).values_list("due_at", flat=True).first()


def study_span(year: ProgramYear) -> tuple[dt.datetime, dt.datetime] | None:
    """From the end of recruitment to the end of training; None where the calendar lacks one of them."""
    begins, ends = duty_of_kind(year, RECRUITMENT), study_ends_at(year)
    return (begins.due_at, ends) if begins and ends else None


def hours_expected(year: ProgramYear, now: dt.datetime) -> Decimal:
    """The online hours of somebody in step with the calendar."""
    target, span = targets_of(year).online_hours, study_span(year)
    return expected_hours(target, *span, now) if span else target


def with_study(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Trainees with what their ledger holds; nothing done is zero."""
    zero, none = Value(Decimal(0), output_field=_HOURS), Value(0)
    found: QuerySet[Any] = rows.annotate(
        online_hours=Coalesce("ledger__online_hours", zero),
        offline_hours=Coalesce("ledger__offline_hours", zero),
        practice_hours=Coalesce("ledger__practice_hours", zero),
        required_done=Coalesce("ledger__required_done", none),
        elective_done=Coalesce("ledger__elective_done", none),
        homework_done=Coalesce("ledger__homework_done", none),
        passed_offline=F("offline_result__passed"),
    ).annotate(total_hours=F("online_hours") + F("offline_hours"))
    return found


def behind(rows: QuerySet[Any], hours: Decimal) -> QuerySet[Any]:
    """Of trainees read with `with_study`, those below the online hours expected by now."""
    return rows.filter(online_hours__lt=hours)


def without_result(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Comprehensive trainees whose offline assessment is not recorded (C12)."""
    return rows.filter(track=Track.COMPREHENSIVE, offline_result=None)


def has_offline(enrollment: Enrollment) -> bool:
    """Online-only trainees take no offline training (X4)."""
    return enrollment.track == Track.COMPREHENSIVE
