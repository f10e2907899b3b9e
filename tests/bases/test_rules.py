"""B2, B3, B4, B6: the conditions of a call at, below and above what they ask; no database."""

from dataclasses import replace
from decimal import Decimal

import pytest

from bases.enums import BOXES, ConditionGroup, ConditionKind, FileKind, Section, Title
from bases.rules import (
    CONDITIONS,
    REQUIRED,
    ApplicationFacts,
    ConditionRow,
    Ties,
    conflicted,
    empty,
    evaluate,
    faults_of,
    finding_of,
    has_priority,
    new_bases_finding,
    progress_of,
)
from core.enums import FindingStatus, Severity
from core.findings import blocking, frozen, thawed
from tests.programs.source_rows import rows

PASSED, FAILED, NO_DATA = FindingStatus.PASSED, FindingStatus.FAILED, FindingStatus.NO_DATA


def source_rows() -> list[ConditionRow]:
    """The conditions of the 2024 call as the fixture prints them."""
    return [
        ConditionRow(
            row["code"], row["kind"], row["group"], row["operator"], Decimal(row["threshold"]), row["unit"],
            row["printed"], row["clause"],
        )
        for row in rows("condition")
    ]  # fmt: skip


def source_row(kind: str) -> ConditionRow:
    return next(row for row in source_rows() if row.kind == kind)


JUST_ENOUGH = ApplicationFacts(
    level="tertiary_b",
    perfusion_years=3,
    rest_count=150,
    stress_count=150,
    senior_titles=2,
    full_senior_titles=1,
    treadmill=False,
    bicycle=True,
    defibrillator=True,
    ecg_monitor=True,
    rescue_equipment=True,
    boxes=dict.fromkeys(BOXES, False),
    director_title=Title.ASSOCIATE_CHIEF_PHYSICIAN,
    trainer_titles=(Title.ASSOCIATE_CHIEF_PHYSICIAN,),
)


@pytest.mark.parametrize(
    ("kind", "facts", "status"),
    [
        pytest.param("tertiary_hospital", {"level": level}, status, id=f"B2-level-{level or 'empty'}")
        for level, status in {
            "tertiary_a": PASSED, "tertiary_b": PASSED, "tertiary_c": PASSED, "tertiary": PASSED,
            "secondary": FAILED, "primary": FAILED, "": NO_DATA,
        }.items()
    ]
    + [
        pytest.param("perfusion_years", {"perfusion_years": years}, status, id=f"B2-years-{years}")
        for years, status in {2: FAILED, 3: PASSED, 4: PASSED, 0: FAILED, None: NO_DATA}.items()
    ]
    + [
        pytest.param("perfusion_count", {"rest_count": rest, "stress_count": stress}, status, id=f"B2-count-{rest}+{stress}")
        for (rest, stress), status in {
            (150, 149): FAILED, (150, 150): PASSED, (151, 150): PASSED, (300, 0): PASSED, (0, 0): FAILED,
            (None, 400): NO_DATA, (400, None): NO_DATA,
        }.items()
    ]
    + [
        pytest.param("senior_titles", {"senior_titles": count}, status, id=f"B2-senior-{count}")
        for count, status in {1: FAILED, 2: PASSED, 3: PASSED, None: NO_DATA}.items()
    ]
    + [
        pytest.param("full_senior_titles", {"full_senior_titles": count}, status, id=f"B2-full-senior-{count}")
        for count, status in {0: FAILED, 1: PASSED, 2: PASSED, None: NO_DATA}.items()
    ]
    + [
        pytest.param("mentor", {"trainer_titles": titles}, status, id=f"B2-mentor-{name}")
        for name, titles, status in [
            ("nobody", (), NO_DATA),
            ("attending-only", (Title.ATTENDING_PHYSICIAN,), FAILED),
            ("a-technologist-is-no-physician", (Title.CHIEF_TECHNOLOGIST,), FAILED),
            ("associate-chief", (Title.ASSOCIATE_CHIEF_PHYSICIAN, Title.NURSE), PASSED),
            ("chief", (Title.CHIEF_PHYSICIAN, Title.CHIEF_PHYSICIAN), PASSED),
        ]
    ]
    + [
        pytest.param("director_title", {"director_title": title}, status, id=f"B4-director-{title or 'empty'}")
        for title, status in {
            Title.ASSOCIATE_CHIEF_PHYSICIAN: PASSED, Title.PROFESSOR: PASSED, Title.ATTENDING_PHYSICIAN: FAILED, "": NO_DATA,
        }.items()
    ]
    + [
        pytest.param("trainer_titles", {"trainer_titles": titles}, status, id=f"B4-trainers-{name}")
        for name, titles, status in [
            ("none", (), NO_DATA),
            ("all", (Title.CHIEF_NURSE, Title.ASSOCIATE_PROFESSOR), PASSED),
            ("one-without", (Title.CHIEF_PHYSICIAN, Title.TECHNOLOGIST), FAILED),
            ("one-empty", (Title.CHIEF_PHYSICIAN, ""), FAILED),
        ]
    ],
)  # fmt: skip
def test_condition_of_the_2024_call(kind, facts, status):
    finding = finding_of(source_row(kind), replace(JUST_ENOUGH, **facts))
    assert finding.status == status
    assert finding.severity == Severity.HARD
    assert bool(finding.remedies) == (status != PASSED)
    assert finding.clause.startswith("002 附件")


