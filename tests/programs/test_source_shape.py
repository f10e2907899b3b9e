"""Every fixture row has its source, its own code and references that lead somewhere. Pure: no database is asked."""

import re
from collections import Counter

import pytest

from tests.programs.source_rows import FOLDERS, YEARS, Row, all_rows, case, label, rows

CLAUSE = re.compile(r"00[02]( [^；]+)?(；00[02] [^；]+)*")
SOURCE = {"supervision.criterion": "S3", "programs.duty": "P4"}
KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def year_rows() -> list[Row]:
    return [row for row in all_rows() if row["folder"] in YEARS and row["model"] != "year"]


@pytest.mark.parametrize("folder", [case("P1-every-row-has-a-source", year) for year in YEARS])
def test_every_year_row_has_a_clause_or_a_reason(folder: str) -> None:
    here = [row for row in year_rows() if row["folder"] == folder]
    assert here
    assert [label(row) for row in here if not (row.get("clause") or row.get("assumed"))] == []
    assert [label(row) for row in here if row.get("clause") and not CLAUSE.fullmatch(row["clause"])] == []


@pytest.mark.parametrize("limit", [case("P1-reasons-are-shown-to-the-office", 300)])
def test_reasons_are_chinese_sentences_that_fit(limit: int) -> None:
    reasons = {row["assumed"] for row in all_rows() if row.get("assumed")}
    assert reasons
    assert [text for text in reasons if len(text) > limit or not re.search(r"[一-鿿].*。$", text)] == []


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        case("C2-C6-C7-C9-X5-settings", "setting", {
            "homework-min-score", "watch-complete-share", "watch-speed-limit", "remote-attendance-share",
            "credit-amount", "pass-points", "answer-grace-seconds", "item-exposure-share",
        }),
        case("X3-blueprint", "blueprintrow", {"single", "multiple", "true-false"}),
        case("P2-calendar", "duty", {"recruitment-start", "funds-arrived", "self-assessment"}),
        case("E1-no-quota-is-assumed", "quota", set()),
        case("C3-no-target-is-assumed", "target", set()),
        case("E4-no-rule-is-assumed", "rule", set()),
        case("S1-no-criterion-is-assumed", "criterion", set()),
        case("B2-no-condition-is-assumed", "condition", set()),
    ],
)  # fmt: skip
def test_exactly_the_house_defaults_are_marked(name: str, codes: set[str]) -> None:
    assert {row["code"] for row in rows(name) if row.get("assumed")} == codes


@pytest.mark.parametrize("share", [case("C2-no-share-binds", None)])
def test_no_theme_share_binds_yet(share: None) -> None:
    assert [(row["share"], bool(row["assumed"])) for row in rows("theme")] == [(share, True)] * 13


@pytest.mark.parametrize("folder", [case(f"P1-{folder}", folder) for folder in FOLDERS])
def test_codes_are_unique_and_ascii(folder: str) -> None:
    codes = Counter((row["model"], row["code"]) for row in all_rows() if row["folder"] == folder)
    assert [key for key, times in codes.items() if times > 1] == []
    assert [key for key in codes if not KEBAB.fullmatch(key[1])] == []


@pytest.mark.parametrize(
    ("name", "field", "target"),
    [
        case("E1-quota-region", "quota", "region", "region"),
        case("C3-target-region", "target", "region", "region"),
        case("P3-unit-region", "unit", "region", "region"),
        case("P3-region-parent", "region", "parent", "region"),
        case("P3-unit-owner", "unit", "owner", "unit"),
        case("P1-program-owner", "program", "owner", "unit"),
        case("P1-year-program", "year", "program", "program"),
        case("P3-administrative-unit", "participation", "administrative_unit", "unit"),
        case("P3-technical-unit", "participation", "technical_unit", "unit"),
        case("E6-rule-regions", "rule", "regions", "region"),
        case("X4-eligibility-setting", "eligibilityrow", "setting", "setting"),
        case("C0-outline-parent", "outlinenode", "parent", "outlinenode"),
        case("B2-condition-call", "condition", "call", "call"),
    ],
)
def test_references_lead_somewhere(name: str, field: str, target: str) -> None:
    known = {row["code"] for row in rows(target)}
    values = [row[field] for row in rows(name) if row.get(field)]
    referred = {code for value in values for code in (value if isinstance(value, list) else [value])}
    assert referred
    assert referred - known == set()


@pytest.mark.parametrize(
    ("name", "having"),
    [
        case("S1-criteria", "criterion", {}),
        case("E4-rules", "rule", {}),
        case("P2-calendar", "duty", {"folder": "cancer-2022"}),
        case("C2-themes", "theme", {}),
        case("E12-old", "specialty", {"generation": "old"}),
        case("E12-fine", "specialty", {"generation": "fine"}),
        case("X3-blueprint", "blueprintrow", {}),
        case("B2-B3-conditions", "condition", {}),
        case("P1-settings", "setting", {"folder": "cancer-2022"}),
    ],
)
def test_order_counts_from_one_without_a_gap(name: str, having: Row) -> None:
    order = [row["order"] for row in rows(name, **having)]
    assert order == list(range(1, len(order) + 1))


@pytest.mark.parametrize(
    "row", [case(f"{SOURCE[row['model']]}-{row['code']}", row) for row in rows("criterion") + rows("duty")]
)
def test_what_is_measured_names_its_figure(row: Row) -> None:
    measured = row["measure"] == "figure"
    assert measured == bool(row["figure"])
    assert row["measure"] in {"figure", "evidence"}
    if row["model"].endswith("criterion") and measured:
        assert row["operator"] in {"ge", "gt", "le", "lt", "eq"}
        assert row["threshold"] is not None
