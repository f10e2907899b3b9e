"""What waits for whom in this room."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.enums import Role
from core.templatetags.portal import deadline
from core.todos import Todo, TodoSource
from courses.enums import LessonStatus
from courses.models import Faculty, Lesson
from courses.queries import (
    behind,
    hours_expected,
    own_enrollment,
    study_ends_at,
    study_of,
    with_study,
    without_result,
)
from enrollment.models import Enrollment
from programs.enums import Area, YearStatus
from programs.models import ProgramYear


def reminder(year: ProgramYear, due: dt.datetime | None) -> str:
    """A text to be copied into the trainees' chat."""
    return _(
        "Dear trainees, some of you are behind the schedule of the online lessons. Please sign in to the portal, open "
        "“My study” and go on with the next lesson; homework belongs to every required lesson. Due: %(due)s."
    ) % {"due": deadline(due)}


def for_trainee(actor: Actor, year: ProgramYear, now: dt.datetime) -> Iterator[Todo]:
    """The next lesson, and homework of lessons already watched."""
    enrollment = own_enrollment(year, actor.scope) if _runs(year) else None
    if enrollment is None:
        return
    study = study_of(enrollment, actor.scope)
    entry = study.next_entry
    if entry is not None:
        url = reverse("courses:watch-lesson", kwargs={**year.url_kwargs, "pk": entry.lesson_id})
        label = _("Go on with the lesson “%(title)s”") % {"title": entry.lesson.title}
        yield Todo(label, url, _("Watch"), due_at=study.due_at, tone=_late(study.due_at, now))
    waiting = [fact for fact in study.missing.homework if fact.watched]
    if waiting:
        url = reverse("courses:watch-homework", kwargs={**year.url_kwargs, "pk": waiting[0].lesson_id})
        yield Todo(
            _("Homework of watched lessons"), url, _("Answer"), count=len(waiting), due_at=study.due_at
        )


def for_coordinator(actor: Actor, year: ProgramYear, now: dt.datetime) -> Iterator[Todo]:
    """Trainees behind schedule with a text to chase them, and results that are not recorded."""
    if not _runs(year):
        return
    rows = with_study(Enrollment.objects.visible_to(actor.scope).of(year).active())
    due = study_ends_at(year)
    page = reverse("courses:progress-list", kwargs=year.url_kwargs)
    slow = behind(rows, hours_expected(year, now)).count()
    if slow:
        text = reminder(year, due) if actor.role == Role.TECHNICAL_LEAD else ""
        label = _("Trainees behind the schedule of the online lessons")
        yield Todo(label, f"{page}?behind=true", _("Show"), slow, due, _late(due, now), text)
    if due is None or now >= due - dt.timedelta(days=30):
        yield from _results(rows, year, due, now)


def _results(
    rows: QuerySet[Any], year: ProgramYear, due: dt.datetime | None, now: dt.datetime
) -> Iterator[Todo]:
    unassessed = without_result(rows).count()
    if unassessed:
        url = reverse("courses:result-list", kwargs=year.url_kwargs)
        label = _("Results of the offline assessment to be recorded")
        yield Todo(label, url, _("Record"), unassessed, due, _late(due, now))


def for_office(actor: Actor, year: ProgramYear, now: dt.datetime) -> Iterator[Todo]:
    """Topics to be decided, reviewed lessons to be published, lecturers to be confirmed."""
    if not year.has(Area.COURSES):
        return
    page = reverse("courses:lesson-list", kwargs=year.url_kwargs)
    lessons = Lesson.objects.visible_to(actor.scope).supplied_for(year)
    for status, label, action in (
        (LessonStatus.PROPOSED, _("Topics of lessons to be decided"), _("Decide")),
        (LessonStatus.REVIEWED, _("Reviewed lessons to be published"), _("Publish")),
    ):
        count = lessons.filter(status=status).count()
        if count:
            yield Todo(label, f"{page}?status={status}", action, count)
    waiting = Faculty.objects.visible_to(actor.scope).filter(teaches_online=True, confirmed_at=None)
    filed = waiting.exclude(filed_at=None).count()
    if filed:
        url = reverse("courses:faculty-list", kwargs=year.url_kwargs)
        yield Todo(_("Online lecturers to be confirmed"), f"{url}?filed=true", _("Show"), filed)


def for_expert(actor: Actor, year: ProgramYear, now: dt.datetime) -> Iterator[Todo]:
    """Recorded lessons whose content is to be reviewed."""
    if not year.has(Area.COURSES):
        return
    count = Lesson.objects.visible_to(actor.scope).supplied_for(year).in_review().count()
    if count:
        url = reverse("courses:review-list", kwargs=year.url_kwargs)
        yield Todo(_("Lessons whose content is to be reviewed"), url, _("Review"), count)


def _runs(year: ProgramYear) -> bool:
    return year.has(Area.COURSES) and year.status == YearStatus.OPEN


def _late(due: dt.datetime | None, now: dt.datetime) -> str:
    return "late" if due is not None and now >= due else ""


SOURCES = (
    TodoSource("courses.trainee", frozenset({Role.TRAINEE}), for_trainee),
    TodoSource(
        "courses.coordinator", frozenset({Role.TECHNICAL_LEAD, Role.BASE_COORDINATOR}), for_coordinator
    ),
    TodoSource("courses.office", frozenset({Role.NATIONAL_OFFICE}), for_office),
    TodoSource("courses.expert", frozenset({Role.EXPERT}), for_expert),
)
