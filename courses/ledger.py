"""The hours ledger: counted anew from progress, attendance and plan whenever one of them changes."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, Sum

from courses.enums import PRACTICE_KINDS, Requirement
from courses.models import Attendance, Ledger, LessonProgress
from enrollment.models import Enrollment

_CHUNK = 500
_COUNTED = (
    "specialty", "required_done", "elective_done", "homework_done", "online_hours", "offline_hours", "practice_hours",
)  # fmt: skip


def recount(enrollment_ids: Iterable[int]) -> None:
    """Bring the ledgers of these trainees in step with their records; call it in the transaction of the change."""
    wanted = sorted(set(enrollment_ids))
    for first in range(0, len(wanted), _CHUNK):
        _recount(wanted[first : first + _CHUNK])


def recount_strays(limit: int = _CHUNK) -> int:
    """Count trainees anew whose specialty changed since they were counted; returns how many."""
    strays = Ledger.objects.exclude(specialty=F("enrollment__specialty")).order_by("pk")
    ids = list(strays.values_list("pk", flat=True)[:limit])
    recount(ids)
    return len(ids)


def _recount(ids: Sequence[int]) -> None:
    online, offline = _online(ids), _offline(ids)
    specialties = Enrollment.objects.filter(pk__in=ids).values_list("pk", "specialty_id")
    rows = [
        Ledger(enrollment_id=pk, specialty_id=specialty, **online.get(pk, {}), **offline.get(pk, {}))
        for pk, specialty in specialties
    ]
    Ledger.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["enrollment"],
        update_fields=list(_COUNTED),
        batch_size=_CHUNK,
    )


def _online(ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """What the lessons of each trainee's own plan come to."""
    done = Q(completed_at__isnull=False)
    required = Q(lesson__entries__requirement=Requirement.REQUIRED)
    rows = LessonProgress.objects.filter(enrollment__in=ids).in_plan().order_by().values("enrollment")
    counted = rows.annotate(
        required=Count("pk", filter=done & required),
        elective=Count("pk", filter=done & ~required),
        homework=Count("pk", filter=required & Q(homework_at__isnull=False)),
        total=Sum("hours"),
    )
    return {
        row["enrollment"]: {
            "required_done": row["required"],
            "elective_done": row["elective"],
            "homework_done": row["homework"],
            "online_hours": row["total"],
        }
        for row in counted
    }


def _offline(ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    rows = Attendance.objects.filter(enrollment__in=ids).order_by().values("enrollment")
    counted = rows.annotate(
        total=Sum("hours"), practice=Sum("hours", filter=Q(session__kind__in=PRACTICE_KINDS))
    )
    return {
        row["enrollment"]: {"offline_hours": row["total"], "practice_hours": row["practice"] or Decimal(0)}
        for row in counted
    }
