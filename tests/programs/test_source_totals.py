"""The documents' own totals, lists and dates fall out of the fixture rows. Pure: no database is asked."""

import re
from decimal import Decimal
from typing import Any

import pytest

from tests.programs.source_rows import Row, case, label, rows


def setting(code: str) -> Decimal:
    (row,) = rows("setting", code=code)
    return Decimal(row["value"])


def total(name: str, field: str, **having: Any) -> int:
    return sum(row[field] for row in rows(name, **having))


# Totals and counts


@pytest.mark.parametrize(
    ("name", "field", "having", "printed"),
    [
        case("E1-comprehensive", "quota", "seats", {"track": "comprehensive"}, 5850),
        case("E1-online-only", "quota", "seats", {"track": "online_only"}, 1550),
        case("C3-lessons-to-deliver", "target", "amount", {"kind": "lessons_to_deliver"}, 325),
        case("C3-offline-lessons", "target", "amount", {"kind": "offline_lessons"}, 2170),
        case("C3-live-lessons", "target", "amount", {"kind": "live_lessons"}, 385),
        case("S1-points", "criterion", "points", {}, 100),
        case("S2-administrative", "criterion", "points", {"applies_administrative": True}, 25),
        case("S2-technical", "criterion", "points", {"applies_technical": True}, 75),
        case("S2-base", "criterion", "points", {"applies_base": True}, 100),
        case("S2-administrative-printed", "criterion", "points", {"tick_administrative": True}, 25),
        case("S2-technical-printed", "criterion", "points", {"tick_technical": True}, 75),
        case("S2-base-printed", "criterion", "points", {"tick_base": True}, 96),
        # 总分值, the merged cells of the scorecard
        case("S1-organization", "criterion", "points", {"area": "组织管理"}, 8),
        case("S1-funds", "criterion", "points", {"area": "资金管理"}, 12),
        case("S1-publicity", "criterion", "points", {"area": "宣传动员"}, 5),
        case("S1-use-of-funds", "criterion", "points", {"area": "资金使用"}, 12),
        case("S1-platform", "criterion", "points", {"area": "协助中央培训项目平台"}, 12),
        case("S1-training", "criterion", "points", {"area": "人员培训"}, 16),
        case("S1-quality", "criterion", "points", {"area": "培训质控"}, 20),
        case("S1-effect", "criterion", "points", {"area": "效果评估"}, 15),
    ],
)
def test_printed_total_falls_out_of_the_rows(name: str, field: str, having: Row, printed: int) -> None:
    assert total(name, field, **having) == printed


@pytest.mark.parametrize(
    ("name", "having", "count"),
    [
        case("P1-provinces", "participation", {}, 31),
        case("P3-technical-leads", "unit", {"kind": "technical_lead"}, 31),
        case("P3-administrative-units", "unit", {"kind": "administrative"}, 31),
        case("E1-quotas", "quota", {}, 2 * 31),
        case("C3-targets", "target", {}, 3 * 31),
        case("C2-themes", "theme", {}, 13),
        case("E12-old-specialties", "specialty", {"generation": "old"}, 7),
        case("E12-fine-specialties", "specialty", {"generation": "fine"}, 15),
        case("S1-criteria", "criterion", {}, 27),
        case("X4-comprehensive", "eligibilityrow", {"track": "comprehensive", "required": True}, 4),
        case("X4-online-only", "eligibilityrow", {"track": "online_only", "required": True}, 2),
        case("B2-basic-conditions", "condition", {"group": "basic"}, 7),
        case("B2-without-a-box-in-annex-2", "condition", {"supplementary": True}, 2),
        case("B3-other-conditions", "condition", {"group": "priority"}, 5),
    ],
)
def test_number_of_rows(name: str, having: Row, count: int) -> None:
    assert len(rows(name, **having)) == count


@pytest.mark.parametrize(
    ("parts", "whole"),
    [
        case("C1-required-and-electives", ["required-lessons", "elective-lessons"], "online-hours-required"),
        case(
            "X1-item-quotas",
            [f"item-quota-{kind}" for kind in ("a1", "a2", "b1", "b2", "x")],
            "items-per-province",
        ),
    ],
)
def test_settings_add_up(parts: list[str], whole: str) -> None:
    assert sum(setting(code) for code in parts) == setting(whole)


