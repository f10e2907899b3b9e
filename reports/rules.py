"""What a report needs before it is filed, and whether life has moved on since; pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.enums import FindingStatus, Operator, Severity
from core.findings import Finding
from reports.enums import Section


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """What the checks read; `provinces` is 0 for a province's own report, `frozen` and `live` are amounts by figure."""

    sections: Mapping[str, str] = field(default_factory=dict)
    provinces: int = 0
    provinces_filed: int = 0
    overdue: int = 0
    frozen: Mapping[str, str] = field(default_factory=dict)
    live: Mapping[str, str] = field(default_factory=dict)


def filing_findings(facts: ReportFacts) -> list[Finding]:
    """Empty sections keep a report from being filed; what is late elsewhere is a warning (R1)."""
    found = [_section(section, facts.sections.get(section, "")) for section in Section]
    if facts.provinces:
        found.append(_provinces(facts))
    found.append(_overdue(facts))
    return [*found, *moved_findings(facts)]


def moved_findings(facts: ReportFacts) -> list[Finding]:
    """Figures whose records have changed since they were taken; a filed report keeps what it has."""
    if not facts.frozen:
        return []
    moved = tuple(
        code for code, amount in facts.frozen.items() if code in facts.live and facts.live[code] != amount
    )
    return [
        _finding("report_moved", not moved, Severity.WARN, value=len(moved), base=len(facts.frozen),
                 params={"codes": moved})
    ]  # fmt: skip


def _section(section: Section, text: str) -> Finding:
    return _finding(
        "report_section", bool(text.strip()), Severity.HARD, code=section, value=len(text.strip()),
        params={"label": section.label},
    )  # fmt: skip


def _provinces(facts: ReportFacts) -> Finding:
    return _finding(
        "report_provinces", facts.provinces_filed >= facts.provinces, Severity.WARN, value=facts.provinces_filed,
        threshold=facts.provinces, operator=Operator.GE,
    )  # fmt: skip


def _overdue(facts: ReportFacts) -> Finding:
    return _finding(
        "report_overdue",
        not facts.overdue,
        Severity.WARN,
        value=facts.overdue,
        threshold=0,
        operator=Operator.EQ,
    )


def _finding(kind: str, passed: bool, severity: Severity, **values: object) -> Finding:
    status = FindingStatus.PASSED if passed else FindingStatus.FAILED
    return Finding(kind=kind, status=status, severity=severity, **values)  # type: ignore[arg-type]
