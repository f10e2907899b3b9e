"""Where a person is signed in."""

import datetime as dt
from dataclasses import dataclass

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import QuerySet

from accounts.models import User
from accounts.sessions import SEEN


@dataclass(frozen=True, slots=True)
class SignedIn:
    """One device; `seen_at` is when it last asked for something, to the minute."""

    row: UserSession
    seen_at: dt.datetime
    current: bool


def own_sessions(user: User) -> QuerySet[UserSession]:
    """Every session of the account that was begun by a sign-in."""
    rows: QuerySet[UserSession] = UserSession.objects.filter(user=user)
    return rows


def sessions_of(user: User, current_key: str | None, now: dt.datetime) -> list[SignedIn]:
    """This device first, then the latest; what is signed out already is left out. Two queries."""
    rows = {row.session_key: row for row in own_sessions(user)}
    alive = Session.objects.filter(session_key__in=rows, expire_date__gt=now)
    found = []
    for session in alive:
        row, data = rows[session.session_key], session.get_decoded()
        if data.get("_auth_user_id") == str(user.pk):
            seen = data.get(SEEN)
            seen_at = dt.datetime.fromtimestamp(seen, dt.UTC) if seen else row.created_at
            found.append(SignedIn(row, seen_at, session.session_key == current_key))
    return sorted(found, key=lambda one: (not one.current, -one.seen_at.timestamp()))
