"""A finding kept with a submission comes back as it was."""

import datetime as dt
import json
from decimal import Decimal

import pytest
from django.core.serializers.json import DjangoJSONEncoder

from core.enums import FindingStatus, Operator, Severity
from core.findings import Finding, Remedy, blocking, frozen, thawed

COUNTY = Finding(
    kind="county_share",
    status=FindingStatus.FAILED,
    severity=Severity.HARD,
    value=48,
    base=100,
    threshold=Decimal("0.50"),
    operator=Operator.GE,
    unit="share",
    code="county-share",
    clause="000 三(二)",
    base_kind="comprehensive_active",
    figure="enrollment.county",
    figure_url="/cancer/2022/…",
    remedies=(Remedy("add_county", 4, {"level": "county"}),),
    params={"province": "河北"},
)


def _kept(finding: Finding) -> dict:
    return json.loads(json.dumps(frozen(finding), cls=DjangoJSONEncoder))


def test_a_frozen_finding_thaws_with_its_status_remedies_and_words():
    back = thawed(_kept(COUNTY))
    assert (back.status, back.severity, back.value, back.base) == (
        FindingStatus.FAILED,
        Severity.HARD,
        48,
        100,
    )
    assert back.remedies == COUNTY.remedies
    assert back.params == {"province": "河北"}
    assert back.percent == Decimal("48.0")
    assert back.blocks


def test_the_address_of_the_rows_is_not_kept():
    assert "figure_url" not in _kept(COUNTY)
    assert thawed(_kept(COUNTY)).figure_url == ""


@pytest.mark.parametrize("value", [Decimal("170.5"), dt.date(2022, 8, 31), True, None, 7], ids=str)
def test_freezing_again_what_was_thawed_changes_nothing(value):
    finding = Finding("hours", FindingStatus.PASSED, Severity.INFO, value=value, threshold=value)
    assert _kept(thawed(_kept(finding))) == _kept(finding)


@pytest.mark.parametrize(
    ("status", "severity", "blocks"),
    [
        (FindingStatus.FAILED, Severity.HARD, True),
        (FindingStatus.NO_DATA, Severity.HARD, True),
        (FindingStatus.PASSED, Severity.HARD, False),
        (FindingStatus.FAILED, Severity.WARN, False),
        (FindingStatus.FAILED, Severity.INFO, False),
        (FindingStatus.NO_DATA, Severity.WARN, False),
    ],
)
def test_only_a_hard_finding_that_is_not_passed_blocks(status, severity, blocks):
    finding = Finding("any", status, severity)
    assert finding.blocks is blocks
    assert blocking([finding]) == ([finding] if blocks else [])


@pytest.mark.parametrize(
    ("unit", "value", "base", "percent"),
    [
        ("share", 1, 3, Decimal("33.3")),
        ("share", 2, 3, Decimal("66.7")),
        ("share", 0, 5, Decimal("0.0")),
        ("share", 0, 0, None),
        ("share", None, 5, None),
        ("count", 5, 10, None),
    ],
)
def test_percent_is_shown_for_shares_of_something(unit, value, base, percent):
    finding = Finding("any", FindingStatus.PASSED, Severity.INFO, value=value, base=base, unit=unit)
    assert finding.percent == percent
