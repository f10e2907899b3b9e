"""Every page of the room opens for its roles and shows its thing; refusals stay on the form."""

import pytest
from django.core.management import call_command
from django.urls import reverse

from courses.enums import LessonStatus, Occasion
from courses.forms import HomeworkForm
from courses.models import ClassSession, Faculty, Lesson, PlanEntry
from courses.queries import questions_of
from programs.models import Closing
from tests.courses.factories import (
    EntryFactory,
    FacultyFactory,
    LessonFactory,
    SessionFactory,
    attended,
    homework,
)
from tests.factories import NOW, EnrollmentFactory, cancer_2022, specialty_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("autumn_2022")]


def url(name: str, **ids: int) -> str:
    return reverse(f"courses:{name}", kwargs={**cancer_2022().url_kwargs, **ids})


@pytest.fixture
def things(hebei, hebei_coordinator):
    """One of everything, of Hebei."""
    year = cancer_2022()
    lecturer = FacultyFactory(unit=hebei_coordinator.unit)
    of = {"region": hebei, "year": year, "lecturer": lecturer, "summary": "要点", "wish": "elective"}
    lessons = {
        status: LessonFactory(status=status, **of)
        for status in LessonStatus
        if status != LessonStatus.DECLINED
    }
    homework(lessons[LessonStatus.RECORDED])
    EntryFactory(lesson=lessons[LessonStatus.PUBLISHED])
    session = SessionFactory(
        lecturer=lecturer, specialty=specialty_of(year), level="county", occasion=Occasion.OPENING
    )
    return {"lecturer": lecturer, "lessons": lessons, "session": session}


STEPS = {
    LessonStatus.PROPOSED: ("national_officer", "topic-decide"),
    LessonStatus.TOPIC_APPROVED: ("hebei_coordinator", "lesson-record"),
    LessonStatus.RECORDED: ("expert", "lesson-review"),
    LessonStatus.REVIEWED: ("national_officer", "lesson-publish"),
}


@pytest.mark.parametrize("status", [LessonStatus.PUBLISHED, *STEPS])
@pytest.mark.parametrize("who", ["national_officer", "hebei_coordinator", "expert", "auditor"])
def test_c4_a_lesson_shows_the_next_step_to_whoever_holds_it(request, things, who, status):
    lesson = things["lessons"][status]
    page = request.getfixturevalue(who).client.get(url("lesson-detail", pk=lesson.pk))
    assert lesson.title in page.content.decode()
    holders = {
        "lesson-record": {"hebei_coordinator", "national_officer"},
        "lesson-review": {"expert", "national_officer"},
    }
    holder, name = STEPS.get(status, ("", ""))
    expected = who in holders.get(name, {holder})
    assert bool(page.context["step"]) is expected
    if expected:
        assert url(name, pk=lesson.pk) in page.content.decode()


@pytest.mark.parametrize("status", STEPS)
def test_c4_the_form_of_each_step_opens(request, things, status):
    who, name = STEPS[status]
    page = request.getfixturevalue(who).client.get(url(name, pk=things["lessons"][status].pk))
    assert things["lessons"][status].title in page.content.decode()


def test_c4_a_step_out_of_turn_is_refused_on_the_form(national_officer, expert, hebei_coordinator, things):
    published = things["lessons"][LessonStatus.PUBLISHED]
    for who, name, data in (
        (national_officer, "topic-decide", {"decision": "approve"}),
        (expert, "lesson-review", {"decision": "accept"}),
        (
            national_officer,
            "lesson-publish",
            {"requirement": "required", "specialties": [specialty_of(cancer_2022()).pk]},
        ),
    ):
        page = who.client.post(url(name, pk=published.pk), data)
        assert page.context["form"].non_field_errors(), name
    published.refresh_from_db()
    assert published.status == LessonStatus.PUBLISHED


def test_c4_the_office_of_another_unit_records_nothing_for_a_province(henan_coordinator, things):
    published = things["lessons"][LessonStatus.PUBLISHED]
    assert henan_coordinator.client.get(url("lesson-record", pk=published.pk)).status_code == 403


def test_c4_a_closed_province_keeps_what_was_typed(hebei_coordinator, hebei):
    Closing.objects.create(year=cancer_2022(), region=hebei, subject="courses", closed_at=NOW)
    topic = {"title": "新题", "theme": "lung", "summary": "要点", "wish": "required"}
    page = hebei_coordinator.client.post(url("lesson-propose"), topic)
    assert page.context["form"].non_field_errors()
    assert page.context["form"]["title"].value() == "新题"
    session = {
        "topic": "课",
        "kind": "theory",
        "starts_at": "2022-09-20T08:30",
        "hours": "4",
        "place": "室",
        "occasion": "",
    }
    assert hebei_coordinator.client.post(url("session-create"), session).context["form"].non_field_errors()
    assert not Lesson.objects.exists()
    assert not ClassSession.objects.exists()


def test_c4_the_office_enters_a_topic_of_the_committee(national_officer):
    topic = {"title": "指定课", "theme": "lung", "summary": "要点", "wish": "required", "assigned": "on"}
    national_officer.client.post(url("lesson-propose"), topic)
    lesson = Lesson.objects.get()
    assert (lesson.assigned, lesson.region, lesson.status) == (True, None, LessonStatus.TOPIC_APPROVED)
    page = national_officer.client.get(url("lesson-list"), {"assigned": "true", "theme": ""})
    assert [row.pk for row in page.context["list"].page.object_list] == [lesson.pk]
    share = page.context["share"]
    assert (share.assigned, share.supplied, share.percent) == (1, 1, 100)


