"""Taking an import back, as a whole, while nobody has gone on with anything of it (E11)."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import Institution, Person
from accounts.services.unused import remove_unused
from core.events import record
from core.exceptions import Refusal
from core.transitions import advance
from core.values import some_of
from enrollment.enums import ChangeStatus, ImportStatus
from enrollment.imports.undoing import Obstacle, came_by_itself, obstacles
from enrollment.models import ChangeRequest, Enrollment, RosterImport
from enrollment.permissions import check_keep_roster
from enrollment.services.flows import CHANGE_FLOW, IMPORT_FLOW
from enrollment.services.guards import STANDING, open_for
from enrollment.services.imports import forget
from enrollment.services.people import set_facts
from enrollment.services.taking_in import Made

NAMED = 10


@transaction.atomic
def undo_import(*, staged: RosterImport, reason: str, actor: Actor, now: dt.datetime) -> RosterImport:
    """Its applications go, the facts it corrected are as before, the corrections it asked for are taken back.

    People and institutions that it made go too, unless something else refers to them by now. Raises Refusal, with the
    names, where anybody has acted on one of them; then nothing changes.
    """
    check_keep_roster(actor, staged.year, staged.region_id)
    open_for(staged.year, staged.region, *STANDING)
    locked: RosterImport = RosterImport.objects.select_for_update().get(pk=staged.pk)
    if locked.status == ImportStatus.APPLIED:
        _check_kept(locked)
    own = Enrollment.objects.select_for_update(of=("self",)).filter(roster_import=locked)
    taken = list(own.select_related("person").order_by("pk"))
    made = Made.of(locked)
    _check_free(obstacles(locked, taken, made.edited))
    advance(locked, IMPORT_FLOW, "undo_import", actor=actor, now=now, reason=reason, taken=len(taken))
    _restore(made, reason, actor, now)
    for change in ChangeRequest.objects.filter(roster_import=locked, status=ChangeStatus.WAITING):
        advance(change, CHANGE_FLOW, "withdraw_change", actor=actor, now=now, reason=reason)
    Enrollment.objects.filter(pk__in=[row.pk for row in taken]).delete()
    remove_unused(model=Person, rows=made.people, actor=actor, now=now)
    remove_unused(model=Institution, rows=made.institutions, actor=actor, now=now)
    forget(locked)
    return locked


def _check_kept(staged: RosterImport) -> None:
    if not came_by_itself(staged):
        raise Refusal(
            _("This list came from a hospital's sheet or from applications by invitation."),
            remedy=_("Turn its people down one by one; each of them reads why."),
        )
    if not staged.source:
        raise Refusal(
            _("The file was deleted after its term; what it made is no longer known."),
            remedy=_("Turn its people down one by one."),
        )


def _check_free(found: Sequence[Obstacle]) -> None:
    if not found:
        return
    raise Refusal(
        _("Somebody has gone on with people of this list: %(names)s.")
        % {"names": some_of([str(one) for one in found], NAMED)},
        remedy=_("The list stays as a whole; turn down or withdraw single people instead."),
    )


def _restore(made: Made, reason: str, actor: Actor, now: dt.datetime) -> None:
    """Facts as they were before; whose application is gone has none."""
    rows = Enrollment.objects.select_for_update(of=("self",)).in_bulk([int(number) for number in made.edited])
    for number, facts in made.edited.items():
        if int(number) in rows:
            before = {name: old for name, (old, _new) in facts.items()}
            row = rows[int(number)]
            record("restore_facts", row, actor=actor, now=now, reason=reason, data=set_facts(row, before))
