"""What an act would do to the rules, before it is done (E11, E15)."""

from collections.abc import Iterable
from dataclasses import dataclass

from core.findings import Finding
from enrollment.enums import RuleBase, RuleKind
from enrollment.rules.recruitment import RosterCounts, RuleRow, finding_of


@dataclass(frozen=True, slots=True)
class Turn:
    """A rule that would not be met after an act: how it stands, and how it would."""

    now: Finding
    after: Finding

    @property
    def turns(self) -> bool:
        """Whether it is the act that breaks the rule."""
        return self.now.passed

    @property
    def label(self) -> str:
        return str(RuleKind(self.after.kind).label)

    @property
    def base_label(self) -> str:
        return str(RuleBase(self.after.base_kind).label)


def turns(now: RosterCounts, after: RosterCounts, rows: Iterable[RuleRow]) -> list[Turn]:
    """The rules that would not be met with the counts of `after`: those met now first, then those failing already."""
    pairs = [Turn(finding_of(row, now), finding_of(row, after)) for row in rows]
    return sorted((pair for pair in pairs if not pair.after.passed), key=lambda pair: not pair.turns)
