"""Units under a national office: opened, corrected, closed (P3)."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.enums import UnitKind
from accounts.models import AccessCode, Membership, Region, Unit
from accounts.permissions import check_keep_unit
from accounts.services.owners import ENDED, tell_owners
from core.events import changes, record, record_many
from core.exceptions import Refusal

_PREFIX = {
    UnitKind.ADMINISTRATIVE: "au",
    UnitKind.TECHNICAL_LEAD: "tl",
    UnitKind.TRAINING_BASE: "tb",
    UnitKind.HOSPITAL: "hospital",
}


@transaction.atomic
def create_unit(
    *, owner: Unit, kind: str, region: Region, values: Mapping[str, Any], actor: Actor, now: dt.datetime
) -> Unit:
    """A unit of a province under the office `owner`; its code is made of kind and province."""
    unit = Unit(owner=owner, kind=kind, region=region, **values)
    check_keep_unit(actor, unit)
    if kind == UnitKind.NATIONAL_OFFICE:
        raise Refusal(_("A national office comes with its program."), remedy=_("Choose another kind."))
    _check_name(unit)
    unit.code = _free_code(unit, region)
    unit.save()
    record("create_unit", unit, actor=actor, now=now)
    return unit


def _check_name(unit: Unit) -> None:
    """Two open units of one kind and name in a province would be chosen for one another."""
    same = Unit.objects.open().filter(
        owner=unit.owner_id, kind=unit.kind, region=unit.region_id, name=unit.name
    )
    if same.exclude(pk=unit.pk).exists():
        raise Refusal(
            _("“%(name)s” is there already.") % {"name": unit.name},
            remedy=_("Open it in the list of units, or give this one another name."),
        )


def _free_code(unit: Unit, region: Region) -> str:
    stem = f"{_PREFIX[UnitKind(unit.kind)]}-{slugify(region.name_en) or region.pk}"
    taken = set(Unit.objects.filter(code__startswith=stem).values_list("code", flat=True))
    number = 1
    while f"{stem}-{number}" in taken:
        number += 1
    return f"{stem}-{number}"


def _locked(unit: Unit, actor: Actor) -> Unit:
    found = Unit.objects.select_for_update().get(pk=unit.pk)
    check_keep_unit(actor, found)
    return found


@transaction.atomic
def edit_unit(
    *, unit: Unit, values: Mapping[str, Any], actor: Actor, now: dt.datetime, reason: str = ""
) -> Unit:
    """Correct names, institution and source; kind and province stay: what people see hangs on them.

    Another institution wants a reason: what counts for the unit then counts for another place.
    """
    row = _locked(unit, actor)
    before = {name: getattr(row, name) for name in values}
    if before.get("institution") != values.get("institution") and not reason.strip():
        raise Refusal(
            _("The institution of a unit changes with a reason."),
            remedy=_("Say why; it is kept in the record."),
        )
    for name, value in values.items():
        setattr(row, name, value)
    _check_name(row)
    row.save(update_fields=list(values))
    record(
        "edit_unit", row, actor=actor, now=now, reason=reason, data=changes(_plain(before), _plain(values))
    )
    return row


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: getattr(value, "pk", value) for name, value in values.items()}


@transaction.atomic
def close_unit(*, unit: Unit, reason: str, actor: Actor, now: dt.datetime) -> Unit:
    """No new people and no new work; the roles of its people end with it."""
    row = _locked(unit, actor)
    if row.closed_at is not None:
        raise Refusal(_("The unit is closed."), remedy=_("Nothing needs to be done."))
    if not reason.strip():
        raise Refusal(_("A unit is closed with a reason."), remedy=_("Say why; it is kept in the record."))
    row.closed_at = now
    row.save(update_fields=["closed_at"])
    members = list(Membership.objects.not_ended(now).filter(unit=row).select_for_update())
    for member in members:
        member.ends_at = max(now, member.starts_at + dt.timedelta(microseconds=1))
    Membership.objects.bulk_update(members, ["ends_at"])
    users = [member.user_id for member in members]
    AccessCode.objects.usable(now).filter(user__in=users).update(voided_at=now)
    record_many("end_role", members, actor=actor, now=now, reason=reason)
    tell_owners(users, ENDED, unit=row, actor=actor, now=now)
    record("close_unit", row, actor=actor, now=now, reason=reason)
    return row


@transaction.atomic
def reopen_unit(*, unit: Unit, reason: str, actor: Actor, now: dt.datetime) -> Unit:
    """The unit takes part again; its people get their roles again one by one."""
    row = _locked(unit, actor)
    if row.closed_at is None:
        raise Refusal(_("The unit is open."), remedy=_("Nothing needs to be done."))
    if not reason.strip():
        raise Refusal(
            _("A unit is opened again with a reason."), remedy=_("Say why; it is kept in the record.")
        )
    _check_name(row)
    row.closed_at = None
    row.save(update_fields=["closed_at"])
    record("reopen_unit", row, actor=actor, now=now, reason=reason)
    return row
