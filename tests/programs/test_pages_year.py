"""The year's first page, opening the next year, and the review of a draft (P1)."""

import datetime as dt

import pytest
from django.urls import reverse

from core.models import Event
from core.values import CHINA
from programs.columns import SETTING_GROUPS
from programs.enums import SettingCode, YearStatus
from programs.models import Duty, ProgramYear, Quota, Setting
from programs.services import copy_year
from tests.factories import HEBEI, NOW


def url(name, year, **more):
    return reverse(f"programs:{name}", kwargs={**year.url_kwargs, **more})


@pytest.fixture
def draft(year_2022, national_officer) -> ProgramYear:
    return copy_year(
        source=year_2022,
        year=2023,
        name="2023年度",
        name_en="",
        shift=dt.timedelta(days=365),
        actor=national_officer.actor,
        now=NOW,
    )


def test_every_setting_stands_in_one_group():
    grouped = [code for _, codes in SETTING_GROUPS for code in codes]
    assert sorted(grouped) == sorted(SettingCode)


def test_the_year_shows_its_plan_with_sources(year_2022, national_officer):
    page = national_officer.client.get(url("year-detail", year_2022))
    counts = {count["label"]: count["rows"] for count in page.context["counts"]}
    assert counts["名额"] == 62
    facts = [fact for group in page.context["groups"] for fact in group["facts"]]
    assert len(facts) == Setting.objects.filter(year=year_2022).count()
    assert all(fact["clause"] or fact["assumed"] for fact in facts)
    assert "170 课时" in {fact["value"] for fact in facts}


def test_a_year_of_bases_links_to_no_quotas(year_2024, nuclear_officer):
    page = nuclear_officer.client.get(url("year-detail", year_2024))
    assert page.status_code == 200
    assert [count["url"] for count in page.context["counts"] if "quotas" in count["url"]] == []


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("hebei_coordinator", 200),
        ("hebei_administrator", 200),
        ("auditor", 200),
        ("expert", 200),
        ("trainee", 403),
        ("base_coordinator", 403),
        ("nuclear_officer", 404),
        ("nuclear_expert", 404),
    ],
)
def test_who_opens_the_year(role, status, year_2022, request):
    assert request.getfixturevalue(role).client.get(url("year-detail", year_2022)).status_code == status


def copied(client, source, **changed):
    typed = {"year": 2023, "name": "2023年度项目", "name_en": "", "shift_days": "", **changed}
    return client.post(url("year-copy", source), typed)


def test_the_next_year_is_suggested(year_2022, national_officer):
    form = national_officer.client.get(url("year-copy", year_2022)).context["form"]
    assert form.initial["year"] == 2023
    assert form.initial["name"].startswith("2023年度")


def test_p1_the_next_year_opens_as_a_draft_with_month_and_day_kept(year_2022, national_officer):
    response = copied(national_officer.client, year_2022)
    assert response.status_code == 302
    new = ProgramYear.objects.get(program=year_2022.program, year=2023)
    assert response.url == url("year-review", new)
    assert new.status == YearStatus.DRAFT
    assert sum(Quota.objects.filter(year=new).values_list("seats", flat=True)) == 7400
    due = Duty.objects.get(year=new, code="registration-closed").due_at
    assert due == dt.datetime(2023, 9, 1, tzinfo=CHINA)


def test_a_shift_in_days_moves_the_calendar_by_it(year_2022, national_officer):
    copied(national_officer.client, year_2022, shift_days=30)
    due = Duty.objects.get(year__year=2023, code="registration-closed").due_at
    assert due == dt.datetime(2022, 10, 1, tzinfo=CHINA)


def test_leap_days_do_not_move_a_summer_date(year_2022, national_officer):
    copied(national_officer.client, year_2022, year=2024)
    due = Duty.objects.get(year__year=2024, code="registration-closed").due_at
    assert due == dt.datetime(2024, 9, 1, tzinfo=CHINA)


@pytest.mark.parametrize(
    ("changed", "field"), [({"year": 2022}, "__all__"), ({"name": ""}, "name"), ({"year": 1999}, "year")]
)
def test_a_wrong_copy_keeps_what_was_typed(changed, field, year_2022, national_officer):
    response = copied(national_officer.client, year_2022, name_en="Typed name", **changed)
    assert response.status_code == 200
    assert list(response.context["form"].errors) == [field]
    assert 'value="Typed name"' in response.content.decode()
    assert ProgramYear.objects.filter(program=year_2022.program).count() == 1


@pytest.mark.parametrize("role", ["hebei_coordinator", "auditor", "expert", "trainee"])
def test_only_the_office_opens_the_next_year(role, year_2022, request):
    client = request.getfixturevalue(role).client
    assert client.get(url("year-copy", year_2022)).status_code == 403
    assert copied(client, year_2022).status_code == 403
    assert ProgramYear.objects.filter(program=year_2022.program).count() == 1


def test_the_review_shows_what_differs(draft, national_officer):
    Quota.objects.filter(year=draft, region=HEBEI, track="comprehensive").update(seats=220)
    page = national_officer.client.get(url("year-review", draft))
    groups = {group["label"]: group["table"]["rows"] for group in page.context["groups"]}
    assert [[cell["text"] for cell in row["cells"]] for row in groups["名额"]] == [
        ["河北省 综合培训", "名额", "200", "220"]
    ]
    assert len(groups["工作节点"]) == Duty.objects.filter(year=draft).count()
    assert page.context["blocked"] == 0


def test_the_printed_year_has_nothing_to_review(year_2022, national_officer):
    assert national_officer.client.get(url("year-review", year_2022)).status_code == 404


def test_a_draft_is_the_offices_alone(draft, hebei_coordinator):
    assert hebei_coordinator.client.get(url("year-detail", draft)).status_code == 404


def test_the_office_opens_the_reviewed_draft(draft, national_officer, hebei_coordinator):
    response = national_officer.client.post(url("year-open", draft))
    assert response.url == url("year-detail", draft)
    draft.refresh_from_db()
    assert draft.status == YearStatus.OPEN
    assert hebei_coordinator.client.get(url("year-detail", draft)).status_code == 200
    assert Event.objects.of(draft).filter(verb="open_year").count() == 1


def test_a_contradicting_plan_does_not_open(draft, national_officer):
    Setting.objects.filter(year=draft, code=SettingCode.PASS_POINTS).update(value=130)
    page = national_officer.client.get(url("year-review", draft))
    assert page.context["blocked"] == 1
    assert url("year-open", draft) not in page.content.decode()
    response = national_officer.client.post(url("year-open", draft), follow=True)
    assert "年度计划前后矛盾" in response.content.decode()
    draft.refresh_from_db()
    assert draft.status == YearStatus.DRAFT


def test_an_open_year_does_not_open_twice(year_2022, draft, national_officer):
    national_officer.client.post(url("year-open", draft))
    response = national_officer.client.post(url("year-open", draft), follow=True)
    assert "开放" in response.content.decode()
    assert Event.objects.of(draft).filter(verb="open_year").count() == 1


def test_get_does_not_open(draft, national_officer):
    assert national_officer.client.get(url("year-open", draft)).status_code == 405
