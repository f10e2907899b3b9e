"""What the plan of the year foresees, as figures beside what came of it, and the reports filed (R1, R2)."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from accounts.scope import Scope
from core.enums import Measure
from core.figures import Figure
from programs.enums import TargetKind, Track
from programs.models import Quota, Target
from programs.where import Where
from reports.models import AnnualReport

QUOTAS, TARGETS, REPORTS = "programs.quota", "programs.target", "reports.annualreport"
_BY = {"province": "region"}


def _in_province(rows: QuerySet[Any], where: Where) -> QuerySet[Any]:
    rows = rows.filter(year=where.year_id)
    return rows.filter(region=where.region) if where.region else rows


def seats(track: Track) -> Callable[[Scope, Where], QuerySet[Any]]:
    return lambda scope, where: _in_province(Quota.objects.visible_to(scope), where).filter(track=track)


def owed(kind: TargetKind) -> Callable[[Scope, Where], QuerySet[Any]]:
    return lambda scope, where: _in_province(Target.objects.visible_to(scope), where).filter(kind=kind)


def filed(scope: Scope, where: Where) -> QuerySet[AnnualReport]:
    return _in_province(AnnualReport.objects.visible_to(scope).of_provinces().filed(), where)


def _plan(
    code: str, label: Any, definition: Any, rows: Callable[[Any, Any], QuerySet[Any]], **options: Any
) -> Figure:
    return Figure(f"programs.{code}", label, definition, rows=rows, by=_BY, **options)


ALL = (
    _plan(
        "seats", _("Seats of the comprehensive track"), _("Seats of the comprehensive track in the year's quotas, with what transfers moved."),
        seats(Track.COMPREHENSIVE), aggregate=Sum("available"), columns=QUOTAS,
    ),
    _plan(
        "seats_online_only", _("Seats of the online-only track"), _("Seats of the online-only track in the year's quotas, with what transfers moved."),
        seats(Track.ONLINE_ONLY), aggregate=Sum("available"), columns=QUOTAS,
    ),
    _plan(
        "lessons_due", _("Online lessons owed"), _("Online lessons that the plan wants of the provinces."),
        owed(TargetKind.LESSONS_TO_DELIVER), aggregate=Sum("amount"), columns=TARGETS,
    ),
    _plan(
        "offline_lessons_due", _("Offline lessons to hold"), _("Offline lessons that the plan wants of the provinces."),
        owed(TargetKind.OFFLINE_LESSONS), aggregate=Sum("amount"), unit=Measure.HOURS, columns=TARGETS,
    ),
    _plan(
        "live_lessons_due", _("Live lessons to hold"), _("Offline lessons that the plan wants to go out live."),
        owed(TargetKind.LIVE_LESSONS), aggregate=Sum("amount"), unit=Measure.HOURS, columns=TARGETS,
    ),
    Figure(
        "reports.annual_report_filed", _("Annual reports filed"), _("Annual reports that provinces have filed."),
        rows=filed, by=_BY, columns=REPORTS,
    ),
)  # fmt: skip
