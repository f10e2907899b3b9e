"""Lecturers, and the lessons that provinces supply: through the services the screens use."""

import datetime as dt
import itertools
from collections.abc import Iterator
from typing import Any

from accounts.actors import Actor, system_actor
from accounts.enums import InstitutionLevel, UnitKind
from accounts.models import Institution, Unit
from core.demo import DemoContext
from core.transitions import advance
from courses.enums import LessonStatus
from courses.loading import SAMPLE_SECONDS
from courses.models import Faculty, HomeworkItem, Lesson, PlanEntry
from courses.services import (
    LESSON_FLOW,
    confirm_lecturer,
    decide_topic,
    file_lecturer,
    list_lecturer,
    propose_lesson,
    review_lesson,
)
from programs.enums import TargetKind
from programs.models import Participation, Target

_TITLES = ("主任医师", "教授", "主任技师", "副主任医师", "主治医师")
_FIELDS = ("肿瘤内科", "消化内镜", "放射影像", "病理", "健康管理", "胸外科", "妇科肿瘤", "公共卫生")
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = ("文华", "国强", "静", "立新", "晓燕", "志远", "敏", "建平", "玉梅", "海涛", "雪松", "慧芳")
# how many full senior lecturers a province has, in turn: a few have too few
_FULL_SENIOR = (7, 8, 6, 9, 4, 7, 10, 6)
# how much of its target a province has delivered, in turn
_DELIVERED = (1.0, 1.2, 1.0, 0.8, 1.0, 1.1, 0.6, 1.0)


def build_supply(context: DemoContext) -> None:
    """Each province lists its lecturers and delivers lessons, which take the places of sample lessons in the plan."""
    year = context.exam_year
    borrowed = _replaceable(context)
    targets = dict(
        Target.objects.filter(year=year, kind=TargetKind.LESSONS_TO_DELIVER).values_list("region", "amount")
    )
    rows = (
        Participation.objects.filter(year=year)
        .select_related("technical_unit__owner", "region")
        .order_by("order")
    )
    for number, row in enumerate(rows):
        lecturers = _lecturers(context, row, number)
        asked = targets.get(row.region_id, 0)
        count = max(2, round(asked * _DELIVERED[number % len(_DELIVERED)]))
        for index in range(count + 2):
            _lesson(context, row, lecturers[index % len(lecturers)], next(borrowed), index - count)
    context.say(f"courses: {Lesson.objects.filter(year=year).count()} lessons of provinces")


def _replaceable(context: DemoContext) -> Iterator[Lesson]:
    """Sample lessons without homework of their own, again and again, in a mixed order."""
    genuine = HomeworkItem.objects.filter(borrowed=False).values("lesson")
    samples = list(Lesson.objects.filter(year=None, is_sample=True).exclude(pk__in=genuine).order_by("pk"))
    context.random.shuffle(samples)
    return itertools.cycle(samples)


def _lecturers(context: DemoContext, row: Any, number: int) -> list[Faculty]:
    """The province's list, then two of each base; those who teach online are confirmed."""
    unit = row.technical_unit
    senior = _FULL_SENIOR[number % len(_FULL_SENIOR)]
    hospitals = list(
        Institution.objects.filter(
            region__code__startswith=row.region_id[:2], level=InstitutionLevel.PROVINCE
        )[:3]
    )
    listed = [
        _lecturer(context, unit, place, full_senior=place < senior, hospitals=hospitals)
        for place in range(senior + 3)
    ]
    bases = Unit.objects.filter(kind=UnitKind.TRAINING_BASE, region=row.region_id, owner=unit.owner_id)
    for base in bases.select_related("owner", "region"):
        for place in range(2):
            _lecturer(context, base, place, full_senior=place == 0, hospitals=hospitals, online=False)
    return listed


def _lecturer(
    context: DemoContext,
    unit: Unit,
    place: int,
    *,
    full_senior: bool,
    hospitals: list[Institution],
    online: bool = True,
) -> Faculty:
    chance, now = context.random, context.now
    values = {
        "name": chance.choice(_SURNAMES) + chance.choice(_GIVEN),
        "title": _TITLES[place % 3] if full_senior else _TITLES[3 + place % 2],
        "full_senior": full_senior,
        "specialty": f"{_FIELDS[place % len(_FIELDS)]}{'' if place < len(_FIELDS) else '（二）'}",
        "institution": chance.choice(hospitals) if hospitals else None,
        "teaches_online": online,
        "teaches_offline": True,
    }
    actor = _system(context)
    lecturer = list_lecturer(unit=unit, values=values, actor=actor, now=now)
    if place % 5 != 4:
        file_lecturer(lecturer=lecturer, actor=actor, now=now)
        if online and place % 4 != 3:
            confirm_lecturer(lecturer=lecturer, actor=actor, now=now)
    return lecturer


def _lesson(context: DemoContext, row: Any, lecturer: Faculty, model: Lesson, ahead: int) -> None:
    """A lesson after the model of a sample; below zero it is published, then one is recorded and one proposed."""
    year, actor, now = context.exam_year, _system(context), context.now - dt.timedelta(days=90)
    values = {
        "title": model.title,
        "theme": model.theme,
        "summary": "",
        "lecturer": lecturer,
        "wish": "required",
    }
    assigned = context.random.random() < 0.3
    lesson = propose_lesson(
        year=year, unit=row.technical_unit, region=row.region, values=values,
        assigned=assigned and ahead < 0, actor=actor, now=now,
    )  # fmt: skip
    if ahead == 1:
        return
    if lesson.status == LessonStatus.PROPOSED:
        decide_topic(lesson=lesson, year=year, approve=True, actor=actor, now=now)
    lesson.seconds, lesson.is_sample = SAMPLE_SECONDS, True
    lesson.save(update_fields=["seconds", "is_sample"])
    HomeworkItem.objects.bulk_create(
        HomeworkItem(lesson=lesson, item_id=row.item_id, order=row.order, borrowed=True)
        for row in model.homework.all()
    )
    advance(lesson, LESSON_FLOW, "record_lesson", actor=actor, now=now)
    if ahead < 0:
        review_lesson(lesson=lesson, accept_content=True, actor=actor, now=now)
        _publish_in_place_of(lesson, model, context, now)


def _publish_in_place_of(lesson: Lesson, model: Lesson, context: DemoContext, now: dt.datetime) -> None:
    """Numbers of required and elective lessons stay as the year asks: the lesson takes the sample's entries over."""
    advance(lesson, LESSON_FLOW, "publish_lesson", actor=_system(context), now=now)
    lesson.published_at = now
    lesson.save(update_fields=["published_at"])
    for entry in PlanEntry.objects.filter(year=context.exam_year, lesson=model).select_related("specialty"):
        entry.lesson, entry.code = lesson, f"{entry.specialty.code}-{lesson.code}"
        entry.save(update_fields=["lesson", "code"])


def _system(context: DemoContext) -> Actor:
    return system_actor(context.actor.realm)
