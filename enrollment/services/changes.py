"""A trainee, or a list of the province, says what is to be put right; the province decides (PIPL 46).

Frozen facts move by this act alone.
"""

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.services.correction import CORRECTABLE, checked, correct_person
from core.events import record
from core.exceptions import Refusal
from core.transitions import advance
from enrollment.enums import ChangeStatus, EnrollmentStatus
from enrollment.models import ChangeRequest, Enrollment, RosterImport
from enrollment.permissions import check_ask_for_change, check_keep_enrollment
from enrollment.queries import institutions_near
from enrollment.rules.again import FACTS
from enrollment.services.flows import CHANGE_FLOW
from enrollment.services.guards import STANDING, open_for
from enrollment.services.people import set_facts

ASKABLE = ("institution", "specialty")
_TAKES_PART = (EnrollmentStatus.APPLIED, EnrollmentStatus.APPROVED)


@transaction.atomic
def ask_for_change(
    *, enrollment: Enrollment, values: Mapping[str, Any], reason: str, actor: Actor, now: dt.datetime
) -> ChangeRequest:
    """Name, phone, institution or specialty as they should be; what does not differ is left out. One at a time."""
    check_ask_for_change(actor, enrollment)
    locked = Enrollment.objects.select_for_update(of=("self",)).get(pk=enrollment.pk)
    if locked.status not in _TAKES_PART:
        raise Refusal(
            _("You no longer take part in this year."), remedy=_("Choose a year in which you do at the top.")
        )
    if locked.changes.filter(status=ChangeStatus.WAITING).exists():
        raise Refusal(
            _("An earlier request still waits for the province."),
            remedy=_("Take it back first, or wait for it."),
        )
    if not reason.strip():
        raise Refusal(_("A reason is needed."), remedy=_("Write in a sentence why, then try again."))
    asked = _differing(locked, values)
    if not asked:
        raise Refusal(
            _("Nothing differs from what is held."), remedy=_("Change what is wrong, then send the request.")
        )
    return _ask(locked, asked, reason=reason, staged=None, actor=actor, now=now)


def ask_by_list(
    *,
    enrollment: Enrollment,
    asked: Mapping[str, Any],
    staged: RosterImport,
    number: int,
    actor: Actor,
    now: dt.datetime,
) -> ChangeRequest:
    """What row `number` of a list says otherwise of somebody on the roster; decided on as what a trainee asks for.

    The caller has locked the enrollment and seen that no request of it waits.
    """
    check_keep_enrollment(actor, enrollment)
    reason = _("List “%(file)s”, row %(row)s") % {"file": staged.file_name, "row": number}
    return _ask(enrollment, asked, reason=reason, staged=staged, actor=actor, now=now)


def _ask(
    enrollment: Enrollment,
    asked: Mapping[str, Any],
    *,
    reason: str,
    staged: RosterImport | None,
    actor: Actor,
    now: dt.datetime,
) -> ChangeRequest:
    change = ChangeRequest.objects.create(
        enrollment=enrollment,
        values=json.dumps(asked, ensure_ascii=False),
        reason=reason.strip(),
        roster_import=staged,
        requested_at=now,
    )
    record("ask_for_change", change, actor=actor, now=now, to_state=change.status)
    return change


def _differing(enrollment: Enrollment, values: Mapping[str, Any]) -> dict[str, Any]:
    held = enrollment.person
    # who has no phone on record may leave it empty
    given = (name for name in CORRECTABLE if name in values)
    person = checked({name: values[name] for name in given if values[name] or getattr(held, name)})
    asked: dict[str, Any] = {
        name: value for name, value in person.items() if value != getattr(enrollment.person, name)
    }
    facts = {name: values[name].pk for name in ASKABLE if values.get(name) is not None}
    return asked | {name: pk for name, pk in facts.items() if pk != getattr(enrollment, f"{name}_id")}


@transaction.atomic
def withdraw_change(*, change: ChangeRequest, actor: Actor, now: dt.datetime) -> ChangeRequest:
    check_ask_for_change(actor, change.enrollment)
    if change.roster_import_id is not None:
        raise Refusal(
            _("This correction comes from a list of the province."),
            remedy=_("Call the coordinator of your province if it is wrong."),
        )
    return advance(change, CHANGE_FLOW, "withdraw_change", actor=actor, now=now)


@transaction.atomic
def refuse_change(*, change: ChangeRequest, reason: str, actor: Actor, now: dt.datetime) -> ChangeRequest:
    check_keep_enrollment(actor, change.enrollment)
    return _decided(change, "refuse_change", reason, actor, now)


@transaction.atomic
def approve_change(*, change: ChangeRequest, reason: str, actor: Actor, now: dt.datetime) -> ChangeRequest:
    """Carry it out: the person's row, and the frozen facts while the roster takes changes; raises Refusal otherwise."""
    check_keep_enrollment(actor, change.enrollment)
    _decided(change, "approve_change", reason, actor, now)
    asked, enrollment = change.asked, change.enrollment
    person = {name: asked[name] for name in CORRECTABLE if name in asked}
    if person:
        correct_person(person=enrollment.person, values=person, reason=reason, actor=actor, now=now)
    facts = {name: asked[name] for name in FACTS if name in asked}
    if facts:
        _correct_facts(enrollment, facts, reason, actor, now)
    return change


def _decided(change: ChangeRequest, verb: str, reason: str, actor: Actor, now: dt.datetime) -> ChangeRequest:
    advance(change, CHANGE_FLOW, verb, actor=actor, now=now, reason=reason)
    change.decided_at = now
    change.save(update_fields=["decided_at"])
    return change


def _correct_facts(
    enrollment: Enrollment, facts: Mapping[str, Any], reason: str, actor: Actor, now: dt.datetime
) -> None:
    open_for(enrollment.year, enrollment.region, *STANDING)
    locked = Enrollment.objects.select_for_update(of=("self",)).get(pk=enrollment.pk)
    if "institution" in facts:
        _check_institution(locked, facts["institution"])
    data = set_facts(locked, facts)
    record("correct_facts", locked, actor=actor, now=now, reason=reason, data=data)


def _check_institution(enrollment: Enrollment, pk: int) -> None:
    """The registry still has the one asked for; a merge since then wants a new request."""
    if not institutions_near(enrollment.region).filter(pk=pk).exists():
        raise Refusal(
            _("The institution asked for is no longer in the registry of the province."),
            remedy=_("Turn the request down and tell the trainee under which name to ask again."),
        )
