"""The figures of this room: activities, published pieces, money, and where the sheets stand (S6, S7, C13, R2)."""

from collections.abc import Callable, Collection
from decimal import Decimal
from typing import Any

from django.db.models import Max, Min, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from accounts.enums import UnitKind
from accounts.scope import Scope
from core.enums import Measure
from core.figures import FIGURES, Figure, FigureValue
from courses.enums import PRACTICE_KINDS
from courses.models import ClassSession
from programs.models import DutyRecord
from programs.where import Where
from supervision.enums import KICKOFF_FIGURE, PUBLISHED, RECEIVED, ActivityKind, FundKind, ScorecardStatus
from supervision.models import OF_BASES, Activity, FundEntry, Scorecard, ScorecardLine

ACTIVITIES, FUNDS, SCORECARDS = "supervision.activities", "supervision.funds", "supervision.scorecards"
HANDED_UP = (ScorecardStatus.SELF_ASSESSED, ScorecardStatus.CONFIRMED, ScorecardStatus.FINAL)
REVIEWED = (ScorecardStatus.CONFIRMED, ScorecardStatus.FINAL)
_BY_PROVINCE = {"province": "region"}
_OF_SESSIONS = {"province": "region", "base": "base"}


def _narrowed(rows: QuerySet[Any], where: Where) -> QuerySet[Any]:
    rows = rows.filter(year=where.year_id)
    if where.base_id:
        return rows.filter(unit=where.base_id)
    return rows.filter(region=where.region) if where.region else rows


def activities(kinds: Collection[str]) -> Callable[[Scope, Where], QuerySet[Activity]]:
    return lambda scope, where: _narrowed(Activity.objects.visible_to(scope), where).filter(kind__in=kinds)


def spent(scope: Scope, where: Where) -> QuerySet[FundEntry]:
    """What was spent in the province, by its bases too."""
    return _narrowed(FundEntry.objects.visible_to(scope), where).filter(kind=FundKind.SPENDING)


def money(kinds: Collection[str]) -> Callable[[Scope, Where], QuerySet[FundEntry]]:
    """Entries of the kinds: for a province without those of its bases, whose money came out of the province's."""

    def rows(scope: Scope, where: Where) -> QuerySet[FundEntry]:
        entries = _narrowed(FundEntry.objects.visible_to(scope), where).filter(kind__in=kinds)
        return entries if where.base_id else entries.exclude(unit__kind=UnitKind.TRAINING_BASE)

    return rows


def scorecards(statuses: Collection[str]) -> Callable[[Scope, Where], QuerySet[Scorecard]]:
    def rows(scope: Scope, where: Where) -> QuerySet[Scorecard]:
        cards = _narrowed(Scorecard.objects.visible_to(scope), where).filter(status__in=statuses)
        return cards if where.base_id else cards.filter(~OF_BASES)

    return rows


def points(scope: Scope, where: Where) -> QuerySet[ScorecardLine]:
    """The lines of the two sheets of a province, or of a base's own."""
    cards = _narrowed(Scorecard.objects.visible_to(scope), where)
    return ScorecardLine.objects.filter(scorecard__in=cards if where.base_id else cards.filter(~OF_BASES))


def kickoff_meetings(scope: Scope, where: Where) -> QuerySet[DutyRecord]:
    """Kick-off meetings that the calendar holds: the province's own, or that of a base."""
    rows = DutyRecord.objects.visible_to(scope).filter(year=where.year_id, duty__figure=KICKOFF_FIGURE)
    if where.base_id:
        return rows.filter(unit=where.base_id)
    rows = rows.exclude(unit__kind=UnitKind.TRAINING_BASE)
    return rows.filter(unit__region=where.region) if where.region else rows


def sessions_held(scope: Scope, where: Where) -> QuerySet[ClassSession]:
    """The sessions behind the hours held, one row each (R4)."""
    rows: QuerySet[ClassSession] = FIGURES["courses.offline_lessons"].rows(scope, where)
    return rows


SUM = Sum("amount", default=Decimal(0))


class MoneyShare(Figure):
    """A share of money: the whole is a sum of amounts, not a count of rows."""

    def _base(self, scope: Scope, where: Where) -> Decimal:
        whole: Decimal = money(RECEIVED)(scope, where).aggregate(base=SUM)["base"]
        return whole

    def values(self, scope: Scope, where: Where, by: str) -> dict[Any, FigureValue]:
        path, nothing = self.by[by], Decimal(0)
        whole = self._grouped(money(RECEIVED), scope, where, path, SUM)
        part = self._grouped(self.rows, scope, where, path, SUM)
        return {
            key: FigureValue(part.get(key, nothing), whole.get(key, nothing)) for key in {**whole, **part}
        }


