"""Acts of trainees on lessons and homework; credit; the ledger (C1, C5–C7)."""

import datetime as dt
from decimal import Decimal

import pytest

from core import jobs
from core.exceptions import Closed, NotAllowed, Refusal
from core.models import Event, Job
from courses.enums import Requirement
from courses.jobs import STUDY_SWEEP
from courses.ledger import recount_strays
from courses.models import Credit, Ledger, LessonProgress, WatchStream
from courses.services import answer_homework, award_credits, start_stream
from courses.watching import read_token
from enrollment.enums import EnrollmentStatus
from programs.enums import YearStatus
from programs.models import Closing, Specialty
from tests.courses.factories import EntryFactory, homework, set_setting, watched
from tests.factories import NOW, EnrollmentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry(trainee):
    return EntryFactory(specialty=trainee.enrollment.specialty)


def start(persona, entry, **changed):
    values = {"enrollment": persona.enrollment, "entry": entry, "actor": persona.actor, "now": NOW}
    return start_stream(**{**values, **changed})


def answer(persona, entry, answers, **changed):
    values = {
        "enrollment": persona.enrollment,
        "entry": entry,
        "answers": answers,
        "actor": persona.actor,
        "now": NOW,
    }
    return answer_homework(**{**values, **changed})


def right(items) -> dict[int, list[str]]:
    return {item.pk: item.versions.get().key for item in items}


def wrong(items) -> dict[int, list[str]]:
    return {item.pk: ["E"] for item in items}


# Watching


def test_c5_a_stream_names_person_enrollment_and_lesson(trainee, entry):
    token, progress = start(trainee, entry)
    person, enrollment, lesson, nonce = read_token(token)
    row = WatchStream.objects.get()
    assert (person, enrollment, lesson) == (trainee.person.pk, trainee.enrollment.pk, entry.lesson_id)
    assert (row.nonce, row.sequence, row.last_beat_at, progress) == (nonce, 0, NOW, None)


def test_c5_only_the_trainee_opens_their_stream(trainee, other_trainee, hebei_coordinator, entry):
    for other in (other_trainee, hebei_coordinator):
        with pytest.raises(NotAllowed):
            start(trainee, entry, actor=other.actor)
    assert not WatchStream.objects.exists()


@pytest.mark.parametrize(
    "status", [EnrollmentStatus.APPLIED, EnrollmentStatus.WITHDRAWN, EnrollmentStatus.REFUSED]
)
def test_e11_study_opens_with_the_approval(trainee, entry, status):
    trainee.enrollment.status = status
    with pytest.raises(Refusal):
        start(trainee, entry)


def test_c1_access_ends_with_the_year(trainee, entry):
    trainee.enrollment.year.status = YearStatus.CLOSED
    with pytest.raises(Closed):
        start(trainee, entry)


def test_a_closed_subject_takes_no_study(trainee, entry):
    Closing.objects.create(
        year=trainee.enrollment.year, region=trainee.enrollment.region, subject="courses", closed_at=NOW
    )
    with pytest.raises(Closed):
        start(trainee, entry)


# Homework


def test_c6_all_answered_is_done_whatever_is_right(trainee, entry):
    items = homework(entry.lesson)
    watched(trainee.enrollment, entry.lesson)
    marked = answer(trainee, entry, wrong(items))
    row = LessonProgress.objects.get()
    assert (marked.correct, marked.asked, marked.done) == (0, 3, True)
    assert (row.homework_at, row.answered_at, row.correct, row.asked) == (NOW, NOW, 0, 3)
    assert Ledger.objects.get(pk=trainee.enrollment.pk).homework_done == 1
    assert Event.objects.filter(verb="answer_homework").count() == 1


def test_c6_several_right_answers_count_only_together(trainee, entry):
    items = homework(entry.lesson, "X" * 3)
    watched(trainee.enrollment, entry.lesson)
    answers = {items[0].pk: ["C", "A"], items[1].pk: ["A"], items[2].pk: ["A", "B", "C"]}
    assert answer(trainee, entry, answers).correct == 1


def test_c6_a_question_without_an_answer_is_refused_and_nothing_is_kept(trainee, entry):
    items = homework(entry.lesson)
    watched(trainee.enrollment, entry.lesson)
    with pytest.raises(Refusal):
        answer(trainee, entry, {items[0].pk: ["A"], items[1].pk: []})
    assert LessonProgress.objects.get().answered_at is None


def test_c6_homework_opens_when_the_lesson_is_watched(trainee, entry):
    items = homework(entry.lesson)
    with pytest.raises(Refusal):
        answer(trainee, entry, right(items))
    assert not LessonProgress.objects.exists()


