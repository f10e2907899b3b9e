"""S1-S6, pure: every threshold of the printed scorecard at, just below and just above."""

import datetime as dt
from decimal import Decimal

import pytest

from core.enums import FindingStatus, Severity
from supervision.enums import LineDecision
from supervision.rules import (
    Ceiling,
    CriterionRow,
    Frozen,
    Measurement,
    SheetLine,
    arrival,
    counted,
    drift,
    months_later,
    plan_warning,
    points_fit,
    proposed,
    ranked,
    reachable,
    score,
    submission_findings,
    totals,
    unreachable,
)
from supervision.thresholds import moved, parsed
from tests.programs.source_rows import rows

D = Decimal
PASSED, FAILED, NO_DATA = FindingStatus.PASSED, FindingStatus.FAILED, FindingStatus.NO_DATA


def printed(code: str) -> CriterionRow:
    """A criterion as the source prints it."""
    (row,) = rows("criterion", code=code)
    return CriterionRow(
        code=code,
        points=D(row["points"]),
        operator=row["operator"],
        threshold=parsed(row["unit"], row["threshold"]),
        unit=row["unit"],
        measured=row["measure"] == "figure",
        text=row["text"],
    )


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


BOUNDARIES = [
    ("publicity", 2, None, 0), ("publicity", 3, None, 5), ("publicity", 4, None, 5),
    ("lessons-delivered", 9, None, 0), ("lessons-delivered", 10, None, 4),
    ("lessons-adopted", 2, None, 0), ("lessons-adopted", 3, None, 4),
    ("full-senior-lecturers", 5, None, 0), ("full-senior-lecturers", 6, None, 4),
    ("total-hours", D("239.9"), None, 0), ("total-hours", D(240), None, 4),
    ("offline-hours", D("119.9"), None, 0), ("offline-hours", D(120), None, 4),
    ("online-hours", D("119.9"), None, 0), ("online-hours", D(120), None, 4),
    ("practice-hours", D("9.9"), None, 0), ("practice-hours", D(10), None, 4),
    ("kickoff-on", day("2022-08-31"), None, 2), ("kickoff-on", day("2022-09-01"), None, 0),
    ("offline-opening-on", day("2022-10-31"), None, 2), ("offline-opening-on", day("2022-11-01"), None, 0),
    ("offline-end-on", day("2022-11-30"), None, 4), ("offline-end-on", day("2022-12-01"), None, 0),
    ("institutions", 9, None, 0), ("institutions", 10, None, 4),
    ("health-management-share", 30, 100, 0), ("health-management-share", 301, 1000, 4),
    ("nurse-technician-share", 10, 100, 0), ("nurse-technician-share", 99, 1000, 4),
    ("offline-passed", 200, None, 0), ("offline-passed", 201, None, 5),
    ("pass-rate", 80, 100, 0), ("pass-rate", 801, 1000, 5),
    ("excellent-rate", 5, 100, 0), ("excellent-rate", 51, 1000, 5),
    ("funds-use-rate", D("900.00"), D("1000.00"), 0), ("funds-use-rate", D("900.01"), D("1000.00"), 4),
]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "amount", "base", "points"),
    BOUNDARIES,
    ids=[f"S1-{code}-{amount}" for code, amount, *_ in BOUNDARIES],
)
def test_measured_points_are_all_or_nothing(code, amount, base, points):
    found = score(printed(code), Measurement(amount, base))
    assert found.points == points
    assert found.state == (PASSED if points else FAILED)


def test_every_measured_criterion_has_its_boundary_here():
    assert {row["code"] for row in rows("criterion", measure="figure")} == {code for code, *_ in BOUNDARIES}


@pytest.mark.parametrize(
    ("row", "found"),
    [
        (printed("publicity"), None),
        (printed("publicity"), Measurement(None)),
        (printed("kickoff-on"), Measurement(None)),
        (printed("pass-rate"), Measurement(0, 0)),
        (printed("nurse-technician-share"), Measurement(0, None)),
        (printed("management-team"), Measurement(1)),
        (CriterionRow("x", D(2), operator="ge", measured=True), Measurement(5)),
    ],
    ids=["no-figure", "nothing", "no-day", "nobody-sat", "no-trainee", "by-papers", "no-threshold"],
)
def test_s3_without_data_there_are_no_measured_points(row, found):
    assert score(row, found) == (result := score(row, found))
    assert (result.state, result.points) == (NO_DATA, None)


def test_s3_a_count_of_none_is_data():
    assert score(printed("publicity"), Measurement(0)).state == FAILED


