"""E15: a remedy makes the rule pass and one less does not; the joint change is the smallest there is."""

import itertools
from collections import Counter
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.enums import FindingStatus
from enrollment.enums import RuleKind, Trait
from enrollment.rules import cover as cover_module
from enrollment.rules.cover import Supply, smallest_cover
from enrollment.rules.recruitment import RULES, RosterCounts, RuleRow, status_of, tally
from enrollment.rules.remedies import applied, evaluate, joint_change

CLASSES = [frozenset(c) for n in range(5) for c in itertools.combinations(Trait, n)]
SHARES = [
    RuleKind.COUNTY_SHARE,
    RuleKind.PRIORITY_PROGRAM_SHARE,
    RuleKind.HEALTH_MANAGEMENT_SHARE,
    RuleKind.NURSE_TECHNICIAN_SHARE,
]


def rule(kind: str, operator: str, threshold: str) -> RuleRow:
    spec = RULES[kind]
    return RuleRow(str(kind), kind, operator, Decimal(threshold), spec.unit, spec.base)


PRINTED = [
    rule(RuleKind.SINGLE_TRACK, "le", "0"),
    rule(RuleKind.COUNTY_SHARE, "ge", "0.5"),
    rule(RuleKind.INSTITUTION_COUNT, "ge", "15"),
    rule(RuleKind.PRIORITY_PROGRAM_SHARE, "ge", "0.3"),
    rule(RuleKind.HEALTH_MANAGEMENT_SHARE, "ge", "0.2"),
    rule(RuleKind.NURSE_TECHNICIAN_SHARE, "le", "0.1"),
    rule(RuleKind.NEW_INSTITUTION, "ge", "1"),
    rule(RuleKind.ONLINE_ONLY_FLOOR, "ge", "50"),
]


def with_people(classes: dict[frozenset, int], **more) -> RosterCounts:
    """Everyone may leave: institutions are looked at apart."""
    traits = Counter()
    for kind, count in classes.items():
        for trait in kind:
            traits[trait] += count
    return RosterCounts(people=sum(classes.values()), traits=traits, spare=classes, **more)


def passes(counts: RosterCounts, rows) -> bool:
    return all(status_of(row, counts) == FindingStatus.PASSED for row in rows)


def shifted(counts: RosterCounts, row: RuleRow, adds: int, swaps: int) -> RosterCounts:
    trait = RULES[row.kind].trait
    gain = -swaps if trait == Trait.NURSE else adds + swaps
    return RosterCounts(people=counts.people + adds, traits={trait: counts.having(trait) + gain})


# One rule


@pytest.mark.parametrize(
    ("part", "whole", "adds", "swaps"), [(96, 200, 8, 4), (99, 199, 1, 1), (0, 2, 2, 1)], ids=str
)
def test_e4_says_how_many_to_add_or_to_replace(part, whole, adds, swaps):
    classes = {frozenset({Trait.COUNTY}): part, frozenset(): whole - part}
    (finding,) = evaluate(with_people(classes), [rule(RuleKind.COUNTY_SHARE, "ge", "0.5")])
    assert [(r.kind, r.count) for r in finding.remedies] == [("add_people", adds), ("replace_people", swaps)]


def test_e8_replacing_two_nurses_or_adding_twenty_others():
    classes = {frozenset({Trait.NURSE}): 22, frozenset(): 178}
    (finding,) = evaluate(with_people(classes), [rule(RuleKind.NURSE_TECHNICIAN_SHARE, "le", "0.1")])
    assert [(r.kind, r.count) for r in finding.remedies] == [("add_people", 20), ("replace_people", 2)]


def test_nobody_to_spare_leaves_adding():
    counts = RosterCounts(people=2, traits={Trait.COUNTY: 0})
    (finding,) = evaluate(counts, [rule(RuleKind.COUNTY_SHARE, "ge", "0.5")])
    assert [(r.kind, r.count) for r in finding.remedies] == [("add_people", 2)]


def test_a_share_of_all_is_reached_by_replacing_alone():
    classes = {frozenset({Trait.COUNTY}): 1, frozenset(): 1}
    (finding,) = evaluate(with_people(classes), [rule(RuleKind.COUNTY_SHARE, "ge", "1")])
    assert [(r.kind, r.count) for r in finding.remedies] == [("replace_people", 1)]


def test_more_than_all_has_no_remedy():
    (finding,) = evaluate(with_people({frozenset(): 1}), [rule(RuleKind.COUNTY_SHARE, "gt", "1")])
    assert finding.remedies == ()
    assert joint_change(with_people({frozenset(): 1}), [rule(RuleKind.COUNTY_SHARE, "gt", "1")]) is None


