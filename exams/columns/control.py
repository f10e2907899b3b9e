"""The control room's tables: candidates with their sitting, provinces and bases counted, grants, messages (X5, X8)."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import django_filters as filters
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.columns import Column, Listing
from core.search import named
from core.templatetags.portal import name_of
from enrollment.models import Enrollment
from exams.columns.lists import ProvinceFilterSet
from exams.control import NO_BASE, STARTED, UNSAVED, Line, bases_of, pulse_of, seen_of, who_are
from exams.enums import AttemptState, Presence
from exams.models import Attempt, Broadcast, ExtraTime
from exams.rules.control import presence
from programs.models import ProgramYear

TONES = {
    Presence.WAITING: "neutral",
    Presence.ANSWERING: "success",
    Presence.LOST: "danger",
    Presence.OVER: "warning",
    Presence.HANDED_IN: "info",
    Presence.ENDED: "info",
    Presence.VOID: "danger",
}
FIGURES = (
    ("signed_up", "", _("Signed up")),
    ("waiting", Presence.WAITING.value, _("Not started")),
    (STARTED, STARTED, _("Has started")),
    ("answering", Presence.ANSWERING.value, _("Answering")),
    ("lost", Presence.LOST.value, _("Lost contact")),
    ("over", Presence.OVER.value, _("Time is up, being closed")),
    (UNSAVED, UNSAVED, _("Answers not saved yet")),
    ("handed_in", Presence.HANDED_IN.value, _("Paper handed in")),
    ("ended", Presence.ENDED.value, _("Ended by the portal")),
    ("void", Presence.VOID.value, _("Void")),
)
"""Name in the tally, what the list of candidates is asked for, label."""


class CandidateFilter(ProvinceFilterSet):
    """Search area of the candidates; a figure of the control room opens it with its own state."""

    q = filters.CharFilter(label=_("Name or registration number"), method="by_name")
    base = filters.ChoiceFilter(label=_("Training base"), choices=(), method="by_base")
    state = filters.ChoiceFilter(
        label=_("State"),
        choices=[(STARTED, _("Has started")), *Presence.choices, (UNSAVED, _("Answers not saved yet"))],
        method="by_state",
    )

    class Meta:
        model = Enrollment
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bases = bases_of(self.queryset, self.request.scope)
        named_bases = [(str(base.pk), name_of(base)) for base in bases]
        self.filters["base"].extra["choices"] = [*named_bases, (NO_BASE, _("No base"))]

    def by_name(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(named(value, "person__") | Q(registration__number=value.strip()))

    def by_base(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(placements__base=None if value == NO_BASE else value)

    def by_state(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return who_are(rows, value, self.request.now)


def sitting_url(year: ProgramYear, attempt: Attempt) -> str:
    return reverse("exams:sitting-show", kwargs={**year.url_kwargs, "pk": attempt.pk})


def last_of(row: Any) -> Any:
    """The newest sitting of a candidate read with `exams.control.with_sitting`."""
    return row.last[0] if row.last else None


def _of_last(path: str) -> Any:
    def read(row: Any) -> Any:
        sitting = last_of(row)
        return getattr(sitting, path) if sitting else None

    return read


def _of_pulse(path: str) -> Any:
    def read(row: Any) -> Any:
        pulse = pulse_of(last_of(row)) if row.last else None
        return getattr(pulse, path) if pulse else None

    return read


def clock(moment: dt.datetime, now: dt.datetime) -> str:
    """To the second, as a minute decides about contact; with its date when that is not today's."""
    local, today = timezone.localtime(moment), timezone.localdate(now)
    return local.strftime("%H:%M:%S" if local.date() == today else "%Y-%m-%d %H:%M:%S")


def _answered(row: Any) -> str:
    sitting = last_of(row)
    return f"{sitting.answered} / {sitting.item_count}" if sitting else ""


