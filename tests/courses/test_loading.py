"""The real fixture files of the lessons (C1, C6)."""

import pytest

from courses.enums import Requirement
from courses.loading import load_lessons, unfolded
from courses.models import HomeworkItem, Lesson, OutlineNode, PlanEntry
from courses.queries import plan_counts, questions_of
from exams.models import Item
from programs.loading import BadFixture
from programs.models import Specialty
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(settings):
    return settings.BASE_DIR / "fixtures" / "lessons"


@pytest.mark.parametrize(
    ("span", "codes"),
    [
        ("lesson-007", ["lesson-007"]),
        ("lesson-008..lesson-011", ["lesson-008", "lesson-009", "lesson-010", "lesson-011"]),
        ("lesson-001..other-003", ["lesson-001..other-003"]),
    ],
)
def test_spans_are_unfolded(span, codes):
    assert unfolded(span) == codes


def test_c1_every_specialty_has_the_lessons_that_the_plan_prints(folder, year_2022, system):
    assert load_lessons(folder, year_2022, actor=system, now=NOW) == 7 * 170
    counts = plan_counts(year_2022)
    assert {(count.required, count.elective, count.without_homework) for count in counts} == {(120, 50, 0)}
    assert len(counts) == Specialty.objects.filter(year=year_2022, generation="old").count() == 7
    assert not PlanEntry.objects.filter(assumed="").exists()
    assert not Lesson.objects.filter(is_sample=False).exists()
    # again changes nothing
    assert load_lessons(folder, year_2022, actor=system, now=NOW) == 0


def test_c6_fifteen_lessons_have_genuine_homework_the_others_borrow_it(folder, year_2022, system):
    load_lessons(folder, year_2022, actor=system, now=NOW)
    genuine = HomeworkItem.objects.filter(borrowed=False)
    assert genuine.values("lesson").distinct().count() == 15
    assert genuine.count() == Item.objects.filter(origin="homework").count() == 75
    borrowing = Lesson.objects.exclude(pk__in=genuine.values("lesson")).first()
    questions = questions_of(borrowing)
    assert len(questions) == 5
    assert {question.version.item.theme for question in questions} == {borrowing.theme}
    required = PlanEntry.objects.filter(requirement=Requirement.REQUIRED, lesson__homework=None)
    assert not required.exists()


def test_c0_the_outline_is_a_tree(year_2022):
    nodes = OutlineNode.objects.filter(year=year_2022)
    assert nodes.filter(parent=None).count() == 3
    assert nodes.exclude(parent=None).exists()


def test_a_plan_that_names_an_unknown_lesson_is_refused(folder, year_2022, system, tmp_path):
    for name in ("titles", "homework"):
        (tmp_path / f"{name}.yaml").write_text((folder / f"{name}.yaml").read_text("utf-8"), "utf-8")
    plan = "clause: x\nassumed: y\nspecialties:\n  clinical:\n    required: [lesson-999]\n"
    (tmp_path / "plan.yaml").write_text(plan, "utf-8")
    with pytest.raises(BadFixture, match="lesson-999"):
        load_lessons(tmp_path, year_2022, actor=system, now=NOW)
