"""Reads over people and what they did."""

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from accounts.models import User
from core.enums import ActorKind
from core.exceptions import Text
from core.models import Event


def history(obj: models.Model, verbs: Mapping[str, Text], limit: int = 50) -> list[dict[str, Any]]:
    """What happened to one object that the caller found in scope, newest first, for components/timeline.html.

    `verbs` words the acts; field changes are spelled out with the labels of the model's fields.
    """
    events = list(Event.objects.of(obj).order_by("-pk")[:limit])
    users = User.objects.select_related("person").in_bulk(
        {event.user_number for event in events if event.user_number}
    )
    return [
        {
            "time": event.at,
            "text": _sentence(obj, event, verbs),
            "who": str(users.get(event.user_number, "")) or _actor_word(event.actor_kind),
            "note": event.reason,
        }
        for event in events
    ]


def _actor_word(kind: str) -> str:
    return str(ActorKind(kind).label)


def _sentence(obj: models.Model, event: Event, verbs: Mapping[str, Text]) -> str:
    labels = {field.name: str(field.verbose_name) for field in obj._meta.concrete_fields}
    changed = [
        _("%(field)s: %(before)s → %(after)s")
        % {"field": labels[name], "before": pair[0] or "–", "after": pair[1] or "–"}
        for name, pair in event.data.items()
        if name in labels and isinstance(pair, list) and len(pair) == 2
    ]
    verb = str(verbs.get(event.verb, event.verb))
    return f"{verb}: {'; '.join(changed)}" if changed else verb
