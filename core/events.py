"""One append-only table of what happened; it is the status history and the audit trail too.

Personal values never stand in it: field names and keyed digests only.
"""

import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from core.actor import Actor
from core.crypto import keyed_index
from core.models import Event, event_of


def record(
    verb: str,
    obj: models.Model | None,
    *,
    actor: Actor,
    now: dt.datetime,
    from_state: str = "",
    to_state: str = "",
    reason: str = "",
    data: Mapping[str, Any] | None = None,
) -> Event:
    """Write what was done; call it inside the transaction of the act."""
    event = Event(
        **event_of(actor),
        at=now,
        verb=verb,
        object_type=obj._meta.label_lower if obj else "",
        object_id=str(obj.pk) if obj else "",
        from_state=from_state,
        to_state=to_state,
        reason=reason.strip(),
        data=json.loads(json.dumps(dict(data or {}), cls=DjangoJSONEncoder)),
    )
    event.signature = signature_of(event)
    event.save(force_insert=True)
    return event


def record_many(
    verb: str,
    objects: Iterable[models.Model],
    *,
    actor: Actor,
    now: dt.datetime,
    from_state: str = "",
    to_state: str = "",
    reason: str = "",
) -> None:
    """One event for each of many objects that one act moved alike; call it inside the transaction of the act."""
    stamp = event_of(actor)
    events = [
        Event(
            **stamp,
            at=now,
            verb=verb,
            object_type=obj._meta.label_lower,
            object_id=str(obj.pk),
            from_state=from_state,
            to_state=to_state,
            reason=reason.strip(),
        )
        for obj in objects
    ]
    for event in events:
        event.signature = signature_of(event)
    Event.objects.bulk_create(events, batch_size=500)


def changes(
    before: Mapping[str, Any], after: Mapping[str, Any], personal: Iterable[str] = ()
) -> dict[str, Any]:
    """What differs, as {field: [old, new]}; a personal field as the keyed digests of both."""
    secret = set(personal)
    return {
        name: [keyed_index(str(before.get(name) or ""), name), keyed_index(str(after[name] or ""), name)]
        if name in secret
        else [before.get(name), after[name]]
        for name in after
        if before.get(name) != after[name]
    }


def signature_of(event: Event) -> str:
    """Keyed digest of what an event says, written with it: until the seal it shows a touch or a forged row."""
    return mac(_content(event))


def digest_of(event: Event) -> str:
    """Keyed digest of an event under its number, as the chain keeps it."""
    return mac(_content(event, "id"))


def _content(event: Event, *more: str) -> str:
    names = {field.attname for field in Event._meta.concrete_fields} - {"id", "signature"} | set(more)
    fields = {name: getattr(event, name) for name in names}
    fields["at"] = event.at.astimezone(dt.UTC).isoformat()
    if not event.address:
        # as sealed before addresses were kept
        del fields["address"]
    return json.dumps(fields, cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False)


def mac(text: str) -> str:
    return hmac.new(settings.EVENT_SEAL_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()
