"""A small plan beside the real one: lessons, homework, progress, sessions."""

import datetime as dt
from decimal import Decimal
from typing import Any

import factory
from factory.django import DjangoModelFactory

from accounts.models import Region
from courses import watching
from courses.enums import AttendanceMode, LessonStatus, Requirement, SessionKind
from courses.ledger import recount
from courses.models import (
    Attendance,
    ClassSession,
    Faculty,
    HomeworkItem,
    Lesson,
    LessonProgress,
    PlanEntry,
    WatchStream,
)
from enrollment.models import Enrollment
from exams.enums import ItemKind, ItemOrigin, ItemStatus
from exams.models import Item, ItemVersion
from programs.models import Setting
from tests.factories import HEBEI, NOW, cancer_2022, lead_unit, office_of, specialty_of

SECONDS = 100


class LessonFactory(DjangoModelFactory):
    """Published, of the office, a hundred seconds long."""

    class Meta:
        model = Lesson

    code = factory.Sequence(lambda n: f"test-lesson-{n}")
    title = factory.Sequence(lambda n: f"测试课程{n}")
    theme = "lung"
    status = LessonStatus.PUBLISHED
    owner = factory.LazyFunction(lambda: office_of("cancer"))
    unit = factory.LazyFunction(lambda: office_of("cancer"))
    seconds = SECONDS
    created_at = NOW


class EntryFactory(DjangoModelFactory):
    """A lesson in the plan of the first old specialty of 2022; required."""

    class Meta:
        model = PlanEntry

    year = factory.LazyFunction(cancer_2022)
    specialty = factory.LazyAttribute(lambda e: specialty_of(e.year))
    lesson = factory.SubFactory(LessonFactory)
    code = factory.LazyAttribute(lambda e: f"{e.specialty.code}-{e.lesson.code}")
    requirement = Requirement.REQUIRED
    order = factory.Sequence(lambda n: n + 1)
    clause = "000 三(四)1"


class FacultyFactory(DjangoModelFactory):
    class Meta:
        model = Faculty

    owner = factory.LazyFunction(lambda: office_of("cancer"))
    unit = factory.LazyFunction(lambda: lead_unit(HEBEI))
    region = factory.LazyFunction(lambda: Region.objects.get(pk=HEBEI))
    name = factory.Sequence(lambda n: f"测试讲师{n}")
    title = "主任医师"
    full_senior = True
    specialty = "肿瘤内科"
    teaches_online = True


class SessionFactory(DjangoModelFactory):
    class Meta:
        model = ClassSession

    year = factory.LazyFunction(cancer_2022)
    region = factory.LazyFunction(lambda: Region.objects.get(pk=HEBEI))
    kind = SessionKind.THEORY
    topic = factory.Sequence(lambda n: f"测试课次{n}")
    place = "第一教室"
    starts_at = NOW
    hours = Decimal("4.0")


def homework(lesson: Lesson, keys: str = "ABX", **item: Any) -> list[Item]:
    """Questions for a lesson: A and B have that single key, X the keys A and C."""
    items = []
    for order, key in enumerate(keys, 1):
        items.append(question(f"{lesson.code}-q{order}", key, **item))
        HomeworkItem.objects.create(lesson=lesson, item=items[-1], order=order)
    return items


def question(code: str, key: str = "A", **fields: Any) -> Item:
    office = office_of("cancer")
    values = {
        "owner": office,
        "unit": office,
        "origin": ItemOrigin.HOMEWORK,
        "status": ItemStatus.IN_BANK,
        **fields,
    }
    kind = {"X": ItemKind.X, "T": ItemKind.TRUE_FALSE}.get(key, ItemKind.A1)
    item = Item.objects.create(code=code, kind=kind, created_at=NOW, **values)
    options = [] if key == "T" else [{"label": label, "text": f"选项{label}"} for label in "ABCDE"]
    right = ["A", "C"] if key == "X" else [key]
    ItemVersion.objects.create(
        item=item, stem=f"题干{code}", options=options, key=right, sha256=code, created_at=NOW
    )
    return item


def watched(enrollment: Enrollment, lesson: Lesson, *, homework_done: bool = False) -> LessonProgress:
    """A lesson watched through, the ledger in step."""
    row = LessonProgress.objects.create(
        enrollment=enrollment,
        lesson=lesson,
        ranges=[[0, lesson.seconds]],
        covered=lesson.seconds,
        completed_at=NOW,
        hours=lesson.hours,
        homework_at=NOW if homework_done else None,
    )
    recount([enrollment.pk])
    return row


def attended(enrollment: Enrollment, **session: Any) -> Attendance:
    """Attendance on site for all hours of a fresh session, the ledger in step."""
    held = SessionFactory(year=enrollment.year, region=enrollment.region, **session)
    row = Attendance.objects.create(
        session=held, enrollment=enrollment, mode=AttendanceMode.ON_SITE, hours=held.hours
    )
    recount([enrollment.pk])
    return row


def set_setting(code: str, value: str) -> None:
    Setting.objects.filter(year=cancer_2022(), code=code).update(value=Decimal(value))


def stream(enrollment: Enrollment, lesson: Lesson, nonce: str = "n1", at: dt.datetime = NOW) -> WatchStream:
    row, _ = WatchStream.objects.update_or_create(
        person=enrollment.person,
        defaults={
            "enrollment": enrollment,
            "lesson": lesson,
            "nonce": nonce,
            "sequence": 0,
            "last_beat_at": at,
        },
    )
    return row


def beat(
    stream: WatchStream, *ranges: tuple[int, int], after: float, sequence: int = 1, **changed: Any
) -> watching.Beat:
    """A beat of a stream, arriving `after` seconds after NOW."""
    values = {
        "person_id": stream.person_id,
        "enrollment_id": stream.enrollment_id,
        "lesson_id": stream.lesson_id,
        "nonce": stream.nonce,
        "sequence": sequence,
        "ranges": ranges,
        "position": ranges[-1][1] if ranges else 0,
        "arrived_at": NOW + dt.timedelta(seconds=after),
    }
    return watching.Beat(**{**values, **changed})