@pytest.mark.parametrize(
    ("amount", "points"), [(0, 0), (4, 0), (5, 1), (7, D("2.5")), (9, D("2.5")), (10, 4)], ids=str
)
def test_s3_a_year_with_steps_scores_the_best_step_reached(amount, points):
    row = CriterionRow("x", D(4), "ge", D(10), "count", True, steps=((D(5), D(1)), (D(7), D("2.5"))))
    assert score(row, Measurement(amount)).points == points


@pytest.mark.parametrize(
    ("points", "fits"),
    [
        ("0", True),
        ("0.5", True),
        ("4", True),
        ("4.5", False),
        ("-0.5", False),
        ("0.3", False),
        ("3.25", False),
    ],
)
def test_s3_people_give_halves_up_to_the_maximum(points, fits):
    assert points_fit(D(points), D(4)) is fits


def sheet_line(**values) -> SheetLine:
    return SheetLine(**{"code": "x", "text": "考核要点", "maximum": D(4), **values})


@pytest.mark.parametrize(
    ("values", "points"),
    [
        ({}, 0),
        ({"self_points": D(3)}, 0),
        ({"self_points": D(3), "has_evidence": True}, 3),
        ({"measured_points": D(4)}, 4),
        ({"measured_points": D(0), "self_points": D(4), "has_evidence": True}, 0),
        (
            {"measured_points": D(4), "decision": LineDecision.OVERRIDDEN, "reviewer_points": D("1.5")},
            D("1.5"),
        ),
        ({"measured_points": D(4), "decision": LineDecision.RETURNED}, 4),
        (
            {
                "decision": LineDecision.CONFIRMED,
                "reviewer_points": D(0),
                "self_points": D(2),
                "has_evidence": True,
            },
            0,
        ),
    ],
    ids=[
        "nothing",
        "claim-only",
        "claim-with-papers",
        "measured",
        "measured-beats-claim",
        "overridden",
        "returned",
        "confirmed",
    ],
)
def test_s3_what_a_line_is_worth(values, points):
    assert counted(sheet_line(**values)) == points


def test_s3_measured_points_are_proposed_whatever_is_claimed():
    assert proposed(sheet_line(measured_points=D(0), self_points=D(4), has_evidence=True)) == 0


def printed_sheet(kind: str) -> list[SheetLine]:
    return [
        SheetLine(
            row["code"],
            row["text"],
            D(row["points"]),
            ticked=row[f"tick_{kind}"],
            measured_points=D(row["points"]),
        )
        for row in rows("criterion")
        if row[f"applies_{kind}"]
    ]


@pytest.mark.parametrize(
    ("kind", "applicable", "ticks"), [("administrative", 25, 25), ("technical", 75, 75), ("base", 100, 96)]
)
def test_s2_full_marks_fall_out_of_the_rows(kind, applicable, ticks):
    sums = totals(printed_sheet(kind))
    assert (sums.applicable, sums.printed, sums.points, sums.measured) == (
        applicable,
        ticks,
        applicable,
        applicable,
    )


def test_s2_totals_count_claims_and_decisions():
    lines = [
        sheet_line(measured_points=D(4), decision=LineDecision.CONFIRMED, reviewer_points=D(4)),
        sheet_line(self_points=D(3), has_evidence=True),
        sheet_line(measured_points=D(0), self_points=D(2), has_evidence=True, decision=LineDecision.RETURNED),
    ]
    sums = totals(lines)
    assert (sums.claimed, sums.points, sums.lines, sums.decided) == (9, 7, 3, 1)
    assert totals([]).applicable == 0


def test_s3_a_line_without_points_and_a_claim_without_papers_stop_the_submission():
    lines = [
        sheet_line(code="measured", measured_points=D(0)),
        sheet_line(code="silent"),
        sheet_line(code="bare", self_points=D(1)),
        sheet_line(code="zero", self_points=D(0)),
        sheet_line(code="proved", self_points=D(4), has_evidence=True),
    ]
    found = submission_findings(lines)
    assert [(one.kind, one.code, one.severity) for one in found] == [
        ("criterion_unassessed", "silent", Severity.HARD),
        ("criterion_evidence", "bare", Severity.HARD),
    ]


def test_s4_200_passes_against_a_quota_of_100_cannot_be_met():
    finding = unreachable(printed("offline-passed"), Ceiling("宁夏", 100, "quota"))
    assert finding is not None
    assert (finding.severity, finding.value, finding.threshold) == (Severity.WARN, 100, D(200))
    assert finding.params["province"] == "宁夏"


def test_s4_10_lessons_against_a_target_of_5_cannot_be_met():
    assert unreachable(printed("lessons-delivered"), Ceiling("西藏", 5, "lessons")) is not None


