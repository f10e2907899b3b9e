"""Every figure equals the aggregate of the rows it opens; scope and cut hold (S1, S3, R4, X4)."""

import datetime as dt
from decimal import Decimal

import pytest

from accounts.models import Region
from core.figures import FIGURES
from core.values import CHINA
from courses import figures
from courses.enums import LessonStatus, Occasion, Requirement, SessionKind
from courses.models import Credit, OfflineResult
from enrollment.models import Placement
from programs.enums import Track
from programs.where import Where
from tests.courses.factories import (
    EntryFactory,
    FacultyFactory,
    LessonFactory,
    SessionFactory,
    attended,
    homework,
    watched,
)
from tests.factories import HEBEI, HENAN, NOW, EnrollmentFactory, UnitFactory, specialty_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def where(year_2022) -> Where:
    return Where(year_2022.pk)


def value(code: str, scope, where):
    return FIGURES[code].value(scope, where)


def amount(code: str, scope, where):
    return value(code, scope, where).amount


def in_henan(**fields):
    return EnrollmentFactory(region=Region.objects.get(pk=HENAN), **fields)


@pytest.fixture
def busy(year_2022):
    """Two trainees of Hebei and one of Henan with lessons, sessions, results and credit; one withdrawn, one online-only."""
    specialty = specialty_of(year_2022)
    entries = [EntryFactory(specialty=specialty) for _ in range(3)]
    one, two, henan = EnrollmentFactory(), EnrollmentFactory(), in_henan()
    gone = EnrollmentFactory(status="withdrawn")
    online = EnrollmentFactory(track=Track.ONLINE_ONLY, specialty=specialty)
    for someone, count in ((one, 3), (two, 1), (henan, 2), (gone, 3), (online, 3)):
        for entry in entries[:count]:
            watched(someone, entry.lesson)
    attended(one)
    attended(one, kind=SessionKind.PRACTICE, hours=Decimal("2.5"))
    attended(henan, kind=SessionKind.VISIT)
    attended(gone)
    for someone, passed in ((one, True), (two, False), (henan, True), (gone, True)):
        OfflineResult.objects.create(
            enrollment=someone, passed=passed, assessed_on=NOW.date(), recorded_at=NOW
        )
    Credit.objects.create(enrollment=one, amount=0, awarded_at=NOW)
    return {"one": one, "two": two, "henan": henan, "online": online}


def test_every_figure_is_registered_under_its_code():
    assert {figure.code for figure in figures.ALL} <= set(FIGURES.codes())


@pytest.mark.parametrize("code", [figure.code for figure in figures.ALL])
def test_r2_a_figure_is_the_aggregate_of_its_rows(code, busy, national_officer, where):
    figure = FIGURES[code]
    rows = figure.rows(national_officer.scope, where)
    again = rows.model._default_manager.filter(pk__in=rows.order_by().values("pk"))
    plain = code.startswith("courses.") and not code.endswith("_mean")
    expected = (again if plain else rows).aggregate(amount=figure.aggregate)["amount"]
    assert amount(code, national_officer.scope, where) == expected


@pytest.mark.parametrize(
    ("code", "everywhere", "hebei"),
    [
        ("courses.online_hours", Decimal(9), Decimal(7)),
        ("courses.offline_hours", Decimal("10.5"), Decimal("6.5")),
        ("courses.practice_hours", Decimal("6.5"), Decimal("2.5")),
        ("courses.offline_passed", 2, 1),
        ("courses.credits", 1, 1),
        ("courses.online_hours_mean", Decimal(2), Decimal(2)),
        ("courses.total_hours_mean", Decimal("5.5"), Decimal("5.25")),
        ("courses.offline_hours_mean", Decimal("3.5"), Decimal("3.25")),
    ],
)
def test_s3_figures_of_the_country_and_of_a_province(
    busy, national_officer, hebei_coordinator, where, code, everywhere, hebei
):
    assert amount(code, national_officer.scope, where) == everywhere
    assert amount(code, national_officer.scope, where.at(region=HEBEI)) == hebei
    # a province sees its own whatever it asks for
    assert amount(code, hebei_coordinator.scope, where) == hebei
    by_province = FIGURES[code].values(national_officer.scope, where, "province")
    assert by_province[HEBEI].amount == hebei


def test_s3_a_mean_counts_those_without_an_hour(national_officer, where):
    watched(EnrollmentFactory(), EntryFactory().lesson)
    EnrollmentFactory()
    found = value("courses.online_hours_mean", national_officer.scope, where)
    assert (found.amount, found.base) == (Decimal("0.5"), 2)


def test_s3_without_a_trainee_there_is_no_mean(national_officer, where):
    assert amount("courses.online_hours_mean", national_officer.scope, where) is None