@pytest.mark.parametrize(
    "name", ["lesson-list", "plan-list", "progress-list", "session-list", "faculty-list"]
)
@pytest.mark.parametrize("who", ["national_officer", "auditor", "hebei_coordinator"])
def test_every_list_opens_and_exports(request, things, who, name):
    client = request.getfixturevalue(who).client
    EnrollmentFactory()
    assert client.get(url(name)).status_code == 200
    assert client.post(url(name))["Content-Type"].endswith("sheet")


def test_c4_an_expert_finds_what_is_to_be_reviewed(expert, things):
    page = expert.client.get(url("review-list"))
    assert [row.pk for row in page.context["list"].page.object_list] == [
        things["lessons"][LessonStatus.RECORDED].pk
    ]


def test_c8_the_pages_of_a_session(hebei_coordinator, henan_coordinator, national_officer, things):
    session = things["session"]
    for name in ("session-detail", "session-edit", "attendance-record"):
        assert hebei_coordinator.client.get(url(name, pk=session.pk)).status_code == 200
        assert henan_coordinator.client.get(url(name, pk=session.pk)).status_code == 404
    assert national_officer.client.get(url("session-detail", pk=session.pk)).status_code == 200
    assert national_officer.client.get(url("session-edit", pk=session.pk)).status_code == 403
    assert hebei_coordinator.client.get(url("session-create")).status_code == 200


def test_c8_a_base_changes_no_session_of_its_province(base_coordinator, things):
    held = SessionFactory(base=base_coordinator.unit)
    assert base_coordinator.client.get(url("session-edit", pk=held.pk)).status_code == 200
    assert base_coordinator.client.get(url("session-edit", pk=things["session"].pk)).status_code == 404


@pytest.mark.parametrize("hours", ["0", "16.5", "-1"])
def test_c8_a_session_has_a_days_hours_at_most(hebei_coordinator, hours):
    session = {
        "topic": "课",
        "kind": "theory",
        "starts_at": "2022-09-20T08:30",
        "hours": hours,
        "place": "室",
        "occasion": "",
    }
    assert "hours" in hebei_coordinator.client.post(url("session-create"), session).context["form"].errors
    assert not ClassSession.objects.exists()


def test_c9_only_a_live_session_offers_remote_attendance(hebei_coordinator, things):
    someone, live = EnrollmentFactory(), SessionFactory(is_live=True)
    name = f"mode-{someone.pk}"
    sheets = [
        hebei_coordinator.client.get(url("attendance-record", pk=one.pk)) for one in (live, SessionFactory())
    ]
    assert ["remote" in dict(page.context["form"].fields[name].choices) for page in sheets] == [True, False]


def test_c11_the_pages_of_a_lecturer(hebei_coordinator, henan_coordinator, national_officer, things):
    lecturer = things["lecturer"]
    page = hebei_coordinator.client.get(url("faculty-detail", pk=lecturer.pk))
    assert (page.context["may_file"], page.context["may_confirm"]) == (True, False)
    assert things["session"].topic in page.content.decode()
    Faculty.objects.filter(pk=lecturer.pk).update(filed_at=NOW)
    page = national_officer.client.get(url("faculty-detail", pk=lecturer.pk))
    assert (page.context["may_file"], page.context["may_confirm"]) == (False, True)
    assert henan_coordinator.client.get(url("faculty-detail", pk=lecturer.pk)).status_code == 404


def test_c11_a_lecturer_teaches_something_and_stands_there_once(hebei_coordinator, things):
    values = {"name": "华文", "title": "教授", "specialty": "影像"}
    page = hebei_coordinator.client.post(url("faculty-create"), values)
    assert "teaches_offline" in page.context["form"].errors
    for _ in range(2):
        page = hebei_coordinator.client.post(url("faculty-create"), {**values, "teaches_offline": "on"})
    assert page.context["form"].non_field_errors()
    listed = hebei_coordinator.client.get(url("faculty-list"), {"filed": "false", "full_senior": "false"})
    assert [row.name for row in listed.context["list"].page.object_list] == ["华文"]


def test_the_archive_of_a_trainee_lists_what_is_missing_and_attended(hebei_coordinator, things):
    row = attended(EnrollmentFactory(), topic="示教")
    page = hebei_coordinator.client.get(url("progress-detail", pk=row.enrollment_id)).content.decode()
    assert "示教" in page
    assert things["lessons"][LessonStatus.PUBLISHED].title in page


def test_x2_true_or_false_homework_has_two_answers(trainee):
    entry = EntryFactory(specialty=trainee.enrollment.specialty)
    homework(entry.lesson, "T")
    form = HomeworkForm(questions_of(entry.lesson))
    assert [value for value, _ in next(iter(form.fields.values())).choices] == ["T", "F"]


def test_the_command_loads_the_lessons_once(capsys):
    call_command("load_lessons")
    call_command("load_lessons")
    assert [line.rsplit(": ", 1)[1] for line in capsys.readouterr().out.splitlines()] == [
        "1190 plan entries", "0 plan entries",
    ]  # fmt: skip
    assert PlanEntry.objects.count() == 1190
