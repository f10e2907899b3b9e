"""Which lists of this room may be asked for in full (T47)."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from accounts.disclosures import DisclosableList
from accounts.scope import Scope
from enrollment.columns import PEOPLE, ROSTER
from enrollment.models import Enrollment
from programs.models import ProgramYear


def _rows(scope: Scope, year_number: int) -> QuerySet[Any]:
    return Enrollment.objects.visible_to(scope).filter(year=year_number)


def _page(name: str) -> Callable[[int], str]:
    def page(year_number: int) -> str:
        year = ProgramYear.objects.select_related("program").get(pk=year_number)
        return reverse(name, kwargs=year.url_kwargs)

    return page


LISTS = (
    DisclosableList(
        ROSTER.code, ROSTER.title, ROSTER, _rows, lambda row: row.person, _page("enrollment:roster-list")
    ),
    DisclosableList(
        PEOPLE.code, PEOPLE.title, PEOPLE, _rows, lambda row: row.person, _page("enrollment:person-list")
    ),
)
