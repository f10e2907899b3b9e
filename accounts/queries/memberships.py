"""Who keeps a unit's people."""

import datetime as dt
from collections.abc import Iterable

from accounts.models import Membership
from accounts.rules.memberships import KEEPERS


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
