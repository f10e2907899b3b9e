"""The figures of study and offline training (S1, R4): each with the rows it counts."""

from decimal import Decimal
from typing import Any

from django.db.models import Avg, DecimalField, Exists, Max, Min, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import TruncDate
from django.utils.translation import gettext_lazy as _

from accounts.scope import Scope
from core.enums import Measure
from core.figures import Figure
from core.values import CHINA
from courses.enums import DELIVERED, PRACTICE_KINDS, Occasion, Requirement
from courses.models import (
    Attendance,
    ClassSession,
    Credit,
    Faculty,
    HomeworkItem,
    Lesson,
    LessonProgress,
    OfflineResult,
    PlanEntry,
)
from courses.queries import trainees, with_study
from enrollment.models import Enrollment
from programs.enums import Track
from programs.where import Where

_BY = {"province": "region", "track": "track", "base": "placements__base"}
_BY_ENROLLMENT = {dimension: f"enrollment__{path}" for dimension, path in _BY.items()}
_BY_SESSION = {"province": "region", "base": "base"}


def _watched(scope: Scope, where: Where) -> QuerySet[Any]:
    rows = LessonProgress.objects.completed().in_plan().visible_to(scope)
    return rows.filter(enrollment__in=trainees(scope, where))


def _attended(scope: Scope, where: Where) -> QuerySet[Attendance]:
    return Attendance.objects.visible_to(scope).filter(enrollment__in=trainees(scope, where))


def _practiced(scope: Scope, where: Where) -> QuerySet[Attendance]:
    return _attended(scope, where).filter(session__kind__in=PRACTICE_KINDS)


def _homework_open(scope: Scope, where: Where) -> QuerySet[PlanEntry]:
    """Asked for one trainee: what is open differs from person to person."""
    rows = PlanEntry.objects.visible_to(scope).filter(year=where.year_id, requirement=Requirement.REQUIRED)
    if where.enrollment_id is None:
        return rows.none()
    done = LessonProgress.objects.filter(
        enrollment=where.enrollment_id, lesson=OuterRef("lesson"), homework_at__isnull=False
    )
    asks = HomeworkItem.objects.filter(lesson=OuterRef("lesson"))
    own = trainees(scope, where).values("specialty")
    return rows.filter(Exists(asks), ~Exists(done), specialty__in=own)


def _passed(scope: Scope, where: Where) -> QuerySet[OfflineResult]:
    comprehensive = trainees(scope, where).comprehensive()  # type: ignore[attr-defined]
    return OfflineResult.objects.visible_to(scope).filter(passed=True, enrollment__in=comprehensive)


def _credits(scope: Scope, where: Where) -> QuerySet[Credit]:
    return Credit.objects.visible_to(scope).filter(enrollment__in=trainees(scope, where))


def _comprehensive(scope: Scope, where: Where) -> QuerySet[Enrollment]:
    """The base of every mean: approved, not withdrawn comprehensive trainees, with their hours (S3)."""
    return with_study(trainees(scope, where.at(track=Track.COMPREHENSIVE)))


def _delivered(scope: Scope, where: Where) -> QuerySet[Lesson]:
    rows = Lesson.objects.visible_to(scope).filter(
        year=where.year_id, status__in=DELIVERED, region__isnull=False
    )
    narrower = {"region": where.region, "unit": where.base_id}
    return rows.filter(**{path: value for path, value in narrower.items() if value})


def _adopted(scope: Scope, where: Where) -> QuerySet[Lesson]:
    required = PlanEntry.objects.filter(
        year=where.year_id, lesson=OuterRef("pk"), requirement=Requirement.REQUIRED
    )
    return _delivered(scope, where).filter(Exists(required))


def _full_senior(scope: Scope, where: Where) -> QuerySet[Faculty]:
    taught = Q(Exists(Lesson.objects.filter(year=where.year_id, lecturer=OuterRef("pk")))) | Q(
        Exists(ClassSession.objects.filter(year=where.year_id, lecturer=OuterRef("pk")))
    )
    rows = Faculty.objects.visible_to(scope).full_senior().filter(taught)
    narrower = {"region": where.region, "unit": where.base_id}
    return rows.filter(**{path: value for path, value in narrower.items() if value})


def _held(scope: Scope, where: Where) -> QuerySet[ClassSession]:
    """Sessions that somebody attended; what is only planned counts nowhere."""
    rows = ClassSession.objects.visible_to(scope).filter(year=where.year_id)
    narrower = {"region": where.region, "base": where.base_id}
    rows = rows.filter(**{path: value for path, value in narrower.items() if value})
    return rows.filter(Exists(Attendance.objects.filter(session=OuterRef("pk"))))


def _live(scope: Scope, where: Where) -> QuerySet[ClassSession]:
    return _held(scope, where).filter(is_live=True)


def _openings(scope: Scope, where: Where) -> QuerySet[ClassSession]:
    return _held(scope, where).filter(occasion=Occasion.OPENING)


def _closings(scope: Scope, where: Where) -> QuerySet[ClassSession]:
    return _held(scope, where).filter(occasion=Occasion.CLOSING)


def _sum_of_hours() -> Sum:
    return Sum("hours", default=Decimal(0), output_field=DecimalField(max_digits=12, decimal_places=1))


