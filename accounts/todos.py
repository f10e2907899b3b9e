"""What waits for a person of a unit."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.enums import DISCLOSERS, DisclosureStatus
from accounts.models import Disclosure
from accounts.permissions import can_reset_second_factor
from accounts.queries.memberships import ASK_HOLDS, resets_waiting, roles_of_users
from accounts.rules.memberships import KEEPERS
from core.todos import Todo, TodoSource


def lists_in_full(actor: Actor, year: Any, now: dt.datetime) -> Iterator[Todo]:
    """Requests of colleagues that a second person decides on (T47)."""
    waiting = Disclosure.objects.visible_to(actor.scope).filter(status=DisclosureStatus.WAITING)
    count = waiting.exclude(membership__user=actor.user_id).count()
    if count:
        yield Todo(
            _("Colleagues ask for lists in full"),
            f"{reverse('accounts:disclosure-list')}?status={DisclosureStatus.WAITING}",
            _("Decide"),
            count=count,
            tone="info",
        )


def second_factors(actor: Actor, year: Any, now: dt.datetime) -> Iterator[Todo]:
    """Second factors said to be lost, which a second person takes off within a day (ASVS 6.4.4)."""
    asked = {
        int(event.object_id): event for event in resets_waiting(now) if event.user_number != actor.user_id
    }
    for user, roles in roles_of_users(asked, now).items():
        if roles and all(can_reset_second_factor(actor, role) for role in roles):
            yield Todo(
                format_lazy(_("{name} lost the second factor: a second person is asked"), name=roles[0].user),
                reverse("accounts:person-show", kwargs={"pk": roles[0].pk}),
                _("Look and confirm"),
                due_at=asked[user].at + ASK_HOLDS,
                tone="warning",
            )


SOURCES = (
    TodoSource("accounts.disclosures", DISCLOSERS, lists_in_full),
    TodoSource("accounts.second_factors", KEEPERS, second_factors),
)
