"""Showing what lists mask: one value at a time, of one person, counted and on record (T47)."""

import datetime as dt

from django.db import models, transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import Person, User
from accounts.personal import Secret
from core.events import record
from core.exceptions import NotAllowed, Refusal
from core.models import Event

REVEALS_PER_HOUR = 30
_HOUR = dt.timedelta(hours=1)
_VERBS = ("reveal_id_number", "reveal_phone")


class TooMany(Refusal):
    """The hour's number of single values is used up."""

    status = 429


@transaction.atomic
def reveal(
    *,
    person: Person,
    secret: Secret,
    of: models.Model,
    reason: str,
    actor: Actor,
    now: dt.datetime,
    free: bool = False,
) -> str:
    """The value in full; the act stands in the history of `of`, the row through which the person was found.

    The caller has checked that the actor may. `free` wants no reason; every reveal counts towards the hour's
    limit. Raises Refusal without a reason, TooMany beyond the limit, NotAllowed for an actor who is no person.
    """
    if actor.user_id is None:
        raise NotAllowed(_("Only a person who is signed in sees values in full."))
    if not free and not reason.strip():
        raise Refusal(_("A reason is needed."), remedy=_("Write in a sentence why, then try again."))
    # acts of one person come one after the other, so that none slips past the count
    User.objects.select_for_update().get(pk=actor.user_id)
    if revealed_within_hour(actor.user_id, now) >= REVEALS_PER_HOUR:
        raise TooMany(
            _("You have looked at %(n)s values in full within an hour; more are not shown.")
            % {"n": REVEALS_PER_HOUR},
            remedy=_("Go on in an hour. For a whole list ask for an export that a colleague approves."),
        )
    verb = "reveal_id_number" if secret == Secret.ID_NUMBER else "reveal_phone"
    record(verb, of, actor=actor, now=now, reason=reason)
    return str(getattr(person, secret))


def revealed_within_hour(user_id: int, now: dt.datetime) -> int:
    """How many values the person has looked at in the hour before `now`."""
    return Event.objects.filter(user_number=user_id, verb__in=_VERBS, at__gt=now - _HOUR).count()
