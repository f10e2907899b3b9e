"""What the control room shows: candidates by their last sitting, counted and one by one (X5, X8). No answers, no keys."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import Region, Unit
from accounts.scope import Scope
from core.enums import ActorKind
from enrollment.models import Enrollment, Placement
from exams.enums import AttemptState, Presence, VoidDecision
from exams.models import Answer, Attempt, Broadcast, Evidence, ExtraTime, VoidRequest
from exams.queries import score_rows
from exams.rules.control import LOST_AFTER, Seen
from programs.models import ProgramYear

# beside the states, what a search may ask for
STARTED, UNSAVED = "started", "unsaved"
NO_BASE = "none"


def candidates(year: ProgramYear, scope: Scope) -> "QuerySet[Enrollment]":
    """Everyone who signed up, without what the list of scores adds."""
    signed_up = score_rows(year, scope).order_by().values("pk")
    rows: QuerySet[Enrollment] = Enrollment.objects.filter(pk__in=signed_up)
    return rows


def last_sittings() -> "QuerySet[Attempt]":
    """The newest attempt of each, void ones too."""
    later = Attempt.objects.filter(enrollment=OuterRef("enrollment"), number__gt=OuterRef("number"))
    rows: QuerySet[Attempt] = Attempt.objects.filter(~Exists(later))
    return rows


def states(now: dt.datetime) -> dict[str, Q]:
    """Of a last sitting, as SQL, what `exams.rules.control.presence` says of it; and what a search may ask for besides."""
    edge = now - LOST_AFTER
    open_, closed = Q(state=AttemptState.OPEN), Q(state=AttemptState.CLOSED)
    running = open_ & Q(accept_until__gte=now)
    ended = Q(closed_by=ActorKind.SYSTEM)
    heard = Q(pulse__seen_at__gt=edge) | Q(pulse__isnull=True, started_at__gt=edge)
    silent = Q(pulse__seen_at__lte=edge) | Q(pulse__isnull=True, started_at__lte=edge)
    return {
        STARTED: Q(),
        Presence.ANSWERING: running & heard,
        Presence.LOST: running & silent,
        Presence.OVER: open_ & Q(accept_until__lt=now),
        UNSAVED: open_ & Q(pulse__waiting__gt=0),
        Presence.HANDED_IN: closed & ~ended,
        Presence.ENDED: closed & ended,
        Presence.VOID: Q(state=AttemptState.VOID),
    }


def who_are(rows: "QuerySet[Enrollment]", state: str, now: dt.datetime) -> "QuerySet[Enrollment]":
    """Of the candidates those whom a figure of the control room counts."""
    if state == Presence.WAITING:
        return rows.exclude(pk__in=last_sittings().values("enrollment"))
    return rows.filter(pk__in=last_sittings().filter(states(now)[state]).values("enrollment"))


@dataclass(frozen=True, slots=True)
class Tally:
    """How many candidates: those not started and those started are all; each who started is answering, out of contact,
    over and about to be closed, done by hand-in or by the portal, or void. `unsaved` are running ones whose device holds answers not saved yet.
    """

    signed_up: int = 0
    waiting: int = 0
    started: int = 0
    answering: int = 0
    lost: int = 0
    over: int = 0
    unsaved: int = 0
    handed_in: int = 0
    ended: int = 0
    void: int = 0


def total(tallies: Iterable[Tally]) -> Tally:
    """The sum over groups that share nobody."""
    all_of = list(tallies)
    return Tally(*(sum(getattr(one, each.name) for one in all_of) for each in fields(Tally)))


def tallies(rows: "QuerySet[Enrollment]", by: str, now: dt.datetime) -> dict[Any, Tally]:
    """The candidates counted by a path of theirs, in two queries however many they are."""
    people = Enrollment.objects.filter(pk__in=rows.values("pk")).order_by()
    signed_up = dict(people.values_list(by).annotate(n=Count("pk")))
    counted = {f"n_{name}": Count("pk", filter=q) if q else Count("pk") for name, q in states(now).items()}
    sat = last_sittings().filter(enrollment__in=people.values("pk")).order_by()
    found: dict[Any, dict[str, int]] = {}
    for row in sat.values(key=F(f"enrollment__{by}")).annotate(**counted):
        counts: dict[str, Any] = dict(row)
        key = counts.pop("key")
        found[key] = {name.removeprefix("n_"): count for name, count in counts.items()}
    return {
        key: Tally(signed_up=count, waiting=count - found.get(key, {}).get(STARTED, 0), **found.get(key, {}))
        for key, count in signed_up.items()
    }


@dataclass(frozen=True, slots=True)
class Line:
    """A province or a base with its figures; `query` opens the very people behind them."""

    name: Any
    key: str
    query: str
    tally: Tally


def by_province(rows: "QuerySet[Enrollment]", now: dt.datetime) -> list[Line]:
    found = tallies(rows, "region", now)
    regions = Region.objects.filter(pk__in=found).order_by("order", "pk")
    return [Line(region, region.pk, f"province={region.pk}", found[region.pk]) for region in regions]


def by_base(rows: "QuerySet[Enrollment]", now: dt.datetime, scope: Scope, within: str) -> list[Line]:
    """Whoever is placed with two bases is counted at both, whoever is with none in a line of its own; a base sees its own
    line only.
    """
    found = tallies(rows, "placements__base", now)
    own = {scope.unit_id} if scope.is_unit else set(found)
    bases = Unit.objects.filter(pk__in=[key for key in found if key in own and key]).order_by(
        "region__order", "code"
    )
    lines = [Line(base, str(base.pk), f"{within}base={base.pk}", found[base.pk]) for base in bases]
    if None in found and not scope.is_unit:
        lines.append(Line(None, NO_BASE, f"{within}base={NO_BASE}", found[None]))
    return lines


def bases_of(rows: "QuerySet[Enrollment]", scope: Scope) -> "QuerySet[Unit]":
    """Where the candidates are placed; a base sees itself only."""
    units = Unit.objects.visible_to(scope) if scope.is_unit else Unit.objects.all()
    own = units.filter(placements__enrollment__in=rows.values("pk"))
    return own.order_by("region__order", "code").distinct()


def _count_of(rows: "QuerySet[Any]") -> Coalesce:
    counted = rows.filter(attempt=OuterRef("pk")).order_by().values("attempt").annotate(n=Count("pk"))
    return Coalesce(Subquery(counted.values("n")), 0)


def with_sitting(rows: "QuerySet[Enrollment]") -> "QuerySet[Enrollment]":
    """Candidates with `last` (their newest sitting, as a list of one or none) and `placed`, in three more queries."""
    return rows.prefetch_related(
        Prefetch("attempts", sittings_in_full(last_sittings()), to_attr="last"),
        Prefetch("placements", Placement.objects.select_related("base"), to_attr="placed"),
    )


def sittings_in_full(rows: "QuerySet[Attempt]") -> "QuerySet[Attempt]":
    """With the pulse, which chance it is, how many questions are answered and how much was noted."""
    counted = rows.with_chance()  # type: ignore[attr-defined]
    full: QuerySet[Attempt] = counted.select_related("pulse").annotate(
        answered=_count_of(Answer.objects.exclude(value="")), noted=_count_of(Evidence.objects.all())
    )
    return full


def pulse_of(attempt: Attempt) -> Any:
    """The last sign of life, None before the first."""
    return getattr(attempt, "pulse", None)


def seen_of(attempt: Attempt | None) -> Seen | None:
    """What the rule about a candidate's presence reads."""
    if attempt is None:
        return None
    pulse = pulse_of(attempt)
    seen = pulse.seen_at if pulse else None
    return Seen(attempt.state, attempt.started_at, seen, attempt.accept_until, attempt.closed_by)