@pytest.mark.parametrize(
    ("code", "value"),
    [
        case("X1-items", "items-per-province", 150),
        case("C1-online-hours", "online-hours-required", 170),
        case("C1-required", "required-lessons", 120),
        case("C8-offline-hours", "offline-hours-required", 70),
        case("X3-points", "exam-points", 120),
        case("X3-minutes", "exam-minutes", 90),
        case("X5-attempts", "exam-attempts", 3),
        case("X5-two-weeks", "exam-window-days", 14),
        case("X5-pass-mark", "pass-points", 72),
        case("X5-excellent", "excellent-points", 100),
        case("B6-new-bases", "new-bases-max", 2),
    ],
)
def test_setting_is_the_printed_value(code: str, value: int) -> None:
    assert setting(code) == value


@pytest.mark.parametrize("points", [case("X3-paper", 120)])
def test_paper_has_the_points_of_the_exam(points: int) -> None:
    parts = rows("blueprintrow")
    assert sum(part["count"] * part["points"] for part in parts) == points == setting("exam-points")
    drawn = [item_type for part in parts for item_type in part["item_types"]]
    assert sorted(drawn) == ["a1", "a2", "b1", "b2", "tf", "x"]


# Provinces


def province_codes() -> list[str]:
    return [row["code"] for row in rows("region", kind="province")]


@pytest.mark.parametrize("count", [case("E1-official-order", 31)])
def test_provinces_stand_in_the_official_order(count: int) -> None:
    provinces = rows("region", kind="province")
    assert len(provinces) == count
    assert province_codes() == sorted(province_codes())
    assert [row["order"] for row in provinces] == list(range(1, count + 1))


@pytest.mark.parametrize(
    ("name", "having"),
    [
        case("E1-comprehensive", "quota", {"track": "comprehensive"}),
        case("E1-online-only", "quota", {"track": "online_only"}),
        case("C3-lessons-to-deliver", "target", {"kind": "lessons_to_deliver"}),
        case("C3-offline-lessons", "target", {"kind": "offline_lessons"}),
        case("C3-live-lessons", "target", {"kind": "live_lessons"}),
        case("P1-participation", "participation", {}),
        case("P3-technical-lead", "unit", {"kind": "technical_lead"}),
        case("P3-administrative", "unit", {"kind": "administrative"}),
    ],
)
def test_every_province_has_exactly_one_row(name: str, having: Row) -> None:
    assert [row["region"] for row in rows(name, **having)] == province_codes()


@pytest.mark.parametrize(
    ("threshold", "names"),
    [
        case("E6-30-percent", "0.30", "河北 河南 四川 山东 甘肃"),
        case(
            "E6-10-percent",
            "0.10",
            "内蒙古 青海 重庆 辽宁 山西 天津 广西 福建 江西 吉林 云南 浙江 湖南 广东",
        ),
    ],
)
def test_priority_share_binds_the_listed_provinces(threshold: str, names: str) -> None:
    short = {row["code"]: row["short_name"] for row in rows("region")}
    (rule,) = rows("rule", kind="priority_program_share", threshold=threshold)
    assert [short[code] for code in rule["regions"]] == names.split()


@pytest.mark.parametrize(
    ("kind", "operator", "threshold", "severity"),
    [
        case("E2", "single_track", "le", "0", "hard"),
        case("E4", "county_share", "ge", "0.50", "hard"),
        case("E5", "institution_count", "ge", "15", "hard"),
        case("E7", "health_management_share", "ge", "0.20", "hard"),
        case("E8", "nurse_technician_share", "le", "0.10", "warn"),
        case("E9", "new_institution", "ge", "1", "hard"),
        case("E10", "online_only_floor", "ge", "50", "hard"),
    ],
)
def test_recruitment_rule_binds_everywhere(kind: str, operator: str, threshold: str, severity: str) -> None:
    (rule,) = rows("rule", kind=kind)
    assert (rule["operator"], rule["threshold"], rule["severity"]) == (operator, threshold, severity)
    assert rule["regions"] == []


