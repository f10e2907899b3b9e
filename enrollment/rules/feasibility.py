"""Whether a year's rules can be met together at all, and by how many people at least; pure (E4–E10, E15)."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from core.enums import FindingStatus, Operator, Severity
from core.findings import Finding
from enrollment.enums import RuleKind, Trait
from enrollment.rules.recruitment import RosterCounts, RuleRow, status_of
from enrollment.rules.remedies import least_part

_PLACES = (RuleKind.INSTITUTION_COUNT, RuleKind.NEW_INSTITUTION)


def fewest_people(rows: Iterable[RuleRow]) -> int:
    """Comprehensive trainees without whom no roster can pass: each of them of an institution of their own."""
    counted = [row for row in rows if row.kind in _PLACES]
    return max([1, *(least_part(row.operator, Fraction(row.threshold), 1) for row in counted)])


def ideal(rows: Sequence[RuleRow]) -> RosterCounts:
    """A roster than which none does better under these rules: every person counts for every floor, none for a ceiling.

    Shares grow with each such person and counts with the number of people, so that what fails here fails always.
    """
    people = fewest_people(rows)
    floors = [row for row in rows if row.kind == RuleKind.ONLINE_ONLY_FLOOR]
    return RosterCounts(
        people=people,
        traits={str(trait): people for trait in Trait if trait != Trait.NURSE},
        institutions=people,
        new_institutions=people,
        online_only=max([0, *(least_part(row.operator, Fraction(row.threshold), 1) for row in floors)]),
    )


def impossible(rows: Sequence[RuleRow]) -> list[RuleRow]:
    """The rules that no roster whatever can meet beside the others."""
    best = ideal(rows)
    return [row for row in rows if status_of(row, best) != FindingStatus.PASSED]


def rule_findings(
    rows: Mapping[str, Sequence[RuleRow]], seats: Mapping[str, tuple[str, int]]
) -> list[Finding]:
    """`rows` by province ("" binds everywhere), `seats` the name and the funded seats of each: an impossible rule is hard,

    a province with fewer funded seats than people needed is a warning: more than the seats are locally funded (E3).
    """
    everywhere = rows.get("", [])
    found: dict[str, Finding] = {}
    short: dict[int, list[str]] = {}
    for code, (name, count) in seats.items():
        own = [*everywhere, *rows.get(code, [])]
        for row in impossible(own):
            found.setdefault(row.code, _impossible(row))
        if count < fewest_people(own):
            short.setdefault(fewest_people(own), []).append(name)
    return [*found.values(), *(_short(needed, names) for needed, names in short.items())]


def _impossible(row: RuleRow) -> Finding:
    return Finding(
        kind="plan_rule",
        status=FindingStatus.FAILED,
        severity=Severity.HARD,
        code=row.code,
        threshold=row.threshold,
        operator=row.operator,
        unit=row.unit,
        clause=row.clause,
        params={"row": RuleKind(row.kind).label},
    )


def _short(needed: int, names: list[str]) -> Finding:
    return Finding(
        kind="plan_rule_seats",
        status=FindingStatus.FAILED,
        severity=Severity.WARN,
        value=len(names),
        threshold=needed,
        operator=Operator.GE,
        params={"provinces": names},
    )
