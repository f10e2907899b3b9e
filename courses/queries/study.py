"""One trainee's study: plan, progress, what is missing, homework."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Coalesce

from accounts.scope import Scope
from courses.enums import Requirement
from courses.models import (
    Credit,
    HomeworkItem,
    Ledger,
    Lesson,
    LessonProgress,
    OfflineResult,
    PlanEntry,
)
from courses.queries.trainees import has_offline, study_ends_at, targets_of
from courses.rules import (
    LessonFact,
    Missing,
    Targets,
    ThemeStanding,
    Totals,
    missing,
    next_lesson,
    theme_standings,
)
from enrollment.models import Enrollment
from exams.models import ItemVersion
from programs.models import Theme


def plan_of(enrollment: Enrollment, scope: Scope) -> QuerySet[PlanEntry]:
    """The lessons of the trainee's specialty in order, required ones first; only what is published."""
    rows = PlanEntry.objects.visible_to(scope).filter(specialty=enrollment.specialty_id)
    return (
        rows.filter(lesson__in=Lesson.objects.published())
        .select_related("lesson", "theme")
        .order_by("-requirement", "order")
    )


def with_progress(entries: QuerySet[PlanEntry], enrollment: Enrollment) -> QuerySet[PlanEntry]:
    """Entries with the trainee's progress beside them; one query for the whole plan."""
    own = LessonProgress.objects.filter(enrollment=enrollment, lesson=OuterRef("lesson"))
    return entries.annotate(
        started=Exists(own),
        watched=Exists(own.filter(completed_at__isnull=False)),
        homework_done=Exists(own.filter(homework_at__isnull=False)),
        asks_homework=Exists(HomeworkItem.objects.filter(lesson=OuterRef("lesson"))),
        covered=Coalesce(own.values("covered")[:1], Value(0)),
    )


def fact_of(entry: Any) -> LessonFact:
    """An entry read with `with_progress` as the rules want it."""
    return LessonFact(
        lesson_id=entry.lesson_id,
        requirement=entry.requirement,
        theme=entry.theme.code if entry.theme else "",
        started=entry.started,
        watched=entry.watched,
        asks_homework=entry.asks_homework,
        homework_done=entry.homework_done,
    )


def totals_of(enrollment: Enrollment) -> Totals:
    """What the ledger holds, and the offline result; zero before the first act."""
    ledger = Ledger.objects.filter(pk=enrollment.pk).first()
    result = OfflineResult.objects.filter(enrollment=enrollment).values_list("passed", flat=True).first()
    if ledger is None:
        return Totals(offline_passed=result)
    return Totals(
        ledger.required_done,
        ledger.elective_done,
        ledger.homework_done,
        ledger.online_hours,
        ledger.offline_hours,
        ledger.practice_hours,
        result,
    )


@dataclass(frozen=True, slots=True)
class Study:
    """Everything the pages say of one trainee's study."""

    enrollment: Enrollment
    targets: Targets
    totals: Totals
    entries: Mapping[int, PlanEntry]
    facts: Sequence[LessonFact]
    missing: Missing
    due_at: dt.datetime | None
    credit: Credit | None

    @property
    def offline(self) -> bool:
        return has_offline(self.enrollment)

    @property
    def next_fact(self) -> LessonFact | None:
        """The lesson to take up now; None when online study is done."""
        return next_lesson(self.facts, self.targets, self.totals)

    @property
    def next_entry(self) -> PlanEntry | None:
        fact = self.next_fact
        return self.entries[fact.lesson_id] if fact else None

    @property
    def homework_asked(self) -> int:
        return sum(fact.requirement == Requirement.REQUIRED and fact.asks_homework for fact in self.facts)

    @property
    def homework_done(self) -> int:
        return self.homework_asked - len(self.missing.homework)

    def entries_of(self, facts: Sequence[LessonFact]) -> list[PlanEntry]:
        return [self.entries[fact.lesson_id] for fact in facts]


def study_of(enrollment: Enrollment, scope: Scope) -> Study:
    """How far a trainee is and what is missing, lesson by lesson (X4)."""
    entries = list(with_progress(plan_of(enrollment, scope), enrollment))
    facts = [fact_of(entry) for entry in entries]
    targets, totals = targets_of(enrollment.year), totals_of(enrollment)
    return Study(
        enrollment=enrollment,
        targets=targets,
        totals=totals,
        entries={entry.lesson_id: entry for entry in entries},
        facts=facts,
        missing=missing(facts, targets, totals, offline=has_offline(enrollment)),
        due_at=study_ends_at(enrollment.year),
        credit=Credit.objects.filter(enrollment=enrollment).first(),
    )


def themes_of(study: Study) -> list[tuple[Theme, ThemeStanding]]:
    """The themes of the year with the electives done in each; only a share that is set binds (C2)."""
    themes = list(Theme.objects.filter(year=study.enrollment.year_id).order_by("order"))
    shares = {theme.code: theme.share for theme in themes}
    return list(zip(themes, theme_standings(study.facts, shares, study.targets.elective), strict=True))


@dataclass(frozen=True, slots=True)
class Question:
    """A homework item in its current version."""

    item_id: int
    version: ItemVersion
    borrowed: bool

    @property
    def kind(self) -> str:
        return self.version.item.kind


def questions_of(lesson: Lesson) -> list[Question]:
    """The homework of a lesson in order, each item in the words that are current now."""
    rows = list(HomeworkItem.objects.filter(lesson=lesson).order_by("order"))
    versions = (
        ItemVersion.objects.current().filter(item__in=[row.item_id for row in rows]).select_related("item")
    )
    by_item = {version.item_id: version for version in versions}
    return [
        Question(row.item_id, by_item[row.item_id], row.borrowed) for row in rows if row.item_id in by_item
    ]
