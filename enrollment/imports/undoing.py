"""What keeps an import that was taken in from being taken back: everything that somebody did with it since."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from core.models import Event
from core.references import pointed_at
from enrollment.enums import ChangeStatus, EnrollmentStatus
from enrollment.imports.again import facts_of
from enrollment.models import ChangeRequest, Enrollment, RosterImport

# to look at a number in full is no act on the application
_LOOKED = ("reveal_id_number", "reveal_phone")
_OWN_ROWS = frozenset({"enrollment.importrow", "enrollment.enrollment", "enrollment.changerequest"})


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Somebody who stands in the way, and why."""

    name: str
    why: str

    def __str__(self) -> str:
        return _("%(name)s (%(why)s)") % {"name": self.name, "why": self.why}


def came_by_itself(staged: RosterImport) -> bool:
    """Whether no hospital's sheet and no application by invitation stands behind the import."""
    return not pointed_at(RosterImport, [staged.pk], besides=_OWN_ROWS)


def can_undo(staged: RosterImport) -> bool:
    """Whether what it made is still known; whether anybody stands in the way is another question."""
    return bool(staged.source) and came_by_itself(staged)


def obstacles(
    staged: RosterImport, taken: Sequence[Enrollment], edited: Mapping[str, Mapping[str, Sequence[Any]]]
) -> list[Obstacle]:
    """Of the applications it made, the facts it corrected and the corrections it asked for; nothing where none was touched."""
    return [*_acted_on(taken), *_corrected_since(edited), *_carried_out(staged)]


def _acted_on(taken: Sequence[Enrollment]) -> list[Obstacle]:
    numbers = [row.pk for row in taken]
    pointed = pointed_at(Enrollment, numbers)
    events = Event.objects.filter(object_type="enrollment.enrollment", object_id__in=map(str, numbers))
    acted = set(events.exclude(verb__in=_LOOKED).values_list("object_id", flat=True))
    found = []
    for row in taken:
        if row.status != EnrollmentStatus.APPLIED:
            found.append(Obstacle(row.person.name, row.get_status_display()))
        elif row.pk in pointed or str(row.pk) in acted:
            found.append(Obstacle(row.person.name, _("worked on since")))
    return found


def _corrected_since(edited: Mapping[str, Mapping[str, Sequence[Any]]]) -> list[Obstacle]:
    """Who no longer waits, or whose facts are no longer as the import left them."""
    rows = Enrollment.objects.select_related("person").in_bulk([int(number) for number in edited])
    found = []
    for number, facts in edited.items():
        row = rows.get(int(number))
        if row is None:
            continue
        now = facts_of(row)
        if row.status != EnrollmentStatus.APPLIED:
            found.append(Obstacle(row.person.name, row.get_status_display()))
        elif any(now[name] != new for name, (_old, new) in facts.items()):
            found.append(Obstacle(row.person.name, _("worked on since")))
    return found


def _carried_out(staged: RosterImport) -> list[Obstacle]:
    changes = ChangeRequest.objects.filter(roster_import=staged, status=ChangeStatus.APPROVED)
    return [
        Obstacle(change.enrollment.person.name, _("correction carried out"))
        for change in changes.select_related("enrollment__person")
    ]
