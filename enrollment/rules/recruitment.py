"""Recruitment rules E2 and E4–E10: counts of a roster in, findings out. A row of the year says which rule and how much."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from core.enums import FindingStatus, Operator, Severity
from core.findings import Finding
from core.values import holds, share_holds
from enrollment.enums import RuleBase, RuleKind, Trait

AT_LEAST = (Operator.GE, Operator.GT)
AT_MOST = (Operator.LE, Operator.LT)
Traits = frozenset[str]


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule as the year states it; only rows that bind the province are given to `evaluate`."""

    code: str
    kind: str
    operator: str
    threshold: Decimal
    unit: str
    base: str
    severity: str = Severity.HARD
    clause: str = ""
    assumed: str = ""
    order: int = 0


@dataclass(frozen=True, slots=True)
class Group:
    """Comprehensive trainees of one institution who are alike in all that rules read."""

    institution: str
    traits: Traits
    people: int = 1


@dataclass(frozen=True, slots=True)
class RosterCounts:
    """What the rules read of a province's roster.

    `spare` counts, by traits, the people who can leave without an institution being lost; `new_institutions` is None
    where nothing is known of the year before (E9).
    """

    people: int = 0
    traits: Mapping[str, int] = field(default_factory=dict)
    institutions: int = 0
    new_institutions: int | None = None
    online_only: int = 0
    on_both_tracks: int = 0
    spare: Mapping[Traits, int] = field(default_factory=dict)

    def having(self, trait: str) -> int:
        return self.traits.get(trait, 0)


def lacks(traits: Traits) -> Traits:
    """Where a person weighs against the rules: what they are not and should be, and a nurse or technician."""
    return frozenset(Trait) ^ traits ^ {Trait.NURSE}


def tally(
    groups: Iterable[Group],
    *,
    online_only: int = 0,
    on_both_tracks: int = 0,
    known: frozenset[str] | None = None,
) -> RosterCounts:
    """Count groups up; `known` are the institutions of the year before, None where there is no list of them."""
    traits: Counter[str] = Counter()
    members: dict[str, Counter[Traits]] = {}
    for group in groups:
        members.setdefault(group.institution, Counter())[group.traits] += group.people
        for trait in group.traits:
            traits[trait] += group.people
    return RosterCounts(
        people=sum(counter.total() for counter in members.values()),
        traits=dict(traits),
        institutions=len(members),
        new_institutions=None if known is None else len(members.keys() - known),
        online_only=online_only,
        on_both_tracks=on_both_tracks,
        spare=_spare(members.values()),
    )


def _spare(members: Iterable[Counter[Traits]]) -> dict[Traits, int]:
    """All but one of each institution; the one who helps the rules most is the one that stays."""
    spare: Counter[Traits] = Counter()
    for counter in members:
        stays = min(counter, key=lambda traits: (len(lacks(traits)), sorted(traits)))
        spare.update(counter)
        spare[stays] -= 1
    return {traits: count for traits, count in spare.items() if count > 0}


# A rule's kind → how it is measured and which rows make sense


@dataclass(frozen=True, slots=True)
class Measured:
    value: int | None
    base: int | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    measure: Callable[[RosterCounts], Measured]
    operators: Sequence[str]
    base: str
    unit: str = "count"
    trait: str = ""
    figure: str = ""


def _share(trait: Trait, operators: Sequence[str], figure: str) -> Kind:
    return Kind(
        lambda counts: Measured(counts.having(trait), counts.people),
        operators,
        RuleBase.COMPREHENSIVE_ACTIVE,
        "share",
        trait,
        figure,
    )


RULES: dict[str, Kind] = {
    RuleKind.SINGLE_TRACK: Kind(lambda c: Measured(c.on_both_tracks), AT_MOST, RuleBase.COMPREHENSIVE_ACTIVE),
    RuleKind.COUNTY_SHARE: _share(Trait.COUNTY, AT_LEAST, "enrollment.county_share"),
    RuleKind.INSTITUTION_COUNT: Kind(
        lambda c: Measured(c.institutions), AT_LEAST, RuleBase.INSTITUTIONS, figure="enrollment.institutions"
    ),
    RuleKind.PRIORITY_PROGRAM_SHARE: _share(Trait.PRIORITY, AT_LEAST, "enrollment.priority_program_share"),
    RuleKind.HEALTH_MANAGEMENT_SHARE: _share(Trait.HEALTH, AT_LEAST, "enrollment.health_management_share"),
    RuleKind.NURSE_TECHNICIAN_SHARE: _share(Trait.NURSE, AT_MOST, "enrollment.nurse_technician_share"),
    RuleKind.NEW_INSTITUTION: Kind(lambda c: Measured(c.new_institutions), AT_LEAST, RuleBase.INSTITUTIONS),
    RuleKind.ONLINE_ONLY_FLOOR: Kind(
        lambda c: Measured(c.online_only),
        AT_LEAST,
        RuleBase.ONLINE_ONLY_ACTIVE,
        figure="enrollment.online_only_approved",
    ),
}


def faults_of(row: RuleRow) -> list[str]:
    """Which fields of a row its kind cannot be measured by: operator, unit, base, threshold."""
    kind = RULES[row.kind]
    limit = 1 if kind.unit == "share" else None
    faults = []
    if row.operator not in kind.operators:
        faults.append("operator")
    if row.unit != kind.unit:
        faults.append("unit")
    if row.base != kind.base:
        faults.append("base")
    if row.threshold < 0 or (limit is not None and row.threshold > limit):
        faults.append("threshold")
    return faults


def status_of(row: RuleRow, counts: RosterCounts) -> FindingStatus:
    """No data where there is nothing to measure, which never passes."""
    measured = RULES[row.kind].measure(counts)
    if measured.value is None or measured.base == 0:
        return FindingStatus.NO_DATA
    if measured.base is None:
        passed = holds(row.operator, measured.value, row.threshold)
    else:
        passed = share_holds(row.operator, measured.value, measured.base, row.threshold)
    return FindingStatus.PASSED if passed else FindingStatus.FAILED


def finding_of(row: RuleRow, counts: RosterCounts) -> Finding:
    """The rule's answer without remedies."""
    kind = RULES[row.kind]
    measured = kind.measure(counts)
    return Finding(
        kind=row.kind,
        status=status_of(row, counts),
        severity=Severity(row.severity),
        value=measured.value,
        base=measured.base,
        threshold=row.threshold,
        operator=row.operator,
        unit=kind.unit,
        code=row.code,
        clause=row.clause,
        assumed=row.assumed,
        base_kind=row.base,
        figure=kind.figure,
    )
