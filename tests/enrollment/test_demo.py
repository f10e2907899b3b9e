"""The demo's rosters: healthy where they are shown, short of something elsewhere, and of nobody who lives."""

import datetime as dt
import random
from collections import Counter

import pytest

from accounts.demo import build as build_staff
from accounts.models import Person, User
from accounts.rules import parse_id_number
from core.demo import DemoContext
from core.enums import FindingStatus
from core.values import CHINA
from enrollment.collecting import also_on
from enrollment.demo import build
from enrollment.demo_collecting import build as build_sheets
from enrollment.enums import RosterStatus, SheetStatus
from enrollment.models import Applicant, Enrollment, Placement, Roster, Rule, Sheet
from enrollment.queries import health_of
from programs.demo import build as build_years
from programs.queries import provinces_of
from tests.factories import HEBEI, HENAN

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.no_cover]  # others measure the same lines


def test_the_demo_has_rosters_of_every_kind(db, hebei, henan):
    now = dt.datetime(2026, 11, 22, 10, tzinfo=CHINA)
    context = DemoContext(
        now=now, scale=0.1, random=random.Random(1), full_regions=(HEBEI,), say=lambda text: None
    )
    for builder in (build_staff, build_years, build, build_sheets):
        builder(context)
    exam, recruiting = context.exam_year, context.recruiting_year
    assert Enrollment.objects.of(exam).active().count() == Enrollment.objects.of(exam).count() > 31 * 20
    states = Counter(Roster.objects.of(exam).values_list("status", flat=True))
    assert states[RosterStatus.LOCKED] >= 15
    assert states[RosterStatus.OPEN] >= 5
    assert health_of(exam, hebei).failing == []
    assert [f.code for f in health_of(recruiting, hebei).failing] == ["county-share"]
    assert Enrollment.objects.of(recruiting).waiting().filter(region=hebei).exists()
    failing = {f.status for row in provinces_of(exam) for f in health_of(exam, row.region).failing}
    assert failing == {FindingStatus.FAILED, FindingStatus.NO_DATA}
    _check_people(context)
    _check_collecting(context)
    assert Placement.objects.filter(enrollment__region=HENAN).exists()
    assert {float(rule.threshold) for rule in Rule.objects.of(exam).filter(kind="online_only_floor")} == {5.0}


def _check_collecting(context: DemoContext) -> None:
    """Sheets of every state in the full province, one of them with somebody who stands on another, too."""
    sheets = Sheet.objects.filter(year=context.recruiting_year)
    assert set(sheets.values_list("region", flat=True)) == set(context.full_regions)
    assert set(sheets.values_list("status", flat=True)) == set(SheetStatus.values)
    assert any(sheet.is_over for sheet in sheets)
    assert sheets.filter(faulty_count__gt=0).exists()
    assert any(also_on(sheet.lines.all(), sheet) for sheet in sheets)
    assert Applicant.objects.filter(year=context.recruiting_year, status="waiting").exists()


def _check_people(context: DemoContext) -> None:
    """Valid numbers of no county, a password for everybody approved, nobody twice."""
    people = Person.objects.exclude(id_number_index="")
    for person in people[:200]:
        number = parse_id_number(person.id_number, context.now.date())
        assert number.text[2:6] == "9900"
        assert (number.sex, number.birth_date) == (person.sex, person.birth_date)
    approved = Enrollment.objects.active()
    assert (
        User.objects.filter(person__enrollments__in=approved, password=context.password_hash).count()
        == approved.count()
    )