def test_e5_and_e10_count_what_is_missing():
    counts = RosterCounts(people=9, institutions=12, new_institutions=0, online_only=41)
    findings = {f.kind: f for f in evaluate(counts, PRINTED)}
    assert findings[RuleKind.INSTITUTION_COUNT].remedies[0].count == 3
    assert findings[RuleKind.NEW_INSTITUTION].remedies[0].count == 1
    assert findings[RuleKind.ONLINE_ONLY_FLOOR].remedies[0].count == 9


THRESHOLDS = st.sampled_from(["0", "0.1", "0.25", "0.3", "0.3333", "0.5", "0.9", "1"])
CLASS_COUNTS = st.dictionaries(st.sampled_from(CLASSES), st.integers(1, 6), max_size=5)


@given(kind=st.sampled_from(SHARES), strict=st.booleans(), threshold=THRESHOLDS, classes=CLASS_COUNTS)
@settings(max_examples=400, deadline=None)
def test_a_remedy_of_one_rule_passes_and_one_less_does_not(kind, strict, threshold, classes):
    at_most = kind == RuleKind.NURSE_TECHNICIAN_SHARE
    row = rule(kind, {(0, 0): "ge", (0, 1): "gt", (1, 0): "le", (1, 1): "lt"}[at_most, strict], threshold)
    counts = with_people(classes)
    (finding,) = evaluate(counts, [row])
    for remedy in finding.remedies:
        adds, swaps = (remedy.count, 0) if remedy.kind == "add_people" else (0, remedy.count)
        assert passes(shifted(counts, row, adds, swaps), [row])
        less = (adds - 1, 0) if adds else (0, swaps - 1)
        assert not passes(shifted(counts, row, *less), [row])


# All together


def leavers_of(classes: dict[frozenset, int], count: int) -> list[dict[frozenset, int]]:
    present = list(classes)
    return [
        dict(zip(present, counts, strict=True))
        for counts in itertools.product(*(range(min(classes[c], count) + 1) for c in present))
        if sum(counts) == count
    ]


def ways(touched: int, free: int):
    """Every (weight, newcomers, leavers) that touches so many: adds, replacements, and removals without a newcomer."""
    for removed in range(touched + 1):
        for replaced in range(touched - removed + 1):
            adds = touched - removed - replaced
            yield (touched, max(0, adds - free), removed, replaced), adds + replaced, replaced + removed


def smallest_by_force(classes: dict[frozenset, int], rows, most: int, free: int) -> tuple[int, ...] | None:
    """The least weight, by trying every newcomer and every leaver."""
    for touched in range(most + 1):
        for weight, coming, going in sorted(ways(touched, free)):
            for leaving in leavers_of(classes, going):
                for newcomers in itertools.combinations_with_replacement(CLASSES, coming):
                    after = Counter(classes)
                    after.subtract(leaving)
                    after.update(newcomers)
                    if passes(with_people(dict(after)), rows):
                        return weight
    return None


@given(
    classes=st.dictionaries(st.sampled_from(CLASSES), st.integers(1, 3), min_size=1, max_size=3),
    county=st.sampled_from(["0.25", "0.5", "0.6"]),
    health=st.sampled_from(["0.2", "0.5", "1"]),
    nurses=st.sampled_from(["0", "0.1", "0.34"]),
    free=st.integers(0, 4),
)
@settings(max_examples=120, deadline=None)
def test_e15_no_cheaper_change_makes_all_rules_pass(classes, county, health, nurses, free):
    rows = [
        rule(RuleKind.COUNTY_SHARE, "ge", county),
        rule(RuleKind.HEALTH_MANAGEMENT_SHARE, "ge", health),
        rule(RuleKind.NURSE_TECHNICIAN_SHARE, "le", nurses),
    ]
    change = joint_change(with_people(classes), rows, free)
    assert change is not None
    assert passes(applied(change, with_people(classes)), rows)
    assert all(classes[traits] >= count for traits, count in change.leaving.items())
    if change.touched <= 3:
        touched, local, replaced = change.weight
        assert smallest_by_force(classes, rows, touched, free) == (touched, local, 0, replaced)
    else:
        assert smallest_by_force(classes, rows, 2, free) is None


