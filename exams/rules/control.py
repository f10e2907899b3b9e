"""What the control room says of a candidate, and what extra time moves (X5, X8, T11)."""

import datetime as dt
from dataclasses import dataclass

from core.enums import ActorKind
from exams.enums import AttemptState, Presence

# a page is heard every 20 s, give or take a fifth: two in a row that fail are no accident
LOST_AFTER = dt.timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Seen:
    """A candidate's last sitting as far as it is known; `seen_at` None before its first sign of life."""

    state: str
    started_at: dt.datetime
    seen_at: dt.datetime | None
    accept_until: dt.datetime
    closed_by: str


def presence(sitting: Seen | None, now: dt.datetime) -> Presence:
    """Where a candidate is; contact is lost when nothing was heard for `LOST_AFTER`. Past the last accepted instant it no
    longer matters whether the page is heard: the portal closes the sitting.
    """
    if sitting is None:
        return Presence.WAITING
    if sitting.state == AttemptState.VOID:
        return Presence.VOID
    if sitting.state == AttemptState.CLOSED:
        return Presence.ENDED if sitting.closed_by == ActorKind.SYSTEM else Presence.HANDED_IN
    if sitting.accept_until < now:
        return Presence.OVER
    heard = sitting.seen_at or sitting.started_at
    return Presence.LOST if heard <= now - LOST_AFTER else Presence.ANSWERING


def extended(extra_seconds: int, accept_until: dt.datetime, minutes: int) -> tuple[int, dt.datetime]:
    """Extra seconds and last accepted instant after a grant: the end and the instant move alike, so that the grace that a
    sitting began with stays, and earlier grants with it.
    """
    return extra_seconds + minutes * 60, accept_until + dt.timedelta(minutes=minutes)
