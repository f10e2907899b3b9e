"""Lists of plan rows and the page on which one is changed with a reason (P1, E1, C3)."""

import itertools
from decimal import Decimal

import pytest
from django.urls import reverse

from core.exceptions import Stale
from core.models import Event
from programs.models import Participation, PriorityProgram, Quota, Setting, Specialty, Target, Theme
from programs.views.rows import PLAN_TABLES
from tests.factories import HEBEI, HENAN
from tests.helpers import assert_constant_queries, cells_of

LISTS = [table.list_name for table in PLAN_TABLES]


def url(name, year, **more):
    return reverse(f"programs:{name}", kwargs={**year.url_kwargs, **more})


def quota(year, region=HEBEI, track="comprehensive"):
    return Quota.objects.get(year=year, region=region, track=track)


@pytest.mark.parametrize("name", LISTS)
def test_office_opens_every_list(name, year_2022, national_officer):
    response = national_officer.client.get(reverse(name, kwargs=year_2022.url_kwargs))
    assert response.status_code == 200
    assert response.context["list"].table["rows"]


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("role", ["trainee", "base_coordinator"])
def test_others_are_refused(name, role, year_2022, request):
    someone = request.getfixturevalue(role)
    assert someone.client.get(reverse(name, kwargs=year_2022.url_kwargs)).status_code == 403


def test_another_owner_sees_no_year(year_2022, nuclear_officer):
    assert nuclear_officer.client.get(url("quota-list", year_2022)).status_code == 404


def test_a_year_without_enrollment_has_no_quotas(year_2024, nuclear_officer):
    assert nuclear_officer.client.get(url("quota-list", year_2024)).status_code == 404
    assert nuclear_officer.client.get(url("setting-list", year_2024)).status_code == 200


def foot(response):
    """The row of totals as digits, whatever separates the thousands in the reader's language."""
    return [cell["text"].replace(",", "") for cell in response.context["list"].table["foot"]]


def test_e1_quotas_add_up_on_the_page(year_2022, national_officer):
    response = national_officer.client.get(url("quota-list", year_2022))
    assert len(response.context["list"].table["rows"]) == 31
    assert foot(response)[2:5] == ["5850", "1550", "7400"]


def test_c3_targets_add_up_on_the_page(year_2022, national_officer):
    response = national_officer.client.get(url("target-list", year_2022))
    assert foot(response)[1:4] == ["325", "2170", "385"]


def test_the_filter_narrows_rows_and_totals(year_2022, national_officer):
    response = national_officer.client.get(url("quota-list", year_2022), {"q": "河北"})
    assert [row["cells"][0]["text"] for row in response.context["list"].table["rows"]] == ["河北省"]
    assert foot(response)[2:5] == ["200", "50", "250"]


def test_a_province_reads_its_own_row_only(year_2022, hebei_coordinator):
    response = hebei_coordinator.client.get(url("quota-list", year_2022))
    assert [row["cells"][0]["text"] for row in response.context["list"].table["rows"]] == ["河北省"]


def test_r3_task_table_1_as_a_workbook(year_2022, national_officer):
    response = national_officer.client.post(url("quota-list", year_2022))
    cells = cells_of(response.content)
    head = next(number for number, row in enumerate(cells) if row[0] == "省份")
    assert cells[head] == ["省份", "技术负责单位", "综合培训名额（名）", "单纯线上培训名额（名）", "合计"]
    body = cells[head + 1 :]
    assert [row[0] for row in body[:3]] == ["北京市", "天津市", "河北省"]
    assert body[2] == ["河北省", "河北医科大学第四医院", 200, 50, 250]
    assert len(body) == 32
    assert body[-1] == ["合计", None, 5850, 1550, 7400]
    event = Event.objects.filter(verb="export").latest("pk")
    assert (event.data["list"], event.data["rows"]) == ("programs.quotas", 31)


def test_the_workbook_of_a_province_holds_its_row(year_2022, hebei_coordinator):
    cells = cells_of(hebei_coordinator.client.post(url("target-list", year_2022)).content)
    assert [row[0] for row in cells if row[0] and row[0].endswith("省")] == ["河北省"]


def test_p1_a_quota_is_changed_with_a_reason(year_2022, national_officer):
    row = quota(year_2022)
    place = url("quota-edit", year_2022, pk=row.pk)
    response = national_officer.client.post(place, {"seats": 210, "reason": "省内申请增加"})
    assert response.status_code == 302
    row.refresh_from_db()
    assert row.seats == 210
    page = national_officer.client.get(place)
    (entry,) = page.context["history"]
    assert "200 → 210" in entry["text"]
    assert (entry["note"], entry["who"]) == ("省内申请增加", "张国安")
    assert foot(national_officer.client.get(url("quota-list", year_2022)))[2] == "5860"


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param({"seats": 210, "reason": " "}, id="no-reason"),
        pytest.param({"seats": -3, "reason": "减少"}, id="negative"),
        pytest.param({"seats": 200, "reason": "没有变化"}, id="unchanged"),
    ],
)
def test_a_wrong_form_keeps_what_was_typed(typed, year_2022, national_officer):
    row = quota(year_2022)
    response = national_officer.client.post(url("quota-edit", year_2022, pk=row.pk), typed)
    assert response.status_code == 200
    assert response.context["form"].errors
    assert f'value="{typed["seats"]}"' in response.content.decode()
    row.refresh_from_db()
    assert row.seats == 200
    assert not Event.objects.of(row).exists()


def declined(**_):
    raise Stale("已被他人修改")


