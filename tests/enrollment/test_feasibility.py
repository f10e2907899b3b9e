"""A rule set that cannot be met together is refused with the reason (P1, E4–E10)."""

from decimal import Decimal

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from core.enums import FindingStatus, Operator, Severity
from core.exceptions import Refusal
from enrollment.enums import RuleKind, Trait
from enrollment.models import Rule
from enrollment.queries import rule_findings_of
from enrollment.rules.feasibility import fewest_people, impossible, rule_findings
from enrollment.rules.recruitment import RULES, Group, RuleRow, status_of, tally
from programs.enums import Track
from programs.models import Quota
from programs.queries import plan_findings_of
from programs.services import edit_row
from tests.enrollment.factories import AUGUST
from tests.factories import HEBEI


def row(kind: str, operator: str, threshold: str) -> RuleRow:
    return RuleRow(
        kind, kind, operator, Decimal(threshold), RULES[kind].unit, RULES[kind].base, Severity.HARD
    )


@pytest.mark.parametrize(
    ("kind", "operator", "threshold", "can"),
    [
        (RuleKind.COUNTY_SHARE, Operator.GE, "1", True),
        (RuleKind.COUNTY_SHARE, Operator.GT, "0.9999", True),
        (RuleKind.COUNTY_SHARE, Operator.GT, "1", False),
        (RuleKind.NURSE_TECHNICIAN_SHARE, Operator.LE, "0", True),
        (RuleKind.NURSE_TECHNICIAN_SHARE, Operator.LT, "0.0001", True),
        (RuleKind.NURSE_TECHNICIAN_SHARE, Operator.LT, "0", False),
        (RuleKind.INSTITUTION_COUNT, Operator.GE, "15", True),
        (RuleKind.SINGLE_TRACK, Operator.LE, "0", True),
        (RuleKind.SINGLE_TRACK, Operator.LT, "0", False),
        (RuleKind.ONLINE_ONLY_FLOOR, Operator.GT, "50", True),
    ],
)
def test_what_no_roster_can_meet(kind, operator, threshold, can):
    rows = [row(kind, operator, threshold), row(RuleKind.HEALTH_MANAGEMENT_SHARE, Operator.GE, "0.2")]
    assert [one.kind for one in impossible(rows)] == ([] if can else [kind])


SHARES = [kind for kind, rule in RULES.items() if rule.trait]


@given(
    st.lists(
        st.tuples(st.sampled_from(SHARES), st.booleans(), st.integers(0, 4).map(lambda n: Decimal(n) / 4)),
        max_size=4,
    ),
    st.lists(st.frozensets(st.sampled_from([str(trait) for trait in Trait])), min_size=1, max_size=6),
)
def test_no_roster_passes_where_the_ideal_one_fails(wanted, people):
    """Property: what a real roster meets is never called impossible."""
    rows = [
        row(kind, RULES[kind].operators[strict % len(RULES[kind].operators)], str(share))
        for kind, strict, share in wanted
    ]
    counts = tally([Group(str(number), traits) for number, traits in enumerate(people)])
    for one in impossible(rows):
        assert status_of(one, counts) != FindingStatus.PASSED


def test_fewest_people_is_one_per_institution():
    assert fewest_people([]) == 1
    assert fewest_people([row(RuleKind.INSTITUTION_COUNT, Operator.GE, "15")]) == 15
    assert fewest_people([row(RuleKind.INSTITUTION_COUNT, Operator.GT, "15")]) == 16


def test_too_few_funded_seats_are_a_warning_with_names():
    rows = {"": [row(RuleKind.INSTITUTION_COUNT, Operator.GE, "15")]}
    (finding,) = rule_findings(rows, {"1": ("甲", 14), "2": ("乙", 15)})
    assert (finding.severity, finding.value, finding.params["provinces"]) == (Severity.WARN, 1, ["甲"])
    assert rule_findings(rows, {"2": ("乙", 15)}) == []


@pytest.mark.django_db
def test_the_printed_rules_can_be_met_in_every_province(year_2022):
    assert rule_findings_of(year_2022) == []


@pytest.fixture
def county(year_2022) -> Rule:
    return Rule.objects.get(year=year_2022, kind=RuleKind.COUNTY_SHARE)


@pytest.mark.django_db
def test_an_edit_to_what_cannot_be_met_is_refused_with_the_rule(county, national_officer):
    values = {"operator": Operator.GT, "threshold": Decimal(1)}
    with pytest.raises(Refusal, match=str(RuleKind.COUNTY_SHARE.label)):
        edit_row(row=county, values=values, reason="收紧", actor=national_officer.actor, now=AUGUST)
    county.refresh_from_db()
    assert (county.operator, county.threshold) == (Operator.GE, Decimal("0.5"))


@pytest.mark.django_db
def test_the_page_says_so_and_keeps_what_was_typed(county, year_2022, national_officer):
    url = reverse("enrollment:rule-edit", kwargs={**year_2022.url_kwargs, "pk": county.pk})
    form = national_officer.client.get(url).context["form"]
    typed = {bound.html_name: bound.value() for bound in form if bound.value() is not None}
    page = national_officer.client.post(
        url, {**typed, "operator": ">", "threshold": "100", "reason": "收紧比例"}
    )
    assert page.status_code == 200
    text = page.content.decode()
    assert str(RuleKind.COUNTY_SHARE.label) in text
    assert "收紧比例" in text


@pytest.mark.django_db
def test_a_plan_already_broken_can_be_mended_step_by_step(county, year_2022, national_officer):
    nurses = Rule.objects.get(year=year_2022, kind=RuleKind.NURSE_TECHNICIAN_SHARE)
    Rule.objects.filter(pk=county.pk).update(operator=Operator.GT, threshold=1)
    Rule.objects.filter(pk=nurses.pk).update(operator=Operator.LT, threshold=0)
    assert {finding.code for finding in plan_findings_of(year_2022) if finding.kind == "plan_rule"} == {
        county.code,
        nurses.code,
    }
    values = {"operator": Operator.LE}
    edit_row(row=nurses, values=values, reason="改回", actor=national_officer.actor, now=AUGUST)
    assert [f.code for f in rule_findings_of(year_2022) if f.kind == "plan_rule"] == [county.code]


@pytest.mark.django_db
def test_the_review_names_the_provinces_short_of_seats(year_2022):
    Quota.objects.filter(year=year_2022, region=HEBEI, track=Track.COMPREHENSIVE).update(seats=14)
    (finding,) = rule_findings_of(year_2022)
    assert (finding.kind, finding.severity) == ("plan_rule_seats", Severity.WARN)
    assert len(finding.params["provinces"]) == 1
