"""Lessons from topic to plan and the lists of lecturers, where the pages do not reach (C4, C11)."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core.exceptions import Closed, IllegalTransition, NotAllowed, Refusal
from core.models import Event
from courses.enums import LessonStatus, Requirement
from courses.models import Ledger, Lesson
from courses.services import (
    confirm_lecturer,
    decide_topic,
    file_lecturer,
    list_lecturer,
    propose_lesson,
    publish_lesson,
    record_lesson,
    review_lesson,
)
from programs.models import Closing
from tests.courses.factories import FacultyFactory, LessonFactory, question, watched
from tests.factories import NOW, specialty_of

pytestmark = pytest.mark.django_db
TOPIC = {"title": "早癌内镜", "theme": "upper-gi", "summary": "", "wish": "required"}


def propose(persona, year, **changed):
    values = {
        "unit": persona.unit,
        "region": persona.unit.region,
        "values": TOPIC,
        "actor": persona.actor,
        "now": NOW,
    }
    return propose_lesson(year=year, **{**values, **changed})


def test_c4_topics_are_numbered_and_noted(year_2022, hebei_coordinator):
    first, second = propose(hebei_coordinator, year_2022), propose(hebei_coordinator, year_2022)
    assert [first.code, second.code] == ["cancer-2022-0001", "cancer-2022-0002"]
    assert Event.objects.filter(verb="propose_lesson").count() == 2


def test_c4_the_committees_topic_needs_no_approval_and_is_the_offices_to_enter(
    year_2022, hebei_coordinator, national_officer
):
    lesson = propose(national_officer, year_2022, assigned=True, region=None)
    assert (lesson.status, lesson.assigned, lesson.region) == (LessonStatus.TOPIC_APPROVED, True, None)
    with pytest.raises(NotAllowed):
        propose(hebei_coordinator, year_2022, assigned=True)


def test_c4_only_the_own_province(year_2022, henan_coordinator, hebei):
    with pytest.raises(NotAllowed):
        propose(henan_coordinator, year_2022, region=hebei)
    assert not Lesson.objects.exists()


def test_a_closed_province_supplies_no_more(year_2022, hebei, hebei_coordinator):
    lesson = LessonFactory(status=LessonStatus.TOPIC_APPROVED, region=hebei, year=year_2022)
    Closing.objects.create(year=year_2022, region=hebei, subject="courses", closed_at=NOW)
    with pytest.raises(Closed):
        propose(hebei_coordinator, year_2022)
    with pytest.raises(Closed):
        record(lesson, year_2022, hebei_coordinator, [])


def record(lesson, year, persona, items, data=b"x"):
    file = SimpleUploadedFile("a.mp4", data)
    return record_lesson(lesson=lesson, year=year, file=file, items=items, actor=persona.actor, now=NOW)


@pytest.mark.parametrize("count", [4, 11])
def test_c6_too_few_or_too_many_questions(year_2022, national_officer, count):
    lesson = LessonFactory(status=LessonStatus.TOPIC_APPROVED)
    items = [question(f"q{n}") for n in range(count)]
    with pytest.raises(Refusal):
        record(lesson, year_2022, national_officer, items)


@pytest.mark.parametrize(
    "data", [b"no video", b"\0\0\0\x18ftypisom" + b"\0" * 40], ids=["another-file", "without-a-length"]
)
def test_c4_what_is_no_video_is_refused(year_2022, national_officer, data):
    lesson = LessonFactory(status=LessonStatus.TOPIC_APPROVED)
    with pytest.raises(Refusal):
        record(lesson, year_2022, national_officer, [question(f"q{n}") for n in range(5)], data)
    lesson.refresh_from_db()
    assert (lesson.status, bool(lesson.video)) == (LessonStatus.TOPIC_APPROVED, False)


def test_c4_steps_cannot_be_skipped(year_2022, national_officer):
    lesson = LessonFactory(status=LessonStatus.PROPOSED)
    acts = {"actor": national_officer.actor, "now": NOW}
    with pytest.raises(IllegalTransition):
        review_lesson(lesson=lesson, accept_content=True, **acts)
    specialties = [specialty_of(year_2022)]
    with pytest.raises(IllegalTransition):
        publish_lesson(lesson=lesson, year=year_2022, specialties=specialties, requirement="required", **acts)
    assert not lesson.entries.exists()
    decide_topic(lesson=lesson, year=year_2022, approve=True, **acts)
    assert lesson.status == LessonStatus.TOPIC_APPROVED


def test_c1_publishing_needs_a_specialty(year_2022, national_officer):
    lesson = LessonFactory(status=LessonStatus.REVIEWED)
    with pytest.raises(Refusal):
        publish_lesson(
            lesson=lesson,
            year=year_2022,
            specialties=[],
            requirement="required",
            actor=national_officer.actor,
            now=NOW,
        )


def test_c1_a_lesson_added_during_the_year_counts_for_those_who_watched_it(
    year_2022, national_officer, trainee
):
    lesson = LessonFactory(status=LessonStatus.REVIEWED)
    watched(trainee.enrollment, lesson)
    assert Ledger.objects.get(pk=trainee.enrollment.pk).elective_done == 0
    publish_lesson(
        lesson=lesson, year=year_2022, specialties=[specialty_of(year_2022)], requirement=Requirement.ELECTIVE,
        actor=national_officer.actor, now=NOW,
    )  # fmt: skip
    assert Ledger.objects.get(pk=trainee.enrollment.pk).elective_done == 1


# Lecturers

PERSON = {"name": "华文", "title": "教授", "specialty": "影像", "full_senior": True, "teaches_online": True}


def test_c11_a_unit_keeps_its_own_list(hebei_coordinator, henan_coordinator):
    with pytest.raises(NotAllowed):
        list_lecturer(unit=hebei_coordinator.unit, values=PERSON, actor=henan_coordinator.actor, now=NOW)
    listed = list_lecturer(unit=hebei_coordinator.unit, values=PERSON, actor=hebei_coordinator.actor, now=NOW)
    with pytest.raises(Refusal):
        list_lecturer(unit=hebei_coordinator.unit, values=PERSON, actor=hebei_coordinator.actor, now=NOW)
    with pytest.raises(NotAllowed):
        file_lecturer(lecturer=listed, actor=henan_coordinator.actor, now=NOW)


def test_c11_filed_once_and_confirmed_after_filing_for_online_only(hebei_coordinator, national_officer):
    lecturer, offline = (
        FacultyFactory(unit=hebei_coordinator.unit),
        FacultyFactory(teaches_online=False, filed_at=NOW),
    )
    acts = {"actor": national_officer.actor, "now": NOW}
    with pytest.raises(Refusal):
        confirm_lecturer(lecturer=lecturer, **acts)
    with pytest.raises(Refusal):
        confirm_lecturer(lecturer=offline, **acts)
    file_lecturer(lecturer=lecturer, actor=hebei_coordinator.actor, now=NOW)
    with pytest.raises(Refusal):
        file_lecturer(lecturer=lecturer, actor=hebei_coordinator.actor, now=NOW)
    assert confirm_lecturer(lecturer=lecturer, **acts).confirmed_at == NOW
