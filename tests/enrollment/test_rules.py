"""E2, E4–E10: each rule at, just below and just above its threshold; no database."""

from decimal import Decimal

import pytest

from core.enums import FindingStatus, Severity
from core.findings import blocking
from enrollment.enums import RuleBase, RuleKind, Trait
from enrollment.rules.recruitment import RULES, Group, RosterCounts, RuleRow, faults_of, lacks, tally
from enrollment.rules.remedies import evaluate

PASSED, FAILED, NO_DATA = FindingStatus.PASSED, FindingStatus.FAILED, FindingStatus.NO_DATA


def rule(kind: str, operator: str, threshold: str, **more) -> RuleRow:
    spec = RULES[kind]
    return RuleRow("r", kind, operator, Decimal(threshold), spec.unit, spec.base, **more)


def answer(row: RuleRow, **counts):
    return evaluate(RosterCounts(**counts), [row])[0]


def share(kind: str, operator: str, threshold: str, part: int, whole: int):
    return answer(rule(kind, operator, threshold), people=whole, traits={RULES[kind].trait: part})


@pytest.mark.parametrize(
    ("clause", "kind", "operator", "threshold", "part", "whole", "status"),
    [
        ("E4", RuleKind.COUNTY_SHARE, "ge", "0.5", 99, 199, FAILED),
        ("E4", RuleKind.COUNTY_SHARE, "ge", "0.5", 100, 200, PASSED),
        ("E4", RuleKind.COUNTY_SHARE, "ge", "0.5", 101, 201, PASSED),
        ("E4-strict", RuleKind.COUNTY_SHARE, "gt", "0.5", 100, 200, FAILED),
        ("E6-30", RuleKind.PRIORITY_PROGRAM_SHARE, "ge", "0.3", 299, 1000, FAILED),
        ("E6-30", RuleKind.PRIORITY_PROGRAM_SHARE, "ge", "0.3", 300, 1000, PASSED),
        ("E6-30", RuleKind.PRIORITY_PROGRAM_SHARE, "ge", "0.3", 301, 1000, PASSED),
        ("E6-10", RuleKind.PRIORITY_PROGRAM_SHARE, "ge", "0.1", 19, 200, FAILED),
        ("E6-10", RuleKind.PRIORITY_PROGRAM_SHARE, "ge", "0.1", 20, 200, PASSED),
        ("E7", RuleKind.HEALTH_MANAGEMENT_SHARE, "ge", "0.2", 39, 200, FAILED),
        ("E7", RuleKind.HEALTH_MANAGEMENT_SHARE, "ge", "0.2", 40, 200, PASSED),
        ("E7", RuleKind.HEALTH_MANAGEMENT_SHARE, "ge", "0.2", 41, 200, PASSED),
        ("E8", RuleKind.NURSE_TECHNICIAN_SHARE, "le", "0.1", 19, 200, PASSED),
        ("E8", RuleKind.NURSE_TECHNICIAN_SHARE, "le", "0.1", 20, 200, PASSED),
        ("E8", RuleKind.NURSE_TECHNICIAN_SHARE, "le", "0.1", 21, 200, FAILED),
        ("E8-strict", RuleKind.NURSE_TECHNICIAN_SHARE, "lt", "0.1", 20, 200, FAILED),
        # a third is no decimal: only cross-multiplication gets this right
        ("E7-third", RuleKind.HEALTH_MANAGEMENT_SHARE, "ge", "0.3333", 3333, 10000, PASSED),
        ("E7-third", RuleKind.HEALTH_MANAGEMENT_SHARE, "ge", "0.3333", 3332, 10000, FAILED),
    ],
    ids=str,
)
def test_shares_at_their_threshold(clause, kind, operator, threshold, part, whole, status):
    finding = share(kind, operator, threshold, part, whole)
    assert finding.status == status
    assert (finding.value, finding.base) == (part, whole)


@pytest.mark.parametrize(("count", "status"), [(14, FAILED), (15, PASSED), (16, PASSED)])
def test_e5_institutions(count, status):
    assert answer(rule(RuleKind.INSTITUTION_COUNT, "ge", "15"), institutions=count).status == status


@pytest.mark.parametrize(("count", "status"), [(None, NO_DATA), (0, FAILED), (1, PASSED), (2, PASSED)])
def test_e9_without_last_years_list_there_is_no_data_and_it_never_passes(count, status):
    finding = answer(rule(RuleKind.NEW_INSTITUTION, "ge", "1"), institutions=20, new_institutions=count)
    assert finding.status == status
    assert bool(blocking([finding])) is (status != PASSED)


