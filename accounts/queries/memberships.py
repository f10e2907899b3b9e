"""Who keeps a unit's people."""

import datetime as dt
from collections.abc import Iterable

from accounts.models import Membership, User
from accounts.rules.memberships import KEEPERS
from core.models import Event

ASK_HOLDS = dt.timedelta(days=1)


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
    verbs = ("ask_reset_second_factor", "reset_second_factor", "add_second_factor")
    rows = Event.objects.of(user).filter(verb__in=verbs, at__gt=now - ASK_HOLDS)
    last = rows.order_by("-pk").first()
    return last if last and last.verb == verbs[0] else None


def doer(event: Event) -> User | None:
    """Who did it, with the name."""
    return User.objects.select_related("person").filter(pk=event.user_number or 0).first()
