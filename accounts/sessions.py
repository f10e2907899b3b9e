"""How long the signed-in session of a request still holds; kept in the session, read with the clock of the request."""

import datetime as dt

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest

from accounts.enums import Role
from accounts.rules.signin import Limits, seconds_left

STARTED, SEEN, HELD = "started", "seen", "held_until"
# a session is written at most once a minute for being used
TOUCH_SECONDS = 60


def limits_of(role: str) -> Limits:
    """People who see the data of others are signed out sooner than trainees."""
    kind = settings.SESSION_LIMITS["trainee" if role == Role.TRAINEE else "staff"]
    return Limits(idle=kind["idle"] * 60, absolute=kind["absolute"] * 60)


def stamp(moment: dt.datetime) -> int:
    return int(moment.timestamp())


def begin(session: SessionBase, now: dt.datetime) -> None:
    """Both clocks start: at the sign-in, and when the password was given again."""
    session[STARTED] = session[SEEN] = stamp(now)


def touch(session: SessionBase, now: dt.datetime) -> None:
    if stamp(now) - session[SEEN] >= TOUCH_SECONDS:
        session[SEEN] = stamp(now)


def left(session: SessionBase, role: str, now: dt.datetime) -> int:
    """Seconds until the session is over."""
    return seconds_left(started=session[STARTED], seen=session[SEEN], now=stamp(now), limits=limits_of(role))


def is_idle(session: SessionBase, role: str, now: dt.datetime) -> bool:
    """Whether it was not used for the time that a role may do nothing."""
    return stamp(now) - session[SEEN] >= limits_of(role).idle


def hold(session: SessionBase, until: dt.datetime) -> None:
    """What was begun may be finished: a sitting of an exam is never cut by a time-out."""
    session[HELD] = stamp(until)


def is_held(session: SessionBase, now: dt.datetime) -> bool:
    return stamp(now) < session.get(HELD, 0)


def change_key(request: HttpRequest) -> None:
    """A new session id with new powers (T16); the list of the person's sessions follows it."""
    before = request.session.session_key
    request.session.cycle_key()
    UserSession.objects.filter(session_key=before).update(session_key=request.session.session_key)
