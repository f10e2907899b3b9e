"""What a correction or a list may change of a trainee, in the reader's words."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import Institution
from core.exceptions import Text
from core.templatetags.portal import display, mask_phone, name_of
from enrollment.enums import Profession
from enrollment.imports.again import facts_of
from enrollment.models import Enrollment
from programs.models import ProgramYear

LABELS: dict[str, Text] = {
    "name": _("Full name"),
    "phone": _("Mobile phone"),
    "institution": _("Workplace"),
    "specialty": _("Specialty"),
    "fine_specialty": _("Fine specialty"),
    "department": _("Department"),
    "title": _("Professional title"),
    "profession": _("Profession"),
    "priority_program": _("National early-detection program"),
    "health_management": _("Works in health management"),
    "licensed_physician": _("Licensed physician"),
    "checkup_head": _("Head or chief examiner of check-ups"),
    "in_shortage": _("Urgently needed specialty"),
}


def held_of(enrollment: Enrollment) -> dict[str, Any]:
    """Name, phone and facts as they stand, rows of lists by number."""
    return {
        "name": enrollment.person.name,
        "phone": enrollment.person.phone,
        **facts_of(enrollment),
    }


def words_for(
    year: ProgramYear, values: Iterable[Mapping[str, Any]], *, in_full: bool = False
) -> Callable[[str, Any], str]:
    """How to say any of these values (by fact); phones masked unless `in_full`. A fixed number of queries for all.

    A workplace may be given by name, too: one that the registry does not have yet.
    """
    places = {one["institution"] for one in values if isinstance(one.get("institution"), int)}
    names: dict[str, dict[int, Any]] = {
        "institution": Institution.objects.in_bulk(places),
        "specialty": year.specialty_rows.in_bulk(),
        "priority_program": year.priorityprogram_rows.in_bulk(),
    }
    names["fine_specialty"] = names["specialty"]

    def say(fact: str, value: Any) -> str:
        if fact in names:
            return name_of(names[fact].get(value) if isinstance(value, int) else value)
        if fact == "profession":
            return str(Profession(value).label)
        if fact == "phone" and not in_full:
            return display(mask_phone(value))
        return display(value)

    return say