@pytest.mark.parametrize(
    ("parts", "status", "missing"),
    [
        pytest.param({}, PASSED, [], id="B2-bicycle-instead-of-treadmill"),
        pytest.param({"treadmill": True, "bicycle": None}, PASSED, [], id="B2-treadmill-is-enough"),
        pytest.param({"bicycle": False}, FAILED, ["exercise"], id="B2-neither"),
        pytest.param({"bicycle": None}, NO_DATA, [], id="B2-exercise-unknown"),
        pytest.param({"defibrillator": False}, FAILED, ["defibrillator"], id="B2-no-defibrillator"),
        pytest.param({"ecg_monitor": False}, FAILED, ["ecg_monitor"], id="B2-no-monitor"),
        pytest.param({"rescue_equipment": False}, FAILED, ["rescue_equipment"], id="B2-no-rescue"),
        pytest.param({"rescue_equipment": None}, NO_DATA, [], id="B2-rescue-unknown"),
        pytest.param(
            {"defibrillator": False, "ecg_monitor": None},
            FAILED,
            ["defibrillator"],
            id="B2-one-missing-decides",
        ),
    ],
)
def test_equipment_is_complete_part_by_part(parts, status, missing):
    finding = finding_of(source_row("equipment"), replace(JUST_ENOUGH, **parts))
    assert (finding.status, finding.params["missing"]) == (status, missing)


@pytest.mark.parametrize(
    ("kind", "facts", "short"),
    [
        pytest.param("perfusion_count", {"rest_count": 100, "stress_count": 83}, 117, id="B2-examinations"),
        pytest.param("perfusion_years", {"perfusion_years": 1}, 2, id="B2-years"),
        pytest.param("senior_titles", {"senior_titles": 0}, 2, id="B2-senior"),
        pytest.param("mentor", {"trainer_titles": (Title.NURSE,)}, 1, id="B2-mentor"),
        pytest.param(
            "trainer_titles", {"trainer_titles": (Title.NURSE, "", Title.PROFESSOR)}, 2, id="B4-trainers"
        ),
        pytest.param("tertiary_hospital", {"level": "secondary"}, 1, id="B2-level"),
    ],
)
def test_a_remedy_says_how_much_is_short(kind, facts, short):
    (remedy,) = finding_of(source_row(kind), replace(JUST_ENOUGH, **facts)).remedies
    assert (remedy.kind, remedy.count) == (f"base_{kind}", short)