def test_e3_of_two_equal_changes_that_within_the_funded_seats_comes_first():
    """One county doctor short of half: with a free seat one is added, without one somebody is replaced."""
    county, city = frozenset({Trait.COUNTY}), frozenset()
    counts, rows = with_people({county: 9, city: 10}), [rule(RuleKind.COUNTY_SHARE, "ge", "0.5")]
    assert joint_change(counts, rows, 1).weight == (1, 0, 0)
    assert joint_change(counts, rows, 0).weight == (1, 0, 1)
    more = with_people({county: 8, city: 8 + 2})
    assert joint_change(more, rows, 0).weight == (1, 0, 1)  # one replaced, not two added
    alone = RosterCounts(people=19, traits={Trait.COUNTY: 9})  # nobody can leave
    assert joint_change(alone, rows, 0).weight == (1, 1, 0)


@given(
    classes=CLASS_COUNTS,
    institutions=st.integers(0, 20),
    new=st.sampled_from([None, 0, 3]),
    online=st.integers(0, 60),
)
@settings(max_examples=200, deadline=None)
def test_e15_after_the_joint_change_the_printed_rules_pass(classes, institutions, new, online):
    counts = with_people(classes, institutions=institutions, new_institutions=new, online_only=online)
    change = joint_change(counts, PRINTED)
    assert change is not None
    measurable = [row for row in PRINTED if new is not None or row.kind != RuleKind.NEW_INSTITUTION]
    after = applied(change, counts)
    if after.people:
        assert passes(after, measurable)
    assert change.from_new <= change.newcomers


def test_e15_speaks_in_people():
    nurse, city = frozenset({Trait.NURSE}), frozenset()
    good = frozenset({Trait.COUNTY, Trait.PRIORITY, Trait.HEALTH})
    counts = with_people({good: 97, city: 91, nurse: 12}, institutions=15, new_institutions=2, online_only=48)
    change = joint_change(counts, PRINTED)
    # three of the nurses in the cities make room for three people of county level
    assert change.as_data() == {
        "adds": 0,
        "replaced": 3,
        "newcomers": 3,
        "leaving": [
            {
                "traits": sorted([Trait.COUNTY, Trait.PRIORITY, Trait.HEALTH, Trait.NURSE]),
                "count": 3,
                "query": [
                    ("lacking", "county"),
                    ("lacking", "health"),
                    ("trait", "nurse"),
                    ("lacking", "priority"),
                ],
            }
        ],
        "newcomers_query": [("trait", "county")],
        "needs": {Trait.COUNTY: 3},
        "nurses_at_most": None,
        "from_new": 0,
        "online_adds": 2,
        "local_adds": 0,
    }
    assert change.touched == 5


def test_e15_all_passing_asks_for_nothing():
    good = frozenset({Trait.COUNTY, Trait.PRIORITY, Trait.HEALTH})
    counts = with_people({good: 20}, institutions=15, new_institutions=1, online_only=50)
    change = joint_change(counts, PRINTED)
    assert (change.touched, change.leaving, dict(change.needs)) == (0, {}, dict.fromkeys(change.needs, 0))


def test_e15_new_places_take_somebodys_seat_or_a_new_one():
    good = frozenset({Trait.COUNTY, Trait.PRIORITY, Trait.HEALTH})
    counts = with_people({good: 20}, institutions=11, new_institutions=1, online_only=50)
    change = joint_change(counts, PRINTED)
    assert (change.adds, change.replaced, change.from_new) == (4, 0, 4)


def test_nobody_on_the_list_yet_asks_for_no_share():
    assert joint_change(tally([]), [rule(RuleKind.COUNTY_SHARE, "ge", "0.5")]).touched == 0


# Covering


def supply(*letters: str) -> list[Supply]:
    return [Supply(frozenset(one), frozenset(one), count) for one, count in Counter(letters).items()]


def test_cover_takes_those_who_count_for_most():
    assert smallest_cover({"a": 1, "b": 1}, supply("a", "b", "ab"), 9) == {frozenset("ab"): 1}


def test_cover_within_its_limits():
    assert smallest_cover({"a": 2}, supply("a"), 9) is None
    assert smallest_cover({"a": 2}, supply("a", "a"), 1) is None
    assert smallest_cover({}, supply("a"), 9, at_least=2) is None
    assert smallest_cover({}, supply("a", "b"), 9, at_least=2) == {frozenset("a"): 1, frozenset("b"): 1}


def test_cover_gives_a_right_answer_when_it_stops_early(monkeypatch):
    monkeypatch.setattr(cover_module, "MAX_NODES", 3)
    found = smallest_cover({"a": 1, "b": 1, "c": 1}, supply("a", "b", "c", "ab", "bc"), 9)
    assert found is not None
    assert {"a", "b", "c"} <= set().union(*found)
