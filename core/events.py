"""One append-only table of what happened; it is the status history and the audit trail too.

Personal values never stand in it: field names and keyed digests only.
"""

import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction

from core.actor import Actor
from core.crypto import keyed_index
from core.models import Event, EventLink, event_of

_BATCH = 900  # SQLite takes 999 numbers in a query


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
    return Event.objects.create(
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
    Event.objects.bulk_create(
        (
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
        ),
        batch_size=500,
    )


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


def _digest(event: Event) -> str:
    fields = {f.attname: getattr(event, f.attname) for f in Event._meta.concrete_fields}
    fields["at"] = event.at.astimezone(dt.UTC).isoformat()
    return _mac(json.dumps(fields, cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False))


def _mac(text: str) -> str:
    return hmac.new(settings.EVENT_SEAL_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()


def seal(limit: int = 5000) -> int:
    """Append every unsealed event to the hash chain; returns how many. One sealer at a time."""
    with transaction.atomic():
        last = EventLink.objects.select_for_update().order_by("-position").first()
        chain, position = (last.chain, last.position) if last else ("", 0)
        links = []
        for event in Event.objects.filter(link=None).order_by("pk")[:limit]:
            position += 1
            digest = _digest(event)
            chain = _mac(chain + digest)
            links.append(
                EventLink(position=position, event_number=event.pk, event=event, digest=digest, chain=chain)
            )
        EventLink.objects.bulk_create(links)
    return len(links)


def verify() -> list[str]:
    """Every sealed event that was edited, deleted or moved, as sentences for the auditor; empty when whole."""
    faults, chain, expected = [], "", 1
    for link, event in _sealed():
        if link.position != expected:
            faults.append(f"link {expected}: missing")
            expected = link.position
        if event is None:
            faults.append(f"event {link.event_number}: deleted")
        elif _digest(event) != link.digest:
            faults.append(f"event {link.event_number}: altered")
        if _mac(chain + link.digest) != link.chain:
            faults.append(f"link {link.position}: chain broken")
        chain, expected = link.chain, expected + 1
    return faults


def _sealed() -> Iterator[tuple[EventLink, Event | None]]:
    """Links in order, each with its event or None where that is gone."""
    links = EventLink.objects.order_by("position")
    batch = list(links[:_BATCH])
    while batch:
        events = Event.objects.in_bulk([link.event_number for link in batch])
        yield from ((link, events.get(link.event_number)) for link in batch)
        batch = list(links.filter(position__gt=batch[-1].position)[:_BATCH])