@pytest.mark.parametrize(
    ("operator", "value", "short"),
    [
        pytest.param("gt", 300, 1, id="B2-more-than-at-the-threshold"),
        pytest.param("gt", 298, 3, id="B2-more-than-below"),
        pytest.param("ge", 299, 1, id="B2-at-least"),
    ],
)
def test_the_remedy_makes_the_condition_hold(operator, value, short):
    row = replace(source_row("perfusion_count"), operator=operator)
    facts = replace(JUST_ENOUGH, rest_count=value, stress_count=0)
    (remedy,) = finding_of(row, facts).remedies
    assert remedy.count == short
    assert finding_of(row, replace(facts, rest_count=value + short)).passed
    assert not finding_of(row, replace(facts, rest_count=value + short - 1)).passed


def test_b2_a_fraction_asked_for_is_rounded_up():
    row = replace(source_row("perfusion_years"), threshold=Decimal("2.5"))
    (remedy,) = finding_of(row, replace(JUST_ENOUGH, perfusion_years=1)).remedies
    assert remedy.count == 2


def test_what_is_not_filled_in_leads_to_its_section():
    findings = evaluate(source_rows(), ApplicationFacts())
    sections = {
        finding.kind: finding.remedies[0].params["section"] for finding in findings if finding.remedies
    }
    assert sections["base_equipment"] == Section.SUPPLEMENT
    assert sections["base_mentor"] == Section.TRAINERS
    assert {finding.status for finding in findings} == {NO_DATA}


# B3


@pytest.mark.parametrize("kind", [pytest.param(kind, id=f"B3-{kind}") for kind in BOXES])
def test_any_one_of_the_other_conditions_gives_priority(kind):
    facts = replace(JUST_ENOUGH, boxes=dict.fromkeys(BOXES, False) | {kind: True})
    findings = evaluate(source_rows(), facts)
    assert has_priority(findings)
    (priority,) = [finding for finding in findings if finding.kind == "base_priority"]
    assert (priority.value, priority.params["of"], priority.clause) == (1, 5, "002 附件1 二")


@pytest.mark.parametrize(
    ("boxes", "status"),
    [
        pytest.param(dict.fromkeys(BOXES, False), FAILED, id="B3-none"),
        pytest.param({}, NO_DATA, id="B3-unanswered"),
        pytest.param(dict.fromkeys(BOXES, False) | {"award": None}, NO_DATA, id="B3-one-unanswered"),
        pytest.param({"award": True}, PASSED, id="B3-one-is-enough-though-others-are-unanswered"),
    ],
)
def test_priority_without_any_of_them(boxes, status):
    findings = evaluate(source_rows(), replace(JUST_ENOUGH, boxes=boxes))
    (priority,) = [finding for finding in findings if finding.kind == "base_priority"]
    assert priority.status == status
    assert blocking(findings) == []


def test_b3_a_call_without_other_conditions_asks_for_none():
    basic = [row for row in source_rows() if row.group == ConditionGroup.BASIC]
    findings = evaluate(basic, JUST_ENOUGH)
    assert len(findings) == len(basic)
    assert not has_priority(findings)


def test_b2_just_enough_of_everything_passes():
    assert blocking(evaluate(source_rows(), JUST_ENOUGH)) == []


def test_findings_survive_freezing():
    for finding in evaluate(source_rows(), replace(JUST_ENOUGH, level="secondary", rest_count=0)):
        assert thawed(frozen(finding)) == finding


# Rows that make sense


def test_every_kind_is_measured_and_stands_in_the_source():
    assert set(CONDITIONS) == set(ConditionKind) == {row.kind for row in source_rows()}


@pytest.mark.parametrize("row", [pytest.param(row, id=f"B2-{row.code}") for row in source_rows()])
def test_the_source_rows_can_be_measured(row):
    assert faults_of(row) == []


