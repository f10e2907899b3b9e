"""The exam's part of the demo holds together."""

import datetime as dt
import random

import pytest

from accounts.models import Person, Region
from core.demo import DemoContext
from enrollment.models import Enrollment
from exams.blueprints import feasibility
from exams.demo import build, build_sittings
from exams.enums import ItemStatus
from exams.models import Attempt, Certificate, Item, ItemVersion, SignUp
from exams.services.sitting import receipt_holds
from programs.enums import Track
from programs.models import ProgramYear, Submission
from tests.exams.factories import EXAM_TIME, FULL, with_figures
from tests.factories import HEBEI, HENAN, EnrollmentFactory, Persona


@pytest.fixture
def context(year_2022: ProgramYear, national_officer: Persona) -> DemoContext:
    chance = random.Random(7)
    for number in range(24):
        track = Track.ONLINE_ONLY if number % 6 == 5 else Track.COMPREHENSIVE
        EnrollmentFactory(
            year=year_2022, region=Region.objects.get(pk=(HEBEI, HENAN)[number % 2]), track=track
        )
    return DemoContext(
        now=EXAM_TIME + dt.timedelta(days=9),
        scale=0.01,
        random=chance,
        actor=national_officer.actor,
        exam_year=year_2022,
        full_regions=(HEBEI,),
        say=lambda text: None,
    )


def test_the_demo_bank_fills_papers_of_every_specialty_and_marks_its_samples(context: DemoContext) -> None:
    build(context)
    assert {shortage.missing for _, found in feasibility(context.exam_year) for shortage in found} == {0}
    bank = Item.objects.filter(status=ItemStatus.IN_BANK)
    assert bank.filter(is_sample=False).count() >= 60
    assert not bank.filter(is_sample=False, code__startswith="sample-").exists()
    assert Submission.objects.filter(year=context.exam_year, kind="items").count() == 28
    assert ItemVersion.objects.exclude(key=[]).count() == ItemVersion.objects.count()


def test_the_demo_has_people_in_every_state_and_its_figures_add_up(
    monkeypatch: pytest.MonkeyPatch, context: DemoContext
) -> None:
    with_figures(monkeypatch, FULL)
    build(context)
    context.shared["exam_ready"] = set(Enrollment.objects.values_list("pk", flat=True))
    build_sittings(context)
    hebei = Attempt.objects.filter(enrollment__region=HEBEI)
    henan = Attempt.objects.filter(enrollment__region=HENAN)
    assert hebei.exists()
    assert henan.exists()
    assert all(attempt.items.count() == 100 for attempt in hebei)
    assert all(receipt_holds(attempt) for attempt in Attempt.objects.filter(state="closed"))
    assert Certificate.objects.count() == Attempt.objects.filter(passed=True).count() > 0
    assert SignUp.objects.count() >= Attempt.objects.values("enrollment").distinct().count()
    assert all(attempt.started_at <= context.now for attempt in Attempt.objects.all())
    # people hand in by themselves: the control room shows few that the portal had to close
    assert set(Attempt.objects.filter(state="closed").values_list("closed_by", flat=True)) == {"person"}
    assert Person.objects.exists()
    # one person at each step of the way
    assert list(Attempt.objects.open().values_list("enrollment__region", flat=True)) == [HEBEI]
    assert Attempt.sittings.get(is_practice=True).is_open
    assert SignUp.objects.filter(rules_read_at=None).count() == 1
    assert hebei.filter(number=2, passed=True).exists()
    assert hebei.filter(number=3, passed=False).exists()