@pytest.mark.parametrize("requirement", [Requirement.ELECTIVE, Requirement.REQUIRED])
def test_c6_electives_and_lessons_without_questions_ask_none(trainee, requirement):
    entry = EntryFactory(specialty=trainee.enrollment.specialty, requirement=requirement)
    items = homework(entry.lesson) if requirement == Requirement.ELECTIVE else []
    watched(trainee.enrollment, entry.lesson)
    with pytest.raises(Refusal):
        answer(trainee, entry, right(items))


def test_c6_the_years_standard_binds_once_it_is_set(trainee, entry):
    set_setting("homework-min-score", "0.6")
    items = homework(entry.lesson, "ABAXB")
    watched(trainee.enrollment, entry.lesson)
    two = {**wrong(items), **right(items[:2])}
    assert not answer(trainee, entry, two).done
    assert answer(trainee, entry, {**wrong(items), **right(items[:3])}).done


def test_c6_once_done_stays_done_and_the_best_result_stays(trainee, entry):
    set_setting("homework-min-score", "0.6")
    items = homework(entry.lesson, "AAA")
    watched(trainee.enrollment, entry.lesson)
    answer(trainee, entry, right(items))
    later = NOW + dt.timedelta(days=1)
    assert answer(trainee, entry, wrong(items), now=later).done
    row = LessonProgress.objects.get()
    assert (row.homework_at, row.answered_at, row.correct) == (NOW, later, 3)
    assert row.answers == {str(item.pk): ["E"] for item in items}


def test_c6_only_the_trainee_answers(trainee, other_trainee, entry):
    items = homework(entry.lesson)
    watched(trainee.enrollment, entry.lesson)
    with pytest.raises(NotAllowed):
        answer(trainee, entry, right(items), actor=other_trainee.actor)


# Credit


def small_plan(enrollment, *, required: int = 2, elective: int = 1):
    set_setting("required-lessons", str(required))
    set_setting("elective-lessons", str(elective))
    kinds = [Requirement.REQUIRED] * required + [Requirement.ELECTIVE] * elective
    return [EntryFactory(specialty=enrollment.specialty, requirement=kind) for kind in kinds]


@pytest.mark.parametrize("short", [0, 1, 2])
def test_c7_credit_is_recorded_when_all_required_and_the_set_electives_are_done(trainee, system, short):
    set_setting("credit-amount", "5")
    entries = small_plan(trainee.enrollment)
    for entry in entries[: len(entries) - short]:
        watched(trainee.enrollment, entry.lesson)
    year = trainee.enrollment.year
    assert award_credits(year=year, actor=system, now=NOW) == (0 if short else 1)
    assert [row.amount for row in Credit.objects.all()] == ([] if short else [Decimal(5)])
    assert award_credits(year=year, actor=system, now=NOW) == 0


def test_c7_a_missing_required_lesson_is_not_made_up_by_electives(trainee, system):
    entries = [
        *small_plan(trainee.enrollment),
        EntryFactory(specialty=trainee.enrollment.specialty, requirement="elective"),
    ]
    for entry in entries[1:]:
        watched(trainee.enrollment, entry.lesson)
    assert award_credits(year=trainee.enrollment.year, actor=system, now=NOW) == 0


def test_c7_the_sweep_records_credit_by_itself(trainee):
    for entry in small_plan(trainee.enrollment):
        watched(trainee.enrollment, entry.lesson)
    job = Job.objects.create(kind=STUDY_SWEEP.code, created_at=NOW)
    assert jobs.run(job.pk).status == "done"
    assert Credit.objects.get().enrollment == trainee.enrollment


# The ledger


def test_the_ledger_counts_only_lessons_of_the_own_plan(trainee, entry):
    others = (
        Specialty.objects.filter(year=entry.year, generation="old").exclude(pk=entry.specialty_id).first()
    )
    foreign = EntryFactory(specialty=others)
    watched(trainee.enrollment, entry.lesson)
    watched(trainee.enrollment, foreign.lesson)
    ledger = Ledger.objects.get(pk=trainee.enrollment.pk)
    assert (ledger.online_hours, ledger.required_done) == (Decimal(1), 1)


def test_the_ledger_follows_a_changed_specialty(trainee, entry):
    watched(trainee.enrollment, entry.lesson)
    others = (
        Specialty.objects.filter(year=entry.year, generation="old").exclude(pk=entry.specialty_id).first()
    )
    type(trainee.enrollment).objects.filter(pk=trainee.enrollment.pk).update(specialty=others)
    assert recount_strays() == 1
    assert Ledger.objects.get(pk=trainee.enrollment.pk).online_hours == 0
    assert recount_strays() == 0


def test_the_ledger_of_one_is_not_that_of_another(trainee, entry):
    other = EnrollmentFactory(specialty=entry.specialty)
    watched(trainee.enrollment, entry.lesson)
    watched(other, EntryFactory(specialty=entry.specialty, requirement="elective").lesson)
    assert Ledger.objects.get(pk=trainee.enrollment.pk).elective_done == 0
    assert Ledger.objects.get(pk=other.pk).elective_done == 1