def _day() -> TruncDate:
    return TruncDate("starts_at", tzinfo=CHINA)


def _mean(code: str, field: str, label: Any, definition: Any) -> Figure:
    return Figure(
        code=f"courses.{code}",
        label=label,
        definition=definition,
        rows=_comprehensive,
        base_rows=_comprehensive,
        unit=Measure.HOURS,
        aggregate=Avg(field),
        by=_BY,
        columns="courses.progress",
    )


OF_TRAINEES = (
    Figure(
        code="courses.online_hours",
        label=_("Online class hours"),
        definition=_("Class hours of the lessons of the trainee's own plan that were watched through."),
        rows=_watched,
        unit=Measure.HOURS,
        aggregate=_sum_of_hours(),
        by=_BY_ENROLLMENT,
        columns="courses.watched",
    ),
    Figure(
        code="courses.offline_hours",
        label=_("Offline class hours"),
        definition=_(
            "Class hours earned by attending sessions; remote attendance earns the share that the year sets."
        ),
        rows=_attended,
        unit=Measure.HOURS,
        aggregate=_sum_of_hours(),
        by=_BY_ENROLLMENT,
        columns="courses.attendance",
    ),
    Figure(
        code="courses.practice_hours",
        label=_("Practice and visits, class hours"),
        definition=_("Class hours earned at practice sessions and visits."),
        rows=_practiced,
        unit=Measure.HOURS,
        aggregate=_sum_of_hours(),
        by=_BY_ENROLLMENT,
        columns="courses.attendance",
    ),
    Figure(
        code="courses.homework_lessons_open",
        label=_("Lessons with open homework"),
        definition=_(
            "Required lessons of the trainee's plan whose homework does not meet the year's standard yet."
        ),
        rows=_homework_open,
        columns="courses.plan",
    ),
    Figure(
        code="courses.offline_passed",
        label=_("Passed the offline assessment"),
        definition=_(
            "Approved comprehensive trainees not withdrawn who passed the province's own assessment."
        ),
        rows=_passed,
        by=_BY_ENROLLMENT,
        columns="courses.results",
    ),
    Figure(
        code="courses.credits",
        label=_("National credit recorded"),
        definition=_("Trainees who have done all required and the set elective lessons."),
        rows=_credits,
        by=_BY_ENROLLMENT,
        columns="courses.credits",
    ),
)
_MEAN_OF = _("Mean over approved comprehensive trainees not withdrawn, those without an hour included.")
MEANS = (
    _mean("total_hours_mean", "total_hours", _("Training hours per trainee"), _MEAN_OF),
    _mean("online_hours_mean", "online_hours", _("Online hours per trainee"), _MEAN_OF),
    _mean("offline_hours_mean", "offline_hours", _("Offline hours per trainee"), _MEAN_OF),
    _mean("practice_hours_mean", "practice_hours", _("Practice and visit hours per trainee"), _MEAN_OF),
)
OF_SUPPLY = (
    Figure(
        code="courses.lessons_delivered",
        label=_("Online lessons delivered"),
        definition=_("Lessons of the province for the year that have been recorded."),
        rows=_delivered,
        by={"province": "region", "base": "unit"},
        columns="courses.lessons",
    ),
    Figure(
        code="courses.lessons_adopted_required",
        label=_("Lessons adopted as required"),
        definition=_("Delivered lessons of the province that stand as required in the plan of a specialty."),
        rows=_adopted,
        by={"province": "region", "base": "unit"},
        columns="courses.lessons",
    ),
    Figure(
        code="courses.full_senior_lecturers",
        label=_("Lecturers with full senior title"),
        definition=_(
            "Lecturers of the province with a full senior title who teach a lesson or session of the year."
        ),
        rows=_full_senior,
        by={"province": "region", "base": "unit"},
        columns="courses.faculty",
    ),
)
OF_SESSIONS = (
    Figure(
        code="courses.offline_opening_on",
        label=_("Offline training opened on"),
        definition=_("Day of the first opening ceremony that was held."),
        rows=_openings,
        unit=Measure.DATE,
        aggregate=Min(_day()),
        by=_BY_SESSION,
        columns="courses.sessions",
    ),
    Figure(
        code="courses.offline_end_on",
        label=_("Offline training ended on"),
        definition=_("Day of the last session marked as the end of the offline training."),
        rows=_closings,
        unit=Measure.DATE,
        aggregate=Max(_day()),
        by=_BY_SESSION,
        columns="courses.sessions",
    ),
    Figure(
        code="courses.offline_lessons",
        label=_("Offline lessons held"),
        definition=_("Class hours of the sessions that were held; one lesson is one class hour."),
        rows=_held,
        unit=Measure.HOURS,
        aggregate=_sum_of_hours(),
        by=_BY_SESSION,
        columns="courses.sessions",
    ),
    Figure(
        code="courses.live_lessons",
        label=_("of them live"),
        definition=_("Class hours of the sessions that were held and broadcast live."),
        rows=_live,
        unit=Measure.HOURS,
        aggregate=_sum_of_hours(),
        by=_BY_SESSION,
        columns="courses.sessions",
    ),
)
ALL = (*OF_TRAINEES, *MEANS, *OF_SUPPLY, *OF_SESSIONS)
