"""What the books say (S6)."""

import datetime as dt
from decimal import Decimal

from django.db.models import QuerySet, Sum

from accounts.scope import Scope
from core.enums import FindingStatus, Measure, Severity
from core.figures import FIGURES
from core.findings import Finding
from programs.models import ProgramYear
from programs.where import Where
from supervision.enums import FundDirection
from supervision.models import Criterion, FundEntry
from supervision.rules import arrival


def arrival_finding(year: ProgramYear, scope: Scope, where: Where, today: dt.date) -> Finding | None:
    """Whether what was allocated arrived in the months that the scorecard asks for (S6); None where it asks nothing."""
    asked = Criterion.objects.filter(year=year, unit="months").order_by("order").first()
    if asked is None or not asked.threshold:
        return None
    allocated = FIGURES["supervision.funds_allocated"].rows(scope, where)
    arrived = FIGURES["supervision.funds_arrived_on"].rows(scope, where)
    months = int(asked.threshold)
    found = arrival(_booked(allocated), _booked(arrived), months, today)
    states = {True: FindingStatus.PASSED, False: FindingStatus.FAILED, None: FindingStatus.NO_DATA}
    return Finding(
        kind="funds_arrival",
        status=states[found.in_time],
        severity=Severity.WARN,
        code=asked.code,
        clause=asked.clause,
        value=found.arrived,
        base=found.allocated,
        unit=Measure.MONEY,
        params={"months": months, "due_on": found.due_on, "missing": found.missing, "last_on": found.last_on},
    )


def _booked(rows: "QuerySet[FundEntry]") -> list[tuple[dt.date, Decimal]]:
    return list(rows.values_list("booked_on", "amount"))


def direction_totals(year: ProgramYear, scope: Scope, where: Where) -> list[tuple[str, Decimal, Decimal]]:
    """Budget and spending in each of the three directions (000 五)."""
    spent = FIGURES["supervision.funds_spent"].rows(scope, where)
    budget = FIGURES["supervision.funds_budgeted"].rows(scope, where)
    by_direction = {kind: _by_direction(rows) for kind, rows in (("budget", budget), ("spent", spent))}
    nothing = Decimal(0)
    return [
        (
            str(direction.label),
            by_direction["budget"].get(direction, nothing),
            by_direction["spent"].get(direction, nothing),
        )
        for direction in FundDirection
    ]


def _by_direction(rows: "QuerySet[FundEntry]") -> dict[str, Decimal]:
    return dict(
        rows.order_by().values("direction").annotate(total=Sum("amount")).values_list("direction", "total")
    )
