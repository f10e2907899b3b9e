"""Who may sign up: the year's rows against the trainee's figures (X4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from core.enums import FindingStatus, Measure, Operator, Severity
from core.findings import Finding
from core.values import holds
from exams.enums import Condition


@dataclass(frozen=True, slots=True)
class ConditionSpec:
    """The figure that answers a condition; `threshold` None is taken from the row's setting.

    Only names tie the condition to the figure: whoever knows the trainee's hours registers it.
    """

    figure: str
    operator: Operator
    unit: Measure
    threshold: Decimal | None = None


CONDITIONS: Mapping[str, ConditionSpec] = {
    Condition.ONLINE_HOURS: ConditionSpec("courses.online_hours", Operator.GE, Measure.HOURS),
    # the setting (the least homework score) already decides which lessons are open
    Condition.HOMEWORK_DONE: ConditionSpec(
        "courses.homework_lessons_open", Operator.EQ, Measure.COUNT, Decimal(0)
    ),
    Condition.OFFLINE_HOURS: ConditionSpec("courses.offline_hours", Operator.GE, Measure.HOURS),
    Condition.OFFLINE_PASSED: ConditionSpec("courses.offline_passed", Operator.GE, Measure.COUNT, Decimal(1)),
}


@dataclass(frozen=True, slots=True)
class ConditionRow:
    """An eligibility row of the year with the threshold of its setting; `value` None means nobody knows."""

    code: str
    condition: str
    required: bool
    value: Any = None
    setting: Decimal | None = None
    clause: str = ""
    assumed: str = ""
    figure_url: str = ""

    @property
    def threshold(self) -> Decimal | None:
        fixed = CONDITIONS[self.condition].threshold
        return self.setting if fixed is None else fixed


def eligibility(rows: Sequence[ConditionRow]) -> list[Finding]:
    """One finding per row, in order; a row that does not bind informs, and no data never passes."""
    return [_finding(row) for row in rows]


def _finding(row: ConditionRow) -> Finding:
    spec = CONDITIONS[row.condition]
    return Finding(
        kind=f"exam_{row.condition}",
        status=_status(row, spec),
        severity=Severity.HARD if row.required else Severity.INFO,
        value=row.value,
        threshold=row.threshold,
        operator=spec.operator,
        unit=spec.unit,
        code=row.code,
        clause=row.clause,
        assumed=row.assumed,
        figure=spec.figure,
        figure_url=row.figure_url,
    )


def _status(row: ConditionRow, spec: ConditionSpec) -> FindingStatus:
    if row.value is None or row.threshold is None:
        return FindingStatus.NO_DATA
    return FindingStatus.PASSED if holds(spec.operator, row.value, row.threshold) else FindingStatus.FAILED