def candidates_of(year: ProgramYear, total: int, now: dt.datetime) -> Listing:
    """The candidates as they stand at `now`, each with which of `total` chances the last sitting is."""

    def state(row: Any) -> Presence:
        return presence(seen_of(last_of(row)), now)

    def chance(row: Any) -> str:
        sitting = last_of(row)
        if sitting is None or sitting.state == AttemptState.VOID:
            return ""
        return f"{sitting.chance} / {total}"

    def last_contact(row: Any) -> str:
        seen = _of_pulse("seen_at")(row)
        return clock(seen, now) if seen else ""

    def url(row: Any) -> str:
        return sitting_url(year, last_of(row)) if row.last else ""

    return Listing(
        code="exams.candidates",
        title=_("Candidates"),
        columns=(
            Column("name", _("Name"), "person.name", sort="person__name", url=url),
            Column("registration", _("Registration number"), "registration.number", kind="code",
                   sort="registration__number", width=18, on_page=False),
            Column("province", _("Province"), lambda row: name_of(row.region), sort="region__order", width=16),
            Column("base", _("Training base"), lambda row: "、".join(name_of(one.base) for one in row.placed), width=24),
            Column("state", _("State"), lambda row: state(row).label, kind="status", tone=lambda row: TONES[state(row)]),
            Column("chance", _("Attempt"), chance),
            Column("started", _("Started at"), _of_last("started_at"), kind="datetime", width=18),
            Column("ends", _("Ends at"), _of_last("ends_at"), kind="datetime", width=18),
            Column("answered", _("Answered"), _answered),
            Column("seen", _("Last contact"), last_contact, width=18),
            Column("waiting", _("Answers not saved yet"), _of_pulse("waiting"), kind="int"),
            Column("noted", _("Noted"), _of_last("noted"), kind="int"),
        ),
        filters=CandidateFilter,
        order=("region__order", "person__name", "pk"),
        related=("person", "registration", "region"),
        empty=_("Nobody has signed up for the exam yet."),
    )  # fmt: skip


def figures_of(
    first: Any, people: str, *, opens: Callable[[Line], str], grants: str = "", listing: str = "provinces"
) -> Listing:
    """Provinces or bases, one row each; a figure opens the people it counts at `people`, a name what `opens` says. With
    `grants` each base has its way to the form for extra time.
    """

    def figure(name: str, asked: str, label: Any) -> Column:
        def url(line: Line) -> str:
            wanted = f"{line.query}&state={asked}" if asked else line.query
            return f"{people}?{wanted}" if getattr(line.tally, name) else ""

        return Column(name, label, lambda line: getattr(line.tally, name), kind="int", url=url)

    def grant(line: Line) -> str:
        return f"{grants}?base={line.key}" if line.name else ""

    name = Column("name", first, lambda line: name_of(line.name) if line.name else _("No base"), url=opens)
    act = Column("grant", _("Extra time"), lambda line: _("Grant") if line.name else "", url=grant)
    return Listing(
        code=f"exams.control_{listing}",
        title=first,
        columns=(name, *(figure(*one) for one in FIGURES), *((act,) if grants else ())),
        empty=_("Nobody has signed up for the exam yet."),
    )


def _whose(row: ExtraTime) -> str:
    return row.enrollment.person.name if row.enrollment else name_of(row.base)


GRANTS = Listing(
    code="exams.extra_time",
    title=_("Extra time granted"),
    columns=(
        Column("at", _("Granted at"), "granted_at", kind="datetime"),
        Column("whose", _("For whom"), _whose),
        Column("minutes", _("Minutes more"), "minutes", kind="int"),
        Column("standing", _("Later attempts, too"), "is_standing", kind="flag"),
        Column("reason", _("Reason"), "reason"),
        Column("by", _("Granted by"), lambda row: str(row.granted_by or "")),
    ),
    empty=_("No extra time has been granted."),
)


def _to(row: Broadcast) -> str:
    place = row.base or row.region
    return name_of(place) if place else str(_("Everybody"))


MESSAGES = Listing(
    code="exams.broadcasts",
    title=_("Messages sent"),
    columns=(
        Column("at", _("Sent at"), "sent_at", kind="datetime"),
        Column("to", _("To"), _to),
        Column("text", _("Message"), "text"),
        Column("by", _("Sender"), lambda row: str(row.sent_by or "")),
    ),
    empty=_("No message has been sent."),
)
