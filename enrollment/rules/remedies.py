"""The smallest changes that make a rule pass, and all rules together (E15).

A change adds people or replaces some. It costs the people touched; of equal ones that with fewer people beyond the
funded seats comes first, then that which replaces fewer. Letting somebody go without a newcomer never costs less than
replacing them. Every share rule moves one way in one trait, so a newcomer who has every trait asked for is never worse
than any other: it is enough to find how many come and which people leave; which traits the newcomers need at least
follows from that.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from core.enums import FindingStatus, Operator
from core.findings import Finding, Remedy
from enrollment.enums import RuleKind, Trait
from enrollment.rules.cover import Supply, smallest_cover
from enrollment.rules.recruitment import (
    AT_MOST,
    RULES,
    RosterCounts,
    RuleRow,
    Traits,
    finding_of,
    lacks,
)


def evaluate(counts: RosterCounts, rows: Sequence[RuleRow]) -> list[Finding]:
    """One finding per row, with the smallest adding and the smallest replacing that would make it pass."""
    findings = []
    for row in rows:
        finding = finding_of(row, counts)
        if finding.status == FindingStatus.FAILED:
            finding = replace(finding, remedies=tuple(_remedies(row, counts)))
        findings.append(finding)
    return findings


def least_part(operator: str, threshold: Fraction, whole: int) -> int:
    """The fewest of `whole` for which part ≥ (or >) threshold · whole."""
    exact = threshold * whole
    return math.floor(exact) + 1 if operator == Operator.GT else math.ceil(exact)


def most_part(operator: str, threshold: Fraction, whole: int) -> int:
    """The most of `whole` for which part ≤ (or <) threshold · whole."""
    exact = threshold * whole
    return math.ceil(exact) - 1 if operator == Operator.LT else math.floor(exact)


def adds_needed(row: RuleRow, counts: RosterCounts) -> int | None:
    """How many well-chosen people must be added for one rule; None when adding never gets there."""
    kind = RULES[row.kind]
    if not kind.trait:
        return _count_needed(row, counts)
    share, part, whole = Fraction(row.threshold), counts.having(kind.trait), counts.people
    if row.operator in AT_MOST:
        adds = _first_whole(Fraction(part), share, strict=row.operator == Operator.LT)
        return None if adds is None else max(0, adds - whole)
    return _first_whole(share * whole - part, 1 - share, strict=row.operator == Operator.GT)


def _first_whole(amount: Fraction, rate: Fraction, *, strict: bool) -> int | None:
    """The smallest n ≥ 0 with rate · n ≥ (or >) amount."""
    if amount < 0 or (amount == 0 and not strict):
        return 0
    if rate <= 0:
        return None
    return math.floor(amount / rate) + 1 if strict else math.ceil(amount / rate)


def _count_needed(row: RuleRow, counts: RosterCounts) -> int:
    """Missing institutions or online-only trainees."""
    value = RULES[row.kind].measure(counts).value or 0
    return max(0, least_part(row.operator, Fraction(row.threshold), 1) - value)


def _remedies(row: RuleRow, counts: RosterCounts) -> list[Remedy]:
    kind = RULES[row.kind]
    if row.kind == RuleKind.SINGLE_TRACK:
        return [Remedy("remove_from_one_track", counts.on_both_tracks)]
    adds = adds_needed(row, counts)
    remedies = [Remedy("add_people", adds, {"rule": row.kind})] if adds else []
    swaps = _swaps_needed(row, counts) if kind.trait else None
    if swaps:
        remedies.append(Remedy("replace_people", swaps, {"rule": row.kind}))
    return remedies


def _swaps_needed(row: RuleRow, counts: RosterCounts) -> int | None:
    trait, share, whole = RULES[row.kind].trait, Fraction(row.threshold), counts.people
    if row.operator in AT_MOST:
        swaps = counts.having(trait) - most_part(row.operator, share, whole)
    else:
        swaps = least_part(row.operator, share, whole) - counts.having(trait)
    supply = sum(people for traits, people in counts.spare.items() if trait in lacks(traits))
    return swaps if 0 < swaps <= supply and least_part(row.operator, share, whole) <= whole else None


# All rules together


@dataclass(frozen=True, slots=True)
class JointChange:
    """`adds` come, `leaving` (by traits) are replaced; of the newcomers `needs` have a trait at least,
    `nurses_at_most` are nurses or technicians, `from_new` come from institutions not on the roster yet.
    """

    adds: int = 0
    leaving: Mapping[Traits, int] = field(default_factory=dict)
    needs: Mapping[str, int] = field(default_factory=dict)
    nurses_at_most: int | None = None
    from_new: int = 0
    online_adds: int = 0
    local_adds: int = 0

    @property
    def weight(self) -> tuple[int, int, int]:
        """What it costs, the smaller the better: people touched, of them locally funded, replaced."""
        return self.touched, self.local_adds, self.replaced

    @property
    def replaced(self) -> int:
        return sum(self.leaving.values())

    @property
    def newcomers(self) -> int:
        return self.adds + self.replaced

    @property
    def touched(self) -> int:
        return self.newcomers + self.online_adds

    def as_data(self) -> dict[str, Any]:
        """For templates: leavers by what speaks for replacing them."""
        return {
            "adds": self.adds,
            "replaced": self.replaced,
            "newcomers": self.newcomers,
            "leaving": [
                {"traits": sorted(lacks(traits)), "count": count, "query": leavers_query(traits)}
                for traits, count in self.leaving.items()
            ],
            "newcomers_query": newcomers_query(self),
            "needs": {trait: count for trait, count in self.needs.items() if count},
            "nurses_at_most": self.nurses_at_most,
            "from_new": self.from_new,
            "online_adds": self.online_adds,
            "local_adds": self.local_adds,
        }


def leavers_query(traits: Traits) -> list[tuple[str, str]]:
    """The search on the list of people that finds exactly those of these traits."""
    return [("trait" if trait in traits else "lacking", str(trait)) for trait in sorted(Trait)]


def newcomers_query(change: "JointChange") -> list[tuple[str, str]]:
    """The search that finds whoever may be among the newcomers: what all of them must be, no more."""
    wanted = [("trait", str(trait)) for trait, n in sorted(change.needs.items()) if n == change.newcomers]
    return wanted if change.nurses_at_most != 0 else [*wanted, ("lacking", str(Trait.NURSE))]


def joint_change(
    counts: RosterCounts, rows: Sequence[RuleRow], free: int | None = None
) -> JointChange | None:
    """The smallest change after which every measurable rule passes; an empty one when they pass, None when none helps.

    `free` are the funded seats nobody sits on, None where seats are not counted.
    """
    rows = [row for row in rows if _counts_jointly(row, counts)]
    online = max([_count_needed(r, counts) for r in rows if r.kind == RuleKind.ONLINE_ONLY_FLOOR], default=0)
    places = max([_count_needed(r, counts) for r in rows if _is_about_places(r)], default=0)
    shares = [row for row in rows if RULES[row.kind].trait]
    adds = [adds_needed(row, counts) for row in shares]
    only_adds = None if None in adds else max([places, *(count for count in adds if count is not None)])
    best = _search(counts, shares, places, only_adds, free)
    if best is None:
        return None
    return replace(_demands(best, counts, shares), from_new=places, online_adds=online)


def _counts_jointly(row: RuleRow, counts: RosterCounts) -> bool:
    if row.kind == RuleKind.SINGLE_TRACK:
        return False
    return row.kind != RuleKind.NEW_INSTITUTION or counts.new_institutions is not None


def _is_about_places(row: RuleRow) -> bool:
    return row.kind in {RuleKind.INSTITUTION_COUNT, RuleKind.NEW_INSTITUTION}


def _search(
    counts: RosterCounts,
    shares: Sequence[RuleRow],
    places: int,
    only_adds: int | None,
    free: int | None,
) -> JointChange | None:
    """The change of least weight: for each number of adds the fewest that must leave."""

    def local(adds: int) -> int:
        return 0 if free is None else max(0, adds - free)

    best = None if only_adds is None else JointChange(adds=only_adds, local_adds=local(only_adds))
    supply = _supply(counts)
    ceiling = counts.people + places if only_adds is None else only_adds
    for adds in range(ceiling + 1):
        limit = (best.touched if best else ceiling + counts.people) - adds
        if limit < 0:
            break
        cover = smallest_cover(_leavers_needed(counts, shares, adds), supply, limit, at_least=places - adds)
        if cover is not None:
            change = JointChange(adds=adds, leaving=cover, local_adds=local(adds))
            best = change if best is None else min(best, change, key=lambda one: one.weight)
    return best


def _supply(counts: RosterCounts) -> list[Supply]:
    return [Supply(traits, lacks(traits), people) for traits, people in counts.spare.items()]


def _leavers_needed(counts: RosterCounts, shares: Sequence[RuleRow], adds: int) -> dict[str, int]:
    """How many of those replaced must lack each trait (be a nurse or technician), when `adds` come besides."""
    whole = counts.people + adds
    needed: dict[str, int] = {}
    for row in shares:
        trait, share = RULES[row.kind].trait, Fraction(row.threshold)
        if row.operator in AT_MOST:
            missing = counts.having(trait) - most_part(row.operator, share, whole)
        else:
            missing = least_part(row.operator, share, whole) - counts.having(trait) - adds
        needed[trait] = max(needed.get(trait, 0), missing)
    return {trait: missing for trait, missing in needed.items() if missing > 0}


def _demands(change: JointChange, counts: RosterCounts, shares: Sequence[RuleRow]) -> JointChange:
    """What the newcomers must be, no more than the rules ask."""
    whole, nurses = counts.people + change.adds, None
    needs: dict[str, int] = {}
    for row in shares:
        trait, share = RULES[row.kind].trait, Fraction(row.threshold)
        stay = counts.having(trait) - sum(n for traits, n in change.leaving.items() if trait in traits)
        if row.operator in AT_MOST:
            room = max(0, most_part(row.operator, share, whole) - stay)
            nurses = room if nurses is None else min(nurses, room)
        else:
            needs[trait] = max(needs.get(trait, 0), least_part(row.operator, share, whole) - stay, 0)
    if nurses is not None and nurses >= change.newcomers:
        nurses = None
    return replace(change, needs=needs, nurses_at_most=nurses)


def applied(change: JointChange, counts: RosterCounts) -> RosterCounts:
    """The counts after the change, newcomers being just what it demands."""
    traits = {
        str(trait): counts.having(trait)
        - sum(n for leaving, n in change.leaving.items() if trait in leaving)
        + change.needs.get(trait, 0)
        for trait in Trait
    }
    return RosterCounts(
        people=counts.people + change.adds,
        traits=traits,
        institutions=counts.institutions + change.from_new,
        new_institutions=None
        if counts.new_institutions is None
        else counts.new_institutions + change.from_new,
        online_only=counts.online_only + change.online_adds,
        on_both_tracks=counts.on_both_tracks,
    )