@pytest.mark.parametrize(
    ("change", "faults"),
    [
        pytest.param({"operator": "le"}, ["operator"], id="B2-at-most-makes-no-sense"),
        pytest.param({"group": "priority"}, ["group"], id="B2-group"),
        pytest.param({"unit": "years"}, ["unit"], id="B2-unit"),
        pytest.param({"threshold": Decimal(-1)}, ["threshold"], id="B2-negative"),
        pytest.param({"operator": "lt", "unit": "flag"}, ["operator", "unit"], id="B2-two-at-once"),
    ],
)
def test_rows_that_cannot_be_measured_are_named(change, faults):
    assert faults_of(replace(source_row("perfusion_count"), **change)) == faults


def test_b2_a_flag_is_asked_for_as_one():
    assert faults_of(replace(source_row("equipment"), threshold=Decimal(2))) == ["threshold"]


# Progress


@pytest.mark.parametrize("value", [None, "", "   "])
def test_nothing_typed_is_empty(value):
    assert empty(value)


@pytest.mark.parametrize("value", [0, False, "0", "x"])
def test_zero_and_no_are_answers(value):
    assert not empty(value)


def test_b4_a_section_counts_its_fields():
    part = progress_of(Section.HOSPITAL, [dict.fromkeys(REQUIRED[Section.HOSPITAL], "x") | {"postcode": ""}])
    assert (part.done, part.total, part.is_complete) == (6, 7, False)
    assert [(gap.field, gap.row) for gap in part.gaps] == [("postcode", 0)]


def test_b4_a_box_answered_yes_must_say_what():
    answers: dict[str, object] = {f"has_{kind}": False for kind in BOXES}
    assert progress_of(Section.RECORD, [answers]).is_complete
    part = progress_of(Section.RECORD, [answers | {"has_award": True, "award_text": " "}])
    assert [gap.field for gap in part.gaps] == ["award_text"]
    assert progress_of(Section.RECORD, [answers | {"has_award": True, "award_text": "x"}]).is_complete


def test_b4_every_trainer_is_asked_for_everything_and_one_is_needed():
    full = dict.fromkeys(REQUIRED[Section.TRAINERS], "x")
    assert progress_of(Section.TRAINERS, [full, full]).is_complete
    part = progress_of(Section.TRAINERS, [full, full | {"phone": ""}])
    assert [(gap.field, gap.row) for gap in part.gaps] == [("phone", 2)]
    assert progress_of(Section.TRAINERS, []).gaps[0].row == 1


def test_b4_proof_and_sealed_scan_are_wanted():
    part = progress_of(Section.FILES, [{FileKind.SEALED_FORM: "sealed_form"}])
    assert [gap.field for gap in part.gaps] == [FileKind.COUNT_PROOF, FileKind.STAFF_PROOF]


# B5, B6


@pytest.mark.parametrize(
    ("expert", "expected"),
    [
        pytest.param(Ties(), False, id="B5-from-nowhere"),
        pytest.param(
            Ties(frozenset({9}), frozenset({"410000"}), frozenset({8})), False, id="B5-from-elsewhere"
        ),
        pytest.param(Ties(frozenset({1})), True, id="B5-same-hospital"),
        pytest.param(Ties(frozenset({9}), frozenset({"410000", "130000"})), True, id="B5-same-province"),
        pytest.param(Ties(institutions=frozenset({3})), True, id="B5-same-institution"),
    ],
)
def test_who_may_not_review(expert, expected):
    hospital = Ties(frozenset({1}), frozenset({"130000"}), frozenset({3}))
    assert conflicted(expert, hospital) is expected


@pytest.mark.parametrize(
    ("count", "passed", "left"),
    [
        pytest.param(1, True, 1, id="B6-below"),
        pytest.param(2, True, 0, id="B6-at"),
        pytest.param(3, False, 0, id="B6-above"),
    ],
)
def test_at_most_two_new_bases(count, passed, left):
    limit = Decimal(next(row["value"] for row in rows("setting") if row["code"] == "new-bases-max"))
    finding = new_bases_finding(count, limit, clause="000 三(四)2")
    assert (finding.passed, finding.params["left"], finding.clause) == (passed, left, "000 三(四)2")
