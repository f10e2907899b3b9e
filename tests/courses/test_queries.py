"""Every list asks the database as often with 30 rows as with 1."""

import pytest
from django.urls import reverse

from courses.models import Attendance
from tests.courses.factories import (
    EntryFactory,
    FacultyFactory,
    LessonFactory,
    SessionFactory,
    attended,
    watched,
)
from tests.factories import EnrollmentFactory, cancer_2022
from tests.helpers import assert_constant_queries

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("autumn_2022")]


def url(name: str, **ids: int) -> str:
    return reverse(f"courses:{name}", kwargs={**cancer_2022().url_kwargs, **ids})


def _entries(trainee):
    def make(count):
        for number in range(count):
            row = EntryFactory(specialty=trainee.enrollment.specialty)
            if number % 2:
                watched(trainee.enrollment, row.lesson)

    return make


def test_constant_queries_of_the_trainees_pages(trainee):
    assert_constant_queries(trainee.client, url("watch-list"), _entries(trainee))
    assert_constant_queries(trainee.client, url("study-show"), _entries(trainee))


def _people(count):
    for _ in range(count):
        attended(EnrollmentFactory())


@pytest.mark.parametrize("name", ["progress-list", "session-list", "result-list"])
def test_constant_queries_of_the_coordinators_lists(hebei_coordinator, name):
    assert_constant_queries(hebei_coordinator.client, url(name), _people)


@pytest.mark.parametrize("name", ["lesson-list", "plan-list", "faculty-list"])
def test_constant_queries_of_the_offices_lists(national_officer, name):
    def make(count):
        for _ in range(count):
            EntryFactory(lesson=LessonFactory(lecturer=FacultyFactory(), year=cancer_2022()))

    assert_constant_queries(national_officer.client, url(name), make)


def test_constant_queries_of_the_attendance_sheet(hebei_coordinator):
    session = SessionFactory()

    def make(count):
        for _ in range(count):
            Attendance.objects.create(
                session=session, enrollment=EnrollmentFactory(), mode="on_site", hours=1
            )

    assert_constant_queries(hebei_coordinator.client, url("attendance-record", pk=session.pk), make)
    assert_constant_queries(hebei_coordinator.client, url("session-detail", pk=session.pk), make)
