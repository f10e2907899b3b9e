"""Taking off the second factor of somebody who lost the device and the recovery codes (ASVS 6.4.4).

With a code for a new password one colleague could otherwise step into an account, so two look: one asks, a second
confirms within a day. Nobody is signed in by it; a role that needs the second factor sets a new one up first.
"""

import datetime as dt

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.actors import Actor
from accounts.enums import NoticeKind
from accounts.models import Membership, User
from accounts.permissions import can_keep_people, check_reset_second_factor
from accounts.queries.memberships import asked_reset, roles_of_users
from accounts.services.notices import notify
from core.enums import ActorKind
from core.events import record
from core.exceptions import Refusal

TAKEN_OFF = gettext_noop(
    "Your second factor was taken off, because it was said to be lost. If it was not you who asked, tell your national office."
)


@transaction.atomic
def reset_second_factor(*, membership: Membership, reason: str, actor: Actor, now: dt.datetime) -> bool:
    """True once it is off and every device signed out; False when it now waits for a second person.

    The server's own command needs no second person. Raises Refusal without a reason or a factor, for whoever asked
    already, and for a person with a role in a unit that the actor does not keep.
    """
    user = User.objects.select_for_update(of=("self",)).get(pk=membership.user_id)
    _check(membership, reason, actor, now)
    asked = asked_reset(user, now)
    if asked is None and actor.kind != ActorKind.SYSTEM:
        record("ask_reset_second_factor", user, actor=actor, now=now, reason=reason)
        return False
    if asked is not None and asked.user_number == actor.user_id:
        raise Refusal(
            _("You asked for this yourself."),
            remedy=_(
                "A second person who keeps the people of the unit, or the national office, confirms it."
            ),
        )
    Authenticator.objects.filter(user=user).delete()
    for session in UserSession.objects.filter(user=user):
        session.end()
    record("reset_second_factor", user, actor=actor, now=now, reason=reason)
    roles = Membership.objects.active(now).filter(user=user)
    notify(roles, NoticeKind.ACCOUNT, TAKEN_OFF, url=reverse("mfa_index"), actor=actor, now=now)
    return True


def _check(membership: Membership, reason: str, actor: Actor, now: dt.datetime) -> None:
    check_reset_second_factor(actor, membership)
    roles = roles_of_users([membership.user_id], now)[membership.user_id]
    if not all(can_keep_people(actor, role.unit) for role in roles):
        raise Refusal(
            _("%(name)s has a role in another unit, too.") % {"name": membership.user},
            remedy=_("The national office takes the second factor off."),
        )
    if not reason.strip():
        raise Refusal(
            _("A reason is needed."), remedy=_("Write how you made sure that it is the person who asks.")
        )
    if not Authenticator.objects.filter(user=membership.user_id).exists():
        raise Refusal(_("%(name)s has no second factor.") % {"name": membership.user})
