"""View as: the national office looks at the portal as one of its people sees it, and changes nothing (P3)."""

import datetime as dt
from dataclasses import replace

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import Membership
from accounts.permissions import check_view_as
from core.events import record
from core.exceptions import Refusal


@transaction.atomic
def start_viewing(*, membership: Membership, reason: str, actor: Actor, now: dt.datetime) -> None:
    """On record with its reason before anything is seen; the caller keeps it in the session."""
    check_view_as(actor, membership)
    if not reason.strip():
        raise Refusal(
            _("A reason is needed to look as somebody else."),
            remedy=_("Write in a sentence why, then try again."),
        )
    if not Membership.objects.active(now).filter(pk=membership.pk).exists():
        raise Refusal(_("This role is not in force."), remedy=_("Choose somebody whose role is in force."))
    stamped = replace(actor, on_behalf_of_id=membership.pk)
    record("view_as", membership, actor=stamped, now=now, reason=reason)


@transaction.atomic
def stop_viewing(*, membership: Membership, actor: Actor, now: dt.datetime) -> None:
    record("stop_view_as", membership, actor=actor, now=now)