def test_x4_the_figures_of_one_trainee(busy, national_officer, where):
    mine = where.at(enrollment_id=busy["two"].pk)
    assert amount("courses.online_hours", national_officer.scope, mine) == Decimal(1)
    assert amount("courses.offline_hours", national_officer.scope, mine) == 0
    assert amount("courses.offline_passed", national_officer.scope, mine) == 0


def test_x4_open_homework_is_listed_lesson_by_lesson(trainee, where):
    specialty = trainee.enrollment.specialty
    asked, done, elective, bare = (
        EntryFactory(specialty=specialty, requirement=kind)
        for kind in (Requirement.REQUIRED, Requirement.REQUIRED, Requirement.ELECTIVE, Requirement.REQUIRED)
    )
    for entry in (asked, done, elective):
        homework(entry.lesson)
    watched(trainee.enrollment, done.lesson, homework_done=True)
    figure = FIGURES["courses.homework_lessons_open"]
    mine = where.at(enrollment_id=trainee.enrollment.pk)
    assert list(figure.rows(trainee.scope, mine)) == [asked]
    assert figure.value(trainee.scope, mine).amount == 1
    assert figure.value(trainee.scope, where).amount == 0
    assert bare not in figure.rows(trainee.scope, mine)


def test_a_trainee_sees_their_own_hours_only(busy, trainee, where):
    watched(trainee.enrollment, EntryFactory().lesson)
    assert amount("courses.online_hours", trainee.scope, where) == Decimal(1)


def test_b7_a_base_sees_those_placed_with_it(busy, base_coordinator, where):
    Placement.objects.create(enrollment=busy["one"], base=base_coordinator.unit, placed_at=NOW)
    assert amount("courses.online_hours", base_coordinator.scope, where) == Decimal(3)
    by_base = FIGURES["courses.offline_hours_mean"].values(base_coordinator.scope, where, "base")
    assert by_base[base_coordinator.unit.pk].amount == Decimal("6.5")


def test_s1_supply_counts_recorded_lessons_and_those_adopted_as_required(
    year_2022, national_officer, where, hebei
):
    def lesson(status, **fields):
        return LessonFactory(status=status, region=hebei, year=year_2022, **fields)

    adopted, published, recorded = (
        lesson(s) for s in (LessonStatus.PUBLISHED, LessonStatus.PUBLISHED, LessonStatus.RECORDED)
    )
    lesson(LessonStatus.PROPOSED, seconds=0)
    LessonFactory()  # of the office
    EntryFactory(lesson=adopted)
    EntryFactory(lesson=published, requirement=Requirement.ELECTIVE)
    cut = where.at(region=HEBEI)
    assert set(FIGURES["courses.lessons_delivered"].rows(national_officer.scope, cut)) == {
        adopted,
        published,
        recorded,
    }
    assert amount("courses.lessons_adopted_required", national_officer.scope, cut) == 1


def test_s1_full_senior_lecturers_must_teach_in_the_year(year_2022, national_officer, where, hebei):
    online, offline = FacultyFactory(), FacultyFactory()
    FacultyFactory()  # teaches nothing
    LessonFactory(year=year_2022, region=hebei, lecturer=online)
    SessionFactory(lecturer=offline)
    SessionFactory(lecturer=FacultyFactory(full_senior=False))
    assert set(FIGURES["courses.full_senior_lecturers"].rows(national_officer.scope, where)) == {
        online,
        offline,
    }


def test_s1_opening_and_end_are_days_of_sessions_that_were_held(national_officer, where):
    someone = EnrollmentFactory()
    day = dt.datetime(2022, 9, 1, 23, 30, tzinfo=CHINA)
    attended(someone, occasion=Occasion.OPENING, starts_at=day)
    attended(someone, occasion=Occasion.OPENING, starts_at=day + dt.timedelta(days=3))
    attended(someone, occasion=Occasion.CLOSING, starts_at=day + dt.timedelta(days=40))
    SessionFactory(occasion=Occasion.CLOSING, starts_at=day + dt.timedelta(days=60))  # only planned
    assert amount("courses.offline_opening_on", national_officer.scope, where) == dt.date(2022, 9, 1)
    assert amount("courses.offline_end_on", national_officer.scope, where) == dt.date(2022, 10, 11)
    by_province = FIGURES["courses.offline_opening_on"].values(national_officer.scope, where, "province")
    assert by_province[HEBEI].amount == dt.date(2022, 9, 1)


def test_c3_offline_and_live_lessons_are_class_hours_held(national_officer, where):
    someone = EnrollmentFactory()
    attended(someone)
    attended(someone, is_live=True, hours=Decimal(3))
    attended(EnrollmentFactory(), base=UnitFactory())
    SessionFactory()
    assert amount("courses.offline_lessons", national_officer.scope, where) == Decimal(11)
    assert amount("courses.live_lessons", national_officer.scope, where) == Decimal(3)
