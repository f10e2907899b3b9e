"""Who keeps a unit's people."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import QuerySet

from accounts.models import Membership, User
from accounts.rules.memberships import KEEPERS
from core.models import Event

ASK_HOLDS = dt.timedelta(days=1)
_ASKED = "ask_reset_second_factor"


def is_last_keeper(membership: Membership, now: dt.datetime) -> bool:
    """Nobody else in the unit could invite a successor."""
    if membership.role not in KEEPERS:
        return False
    keepers = Membership.objects.active(now).filter(unit=membership.unit_id, role__in=KEEPERS)
    return not keepers.exclude(user=membership.user_id).exists()


def roles_of_users(users: Iterable[int], now: dt.datetime) -> dict[int, list[Membership]]:
    """The roles that each of these users has now or will have, in every unit."""
    found: dict[int, list[Membership]] = {user: [] for user in users}
    rows = Membership.objects.not_ended(now).filter(user__in=found).select_related("unit")
    for row in rows.order_by("pk"):
        found[row.user_id].append(row)
    return found


def asked_reset(user: User, now: dt.datetime) -> Event | None:
    """The request of the last day to take off the second factor, unless it was done or a new one was set up since."""
    last = _resets(now).filter(object_id=str(user.pk)).order_by("-pk").first()
    return last if last and last.verb == _ASKED else None


def resets_waiting(now: dt.datetime) -> list[Event]:
    """The requests that wait for a second person, one for each account; the oldest first."""
    last = {event.object_id: event for event in _resets(now).order_by("pk")}
    return [event for event in last.values() if event.verb == _ASKED]


def _resets(now: dt.datetime) -> QuerySet[Event]:
    kind = User._meta.label_lower
    verbs = (_ASKED, "reset_second_factor", "add_second_factor")
    return Event.objects.filter(object_type=kind, verb__in=verbs, at__gt=now - ASK_HOLDS)


def doer(event: Event) -> User | None:
    """Who did it, with the name."""
    return User.objects.select_related("person").filter(pk=event.user_number or 0).first()