def _sum(code: str, label: Any, definition: Any, rows: Callable[[Any, Any], QuerySet[Any]]) -> Figure:
    return Figure(
        f"supervision.{code}",
        label,
        definition,
        rows=rows,
        unit=Measure.MONEY,
        aggregate=SUM,
        by=_BY_PROVINCE,
        columns=FUNDS,
    )


ALL = (
    Figure(
        "supervision.activities",
        _("Publicity activities"),
        _("Publicity activities held in the province by any of its units; for a base its own."),
        rows=activities([ActivityKind.PUBLICITY]),
        by=_BY_PROVINCE,
        columns=ACTIVITIES,
    ),
    Figure(
        "supervision.published",
        _("Published pieces"),
        _(
            "Popular science, progress, case reports and news that the province has published on the platform."
        ),
        rows=activities(PUBLISHED),
        by=_BY_PROVINCE,
        columns=ACTIVITIES,
    ),
    Figure(
        "supervision.practice_sessions",
        _("Practice sessions held"),
        _("Offline sessions of practice or visits that somebody attended."),
        rows=lambda scope, where: sessions_held(scope, where).filter(kind__in=PRACTICE_KINDS),
        by=_OF_SESSIONS,
        columns="courses.sessions",
    ),
    Figure(
        "supervision.live_sessions",
        _("Live broadcasts held"),
        _("Offline sessions broadcast live that somebody attended."),
        rows=lambda scope, where: sessions_held(scope, where).filter(is_live=True),
        by=_OF_SESSIONS,
        columns="courses.sessions",
    ),
    Figure(
        KICKOFF_FIGURE,
        _("Kick-off meeting"),
        _("The day of the kick-off meeting recorded in the calendar."),
        rows=kickoff_meetings,
        unit=Measure.DATE,
        aggregate=Min("done_on"),
        by={"province": "unit__region"},
        columns="supervision.kickoff_meetings",
    ),
    _sum(
        "funds_allocated",
        _("Funds allocated"),
        _("Allocated by the center to the province."),
        money([FundKind.ALLOCATION]),
    ),
    _sum(
        "funds_received",
        _("Funds received"),
        _("Central funds that arrived and local matching funds."),
        money(RECEIVED),
    ),
    _sum(
        "funds_matched",
        _("Local matching funds"),
        _("Matching funds of the province."),
        money([FundKind.LOCAL_MATCHING]),
    ),
    _sum(
        "funds_budgeted", _("Funds budgeted"), _("Budgets of the three directions."), money([FundKind.BUDGET])
    ),
    _sum(
        "funds_spent",
        _("Funds spent"),
        _("Spending of the province's units and bases in all three directions."),
        spent,
    ),
    Figure(
        "supervision.funds_arrived_on",
        _("Funds arrived on"),
        _("The day on which the last of the funds arrived."),
        rows=money([FundKind.ARRIVAL]),
        unit=Measure.DATE,
        aggregate=Max("booked_on"),
        by=_BY_PROVINCE,
        columns=FUNDS,
    ),
    MoneyShare(
        "supervision.funds_use_rate",
        _("Use rate of the funds"),
        _(
            "Spending in all three directions out of the central funds that arrived and the local matching funds."
        ),
        rows=spent,
        unit=Measure.SHARE,
        base_rows=money(RECEIVED),
        aggregate=SUM,
        by=_BY_PROVINCE,
        columns=FUNDS,
    ),
    Figure(
        "supervision.self_assessed",
        _("Self-assessments handed up"),
        _("Sheets of provinces under review or further."),
        rows=scorecards(HANDED_UP),
        by=_BY_PROVINCE,
        columns=SCORECARDS,
    ),
    Figure(
        "supervision.reviewed",
        _("Scorecards reviewed"),
        _("Sheets of provinces whose review is completed."),
        rows=scorecards(REVIEWED),
        by=_BY_PROVINCE,
        columns=SCORECARDS,
    ),
    Figure(
        "supervision.points",
        _("Scorecard points"),
        _("Points of the administrative and the technical sheet together, as they stand; of a base its own."),
        rows=points,
        unit=Measure.POINTS,
        aggregate=Sum("points", default=Decimal(0)),
        by={"province": "scorecard__region"},
        columns="supervision.lines",
    ),
)
