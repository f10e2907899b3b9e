"""Whoever owns an account hears what others did with it: roles given, limited, ended, codes handed out (T20b)."""

import datetime as dt
from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_noop

from accounts.actors import Actor
from accounts.enums import NoticeKind
from accounts.models import Membership, Unit
from accounts.services.notices import notify

GIVEN = gettext_noop("You have a new role in %(unit)s. Your account page lists all your roles.")
LIMITED = gettext_noop("Until when your role in %(unit)s holds was changed. Your account page tells the day.")
ENDED = gettext_noop("Your role in %(unit)s has ended. If that is a mistake, ask whoever manages the unit.")
CODE = gettext_noop(
    "A one-time code for your account was issued. If you did not ask for one, tell whoever manages your unit or the national office."
)


def tell_owners(
    users: Iterable[int], text: str, *, unit: Unit | None = None, actor: Actor, now: dt.datetime
) -> int:
    """In every role in force at `now`, so an ended role itself gets nothing (T06); never with the code itself."""
    roles = Membership.objects.active(now).filter(user__in=list(users)).exclude(user=actor.user_id or 0)
    params = {"unit": unit} if unit else {}
    url = reverse("accounts:profile")
    return notify(roles, NoticeKind.ACCOUNT, text, url=url, params=params, actor=actor, now=now)
