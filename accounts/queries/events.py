"""What people did."""

from collections.abc import Mapping
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import Membership, User
from accounts.scope import Scope
from core.enums import ActorKind
from core.exceptions import Text
from core.models import Event
from core.search import named
from core.words import EVENT_WORDS


def history(
    obj: models.Model, verbs: Mapping[str, Text], limit: int = 50, *, details: bool = False
) -> list[dict[str, Any]]:
    """What happened to one object that the caller found in scope, newest first, for components/timeline.html.

    `verbs` words the acts; field changes are spelled out with the labels of the model's fields, and with `details`
    whatever else of the event has a word.
    """
    events = list(Event.objects.of(obj).order_by("-pk")[:limit])
    users = User.objects.select_related("person").in_bulk(
        {event.user_number for event in events if event.user_number}
    )
    return [
        {
            "time": event.at,
            "text": _sentence(obj, event, verbs, details),
            "who": str(users.get(event.user_number, "")) or _actor_word(event.actor_kind),
            "note": event.reason,
        }
        for event in events
    ]


def _actor_word(kind: str) -> str:
    return str(ActorKind(kind).label)


def _sentence(obj: models.Model, event: Event, verbs: Mapping[str, Text], details: bool) -> str:
    changed = _changes(type(obj), event)
    if details:
        changed += _told(event)
    verb = str(verbs.get(event.verb, event.verb))
    return f"{verb}: {'; '.join(changed)}" if changed else verb


def _changes(model: type[models.Model], event: Event) -> list[str]:
    labels = {field.name: str(field.verbose_name) for field in model._meta.concrete_fields}
    return [
        _("%(field)s: %(before)s → %(after)s")
        % {"field": labels[name], "before": pair[0] or "–", "after": pair[1] or "–"}
        for name, pair in event.data.items()
        if name in labels and isinstance(pair, list) and len(pair) == 2
    ]


REFUSALS = ("be_refused", "sign_in_failed")
AT_THE_DOOR = (*REFUSALS, "expire_events")


def events_visible_to(scope: Scope) -> QuerySet[Event]:
    """The record of what was done under the auditor's office, with who did it; nobody else reads it as a whole.

    What happened at the door of the portal, to nobody's office, every auditor reads.
    """
    if scope.role != Role.AUDITOR:
        return Event.objects.none()
    user = User.objects.filter(pk=OuterRef("user_number"))
    membership = Membership.objects.filter(pk=OuterRef("membership_number"))
    at_the_door = Q(realm="", verb__in=AT_THE_DOOR)
    return Event.objects.filter(Q(realm=str(scope.owner_id)) | at_the_door).annotate(
        person_name=Subquery(user.values("person__name")[:1]),
        username=Subquery(user.values("username")[:1]),
        unit_name=Subquery(membership.values("unit__name")[:1]),
    )


def of_people_named(events: QuerySet[Event], text: str) -> QuerySet[Event]:
    """Those events whose actor's name, pinyin, login name or registration number holds `text`."""
    users = User.objects.filter(named(text, "person__") | Q(username__icontains=text.strip()))
    return events.filter(user_number__in=users.values("pk"))


def of_units_named(events: QuerySet[Event], text: str) -> QuerySet[Event]:
    """Those events whose actor stood in a unit whose name holds `text`."""
    memberships = Membership.objects.filter(unit__name__icontains=text.strip())
    return events.filter(membership_number__in=memberships.values("pk"))


def event_details(event: Event) -> str:
    """The changed fields, and of the other details those that have a word."""
    changed = _changes(apps.get_model(event.object_type), event) if event.object_type else []
    return " · ".join([*changed, *_told(event)])


def _told(event: Event) -> list[str]:
    return [
        f"{entry.label}: {value if isinstance(value, str | int) else '; '.join(map(str, value))}"
        for name, value in event.data.items()
        if (entry := EVENT_WORDS.get(f"data.{name}")) and not isinstance(value, dict)
    ]
