"""The way of a lesson from topic to plan (C4)."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import Region, Unit
from core.counters import next_numbers
from core.events import record
from core.exceptions import Refusal
from core.files import UploadPolicy
from core.transitions import FLOWS, Edge, Flow, advance
from core.uploads import accept
from courses.enums import LessonStatus, Requirement
from courses.ledger import recount
from courses.models import HomeworkItem, Lesson, LessonProgress, PlanEntry
from courses.permissions import check_manage_plan, check_review, check_supply
from courses.video import duration
from courses.watching import SUBJECT
from exams.models import Item
from exams.services import give_homework
from programs.enums import SettingCode
from programs.models import ProgramYear, Specialty, Theme
from programs.queries import check_not_closed, settings_of

LESSON_FLOW = Flow(
    "courses.lesson",
    LessonStatus,
    (
        Edge("approve_topic", (LessonStatus.PROPOSED,), LessonStatus.TOPIC_APPROVED),
        Edge("decline_topic", (LessonStatus.PROPOSED,), LessonStatus.DECLINED, needs_reason=True),
        Edge("record_lesson", (LessonStatus.TOPIC_APPROVED,), LessonStatus.RECORDED),
        Edge("accept_lesson", (LessonStatus.RECORDED,), LessonStatus.REVIEWED),
        Edge("return_lesson", (LessonStatus.RECORDED,), LessonStatus.TOPIC_APPROVED, needs_reason=True),
        Edge("publish_lesson", (LessonStatus.REVIEWED,), LessonStatus.PUBLISHED),
    ),
)
FLOWS.add(LESSON_FLOW)
# the plan asks for lessons to be added during the year
CLAUSE = "000 三(四)1"
VIDEOS = UploadPolicy(("mp4",), 500 * 1024 * 1024)


@transaction.atomic
def propose_lesson(
    *,
    year: ProgramYear,
    unit: Unit,
    region: Region | None,
    values: Mapping[str, Any],
    assigned: bool = False,
    actor: Actor,
    now: dt.datetime,
) -> Lesson:
    """Enter a topic of a unit; one assigned by the committee is approved with it, by the office alone (C4)."""
    check_supply(actor, year, region.pk if region else "")
    if assigned:
        check_manage_plan(actor, year)
    if region:
        check_not_closed(year, region.pk, SUBJECT)
    prefix = f"{year.program.code}-{year.year}"
    lesson = Lesson.objects.create(
        code=f"{prefix}-{next_numbers(f'lesson:{prefix}')[0]:04d}",
        owner=year.program.owner,
        unit=unit,
        region=region,
        year=year,
        assigned=assigned,
        status=LessonStatus.TOPIC_APPROVED if assigned else LessonStatus.PROPOSED,
        created_at=now,
        **values,
    )
    verb = "assign_lesson" if assigned else "propose_lesson"
    record(verb, lesson, actor=actor, now=now, to_state=lesson.status, data={"title": lesson.title})
    return lesson


def decide_topic(
    *, lesson: Lesson, year: ProgramYear, approve: bool, reason: str = "", actor: Actor, now: dt.datetime
) -> Lesson:
    """The office approves a topic or declines it with a reason."""
    check_manage_plan(actor, year)
    return advance(
        lesson,
        LESSON_FLOW,
        "approve_topic" if approve else "decline_topic",
        actor=actor,
        now=now,
        reason=reason,
    )


@transaction.atomic
def record_lesson(
    *,
    lesson: Lesson,
    year: ProgramYear,
    file: UploadedFile,
    items: Sequence[Item],
    actor: Actor,
    now: dt.datetime,
) -> Lesson:
    """Hand in the recording in the common format with its homework: as many items as the year asks (C4, C6)."""
    check_supply(actor, year, lesson.region_id or "")
    if lesson.region_id:
        check_not_closed(year, lesson.region_id, SUBJECT)
    _check_homework(year, items)
    video = accept(file, VIDEOS)
    seconds = duration(video)
    lesson.video.save(video.kept_as, video, save=False)
    lesson.seconds, lesson.is_sample = seconds, False
    lesson.save(update_fields=["video", "seconds", "is_sample"])
    give_homework(items=items, actor=actor, now=now)
    lesson.homework.all().delete()
    HomeworkItem.objects.bulk_create(
        HomeworkItem(lesson=lesson, item=item, order=order) for order, item in enumerate(items, 1)
    )
    return advance(
        lesson, LESSON_FLOW, "record_lesson", actor=actor, now=now, seconds=seconds, items=len(items)
    )


def _check_homework(year: ProgramYear, items: Sequence[Item]) -> None:
    values = settings_of(year)
    least, most = int(values[SettingCode.HOMEWORK_ITEMS_MIN]), int(values[SettingCode.HOMEWORK_ITEMS_MAX])
    if not least <= len(items) <= most:
        raise Refusal(
            _("A lesson comes with %(least)s to %(most)s homework items; these are %(given)s.")
            % {"least": least, "most": most, "given": len(items)},
            remedy=_("Choose more or fewer of the province's items."),
        )


def review_lesson(
    *, lesson: Lesson, accept_content: bool, reason: str = "", actor: Actor, now: dt.datetime
) -> Lesson:
    """An expert accepts the content or returns it with a reason."""
    check_review(actor, lesson)
    verb = "accept_lesson" if accept_content else "return_lesson"
    return advance(lesson, LESSON_FLOW, verb, actor=actor, now=now, reason=reason)


@transaction.atomic
def publish_lesson(
    *,
    lesson: Lesson,
    year: ProgramYear,
    specialties: Sequence[Specialty],
    requirement: str,
    actor: Actor,
    now: dt.datetime,
) -> Lesson:
    """Put a reviewed lesson into the plan of specialties, as required or elective (C1, C4)."""
    check_manage_plan(actor, year)
    if not specialties:
        raise Refusal(_("Choose at least one specialty."))
    advance(lesson, LESSON_FLOW, "publish_lesson", actor=actor, now=now, requirement=requirement)
    lesson.published_at = now
    lesson.save(update_fields=["published_at"])
    add_to_plan(lesson=lesson, year=year, specialties=specialties, requirement=requirement)
    return lesson


def add_to_plan(
    *, lesson: Lesson, year: ProgramYear, specialties: Sequence[Specialty], requirement: str
) -> list[PlanEntry]:
    """Entries at the end of each specialty's plan; trainees who watched the lesson already are counted anew."""
    theme = Theme.objects.filter(year=year, code=lesson.theme).first()
    last = dict(
        PlanEntry.objects.filter(year=year).order_by().values_list("specialty").annotate(Max("order"))
    )
    entries = [
        PlanEntry(
            year=year,
            code=f"{specialty.code}-{lesson.code}",
            specialty=specialty,
            lesson=lesson,
            requirement=Requirement(requirement),
            theme=theme,
            order=last.get(specialty.pk, 0) + 1,
            clause=CLAUSE,
        )
        for specialty in specialties
    ]
    PlanEntry.objects.bulk_create(entries)
    recount(
        LessonProgress.objects.filter(lesson=lesson, enrollment__year=year).values_list(
            "enrollment", flat=True
        )
    )
    return entries
