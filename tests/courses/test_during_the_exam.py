"""While somebody sits the exam, no way leads to a right answer of the homework (T12): its items are on the papers, too."""

from typing import Any

import pytest
from django.urls import reverse

from accounts.actors import system_actor
from core.exceptions import Closed
from courses.models import LessonProgress, PlanEntry
from courses.services import answer_homework
from exams.models import Attempt
from exams.services import hand_in
from tests.courses.factories import EntryFactory, homework, watched
from tests.exams.factories import EXAM_TIME, make_bank, started
from tests.factories import EnrollmentFactory, Persona, trainee_persona
from tests.helpers import undone

pytestmark = pytest.mark.django_db
WHY = "⟦解析⟧"


@pytest.fixture
def entry(trainee: Persona, autumn_2022: Any) -> PlanEntry:
    """A lesson whose homework is done: its answers and why stand on the page."""
    autumn_2022.move_to(EXAM_TIME)
    assert trainee.enrollment is not None
    made: PlanEntry = EntryFactory(specialty=trainee.enrollment.specialty)
    items = homework(made.lesson, "AB")
    for item in items:
        item.versions.update(explanation=WHY)
    watched(trainee.enrollment, made.lesson)
    trainee.client.post(page_of(made), {f"item-{items[0].pk}": "A", f"item-{items[1].pk}": "B"})
    return made


def page_of(entry: PlanEntry) -> str:
    return reverse(
        "courses:watch-homework", kwargs={"program": "cancer", "year": 2022, "pk": entry.lesson_id}
    )


@pytest.fixture
def sitting(entry: PlanEntry, trainee: Persona) -> Attempt:
    make_bank()
    assert trainee.enrollment is not None
    return started(trainee.enrollment)


def shown(trainee: Persona, url: str) -> str:
    return str(trainee.client.get(url).content.decode())


def test_t12_the_answers_stand_on_the_page_before_and_after_and_not_during(
    entry: PlanEntry, trainee: Persona
) -> None:
    url = page_of(entry)
    assert WHY in shown(trainee, url)
    make_bank()
    assert trainee.enrollment is not None
    attempt = started(trainee.enrollment)
    during = trainee.client.get(url)
    assert "courses/homework_closed.html" in [one.name for one in during.templates]
    assert during.context["attempt"] == attempt
    for word in (WHY, "is-key", "题干"):
        assert word not in during.content.decode()
    hand_in(attempt=attempt, actor=system_actor(), now=EXAM_TIME)
    assert WHY in shown(trainee, url)


@pytest.mark.parametrize("query", ["", "?again", "?again=1&page=2"])
def test_t12_no_form_of_the_homework_page_opens(
    query: str, sitting: Attempt, entry: PlanEntry, trainee: Persona
) -> None:
    page = shown(trainee, page_of(entry) + query)
    assert "item-" not in page
    assert WHY not in page


def test_t12_answering_during_the_exam_marks_nothing(
    sitting: Attempt, entry: PlanEntry, trainee: Persona
) -> None:
    before = LessonProgress.objects.values().get()
    items = list(entry.lesson.homework.values_list("item", flat=True))
    data = {f"item-{item}": "C" for item in items}
    answer = trainee.client.post(page_of(entry), data, headers={"HX-Request": "true"})
    assert "courses/homework_closed.html" in [one.name for one in answer.templates]
    assert LessonProgress.objects.values().get() == before
    with pytest.raises(Closed):
        answer_homework(
            enrollment=sitting.enrollment, entry=entry, answers={item: ["A"] for item in items},
            actor=trainee.actor, now=EXAM_TIME,
        )  # fmt: skip


def test_t12_a_sitting_in_another_year_closes_it_and_another_persons_does_not(
    entry: PlanEntry, trainee: Persona
) -> None:
    make_bank()
    other = trainee_persona("somebody-else").enrollment
    assert other is not None
    started(other)
    assert WHY in shown(trainee, page_of(entry))
    elsewhere = undone(lambda: moved(trainee, entry))
    assert WHY not in elsewhere


def moved(trainee: Persona, entry: PlanEntry) -> str:
    """The page while the person's sitting belongs to an enrollment of another year."""
    assert trainee.enrollment is not None
    attempt = started(trainee.enrollment)
    former = EnrollmentFactory(
        person=trainee.person, status="withdrawn", registration=trainee.enrollment.registration
    )
    Attempt.objects.filter(pk=attempt.pk).update(enrollment=former)
    return shown(trainee, page_of(entry))


def test_t12_own_data_and_every_page_of_the_trainee_tell_no_answer_during_the_exam(
    sitting: Attempt, entry: PlanEntry, trainee: Persona
) -> None:
    kwargs = {"program": "cancer", "year": 2022}
    names = ("courses:study-show", "courses:watch-list", "exams:exam-show")
    urls = [reverse(name, kwargs=kwargs) for name in names]
    urls += [reverse("courses:watch-lesson", kwargs={**kwargs, "pk": entry.lesson_id}), page_of(entry)]
    urls += [reverse("exams:attempt-show", kwargs={**kwargs, "pk": sitting.pk}), reverse("accounts:own-show")]
    for url in urls:
        assert WHY not in shown(trainee, url), url
    download = trainee.client.post(reverse("accounts:own-show"))
    assert download.status_code < 400
    body = b"".join(download.streaming_content) if download.streaming else download.content
    for word in (WHY.encode(), b"is-key", b"explanation"):
        assert word not in body
