"""The course of one sitting in words, for the people who look after it (X5, X8): what happened, never what was answered."""

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from core.enums import ActorKind
from core.templatetags.portal import name_of
from exams.control import grants_in, messages_in, pulse_of, seen_of, void_of
from exams.enums import AttemptState, EvidenceKind
from exams.models import Attempt, Evidence, ExtraTime
from exams.rules.control import presence

MOST_EVENTS = 300


def course_of(attempt: Attempt) -> list[dict[str, Any]]:
    """Newest first, for components/timeline.html: start, what was noted, extra time, messages, the end."""
    noted = list(Evidence.objects.filter(attempt=attempt)[:MOST_EVENTS])
    granted = grants_in(attempt).select_related("base")
    said = messages_in(attempt)
    events = [
        *_ends(attempt),
        *_void(attempt),
        *({"time": one.noted_at, "text": _noted(one), "note": one.note, "tone": "warning"} for one in noted),
        *({"time": one.granted_at, "text": _granted(one), "note": one.reason} for one in granted),
        *({"time": one.sent_at, "text": _("Message of the office"), "note": one.text} for one in said),
        {"time": attempt.started_at, "text": _("Began the exam")},
    ]
    newest_first = sorted(events, key=lambda event: event["time"], reverse=True)
    return [{**event, "to_the_second": True} for event in newest_first]


def _ends(attempt: Attempt) -> list[dict[str, Any]]:
    if attempt.closed_at is None:
        return []
    by_system = attempt.closed_by == ActorKind.SYSTEM
    text = _("Handed in by the portal, at the end") if by_system else _("Handed in by the candidate")
    return [{"time": attempt.closed_at, "text": text, "note": attempt.receipt}]


def _void(attempt: Attempt) -> list[dict[str, Any]]:
    void = void_of(attempt) if attempt.state == AttemptState.VOID else None
    return (
        [{"time": void.decided_at, "text": _("Declared void"), "note": void.reason, "tone": "danger"}]
        if void
        else []
    )


def _noted(one: Evidence) -> str:
    if one.kind == EvidenceKind.FOCUS:
        return _("Left the exam page for %(seconds)s s") % {"seconds": one.seconds or 0}
    if one.kind == EvidenceKind.DEVICE:
        return _("Went on with device %(number)s") % {"number": one.generation}
    return _("Another network address")


def _granted(one: ExtraTime) -> str:
    words = _("%(minutes)s minutes more") % {"minutes": one.minutes}
    return f"{words} ({name_of(one.base)})" if one.base else words


def facts_of(attempt: Attempt, total: int, now: dt.datetime) -> list[dict[str, Any]]:
    """The sitting, read with `exams.control.sittings_in_full`, at `now`."""
    enrollment, pulse = attempt.enrollment, pulse_of(attempt)
    bases = enrollment.placements.select_related("base")
    void = attempt.state == AttemptState.VOID
    return [
        {"label": _("State"), "value": presence(seen_of(attempt), now).label},
        {"label": _("Registration number"), "value": enrollment.registration},
        {"label": _("Province"), "value": name_of(enrollment.region)},
        {"label": _("Training base"), "value": "、".join(name_of(row.base) for row in bases)},
        {"label": _("Attempt"), "value": "" if void else f"{attempt.chance} / {total}"},  # type: ignore[attr-defined]
        {"label": _("Started at"), "value": _clock(attempt.started_at)},
        {"label": _("Ends at"), "value": _clock(attempt.ends_at)},
        {"label": _("Extra time, minutes"), "value": attempt.extra_seconds // 60},
        {"label": _("Answered"), "value": f"{attempt.answered} / {attempt.item_count}"},  # type: ignore[attr-defined]
        {"label": _("Answers not saved yet"), "value": pulse.waiting if pulse else None},
        {"label": _("Last contact"), "value": _clock(pulse.seen_at) if pulse else ""},
        {"label": _("Network address"), "value": pulse.address if pulse else ""},
        {"label": _("Devices"), "value": attempt.generation},
    ]


def _clock(moment: dt.datetime) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M:%S")
