"""Pages of the room: who sees what, what they show, constant queries, forms that keep what was typed."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.enums import Role
from courses.enums import LessonStatus, Requirement
from courses.models import (
    Attendance,
    ClassSession,
    Faculty,
    Ledger,
    Lesson,
    LessonProgress,
    OfflineResult,
    PlanEntry,
    WatchStream,
)
from enrollment.models import Placement
from programs.enums import Track
from programs.models import Theme
from tests.courses.factories import (
    EntryFactory,
    FacultyFactory,
    LessonFactory,
    SessionFactory,
    attended,
    homework,
    question,
    set_setting,
    watched,
)
from tests.factories import HEBEI, NOW, EnrollmentFactory, UnitFactory, cancer_2022, persona, trainee_persona
from tests.helpers import cells_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("autumn_2022")]


def url(name: str, **ids) -> str:
    return reverse(f"courses:{name}", kwargs={**cancer_2022().url_kwargs, **ids})


@pytest.fixture
def entry(trainee):
    return EntryFactory(specialty=trainee.enrollment.specialty)


# The trainee


def test_c2_a_theme_whose_share_is_set_is_shown_as_short(trainee, entry):
    Theme.objects.filter(year=entry.year, code="lung").update(share=Decimal("0.1"))
    assert "/ 5" in trainee.client.get(url("study-show")).content.decode()


def test_a_trainee_sees_lessons_of_their_own_plan_only(trainee, entry):
    other = EntryFactory(specialty=entry.year.specialty_rows.exclude(pk=entry.specialty_id).first())
    assert trainee.client.get(url("watch-lesson", pk=entry.lesson_id)).status_code == 200
    assert trainee.client.get(url("watch-lesson", pk=other.lesson_id)).status_code == 404
    assert trainee.client.post(url("stream-start", pk=other.lesson_id)).status_code == 404
    assert not WatchStream.objects.exists()


def test_a_lesson_that_is_not_published_is_not_there(trainee, entry):
    Lesson.objects.filter(pk=entry.lesson_id).update(status=LessonStatus.REVIEWED)
    assert trainee.client.get(url("watch-lesson", pk=entry.lesson_id)).status_code == 404


def test_c5_opening_a_stream_is_a_post_and_answers_the_token(trainee, entry):
    assert trainee.client.get(url("stream-start", pk=entry.lesson_id)).status_code == 405
    answer = trainee.client.post(url("stream-start", pk=entry.lesson_id)).json()
    assert (set(answer), answer["covered"]) == ({"token", "covered"}, [])


def test_c1_a_closed_year_says_so_to_the_player(trainee, entry):
    type(entry.year).objects.filter(pk=entry.year_id).update(status="closed")
    response = trainee.client.post(url("stream-start", pk=entry.lesson_id))
    assert response.status_code == 409
    assert response.json()["error"]


def test_c5_the_speeds_offered_are_those_that_count(trainee, entry):
    set_setting("watch-speed-limit", "1.25")
    assert trainee.client.get(url("watch-lesson", pk=entry.lesson_id)).context["speeds"] == [
        "0.75",
        "1",
        "1.25",
    ]


def test_the_list_of_lessons_filters_by_state(trainee, entry):
    started, done, owing = (EntryFactory(specialty=entry.specialty) for _ in range(3))
    LessonProgress.objects.create(
        enrollment=trainee.enrollment, lesson=started.lesson, ranges=[[0, 5]], covered=5
    )
    homework(owing.lesson)
    for one in (done, owing):
        watched(trainee.enrollment, one.lesson)
    expected = {"open": entry, "started": started, "done": done, "homework": owing}
    for state, one in expected.items():
        page = trainee.client.get(url("watch-list"), {"state": state})
        assert [row.pk for row in page.context["list"].page.object_list] == [one.pk], state


def test_c6_the_standard_answer_is_shown_at_once(trainee, entry):
    items = homework(entry.lesson, "AX")
    watched(trainee.enrollment, entry.lesson)
    page = url("watch-homework", pk=entry.lesson_id)
    assert not trainee.client.get(page).context["show_result"]
    answers = {f"item-{items[0].pk}": "B", f"item-{items[1].pk}": ["A", "C"]}
    response = trainee.client.post(page, answers, follow=True)
    assert response.context["show_result"]
    given = {question.item_id: labels for question, labels in response.context["answers"]}
    assert given == {items[0].pk: ["B"], items[1].pk: ["A", "C"]}
    assert LessonProgress.objects.get().correct == 1


def test_c6_a_missing_answer_keeps_what_was_chosen(trainee, entry):
    items = homework(entry.lesson, "AB")
    watched(trainee.enrollment, entry.lesson)
    response = trainee.client.post(url("watch-homework", pk=entry.lesson_id), {f"item-{items[0].pk}": "C"})
    form = response.context["form"]
    assert list(form.errors) == [f"item-{items[1].pk}"]
    assert form[f"item-{items[0].pk}"].value() == "C"
    assert LessonProgress.objects.get().answered_at is None


def test_c6_a_lesson_not_watched_shows_no_question(trainee, entry):
    homework(entry.lesson)
    page = trainee.client.get(url("watch-homework", pk=entry.lesson_id)).content.decode()
    assert "题干" not in page
    EntryFactory(specialty=entry.specialty)
    assert trainee.client.get(url("watch-homework", pk=LessonFactory().pk)).status_code == 404


def test_c8_the_offline_page_shows_attendance_and_result(trainee):
    attended(trainee.enrollment, topic="内镜示教")
    OfflineResult.objects.create(
        enrollment=trainee.enrollment, passed=True, assessed_on=NOW.date(), recorded_at=NOW
    )
    SessionFactory(topic="下一次课", starts_at=NOW + dt.timedelta(days=5))
    page = trainee.client.get(url("offline-show")).content.decode()
    assert "内镜示教" in page
    assert "下一次课" in page


def test_the_online_only_track_has_no_offline_page():
    someone = trainee_persona("online", track=Track.ONLINE_ONLY)
    page = someone.client.get(url("offline-show"))
    assert page.templates[0].name == "courses/study_no_offline.html"


# Progress


def test_progress_is_seen_in_scope_only(
    trainee, hebei_coordinator, henan_coordinator, national_officer, entry
):
    watched(trainee.enrollment, entry.lesson)
    page = url("progress-detail", pk=trainee.enrollment.pk)
    assert hebei_coordinator.client.get(page).status_code == 200
    assert national_officer.client.get(page).status_code == 200
    assert henan_coordinator.client.get(page).status_code == 404
    assert trainee.client.get(page).status_code == 403


def test_those_behind_can_be_filtered_and_chased(trainee, hebei_coordinator, entry, autumn_2022):
    # half of the time between the end of recruitment and the end of training
    autumn_2022.move_to(dt.datetime(2022, 10, 16, 4, tzinfo=dt.UTC))
    ahead = EnrollmentFactory()
    Ledger.objects.create(enrollment=ahead, specialty=ahead.specialty, online_hours=Decimal(160))
    page = hebei_coordinator.client.get(url("progress-list"), {"behind": "true"})
    assert [row.pk for row in page.context["list"].page.object_list] == [trainee.enrollment.pk]
    assert page.context["behind"] == 1
    assert page.context["reminder"]
    page = hebei_coordinator.client.get(url("progress-list"), {"behind": "false"})
    assert [row.pk for row in page.context["list"].page.object_list] == [ahead.pk]


def test_r3_the_progress_is_exported_as_filtered(trainee, hebei_coordinator, entry):
    watched(trainee.enrollment, entry.lesson)
    EnrollmentFactory()
    response = hebei_coordinator.client.post(f"{url('progress-list')}?q={trainee.person.name}")
    text = [str(cell) for row in cells_of(response.content) for cell in row if cell is not None]
    assert trainee.person.name in text
    assert trainee.enrollment.registration.number in text


# Supply


def test_c4_a_lesson_goes_from_topic_to_plan(hebei_coordinator, national_officer, expert, settings):
    lecturer = FacultyFactory()
    topic = {
        "title": "肺癌筛查",
        "theme": "lung",
        "summary": "要点",
        "lecturer": lecturer.pk,
        "wish": "required",
    }
    hebei_coordinator.client.post(url("lesson-propose"), topic)
    lesson = Lesson.objects.get(title="肺癌筛查")
    assert (lesson.status, lesson.region_id, lesson.year) == (LessonStatus.PROPOSED, HEBEI, cancer_2022())
    national_officer.client.post(url("topic-decide", pk=lesson.pk), {"decision": "approve"})
    items = [
        question(f"prov-{n}", region=hebei_coordinator.unit.region, unit=hebei_coordinator.unit)
        for n in range(5)
    ]
    video = SimpleUploadedFile("课.mp4", (settings.BASE_DIR / "static/player/sample.mp4").read_bytes())
    recording = {"video": video, "items": [item.pk for item in items]}
    hebei_coordinator.client.post(url("lesson-record", pk=lesson.pk), recording)
    lesson.refresh_from_db()
    assert (lesson.status, lesson.seconds, lesson.homework.count()) == (LessonStatus.RECORDED, 75, 5)
    expert.client.post(url("lesson-review", pk=lesson.pk), {"decision": "accept"})
    specialties = list(cancer_2022().specialty_rows.filter(generation="old").values_list("pk", flat=True)[:2])
    national_officer.client.post(
        url("lesson-publish", pk=lesson.pk), {"requirement": "required", "specialties": specialties}
    )
    lesson.refresh_from_db()
    assert lesson.status == LessonStatus.PUBLISHED
    assert PlanEntry.objects.filter(lesson=lesson, requirement=Requirement.REQUIRED).count() == 2


def test_c4_declining_and_returning_want_a_reason(national_officer, expert):
    proposed = LessonFactory(status=LessonStatus.PROPOSED, year=cancer_2022())
    recorded = LessonFactory(status=LessonStatus.RECORDED, year=cancer_2022())
    for who, name, lesson, word in (
        (national_officer, "topic-decide", proposed, "decline"),
        (expert, "lesson-review", recorded, "return"),
    ):
        page = who.client.post(url(name, pk=lesson.pk), {"decision": word})
        assert "reason" in page.context["form"].errors
        assert (
            who.client.post(url(name, pk=lesson.pk), {"decision": word, "reason": "重复"}).status_code == 302
        )
    proposed.refresh_from_db()
    recorded.refresh_from_db()
    assert (proposed.status, recorded.status) == (LessonStatus.DECLINED, LessonStatus.TOPIC_APPROVED)


def test_c4_the_supplier_reads_the_reason_but_not_who_gave_it(
    expert, hebei, hebei_coordinator, henan_coordinator, national_officer
):
    lesson = LessonFactory(status=LessonStatus.RECORDED, year=cancer_2022(), region=hebei)
    expert.client.post(url("lesson-review", pk=lesson.pk), {"decision": "return", "reason": "声音不清"})
    page = url("lesson-detail", pk=lesson.pk)
    own = hebei_coordinator.client.get(page).content.decode()
    assert "声音不清" in own
    assert str(expert.person) not in own
    assert str(expert.person) in national_officer.client.get(page).content.decode()
    Lesson.objects.update(status=LessonStatus.PUBLISHED)
    assert "声音不清" not in henan_coordinator.client.get(page).content.decode()


def test_a_filter_of_yes_or_no_begins_with_neither(hebei_coordinator):
    page = hebei_coordinator.client.get(url("lesson-list"))
    assert page.context["list"].filter.form.fields["assigned"].choices[0][0] == ""


def test_c6_a_recording_comes_with_five_to_ten_items(hebei_coordinator, hebei, settings):
    lesson = LessonFactory(status=LessonStatus.TOPIC_APPROVED, year=cancer_2022(), region=hebei, seconds=0)
    items = [question(f"prov-{n}", region=hebei, unit=hebei_coordinator.unit) for n in range(4)]
    video = SimpleUploadedFile("a.mp4", (settings.BASE_DIR / "static/player/sample.mp4").read_bytes())
    page = hebei_coordinator.client.post(
        url("lesson-record", pk=lesson.pk), {"video": video, "items": [i.pk for i in items]}
    )
    assert page.context["form"].non_field_errors()
    lesson.refresh_from_db()
    assert lesson.status == LessonStatus.TOPIC_APPROVED


def test_c3_a_province_sees_its_lessons_beside_what_it_owes(hebei_coordinator, hebei):
    own = LessonFactory(year=cancer_2022(), region=hebei)
    LessonFactory(year=cancer_2022())
    page = hebei_coordinator.client.get(url("lesson-list"))
    assert [row.pk for row in page.context["list"].page.object_list] == [own.pk]
    assert (page.context["supply"].delivered, page.context["supply"].asked) == (1, 10)


def test_a_topic_of_another_province_is_not_there(henan_coordinator, hebei):
    lesson = LessonFactory(status=LessonStatus.PROPOSED, year=cancer_2022(), region=hebei)
    assert henan_coordinator.client.get(url("lesson-detail", pk=lesson.pk)).status_code == 404


def test_an_uploaded_video_is_handed_out_in_ranges(national_officer, trainee, settings):
    entry = EntryFactory(specialty=trainee.enrollment.specialty)
    data = (settings.BASE_DIR / "static/player/sample.mp4").read_bytes()
    entry.lesson.video.save("x.mp4", ContentFile(data))
    page = url("lesson-video", pk=entry.lesson_id)
    part = trainee.client.get(page, HTTP_RANGE="bytes=10-19")
    assert (part.status_code, b"".join(part.streaming_content)) == (206, data[10:20])
    assert part["Content-Range"] == f"bytes 10-19/{len(data)}"
    tail = trainee.client.get(page, HTTP_RANGE="bytes=-5")
    assert b"".join(tail.streaming_content) == data[-5:]
    assert trainee.client.get(page, HTTP_RANGE=f"bytes={len(data)}-").status_code == 416
    assert b"".join(national_officer.client.get(page).streaming_content) == data
    other = LessonFactory(video=entry.lesson.video.name)
    assert trainee.client.get(url("lesson-video", pk=other.pk)).status_code == 404


# Offline training


SESSION = {
    "topic": "内镜操作", "kind": "skills", "starts_at": "2022-09-10T08:30", "hours": "4", "place": "内镜中心", "occasion": "",
}  # fmt: skip


def test_c8_a_session_its_attendance_and_its_results(hebei_coordinator, trainee):
    hebei_coordinator.client.post(url("session-create"), SESSION)
    session = ClassSession.objects.get()
    assert (session.hours, session.region_id, session.base) == (Decimal(4), HEBEI, None)
    sheet = url("attendance-record", pk=session.pk)
    hebei_coordinator.client.post(sheet, {f"mode-{trainee.enrollment.pk}": "on_site"})
    assert Attendance.objects.get().enrollment == trainee.enrollment
    results = {
        "assessed_on": "2022-09-14",
        f"result-{trainee.enrollment.pk}": "passed",
        f"score-{trainee.enrollment.pk}": "81.5",
    }
    hebei_coordinator.client.post(url("result-list"), results)
    assert OfflineResult.objects.get().score == Decimal("81.5")


def test_c8_nobody_attends_a_session_that_has_not_begun(hebei_coordinator, trainee):
    session = SessionFactory(starts_at=NOW + dt.timedelta(days=1))
    sheet = url("attendance-record", pk=session.pk)
    assert sheet not in hebei_coordinator.client.get(url("session-detail", pk=session.pk)).content.decode()
    page = hebei_coordinator.client.post(sheet, {f"mode-{trainee.enrollment.pk}": "on_site"})
    assert page.context["form"].non_field_errors()
    assert page.context["form"][f"mode-{trainee.enrollment.pk}"].value() == "on_site"
    assert not Attendance.objects.exists()


def test_c12_a_score_without_its_result_is_not_dropped_in_silence(hebei_coordinator, trainee):
    field = f"result-{trainee.enrollment.pk}"
    sheet = {"assessed_on": "2022-09-14", f"score-{trainee.enrollment.pk}": "81.5"}
    page = hebei_coordinator.client.post(url("result-list"), sheet)
    assert field in page.context["form"].errors
    hebei_coordinator.client.post(url("result-list"), {**sheet, field: "passed"})
    page = hebei_coordinator.client.post(url("result-list"), {**sheet, field: ""})
    assert "" not in dict(page.context["form"].fields[field].choices), "a result is corrected, not taken back"


def test_c8_a_base_enters_sessions_as_its_own(base_coordinator):
    base_coordinator.client.post(url("session-create"), SESSION)
    assert ClassSession.objects.get().base == base_coordinator.unit


def test_c12_a_result_of_the_future_is_refused_with_everything_typed_kept(hebei_coordinator, trainee):
    results = {"assessed_on": "2022-12-31", f"result-{trainee.enrollment.pk}": "passed"}
    page = hebei_coordinator.client.post(url("result-list"), results)
    assert "assessed_on" in page.context["form"].errors
    assert page.context["form"][f"result-{trainee.enrollment.pk}"].value() == "passed"
    assert not OfflineResult.objects.exists()


def test_sessions_of_another_province_and_base(henan_coordinator, hebei_coordinator, base_coordinator):
    session = SessionFactory()
    assert henan_coordinator.client.get(url("session-detail", pk=session.pk)).status_code == 404
    assert base_coordinator.client.get(url("session-detail", pk=session.pk)).status_code == 404
    held = SessionFactory(base=base_coordinator.unit)
    assert base_coordinator.client.get(url("attendance-record", pk=held.pk)).status_code == 200
    edited = {**SESSION, "hours": "6"}
    assert hebei_coordinator.client.post(url("session-edit", pk=session.pk), edited).status_code == 302
    session.refresh_from_db()
    assert session.hours == Decimal(6)


def test_c11_a_lecturer_is_listed_filed_and_confirmed(hebei_coordinator, national_officer):
    values = {
        "name": "华文",
        "title": "主任医师",
        "specialty": "内镜",
        "full_senior": "on",
        "teaches_online": "on",
    }
    hebei_coordinator.client.post(url("faculty-create"), values)
    lecturer = Faculty.objects.get()
    assert (lecturer.unit, lecturer.region_id) == (hebei_coordinator.unit, HEBEI)
    too_early = national_officer.client.post(url("faculty-confirm", pk=lecturer.pk))
    assert too_early.status_code == 409
    hebei_coordinator.client.post(url("faculty-file", pk=lecturer.pk))
    national_officer.client.post(url("faculty-confirm", pk=lecturer.pk))
    lecturer.refresh_from_db()
    assert (lecturer.filed_at, lecturer.confirmed_at) == (NOW, NOW)


def test_a_base_sees_the_people_placed_with_it(trainee, other_trainee):
    base = persona("placed-base", Role.BASE_COORDINATOR, UnitFactory())
    Placement.objects.create(enrollment=trainee.enrollment, base=base.unit, placed_at=NOW)
    page = base.client.get(url("progress-list"))
    assert [row.pk for row in page.context["list"].page.object_list] == [trainee.enrollment.pk]
