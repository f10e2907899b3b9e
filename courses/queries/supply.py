"""Lessons: what is supplied, what stands in the plan."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import get_language

from accounts.scope import Scope
from core.figures import FIGURES
from courses.enums import Requirement
from courses.models import (
    HomeworkItem,
    Lesson,
)
from exams.enums import ItemKind, ItemOrigin, ItemStatus
from exams.models import Item
from programs.enums import Generation, SettingCode, TargetKind
from programs.models import ProgramYear, Specialty, Target, Theme
from programs.queries import settings_of
from programs.where import Where


def with_supply(rows: QuerySet[Lesson], year: ProgramYear) -> QuerySet[Lesson]:
    """Lessons with the name of their theme in the year and the size of their homework."""
    field = "name_en" if (get_language() or "").startswith("en") else "name"
    theme = Theme.objects.filter(year=year, code=OuterRef("theme")).values(field)
    return rows.annotate(
        theme_name=Coalesce(Subquery(theme[:1]), F("theme")), homework_count=Count("homework")
    )


@dataclass(frozen=True, slots=True)
class PlanCount:
    """How a specialty's plan stands against what the year asks (C1)."""

    specialty: Specialty
    required: int
    elective: int
    without_homework: int


def plan_counts(year: ProgramYear) -> list[PlanCount]:
    """One line per old specialty that has or wants a plan."""
    asks = Exists(HomeworkItem.objects.filter(lesson=OuterRef("plan__lesson")))
    required = Q(plan__requirement=Requirement.REQUIRED)
    rows = Specialty.objects.filter(year=year, generation=Generation.OLD).order_by("order")
    counted = rows.annotate(
        required=Count("plan", filter=required),
        elective=Count("plan", filter=Q(plan__requirement=Requirement.ELECTIVE)),
        bare=Count("plan", filter=required & ~Q(asks)),
    )
    return [PlanCount(row, row.required, row.elective, row.bare) for row in counted]


@dataclass(frozen=True, slots=True)
class AssignedShare:
    """Lessons of the year that the committee assigned, of all supplied (C4)."""

    assigned: int
    supplied: int
    asked: Decimal

    @property
    def percent(self) -> Decimal | None:
        if not self.supplied:
            return None
        return (Decimal(self.assigned) * 100 / self.supplied).quantize(Decimal("0.1"))


def assigned_share(year: ProgramYear, scope: Scope) -> AssignedShare:
    rows = Lesson.objects.visible_to(scope).supplied_for(year)
    counts = rows.aggregate(assigned=Count("pk", filter=Q(assigned=True)), supplied=Count("pk"))
    return AssignedShare(**counts, asked=settings_of(year)[SettingCode.COMMITTEE_LESSON_SHARE])


def homework_items(lesson: Lesson, scope: Scope) -> QuerySet[Item]:
    """Choice questions that the lesson's supplier may give it: homework already, or not handed up to the office yet."""
    rows = Item.objects.visible_to(scope).filter(kind__in=[ItemKind.A1, ItemKind.A2, ItemKind.X])
    free = Q(origin=ItemOrigin.HOMEWORK) | Q(
        status__in=(ItemStatus.DRAFT, ItemStatus.REVIEW, ItemStatus.APPROVED)
    )
    return rows.filter(free, region=lesson.region_id).exclude(status=ItemStatus.RETIRED).order_by("code")


@dataclass(frozen=True, slots=True)
class Supply:
    """What a province has delivered of what 任务表 2 asks (C3); None asks nothing."""

    delivered: Decimal | int
    asked: int | None
    live: Decimal | int = 0
    live_asked: int | None = None


def targets_by_kind(year: ProgramYear, region: str) -> dict[str, int]:
    """任务表 2 of a province."""
    return dict(Target.objects.filter(year=year, region=region).values_list("kind", "amount"))


def supply_of(year: ProgramYear, scope: Scope) -> Supply:
    """Online lessons of the province."""
    amount = (
        FIGURES["courses.lessons_delivered"].value(scope, Where(year.pk, region=scope.region_code)).amount
    )
    return Supply(amount, targets_by_kind(year, scope.region_code).get(TargetKind.LESSONS_TO_DELIVER))
