"""Looking at the portal as somebody else: what the session keeps of it, and whether it still holds."""

import datetime as dt
from dataclasses import dataclass, replace

from django.contrib.sessions.backends.base import SessionBase

from accounts.actors import Actor, actor_of
from accounts.enums import Role
from accounts.models import Membership
from accounts.sessions import stamp

KEY = "viewing"
MINUTES = 30


@dataclass(frozen=True, slots=True)
class Viewing:
    membership: Membership
    until: dt.datetime


def keep(session: SessionBase, *, viewer: int | None, viewed: int, until: dt.datetime) -> None:
    session[KEY] = {"viewer": viewer, "viewed": viewed, "until": stamp(until)}


def drop(session: SessionBase) -> None:
    session.pop(KEY, None)


def kept_number(session: SessionBase) -> int | None:
    """The membership that is looked as, whether that still holds or not."""
    kept = session.get(KEY)
    return kept["viewed"] if kept else None


def viewing_of(session: SessionBase, own: Membership | None, now: dt.datetime) -> Viewing | None:
    """None, and forgotten, once it is over: by time, with either membership, or outside the office's units."""
    kept = session.get(KEY)
    if kept is None:
        return None
    if (
        own is not None
        and own.role == Role.NATIONAL_OFFICE
        and own.pk == kept["viewer"]
        and stamp(now) < kept["until"]
    ):
        rows = Membership.objects.active(now).visible_to(actor_of(own).scope)
        viewed = rows.filter(pk=kept["viewed"]).first()
        if viewed is not None:
            return Viewing(viewed, dt.datetime.fromtimestamp(kept["until"], dt.UTC))
    drop(session)
    return None


def actor_viewing(own: Actor, viewing: Viewing) -> Actor:
    """Sees what the viewed sees, in their role; what is recorded names both."""
    viewed = actor_of(viewing.membership)
    return replace(own, on_behalf_of_id=viewing.membership.pk, role=viewed.role, scope=viewed.scope)
