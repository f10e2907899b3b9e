"""The recruitment rules on screen: read by the provinces, changed by the office with a reason (E4–E10)."""

import pytest
from django.urls import reverse

from core.models import Event
from enrollment.models import Rule
from tests.helpers import cells_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def url(year_2022):
    return lambda name, **more: reverse(f"enrollment:{name}", kwargs={**year_2022.url_kwargs, **more})


@pytest.fixture
def county_share(year_2022) -> Rule:
    return Rule.objects.get(year=year_2022, kind="county_share")


def test_e6_each_rule_says_what_it_asks_where_and_by_which_clause(hebei_coordinator, url, year_2022):
    rows = hebei_coordinator.client.get(url("rule-list")).context["list"].table["rows"]
    assert len(rows) == Rule.objects.filter(year=year_2022).count()
    lines = [[cell["text"] for cell in row["cells"]] for row in rows]
    (strict,) = [line for line in lines if line[2].split() == ["≥", "30%"]]
    assert strict[5].split("、") == ["河北省", "山东省", "河南省", "四川省", "甘肃省"]
    assert [line for line in lines if line[:1] == ["县区级及以下"] and line[5] == "所有省份"]


def test_the_rules_as_a_workbook_carry_the_printed_words(national_officer, url, county_share):
    cells = cells_of(national_officer.client.post(url("rule-list")).content)
    assert any(county_share.printed in row for row in cells)


def test_e4_the_office_changes_a_threshold_with_a_reason(national_officer, url, county_share):
    edit = url("rule-edit", pk=county_share.pk)
    assert 'value="0.5"' in national_officer.client.get(edit).content.decode()
    data = {"threshold": "0.6", "severity": "hard", "reason": "委员会决定"}
    assert national_officer.client.post(edit, data).url == url("rule-list")
    county_share.refresh_from_db()
    assert str(county_share.threshold) == "0.6000"
    assert Event.objects.get(verb="edit_row").reason == "委员会决定"


def test_e4_a_share_beyond_the_whole_is_refused_with_what_was_typed(national_officer, url, county_share):
    data = {"threshold": "1.5", "severity": "hard", "reason": "误填"}
    page = national_officer.client.post(url("rule-edit", pk=county_share.pk), data)
    assert page.context["form"].errors
    assert page.context["form"]["threshold"].value() == "1.5"
    assert not Event.objects.filter(verb="edit_row").exists()


def test_the_plans_counts_lead_the_office_to_the_rules(national_officer, hebei_coordinator, url, year_2022):
    year_page = reverse("programs:year-detail", kwargs=year_2022.url_kwargs)
    assert url("rule-list") in national_officer.client.get(year_page).content.decode()
    counts = hebei_coordinator.client.get(year_page).context["counts"]
    assert "招生要求" in {count["label"] for count in counts}
    assert not [count for count in counts if "/exams/" in count["url"]]
