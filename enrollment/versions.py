"""What a roster handed up again changed, in the words of this room: who came and went, and which fact of whom (E11)."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.enums import InstitutionLevel
from accounts.scope import Scope
from core.exceptions import Text
from core.submissions import difference
from core.templatetags.portal import display, name_of
from enrollment.columns import person_url
from enrollment.enums import FundingKind, Profession
from enrollment.models import Enrollment
from programs.enums import Track
from programs.models import PriorityProgram, ProgramYear, Specialty, Submission

ADDED: tuple[Text, str] = (_("Added"), "success")
GONE: tuple[Text, str] = (_("Gone"), "neutral")
CHANGED: tuple[Text, str] = (_("Changed"), "warning")
# the facts of a submission's people, as `services.roster` hands them up
FIELDS: Mapping[str, Text] = {
    "track": _("Training track"),
    "specialty": _("Specialty"),
    "fine_specialty": _("Fine specialty"),
    "institution": _("Workplace"),
    "level": _("Workplace level"),
    "profession": _("Profession"),
    "health_management": _("Works in health management"),
    "priority_program": _("National early-detection program"),
    "funding": _("Funded by"),
    "late": _("Registered late"),
}
_CHOICES: Mapping[str, Any] = {
    "track": Track,
    "level": InstitutionLevel,
    "profession": Profession,
    "funding": FundingKind,
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact of somebody, before and now."""

    label: Text
    before: str
    now: str


@dataclass(frozen=True, slots=True)
class Line:
    """Somebody who came, went or changed; without a name where the reader sees no such person."""

    number: str
    state: tuple[Text, str]
    name: str = ""
    url: str = ""
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class Versions:
    """A version against the one before."""

    added: list[Line]
    removed: list[Line]
    changed: list[Line]

    @property
    def lines(self) -> list[Line]:
        return [*self.added, *self.removed, *self.changed]


def versions_of(before: Submission, now: Submission, scope: Scope) -> Versions:
    """The people of two versions of a roster compared, named as far as the reader sees them."""
    old, new = before.content["people"], now.content["people"]
    found = difference(old, new)
    known = _people(now.year, {*found.added, *found.removed, *found.changed}, scope)
    word = _wording(now.year)

    def line(number: str, state: tuple[Text, str], fields: Iterable[str] = ()) -> Line:
        facts = tuple(
            Fact(FIELDS.get(name, name), word(name, old[number].get(name)), word(name, new[number].get(name)))
            for name in fields
        )
        row = known.get(number)
        return Line(number, state, row.person.name if row else "", person_url(row) if row else "", facts)

    return Versions(
        added=[line(number, ADDED) for number in found.added],
        removed=[line(number, GONE) for number in found.removed],
        changed=[line(number, CHANGED, fields) for number, fields in found.changed.items()],
    )


def _people(year: ProgramYear, numbers: Iterable[str], scope: Scope) -> dict[str, Enrollment]:
    """By registration number; who left and came again is shown as enrolled last."""
    rows = Enrollment.objects.visible_to(scope).of(year).filter(registration__number__in=set(numbers))
    related = rows.select_related("person", "registration", "year__program").order_by("pk")
    return {str(row.registration): row for row in related}


def _wording(year: ProgramYear) -> Callable[[str, Any], str]:
    """How a value of a fact reads: codes of the year's lists by their names, choices by their labels."""
    specialties = {row.code: name_of(row) for row in Specialty.objects.filter(year=year)}
    programs = {row.code: name_of(row) for row in PriorityProgram.objects.filter(year=year)}
    names: dict[str, Mapping[Any, Any]] = {
        "specialty": specialties,
        "fine_specialty": specialties,
        "priority_program": programs,
        **{name: dict(choices.choices) for name, choices in _CHOICES.items()},
    }
    return lambda name, value: display(names.get(name, {}).get(value, value))
