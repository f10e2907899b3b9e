"""Putting right what is held about a person (PIPL 46)."""

import datetime as dt
from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import Person
from accounts.rules import parse_phone
from core.events import changes, record
from core.exceptions import Refusal

CORRECTABLE = ("name", "phone")


def checked(values: Mapping[str, str]) -> dict[str, str]:
    """The correctable values among `values`, as they are kept; raises Refusal for what is neither name nor phone."""
    found = {name: values[name].strip() for name in CORRECTABLE if name in values}
    if "name" in found and not 0 < len(found["name"]) <= 60:
        raise Refusal(_("A name has 1 to 60 characters."), remedy=_("Write the full name."))
    if "phone" in found:
        phone = parse_phone(found["phone"])
        if phone is None:
            raise Refusal(_("This phone number is not a mobile number."), remedy=_("Write its 11 digits."))
        found["phone"] = phone
    return found


@transaction.atomic
def correct_person(
    *, person: Person, values: Mapping[str, str], reason: str, actor: Actor, now: dt.datetime
) -> Person:
    """Set name or phone. The caller, who owns the case, has checked that the actor may; digests stand in the event."""
    after = checked(values)
    locked = Person.objects.select_for_update().get(pk=person.pk)
    before = {name: getattr(locked, name) for name in after}
    for name, value in after.items():
        setattr(locked, name, value)
    locked.save(update_fields=list(after))
    record(
        "correct_person",
        locked,
        actor=actor,
        now=now,
        reason=reason,
        data=changes(before, after, personal=CORRECTABLE),
    )
    return locked
