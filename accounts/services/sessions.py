"""A person's own sessions: which there are, and ending them (T17)."""

import datetime as dt
from collections.abc import Sequence

from allauth.usersessions.models import UserSession
from django.db import transaction

from accounts.actors import Actor
from accounts.models import User
from core.events import record


@transaction.atomic
def end_sessions(*, sessions: Sequence[UserSession], user: User, actor: Actor, now: dt.datetime) -> int:
    """The devices are signed out at their next request; how many there were."""
    for session in sessions:
        session.end()
    if sessions:
        record("end_sessions", user, actor=actor, now=now, data={"sessions": len(sessions)})
    return len(sessions)
