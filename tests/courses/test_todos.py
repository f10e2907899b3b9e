"""What the room puts on whose desk."""

import datetime as dt
from decimal import Decimal

import pytest

from core.todos import TODO_SOURCES
from courses.enums import LessonStatus
from courses.models import Ledger, OfflineResult
from courses.queries import study_ends_at
from programs.models import Duty
from tests.courses.factories import EntryFactory, FacultyFactory, LessonFactory, homework, watched
from tests.factories import NOW, EnrollmentFactory, trainee_persona

pytestmark = pytest.mark.django_db


def desk(persona, year, now=NOW):
    sources = [
        source
        for source in TODO_SOURCES
        if source.code.startswith("courses.") and persona.role in source.roles
    ]
    return [todo for source in sources for todo in source.find(persona.actor, year, now)]


def test_a_trainee_finds_the_next_lesson_and_open_homework(trainee, year_2022):
    entry = EntryFactory(specialty=trainee.enrollment.specialty)
    (todo,) = desk(trainee, year_2022)
    assert entry.lesson.title in str(todo.label)
    assert todo.due_at == study_ends_at(year_2022)
    homework(entry.lesson)
    watched(trainee.enrollment, entry.lesson)
    assert [todo.count for todo in desk(trainee, year_2022)] == [None, 1]


def test_nobody_studies_before_the_approval_or_after_the_year(trainee, year_2022):
    EntryFactory(specialty=trainee.enrollment.specialty)
    assert desk(trainee_persona("waiting", applied=True), year_2022) == []
    year_2022.status = "closed"
    assert desk(trainee, year_2022) == []


def test_a_coordinator_finds_those_behind_with_a_text_to_chase_them(hebei_coordinator, year_2022):
    slow, done = EnrollmentFactory(), EnrollmentFactory()
    Ledger.objects.create(enrollment=done, specialty=done.specialty, online_hours=Decimal(170))
    OfflineResult.objects.create(enrollment=done, passed=True, assessed_on=NOW.date(), recorded_at=NOW)
    (todo,) = desk(hebei_coordinator, year_2022)
    assert (todo.count, todo.tone, bool(todo.reminder)) == (1, "", True)
    after = study_ends_at(year_2022) + dt.timedelta(days=1)
    lessons, results = desk(hebei_coordinator, year_2022, after)
    assert (lessons.count, lessons.tone) == (1, "late")
    assert (results.count, results.tone) == (1, "late")
    assert slow.pk != done.pk


def test_a_calendar_without_the_end_of_training_still_works(hebei_coordinator, year_2022):
    EnrollmentFactory()
    Duty.objects.filter(figure="courses.offline_end_on").delete()
    assert [(todo.count, todo.due_at) for todo in desk(hebei_coordinator, year_2022)] == [
        (1, None),
        (1, None),
    ]


def test_the_office_finds_topics_reviewed_lessons_and_lecturers(national_officer, year_2022):
    assert desk(national_officer, year_2022) == []
    LessonFactory(status=LessonStatus.PROPOSED, year=year_2022)
    LessonFactory(status=LessonStatus.REVIEWED, year=year_2022)
    FacultyFactory(filed_at=NOW)
    FacultyFactory(filed_at=NOW, teaches_online=False)
    assert [todo.count for todo in desk(national_officer, year_2022)] == [1, 1, 1]


def test_an_expert_finds_recorded_lessons(expert, year_2022, year_2024):
    LessonFactory(status=LessonStatus.RECORDED, year=year_2022)
    assert [todo.count for todo in desk(expert, year_2022)] == [1]
    assert desk(expert, year_2024) == []
