"""Figure against threshold: the one shape in which rules, conditions and criteria answer (E15, X4, B2, S3)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from core.enums import FindingStatus, Severity

Amount = int | Decimal | date | bool | None


@dataclass(frozen=True, slots=True)
class Remedy:
    """One smallest act that helps: `kind` is worded in a template, `count` says how many."""

    kind: str
    count: int = 0
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finding:
    """`value` of `base` against `threshold`; wording lives in templates/findings/<kind>.html.

    A share has the counted part in `value` and the whole in `base`; `threshold` is then a fraction of 1.
    """

    kind: str
    status: FindingStatus
    severity: Severity
    value: Amount = None
    base: int | Decimal | None = None
    threshold: Amount = None
    operator: str = ""
    unit: str = "count"
    code: str = ""
    clause: str = ""
    assumed: str = ""
    base_kind: str = ""
    figure: str = ""
    figure_url: str = ""
    remedies: tuple[Remedy, ...] = ()
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        return self.status == FindingStatus.PASSED

    @property
    def blocks(self) -> bool:
        """A hard finding that is not passed stops the act it guards; no data never passes."""
        return self.severity == Severity.HARD and not self.passed

    @property
    def percent(self) -> Decimal | None:
        if self.unit != "share" or not self.base or not isinstance(self.value, int | Decimal):
            return None
        return (Decimal(self.value) * 100 / self.base).quantize(Decimal("0.1"))


def blocking(findings: Iterable[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.blocks]


def frozen(finding: Finding) -> dict[str, Any]:
    """The finding as plain data, to be kept with a submission."""
    data = {
        name: getattr(finding, name)
        for name in finding.__slots__
        if name not in {"remedies", "params", "figure_url"}
    }
    data["remedies"] = [
        {"kind": r.kind, "count": r.count, "params": dict(r.params)} for r in finding.remedies
    ]
    data["params"] = dict(finding.params)
    return data


def thawed(data: Mapping[str, Any]) -> Finding:
    """A frozen finding back as a Finding; decimals and dates come back as the JSON kept them."""
    values = dict(data)
    values["remedies"] = tuple(Remedy(**remedy) for remedy in values.pop("remedies", ()))
    values["status"] = FindingStatus(values["status"])
    values["severity"] = Severity(values["severity"])
    return Finding(**values)
