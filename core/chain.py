"""The seal of the record of events: a keyed hash chain, its check, and the end of an event's term.

Found: every edit, deletion, swap or insertion of sealed events and links, a chain cut at either end, and in the newest,
not yet sealed events every edit and every row not written by the portal. Not found: a not yet sealed event (of the last
minute) that is deleted whole or swaps places with another; a chain set back as a whole, marks included, to how it stood
before. For the latter `audit_verify` prints the end of the chain: whoever notes it elsewhere can ask for it again.
"""

import datetime as dt
from collections.abc import Iterator
from itertools import takewhile

from django.db import transaction
from django.utils.crypto import constant_time_compare

from core.events import digest_of, mac, signature_of
from core.models import Event, EventLink, EventMark

_BATCH = 900  # SQLite takes 999 numbers in a query
START, END = "start", "end"


def seal(limit: int = 5000) -> int:
    """Append every unsealed event to the hash chain; returns how many. One sealer at a time."""
    with transaction.atomic():
        last = EventLink.objects.select_for_update().order_by("-position").first()
        chain, position = (last.chain, last.position) if last else _mark(START)
        first = _first_signed()
        links = []
        for event in Event.objects.filter(link=None).order_by("pk")[:limit]:
            position += 1
            # a row that the portal did not write stays a fault for good
            digest = digest_of(event) if _is_genuine(event, first) else ""
            chain = mac(chain + digest)
            links.append(
                EventLink(position=position, event_number=event.pk, event=event, digest=digest, chain=chain)
            )
        EventLink.objects.bulk_create(links)
        _set_mark(END, position, chain)
    return len(links)


def _first_signed() -> int | None:
    """Events before this number were written before events were signed."""
    return Event.objects.exclude(signature="").order_by("pk").values_list("pk", flat=True).first()


def _is_genuine(event: Event, first_signed: int | None) -> bool:
    if not event.signature:
        return first_signed is None or event.pk < first_signed
    return constant_time_compare(event.signature, signature_of(event))


def verify() -> list[str]:
    """Every fault of the record, as sentences for the auditor; empty when whole."""
    chain, position = _mark(START)
    faults = [*_faulty_marks()]
    for link, event in _sealed():
        position += 1
        if link.position != position:
            faults.append(f"link {position}: missing")
            position = link.position
        fault = _fault_of(link, event)
        if fault:
            faults.append(f"event {link.event_number}: {fault}")
        if mac(chain + link.digest) != link.chain:
            faults.append(f"link {link.position}: chain broken")
        chain = link.chain
    end = EventMark.objects.filter(name=END).first()
    if end and (end.position, end.chain) != (position, chain):
        faults.append(f"link {end.position}: the chain does not end here as it did")
    first = _first_signed()
    unsealed = Event.objects.filter(link=None).order_by("pk").iterator(_BATCH)
    return faults + [f"event {event.pk}: altered" for event in unsealed if not _is_genuine(event, first)]


def _fault_of(link: EventLink, event: Event | None) -> str:
    if event is None:
        return "deleted"
    if not link.digest:
        return "not written by the portal"
    return "" if digest_of(event) == link.digest else "altered"


def _sealed() -> Iterator[tuple[EventLink, Event | None]]:
    """Links in order, each with its event or None where that is gone."""
    links = EventLink.objects.order_by("position")
    batch = list(links[:_BATCH])
    while batch:
        events = Event.objects.in_bulk([link.event_number for link in batch])
        yield from ((link, events.get(link.event_number)) for link in batch)
        batch = list(links.filter(position__gt=batch[-1].position)[:_BATCH])


# The two ends


def _signed(name: str, position: int, chain: str) -> str:
    return mac(f"{name}:{position}:{chain}")


def _mark(name: str) -> tuple[str, int]:
    mark = EventMark.objects.filter(name=name).first()
    return (mark.chain, mark.position) if mark else ("", 0)


def _set_mark(name: str, position: int, chain: str) -> None:
    values = {"position": position, "chain": chain, "signature": _signed(name, position, chain)}
    EventMark.objects.update_or_create(name=name, defaults=values)


def _faulty_marks() -> Iterator[str]:
    marks = {mark.name: mark for mark in EventMark.objects.all()}
    if END not in marks and EventLink.objects.exists():
        yield "mark end: missing"
    for mark in marks.values():
        if mark.signature != _signed(mark.name, mark.position, mark.chain):
            yield f"mark {mark.name}: altered"


def chain_end() -> str:
    """The end of the chain in one line, for whoever keeps it elsewhere."""
    chain, position = _mark(END)
    return f"{position}:{chain}"


def still_holds(noted: str) -> bool:
    """Whether the chain still holds an end that was noted earlier, or that point has passed its term."""
    position, _, chain = noted.partition(":")
    if not position.isdigit():
        return False
    start_chain, start = _mark(START)
    if int(position) <= start:
        return int(position) < start or chain == start_chain
    return EventLink.objects.filter(position=position, chain=chain).exists()


# The end of the term


def past_term(before: dt.datetime) -> list[EventLink]:
    """The oldest links whose events all happened before `before`; stops at the first younger or faulty one."""
    oldest = list(EventLink.objects.order_by("position")[:_BATCH])
    events = Event.objects.in_bulk([link.event_number for link in oldest])
    return list(takewhile(lambda link: _may_go(link, events.get(link.event_number), before), oldest))


def _may_go(link: EventLink, event: Event | None, before: dt.datetime) -> bool:
    return event is not None and not _fault_of(link, event) and event.at < before


@transaction.atomic
def remove(links: list[EventLink]) -> int:
    """Take the oldest events away and let the chain begin behind them; what remains stays provable."""
    if not links:
        return 0
    last = links[-1]
    # the mark first: behind it the database lets events go
    _set_mark(START, last.position, last.chain)
    Event.objects.filter(pk__in=[link.event_number for link in links]).delete()
    EventLink.objects.filter(position__lte=last.position).delete()
    return len(links)