def grants_in(attempt: Attempt) -> "QuerySet[ExtraTime]":
    """Extra time of the sitting, to the person or to a base of theirs: granted while it was open, or before and standing."""
    bases = attempt.enrollment.placements.values("base")
    rows: QuerySet[ExtraTime] = ExtraTime.objects.filter(
        Q(enrollment=attempt.enrollment_id) | Q(base__in=bases),
        Q(granted_at__gte=attempt.started_at) | Q(is_standing=True),
        year=attempt.enrollment.year_id,
    )
    end = end_of(attempt)
    return rows.filter(granted_at__lt=end) if end else rows


def void_of(attempt: Attempt) -> VoidRequest | None:
    """The decision by which the attempt is void."""
    rows = VoidRequest.objects.filter(attempt=attempt, decision=VoidDecision.CONFIRMED)
    found: VoidRequest | None = rows.order_by("decided_at").first()
    return found


def end_of(attempt: Attempt) -> dt.datetime | None:
    """Since when the sitting is no longer open."""
    if attempt.closed_at or attempt.is_open:
        return attempt.closed_at
    void = void_of(attempt)
    return void.decided_at if void else None


def messages_in(attempt: Attempt) -> "QuerySet[Broadcast]":
    """What the office said into the sitting, as its page was shown it."""
    enrollment = attempt.enrollment
    bases = enrollment.placements.values("base")
    rows: QuerySet[Broadcast] = Broadcast.objects.reaching(enrollment.region_id, bases).filter(
        year=enrollment.year_id, sent_at__gte=attempt.started_at
    )
    end = end_of(attempt)
    return rows.filter(sent_at__lt=end) if end else rows
