"""Who teaches: listed by province and base, filed, confirmed nationally for online lessons (C11)."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.enums import UnitKind
from accounts.models import Unit
from core.events import record
from core.exceptions import NotAllowed, Refusal
from courses.models import Faculty
from courses.permissions import check_confirm_faculty, check_list_faculty


@transaction.atomic
def list_lecturer(*, unit: Unit, values: Mapping[str, Any], actor: Actor, now: dt.datetime) -> Faculty:
    """Enter a lecturer on the list of the actor's own unit."""
    check_list_faculty(actor)
    if actor.scope.role and actor.scope.unit_id != unit.pk:
        raise NotAllowed(_("A unit keeps its own list."))
    if Faculty.objects.filter(unit=unit, name=values["name"], specialty=values["specialty"]).exists():
        raise Refusal(
            _("This lecturer stands on the list already."), remedy=_("Change the name or the specialty.")
        )
    lecturer = Faculty.objects.create(
        unit=unit,
        owner=unit.owner or unit,
        region=None if unit.kind == UnitKind.NATIONAL_OFFICE else unit.region,
        **values,
    )
    record("list_lecturer", lecturer, actor=actor, now=now)
    return lecturer


@transaction.atomic
def file_lecturer(*, lecturer: Faculty, actor: Actor, now: dt.datetime) -> Faculty:
    """备案: the unit files a lecturer of its list with the national office."""
    check_list_faculty(actor)
    if actor.scope.role and actor.scope.unit_id != lecturer.unit_id:
        raise NotAllowed(_("A unit keeps its own list."))
    if lecturer.filed_at is not None:
        raise Refusal(_("This lecturer is filed already."))
    lecturer.filed_at = now
    lecturer.save(update_fields=["filed_at"])
    record("file_lecturer", lecturer, actor=actor, now=now)
    return lecturer


@transaction.atomic
def confirm_lecturer(*, lecturer: Faculty, actor: Actor, now: dt.datetime) -> Faculty:
    """The office confirms a filed lecturer for online lessons."""
    check_confirm_faculty(actor, lecturer)
    if not lecturer.teaches_online:
        raise Refusal(_("Only lecturers of online lessons are confirmed nationally."))
    if lecturer.filed_at is None:
        raise Refusal(
            _("The lecturer must be filed first."), remedy=_("Ask the unit that lists the lecturer to file.")
        )
    lecturer.confirmed_at = now
    lecturer.save(update_fields=["confirmed_at"])
    record("confirm_lecturer", lecturer, actor=actor, now=now)
    return lecturer