def test_a_refusal_stands_on_the_form(year_2022, national_officer, monkeypatch):
    """What the service declines although the form was valid."""
    row = Theme.objects.filter(year=year_2022).first()
    place = url("theme-edit", year_2022, pk=row.pk)
    monkeypatch.setattr("programs.views.rows.edit_row", declined)
    response = national_officer.client.post(
        place, {"name": "新名", "name_en": "", "order": 1, "reason": "改名"}
    )
    assert response.status_code == 200
    assert "已被他人修改" in response.content.decode()
    assert 'value="新名"' in response.content.decode()


def test_a_province_reads_a_row_but_does_not_change_it(year_2022, hebei_coordinator):
    row = quota(year_2022)
    place = url("quota-edit", year_2022, pk=row.pk)
    page = hebei_coordinator.client.get(place)
    assert page.status_code == 200
    assert 'name="seats"' not in page.content.decode()
    assert hebei_coordinator.client.post(place, {"seats": 999, "reason": "想要"}).status_code == 403
    row.refresh_from_db()
    assert row.seats == 200


def test_another_province_row_is_not_found(year_2022, hebei_coordinator):
    row = quota(year_2022, HENAN)
    assert hebei_coordinator.client.get(url("quota-edit", year_2022, pk=row.pk)).status_code == 404


def test_a_row_of_another_year_is_not_found(year_2022, year_2024, national_officer):
    assert (
        national_officer.client.get(url("quota-edit", year_2024, pk=quota(year_2022).pk)).status_code == 404
    )


CHANGES = [
    ("target-edit", Target, {"amount": 11}, "amount", 11),
    ("specialty-edit", Specialty, {"name": "新方向", "name_en": "New", "order": 9}, "name", "新方向"),
    (
        "theme-edit",
        Theme,
        {"name": "总论", "name_en": "", "order": 1, "share": "12.5"},
        "share",
        Decimal("0.125"),
    ),
    ("priority-program-edit", PriorityProgram, {"name": "城癌", "name_en": "", "order": 1}, "name", "城癌"),
    ("setting-edit", Setting, {"value": "171"}, "value", 171),
]


@pytest.mark.parametrize(
    ("name", "model", "values", "field", "expected"), CHANGES, ids=[one[0] for one in CHANGES]
)
def test_every_kind_of_row_is_changed_with_a_reason(
    name, model, values, field, expected, year_2022, national_officer
):
    row = model.objects.filter(year=year_2022).first()
    response = national_officer.client.post(url(name, year_2022, pk=row.pk), {**values, "reason": "方案调整"})
    assert response.status_code == 302, response.context["form"].errors
    row.refresh_from_db()
    assert getattr(row, field) == expected
    assert Event.objects.of(row).get().reason == "方案调整"


def test_p3_the_units_of_a_province_are_chosen_among_its_own(year_2022, national_officer):
    row = Participation.objects.get(year=year_2022, region=HEBEI)
    page = national_officer.client.get(url("province-edit", year_2022, pk=row.pk))
    for field in ("administrative_unit", "technical_unit"):
        offered = page.context["form"].fields[field].queryset
        assert {unit.region_id for unit in offered} == {HEBEI}
    other = Participation.objects.get(year=year_2022, region=HENAN).technical_unit
    wrong = {"administrative_unit": row.administrative_unit_id, "technical_unit": other.pk, "reason": "换"}
    assert national_officer.client.post(url("province-edit", year_2022, pk=row.pk), wrong).status_code == 200


def test_c2_a_theme_shows_its_share_in_percent(year_2022, national_officer):
    row = Theme.objects.filter(year=year_2022).first()
    Theme.objects.filter(pk=row.pk).update(share="0.125")
    page = national_officer.client.get(url("theme-edit", year_2022, pk=row.pk))
    assert 'value="12.5"' in page.content.decode()


def test_an_assumed_row_carries_its_reason_until_it_is_changed(year_2022, national_officer):
    row = Setting.objects.filter(year=year_2022).exclude(assumed="").first()
    place = url("setting-edit", year_2022, pk=row.pk)
    assert row.assumed in national_officer.client.get(place).content.decode()
    national_officer.client.post(place, {"value": row.value + 1, "reason": "已定"})
    row.refresh_from_db()
    assert not row.is_provisional


def test_settings_are_filtered_by_their_state(year_2022, national_officer):
    everything = Setting.objects.filter(year=year_2022)
    provisional = everything.exclude(assumed="").count()
    assert 0 < provisional < everything.count()
    for asked, expected in (("true", provisional), ("false", everything.count() - provisional)):
        response = national_officer.client.get(url("setting-list", year_2022), {"provisional": asked})
        assert response.context["list"].page.paginator.count == expected


@pytest.mark.parametrize("name", ["quota-list", "target-list", "province-list"])
def test_as_many_queries_for_1_province_as_for_30(name, year_2022, national_officer):
    waiting = list(Participation.objects.filter(year=year_2022).order_by("order"))
    Participation.objects.filter(year=year_2022).delete()

    def make(wanted):
        Participation.objects.bulk_create([waiting.pop() for _ in range(wanted)])

    assert_constant_queries(national_officer.client, url(name, year_2022), make)


@pytest.mark.parametrize("model", [Theme, Specialty, PriorityProgram], ids=lambda model: model.__name__)
def test_as_many_queries_for_1_row_as_for_30(model, year_2022, national_officer):
    table = next(one for one in PLAN_TABLES if one.model is model)
    rows = list(model.objects.filter(year=year_2022))
    model.objects.filter(year=year_2022).delete()
    number = itertools.count()

    def make(wanted):
        for _ in range(wanted):
            rows[0].pk, rows[0].code = None, f"extra-{next(number)}"
            rows[0].save(force_insert=True)

    assert_constant_queries(
        national_officer.client, reverse(table.list_name, kwargs=year_2022.url_kwargs), make
    )