@pytest.mark.parametrize("name", [case("E12-online-only", "其他")])
def test_online_only_trainees_are_fixed_to_old_other(name: str) -> None:
    assert [(row["generation"], row["name"]) for row in rows("specialty", online_only=True)] == [
        ("old", name)
    ]
    assert rows("specialty", generation="fine")[-1]["name"] == "其它"


# Calendar and scorecard


@pytest.mark.parametrize(
    ("code", "due", "wall"),
    [
        case("P2-kick-off", "kickoff-meeting", "2022-08-31", False),
        case("P2-registration", "registration-closed", "2022-08-31", False),
        case("P2-items", "items-submitted", "2022-09-15", False),
        case("P2-opening", "offline-opening", "2022-10-31", False),
        case("P2-training", "training-completed", "2022-11-30", False),
        case("P2-offline-assessment", "offline-assessment", "2022-11-30", False),
        case("P2-exam", "national-exam", "2022-12-31", True),
        case("P2-report", "annual-report", "2022-12-31", False),
        case("B1-call", "applications-close", "2024-04-30T17:00", True),
    ],
)
def test_duty_is_due_on_the_printed_day(code: str, due: str, wall: bool) -> None:
    (duty,) = rows("duty", code=code)
    assert (duty["due_at"], duty["wall"]) == (due, wall)


@pytest.mark.parametrize("printed", [case("P2-31-november", "11 月 31 日")])
def test_day_that_does_not_exist_is_kept_beside_its_reading(printed: str) -> None:
    (duty,) = rows("duty", code="training-completed")
    assert printed in duty["printed"]
    assert printed in duty["reading"]


@pytest.mark.parametrize("deadline", [case("B1-deadline", "2024-04-30T17:00")])
def test_call_and_its_duty_close_together(deadline: str) -> None:
    (call,) = rows("call")
    (duty,) = rows("duty", folder="nuclear-2024")
    assert (call["opens_on"], call["deadline"], duty["due_at"]) == ("2024-04-03", deadline, deadline)


@pytest.mark.parametrize("text", [case("S2-only-one-tick-is-read-otherwise", "提供线上课程数量")])
def test_units_follow_the_ticks_but_for_one(text: str) -> None:
    units = ("administrative", "technical", "base")
    differing = [
        row
        for row in rows("criterion")
        if any(row[f"tick_{unit}"] != row[f"applies_{unit}"] for unit in units)
    ]
    assert [row["text"] for row in differing] == [text]
    assert "96" in differing[0]["reading"]


# Every figure stands in the words printed beside it


def printed_form(row: Row) -> str:
    """The threshold as the source writes it: 50%, 8月31日, 15."""
    if row["unit"] == "share":
        return f"{(Decimal(row['threshold']) * 100).normalize():f}%"
    if row["unit"] == "date":
        _, month, day = row["threshold"].split("-")
        return f"{int(month)}月{int(day)}日"
    return str(row["threshold"])


def numbers(words: str) -> list[str]:
    return re.findall(r"\d+月\d+日|\d+%|\d+", words)


def measured_cases() -> list[Any]:
    """The rows whose printed words hold a number, under the requirement they come from."""
    named = {"E4": rows("rule"), "S1": rows("criterion"), "B2": rows("condition", group="basic")}
    return [
        case(f"{requirement}-{label(row)}", row)
        for requirement, found in named.items()
        for row in found
        if numbers(row.get("printed") or row.get("printed_threshold", ""))
    ]


@pytest.mark.parametrize("row", measured_cases())
def test_threshold_stands_in_the_printed_words(row: Row) -> None:
    assert printed_form(row) in numbers(row.get("printed") or row["printed_threshold"])


@pytest.mark.parametrize(
    "row", [case(f"P2-{row['code']}", row) for row in rows("duty") if not row.get("assumed")]
)
def test_month_of_a_printed_date_is_the_month_due(row: Row) -> None:
    assert str(int(row["due_at"][5:7])) in re.findall(r"(\d+) ?月", row["printed"])
