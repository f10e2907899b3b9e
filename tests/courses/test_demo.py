"""The demo's study on a handful of people: rows, ledgers and figures agree."""

import datetime as dt
import random

import pytest

from core.demo import DemoContext
from core.figures import FIGURES
from courses import demo
from courses.demo import study as study_demo
from courses.enums import Requirement
from courses.ledger import recount
from courses.models import (
    Attendance,
    Credit,
    Faculty,
    Ledger,
    Lesson,
    LessonProgress,
    OfflineResult,
    PlanEntry,
)
from programs.where import Where
from tests.factories import HEBEI, NOW, trainee_persona

pytestmark = pytest.mark.django_db


@pytest.fixture
def context(year_2022, national_officer, hebei_coordinator):
    people = [trainee_persona(f"demo-{number}") for number in range(6)]
    return DemoContext(
        now=NOW + dt.timedelta(days=100), scale=0.1, random=random.Random(1), actor=national_officer.actor,
        printed_year=year_2022, exam_year=year_2022, recruiting_year=year_2022, full_regions=(HEBEI,), say=lambda _: None,
        shared={"exam_ready": {people[0].enrollment.pk, people[1].enrollment.pk}, "people": people},
    )  # fmt: skip


def test_the_demo_holds_together(context, monkeypatch, hebei_coordinator):
    monkeypatch.setattr(study_demo, "LESSONS", 2)
    rows = demo.supply.Participation.objects.filter(region=HEBEI)
    for module in (demo.supply, demo.offline):
        monkeypatch.setattr(module.Participation, "objects", _Only(rows))
    demo.build(context)
    ready = context.shared["people"][0].enrollment
    ledger = Ledger.objects.get(pk=ready.pk)
    assert (ledger.required_done, ledger.elective_done, ledger.homework_done, ledger.online_hours) == (
        120,
        50,
        120,
        170,
    )
    assert ledger.offline_hours >= 70
    assert OfflineResult.objects.get(enrollment=ready).passed
    assert Credit.objects.filter(enrollment=ready).exists()
    plans = PlanEntry.objects.filter(year=context.exam_year, requirement=Requirement.REQUIRED).values(
        "specialty"
    )
    assert plans.count() == 7 * 120
    assert Lesson.objects.filter(year=context.exam_year, region=HEBEI).count() == 12
    assert Faculty.objects.filter(full_senior=True).count() >= 6
    assert Attendance.objects.exists()
    # what the bulk statement wrote is what the ledger counts again, and what the figures say
    before = dict(Ledger.objects.values_list("pk", "online_hours"))
    recount(before)
    assert dict(Ledger.objects.values_list("pk", "online_hours")) == before
    where = Where(context.exam_year.pk)
    total = FIGURES["courses.online_hours"].value(hebei_coordinator.scope, where).amount
    assert total == sum(before.values())
    assert not LessonProgress.objects.filter(correct__lt=0).exists()


class _Only:
    """Stands for the manager: one province instead of thirty-one."""

    def __init__(self, rows):
        self.rows = rows

    def filter(self, **conditions):
        return self.rows.filter(**conditions)
