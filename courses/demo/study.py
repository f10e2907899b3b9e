"""Watching and homework of the exam year: some people through the services, the rest by one statement.

One row per person and lesson holds both; for the whole country that is well over a million rows, written by the database itself
from the plan and a pace per person.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from accounts.actors import actor_of
from accounts.enums import Role
from accounts.models import Membership
from core.demo import DemoContext
from courses.enums import Requirement
from courses.ledger import recount
from courses.models import LessonProgress, PlanEntry
from courses.queries import plan_of, questions_of, study_span
from courses.services import answer_homework, award_credits, start_stream
from courses.watching import Beat, batch, read_token
from enrollment.models import Enrollment

# trainees of each full province, and lessons of each, that go through the services themselves
PEOPLE, LESSONS = 6, 8


@dataclass(frozen=True, slots=True)
class Pace:
    """How many required and elective lessons and homeworks somebody has done."""

    enrollment_id: int
    required: int
    elective: int
    homework: int


def build_study(context: DemoContext) -> None:
    """Those chosen to be ready have done everything; the others are somewhere on the way."""
    year = context.exam_year
    with transaction.atomic():
        _through_services(context)
    people = list(Enrollment.objects.of(year).active().order_by("pk").values_list("pk", flat=True))
    paces = [_pace(context, pk) for pk in people]
    with transaction.atomic(), connection.cursor() as cursor:
        _write(cursor, context, paces)
    with transaction.atomic():
        recount(people)
    while award_credits(year=year, actor=context.actor, now=context.now, limit=2000):
        pass
    context.say(f"courses: {LessonProgress.objects.count()} lessons watched")


def _pace(context: DemoContext, pk: int) -> Pace:
    chance = context.random
    if pk in context.shared.get("exam_ready", set()):
        return Pace(pk, 120, 50, 120)
    required = chance.choice((0, 6, 24, 48, 70, 95, 110, 119, 120))
    elective = min(50, max(0, required // 2 - chance.randint(0, 15)))
    return Pace(pk, required, elective, max(0, required - chance.choice((0, 0, 2, 5, 12))))


def _write(cursor: Any, context: DemoContext, paces: list[Pace]) -> None:
    """Rows for everything within each person's pace that does not stand yet."""
    cursor.execute(
        "CREATE TEMPORARY TABLE demo_pace (enrollment_id bigint PRIMARY KEY, required int, elective int, homework int)"
    )
    cursor.execute("CREATE TEMPORARY TABLE demo_day (number int PRIMARY KEY, at_time text)")
    cursor.executemany(
        "INSERT INTO demo_pace VALUES (%s, %s, %s, %s)",
        [(pace.enrollment_id, pace.required, pace.elective, pace.homework) for pace in paces],
    )
    cursor.executemany("INSERT INTO demo_day VALUES (%s, %s)", list(enumerate(_days(context))))
    required = Requirement.REQUIRED.value
    cursor.execute(_statement(), [required, required, required, context.exam_year.pk])
    cursor.execute("DROP TABLE demo_pace")
    cursor.execute("DROP TABLE demo_day")


def _days(context: DemoContext) -> list[str]:
    """The instant at which somebody in step watches the n-th lesson of a plan."""
    begins, ends = study_span(context.exam_year) or (context.now - dt.timedelta(days=90), context.now)
    count = 1 + max(PlanEntry.objects.filter(year=context.exam_year).values_list("order", flat=True))
    step = (min(ends, context.now) - begins) / (count + 1)
    days = [begins + step * number for number in range(count)]
    return [str(connection.ops.adapt_datetimefield_value(day.replace(microsecond=0))) for day in days]


_DONE = "p.requirement = %s AND p.place <= pace.homework"
_INSERT = """
INSERT INTO courses_lessonprogress
 (enrollment_id, lesson_id, ranges, covered, position, completed_at, hours, answers, correct, asked, answered_at, homework_at)
SELECT pace.enrollment_id, p.lesson_id, {ranges}, p.seconds, 0, {at}, p.hours, '{{}}',
 CASE WHEN {done} THEN p.asked - (pace.enrollment_id + p.lesson_id) %% 3 END,
 CASE WHEN {done} THEN p.asked END, NULL, CASE WHEN {done} THEN {at} END
FROM demo_pace pace
JOIN enrollment_enrollment e ON e.id = pace.enrollment_id
JOIN (SELECT t.specialty_id, t.lesson_id, t.requirement, t."order" AS number, l.seconds, l.hours,
  (SELECT COUNT(*) FROM courses_homeworkitem h WHERE h.lesson_id = t.lesson_id) AS asked,
  ROW_NUMBER() OVER (PARTITION BY t.specialty_id, t.requirement ORDER BY t."order") AS place
 FROM courses_planentry t JOIN courses_lesson l ON l.id = t.lesson_id WHERE t.year_id = %s) p
 ON p.specialty_id = e.specialty_id
 AND p.place <= CASE WHEN p.requirement = 'required' THEN pace.required ELSE pace.elective END
JOIN demo_day d ON d.number = p.number
WHERE NOT EXISTS (SELECT 1 FROM courses_lessonprogress g WHERE g.enrollment_id = e.id AND g.lesson_id = p.lesson_id)
"""


def _statement() -> str:
    """The databases differ in how text becomes an instant and JSON."""
    spans = "'[[0, ' || p.seconds || ']]'"
    if connection.vendor == "postgresql":
        return _INSERT.format(
            at="CAST(d.at_time AS timestamp with time zone)", ranges=f"CAST({spans} AS jsonb)", done=_DONE
        )
    return _INSERT.format(at="d.at_time", ranges=spans, done=_DONE)


def _through_services(context: DemoContext) -> None:
    """A few trainees of the full provinces watch and answer as in the browser: stream, beats, homework."""
    rows = (
        Enrollment.objects.of(context.exam_year)
        .active()
        .select_related("specialty", "person", "year__program")
    )
    for region in context.full_regions:
        for enrollment in rows.filter(region=region).order_by("pk")[:PEOPLE]:
            member = Membership.objects.active(context.now).filter(
                user__person=enrollment.person_id, role=Role.TRAINEE
            )
            one = member.first()
            if one is not None:
                _study(context, enrollment, actor_of(one))


def _study(context: DemoContext, enrollment: Enrollment, actor: Any) -> None:
    now = context.now - dt.timedelta(days=40)
    for entry in plan_of(enrollment, actor.scope)[:LESSONS]:
        seconds = entry.lesson.seconds
        token, _progress = start_stream(enrollment=enrollment, entry=entry, actor=actor, now=now)
        now += dt.timedelta(seconds=seconds + 1)
        beat = Beat(*read_token(token), sequence=1, ranges=((0, seconds),), position=seconds, arrived_at=now)
        with connection.cursor() as cursor:
            batch(cursor, [beat])
        answers = {question.item_id: question.version.key for question in questions_of(entry.lesson)}
        now += dt.timedelta(minutes=3)
        if answers:
            answer_homework(enrollment=enrollment, entry=entry, answers=answers, actor=actor, now=now)
