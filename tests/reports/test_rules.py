"""What keeps a report from being filed, and what is only said (R1)."""

import pytest

from core.enums import FindingStatus, Severity
from core.findings import blocking
from reports.enums import Section
from reports.rules import ReportFacts, filing_findings, moved_findings

WRITTEN = dict.fromkeys(Section, "写了")


def by_kind(facts: ReportFacts, kind: str):
    return [finding for finding in filing_findings(facts) if finding.kind == kind]


@pytest.mark.parametrize("empty", Section, ids=lambda section: f"R1-{section}")
@pytest.mark.parametrize("text", ["", "  \n "])
def test_a_section_without_words_stops_the_filing(empty, text):
    facts = ReportFacts(sections={**WRITTEN, empty: text})
    assert [finding.code for finding in blocking(filing_findings(facts))] == [empty]


def test_a_section_that_is_missing_is_empty():
    assert [finding.code for finding in blocking(filing_findings(ReportFacts()))] == list(Section)


def test_with_every_section_written_nothing_stops_the_filing():
    assert blocking(filing_findings(ReportFacts(sections=WRITTEN, overdue=3, provinces=31))) == []


@pytest.mark.parametrize(("filed", "status"), [(30, "failed"), (31, "passed")])
def test_the_country_is_told_how_many_provinces_have_filed(filed, status):
    (finding,) = by_kind(
        ReportFacts(sections=WRITTEN, provinces=31, provinces_filed=filed), "report_provinces"
    )
    assert (finding.status, finding.severity, finding.value, finding.threshold) == (
        status,
        Severity.WARN,
        filed,
        31,
    )


def test_a_province_is_not_told_about_provinces():
    assert by_kind(ReportFacts(sections=WRITTEN), "report_provinces") == []


@pytest.mark.parametrize(("overdue", "status"), [(0, FindingStatus.PASSED), (1, FindingStatus.FAILED)])
def test_what_is_overdue_is_a_warning(overdue, status):
    (finding,) = by_kind(ReportFacts(sections=WRITTEN, overdue=overdue), "report_overdue")
    assert (finding.status, finding.severity, finding.value) == (status, Severity.WARN, overdue)


@pytest.mark.parametrize(
    ("live", "moved"),
    [
        ({"a": "1", "b": "2/3"}, ()),
        ({"a": "2", "b": "2/3"}, ("a",)),
        ({"a": "2", "b": "2/4"}, ("a", "b")),
        ({"a": "1"}, ()),
    ],
    ids=["the same", "one moved", "a base moved too", "no longer measured"],
)
def test_figures_that_moved_since_are_named(live, moved):
    (finding,) = moved_findings(ReportFacts(frozen={"a": "1", "b": "2/3"}, live=live))
    assert (finding.passed, finding.value, finding.base) == (not moved, len(moved), 2)
    assert finding.params["codes"] == moved


def test_nothing_has_moved_before_anything_was_taken():
    assert moved_findings(ReportFacts(live={"a": "1"})) == []