@pytest.mark.parametrize(
    ("code", "ceiling", "fits"),
    [
        ("offline-passed", 200, False), ("offline-passed", 201, True), ("lessons-delivered", 9, False),
        ("lessons-delivered", 10, True), ("nurse-technician-share", 0, True), ("kickoff-on", 0, True), ("management-team", 0, True),
    ],
)  # fmt: skip
def test_s4_only_a_floor_above_the_plan_is_out_of_reach(code, ceiling, fits):
    assert reachable(printed(code), ceiling) is fits
    assert (unreachable(printed(code), Ceiling("p", ceiling, "quota")) is None) is fits


def test_s4_the_year_is_warned_once_with_its_provinces():
    finding = plan_warning(
        printed("offline-passed"), [Ceiling("甲", 100, "quota"), Ceiling("乙", 150, "quota")]
    )
    assert (finding.value, finding.params["provinces"]) == (2, ["甲", "乙"])


def test_s4_equal_points_share_a_rank():
    assert ranked({"a": D(90), "b": D(95), "c": D(90), "d": D(80)}) == {"a": 2, "b": 1, "c": 2, "d": 4}
    assert ranked({}) == {}


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2022-06-30", 3, "2022-09-30"), ("2022-11-30", 3, "2023-02-28"), ("2023-11-30", 3, "2024-02-29"),
        ("2022-10-31", 1, "2022-11-30"), ("2022-12-15", 1, "2023-01-15"),
    ],
)  # fmt: skip
def test_s6_months_are_counted_to_the_same_day(start, months, end):
    assert months_later(day(start), months) == day(end)


ALLOCATED = [(day("2022-06-30"), D(100))]


@pytest.mark.parametrize(
    ("arrivals", "today", "in_time", "missing"),
    [
        ([(day("2022-09-30"), D(100))], "2022-12-01", True, 0),
        ([(day("2022-10-01"), D(100))], "2022-12-01", False, 100),
        ([(day("2022-09-30"), D(60)), (day("2022-10-08"), D(40))], "2022-12-01", False, 40),
        ([(day("2022-08-01"), D(60))], "2022-09-30", None, 0),
        ([(day("2022-08-01"), D(60))], "2022-10-01", False, 40),
        ([(day("2022-08-01"), D(100))], "2022-08-02", True, 0),
    ],
    ids=["last-day", "a-day-late", "part-late", "still-running", "run-out", "early"],
)
def test_s6_money_arrives_within_three_months(arrivals, today, in_time, missing):
    found = arrival(ALLOCATED, arrivals, 3, day(today))
    assert (found.in_time, found.missing, found.due_on) == (in_time, missing, day("2022-09-30"))


def test_s6_each_allocation_has_its_own_three_months():
    allocations = [*ALLOCATED, (day("2022-10-15"), D(50))]
    arrivals = [(day("2022-07-15"), D(100)), (day("2023-01-10"), D(50))]
    found = arrival(allocations, arrivals, 3, day("2023-02-01"))
    assert (found.in_time, found.allocated, found.arrived, found.last_on) == (
        True,
        150,
        150,
        day("2023-01-10"),
    )


def test_s6_nothing_allocated_is_neither_late_nor_in_time():
    assert arrival([], [], 3, day("2022-12-01")).in_time is None


def test_s4_a_kept_sheet_says_what_has_changed_since():
    row = printed("pass-rate")
    kept = Measurement(80, 90)
    same = Frozen(row, kept, "0.80", today=Measurement(80, 90), today_threshold="0.80")
    assert drift(same) is None
    assert drift(Frozen(row, kept, "0.80", today=None, today_threshold="0.80")) is None
    more = drift(Frozen(row, kept, "0.80", today=Measurement(81, 90), today_threshold="0.80"))
    assert more is not None
    assert (more.severity, more.value, more.params["today"].amount) == (Severity.INFO, 80, 81)
    assert drift(Frozen(row, kept, "0.80", today=kept, today_threshold="0.70")) is not None


@pytest.mark.parametrize(
    ("unit", "text", "years", "after"),
    [
        ("date", "2022-08-31", 4, "2026-08-31"), ("date", "2024-02-29", 1, "2025-02-28"), ("share", "0.90", 1, "0.90"),
        ("count", "10", 3, "10"), ("", None, 1, None),
    ],
)  # fmt: skip
def test_p1_a_threshold_that_is_a_day_moves_with_the_year(unit, text, years, after):
    assert moved(unit, text, years) == after


@pytest.mark.parametrize(
    ("unit", "text"), [("date", "31.08.2022"), ("share", "90 %"), ("count", "NaN"), ("hours", "many")]
)
def test_a_threshold_that_cannot_be_compared_is_refused(unit, text):
    with pytest.raises(ValueError, match=r".*"):
        parsed(unit, text)
