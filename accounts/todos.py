"""What waits for a person of a unit."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.enums import DISCLOSERS, DisclosureStatus
from accounts.models import Disclosure
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


SOURCES = (TodoSource("accounts.disclosures", DISCLOSERS, lists_in_full),)
