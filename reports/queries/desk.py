"""Reads for the desk."""

import datetime as dt

from django.db.models import QuerySet

from accounts.actors import Actor
from accounts.scope import Scope
from core.todos import TODO_SOURCES, Todo
from enrollment.models import Enrollment
from programs.enums import YearStatus
from programs.models import ProgramYear


def todos(actor: Actor, year: ProgramYear, now: dt.datetime) -> list[Todo]:
    """What waits for this role in this year: dated things first, by date."""
    found = [
        todo
        for source in TODO_SOURCES
        if actor.role in source.roles
        for todo in source.find(actor, year, now)
    ]
    never = dt.datetime.max.replace(tzinfo=dt.UTC)
    return sorted(found, key=lambda todo: todo.due_at or never)


def years_of(scope: Scope) -> QuerySet[ProgramYear]:
    """The years to change between; a trainee's are those of their own enrollments."""
    years = ProgramYear.objects.visible_to(scope)
    if scope.is_trainee:
        years = years.filter(pk__in=Enrollment.objects.visible_to(scope).values("year"))
    return years


def first_year(scope: Scope) -> ProgramYear | None:
    """The year to land in: a trainee's own latest, else the latest open one."""
    years = years_of(scope).select_related("program").order_by("-year", "pk")
    open_years = [year for year in years if year.status == YearStatus.OPEN]
    return next(iter(open_years or years), None)