@pytest.mark.parametrize(("count", "status"), [(49, FAILED), (50, PASSED), (51, PASSED), (4000, PASSED)])
def test_e10_online_only_is_a_floor_without_ceiling(count, status):
    assert answer(rule(RuleKind.ONLINE_ONLY_FLOOR, "ge", "50"), online_only=count).status == status


@pytest.mark.parametrize(("count", "status"), [(0, PASSED), (1, FAILED)])
def test_e2_nobody_counts_on_both_tracks(count, status):
    finding = answer(rule(RuleKind.SINGLE_TRACK, "le", "0"), on_both_tracks=count)
    assert finding.status == status
    assert [(r.kind, r.count) for r in finding.remedies] == (
        [] if count == 0 else [("remove_from_one_track", 1)]
    )


def test_a_share_of_nobody_is_no_data_and_blocks():
    finding = share(RuleKind.COUNTY_SHARE, "ge", "0.5", 0, 0)
    assert finding.status == NO_DATA
    assert finding.blocks


def test_e8_only_warns():
    row = rule(RuleKind.NURSE_TECHNICIAN_SHARE, "le", "0.1", severity=Severity.WARN)
    finding = answer(row, people=10, traits={Trait.NURSE: 2})
    assert finding.status == FAILED
    assert not finding.blocks


def test_a_finding_carries_clause_base_and_figure():
    row = rule(RuleKind.COUNTY_SHARE, "ge", "0.5", clause="000 三(二)", assumed="why")
    finding = answer(row, people=2, traits={Trait.COUNTY: 1})
    assert (finding.clause, finding.assumed, finding.base_kind) == (
        "000 三(二)",
        "why",
        RuleBase.COMPREHENSIVE_ACTIVE,
    )
    assert (finding.figure, finding.percent) == ("enrollment.county_share", Decimal("50.0"))


def test_every_kind_is_measured():
    assert set(RULES) == set(RuleKind)


@pytest.mark.parametrize(
    ("row", "faults"),
    [
        (rule(RuleKind.COUNTY_SHARE, "ge", "0.5"), []),
        (rule(RuleKind.COUNTY_SHARE, "le", "0.5"), ["operator"]),
        (rule(RuleKind.COUNTY_SHARE, "ge", "1.5"), ["threshold"]),
        (rule(RuleKind.INSTITUTION_COUNT, "ge", "-1"), ["threshold"]),
        (rule(RuleKind.NURSE_TECHNICIAN_SHARE, "ge", "0.1"), ["operator"]),
        (
            RuleRow(
                "r", RuleKind.INSTITUTION_COUNT, "ge", Decimal(15), "share", RuleBase.COMPREHENSIVE_ACTIVE
            ),
            ["unit", "base"],
        ),
    ],
)
def test_a_kind_checks_its_row(row, faults):
    assert faults_of(row) == faults


# Counting


def test_tally_counts_people_traits_and_institutions():
    county, nurse = frozenset({Trait.COUNTY}), frozenset({Trait.NURSE})
    counts = tally(
        [Group("a", county, 2), Group("a", nurse), Group("b", frozenset())],
        online_only=7,
        on_both_tracks=1,
        known=frozenset({"a"}),
    )
    assert (counts.people, counts.institutions, counts.new_institutions) == (4, 2, 1)
    assert (counts.having(Trait.COUNTY), counts.having(Trait.NURSE), counts.having(Trait.HEALTH)) == (2, 1, 0)
    assert (counts.online_only, counts.on_both_tracks) == (7, 1)


def test_tally_spares_all_but_the_best_of_each_institution():
    county, nurse = frozenset({Trait.COUNTY}), frozenset({Trait.NURSE})
    counts = tally([Group("a", county, 2), Group("a", nurse), Group("b", nurse)])
    assert counts.spare == {county: 1, nurse: 1}
    assert counts.new_institutions is None


def test_what_weighs_against_a_person():
    assert lacks(frozenset({Trait.COUNTY, Trait.NURSE})) == {Trait.PRIORITY, Trait.HEALTH, Trait.NURSE}
    assert lacks(frozenset({Trait.COUNTY, Trait.PRIORITY, Trait.HEALTH})) == frozenset()
