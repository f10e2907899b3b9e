"""What this room holds about a trainee, for the trainee (T48b)."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.personal import OwnSection
from courses.models import Attendance, Credit, Ledger, LessonProgress, OfflineResult


def _of(model: Any, *related: str) -> Callable[[Any], QuerySet[Any]]:
    return lambda person: model.objects.filter(enrollment__person=person).select_related(*related)


SECTIONS = (
    OwnSection(
        "courses.ledger",
        _("Class hours"),
        _of(Ledger, "specialty"),
        (
            "specialty",
            "required_done",
            "elective_done",
            "homework_done",
            "online_hours",
            "offline_hours",
            "practice_hours",
        ),
    ),
    OwnSection(
        "courses.lessonprogress",
        _("Lessons watched"),
        _of(LessonProgress, "lesson"),
        ("lesson", "covered", "completed_at", "hours", "correct", "asked", "answered_at", "homework_at"),
    ),
    OwnSection(
        "courses.attendance", _("Attendance"), _of(Attendance, "session"), ("session", "mode", "hours")
    ),
    OwnSection(
        "courses.offlineresult",
        _("Offline results"),
        _of(OfflineResult),
        ("passed", "score", "assessed_on", "recorded_at"),
    ),
    OwnSection("courses.credit", _("National credit"), _of(Credit), ("amount", "awarded_at")),
)
