"""What must hold among the rows of a plan, and where a unit stands with a duty (P1, P2, P4)."""

import datetime as dt
from decimal import Decimal

import pytest

from core.enums import FindingStatus, Severity
from core.values import CHINA, day_end
from programs.enums import DutyState, SettingCode
from programs.rules import LiveTarget, PlanFacts, duty_state, plan_findings

DUE = day_end(dt.date(2022, 8, 31))
BEFORE, AFTER = DUE - dt.timedelta(seconds=1), DUE


@pytest.mark.parametrize(
    ("done", "done_on", "now", "expected"),
    [
        pytest.param(False, None, BEFORE, DutyState.DUE, id="the last second"),
        pytest.param(False, None, AFTER, DutyState.OVERDUE, id="24:00"),
        pytest.param(True, dt.date(2022, 8, 31), AFTER, DutyState.DONE, id="done on the day"),
        pytest.param(True, dt.date(2022, 9, 1), AFTER, DutyState.LATE, id="done the day after"),
        pytest.param(True, None, AFTER, DutyState.DONE, id="done, day unknown"),
    ],
)
def test_p4_where_a_unit_stands(done, done_on, now, expected):
    assert duty_state(DUE, done, done_on, now) == expected


def test_p2_a_deadline_with_its_hour_counts_the_whole_day_as_in_time():
    due = dt.datetime(2024, 4, 30, 17, tzinfo=CHINA)
    assert duty_state(due, True, dt.date(2024, 4, 30), due) == DutyState.DONE
    assert duty_state(due, False, None, due) == DutyState.OVERDUE


def findings(**facts):
    return {(one.kind, one.code): one for one in plan_findings(PlanFacts(year=2023, **facts))}


def values(**settings):
    return {SettingCode[name.upper()]: Decimal(value) for name, value in settings.items()}


def test_a_bare_plan_is_asked_nothing_it_does_not_have():
    assert [(one.kind, one.passed) for one in plan_findings(PlanFacts(year=2023))] == [
        ("plan_provisional", True)
    ]


@pytest.mark.parametrize(
    ("settings", "kind", "code", "passed"),
    [
        (values(homework_items_min=5, homework_items_max=10), "plan_range", "homework-items-min", True),
        (values(homework_items_min=11, homework_items_max=10), "plan_range", "homework-items-min", False),
        (values(training_months_min=6, training_months_max=6), "plan_range", "training-months-min", True),
        (values(nominees_min=4, nominees_max=3), "plan_range", "nominees-min", False),
        (values(pass_points=101, excellent_points=100), "plan_range", "pass-points", False),
        (values(excellent_points=120, exam_points=120), "plan_range", "excellent-points", True),
        (values(items_per_province=150, item_quota_a1=50, item_quota_a2=100), "plan_item_quotas", "", True),
        (values(items_per_province=150, item_quota_a1=50, item_quota_a2=101), "plan_item_quotas", "", False),
        (
            values(online_hours_required=170, required_lessons=120, elective_lessons=50),
            "plan_lessons",
            "",
            True,
        ),
        (
            values(online_hours_required=170, required_lessons=120, elective_lessons=49),
            "plan_lessons",
            "",
            False,
        ),
    ],
)
def test_contradictions_among_settings_are_hard(settings, kind, code, passed):
    finding = findings(settings=settings)[kind, code]
    assert (finding.passed, finding.blocks) == (passed, not passed)
    assert finding.severity == Severity.HARD


def test_half_a_pair_is_not_compared():
    assert list(
        findings(settings=values(pass_points=72, items_per_province=150, online_hours_required=170))
    ) == [("plan_provisional", "")]


@pytest.mark.parametrize(("live", "over"), [(70, []), (71, ["甲"])])
def test_c9_live_lessons_lie_inside_the_offline_ones(live, over):
    finding = findings(live=(LiveTarget("甲", 70, live), LiveTarget("乙", 70, 0)))["plan_live", ""]
    assert finding.params["provinces"] == over
    assert finding.blocks is bool(over)


@pytest.mark.parametrize(("set_", "status"), [(62, FindingStatus.PASSED), (61, FindingStatus.FAILED)])
def test_e1_a_missing_quota_warns(set_, status):
    finding = findings(quotas_wanted=62, quotas_set=set_, seats=7400)["plan_quotas", ""]
    assert (finding.status, finding.blocks) == (status, False)


def test_a_date_outside_the_year_warns_and_the_last_midnight_lies_inside():
    inside = ("甲", day_end(dt.date(2023, 12, 31)))
    outside = ("乙", day_end(dt.date(2022, 12, 31)))
    assert findings(deadlines=(inside,))["plan_dates", ""].passed
    finding = findings(deadlines=(inside, outside))["plan_dates", ""]
    assert (finding.params["duties"], finding.blocks) == (["乙"], False)


def test_p1_provisional_rows_are_counted():
    finding = findings(provisional=3)["plan_provisional", ""]
    assert (finding.value, finding.passed, finding.blocks) == (3, False, False)
