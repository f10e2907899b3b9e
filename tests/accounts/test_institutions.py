"""The registry of institutions: entered, corrected, other names, who may, and its pages (E17)."""

import pytest
from django.urls import reverse

from accounts.enums import InstitutionKind, InstitutionLevel
from accounts.models import Institution, InstitutionAlias, Region
from accounts.services.institutions import add_alias, create_institution, edit_institution
from core.exceptions import NotAllowed, Refusal
from core.models import Event
from tests.factories import HENAN, NOW, InstitutionFactory, RegionFactory
from tests.helpers import assert_constant_queries

pytestmark = pytest.mark.django_db


def url(name: str, row: Institution | None = None) -> str:
    return reverse(f"accounts:{name}", kwargs={"pk": row.pk} if row else {})


@pytest.fixture
def county(hebei):
    return RegionFactory(code="130123", name="正定县")


@pytest.fixture
def values(county):
    return {
        "name": "正定县人民医院",
        "level": InstitutionLevel.COUNTY,
        "kind": InstitutionKind.GENERAL_HOSPITAL,
        "region": county,
        "offers_checkup": True,
        "offers_screening": False,
    }


@pytest.fixture
def act(hebei_coordinator):
    return {"actor": hebei_coordinator.actor, "now": NOW}


def names(row: Institution) -> list[str]:
    return [alias.name for alias in row.aliases.order_by("pk")]


# Services


def test_e17_an_institution_is_entered_with_its_other_names(values, act):
    row = create_institution(
        values=values, aliases=["正定县医院", " 正定县 医院 ", "", "正定县人民医院"], **act
    )
    assert names(row) == ["正定县医院"]
    event = Event.objects.of(row).get()
    assert event.verb == "create_institution"
    assert event.data["region"] == [None, "正定县 130123"]
    assert "offers_screening" not in event.data


def test_e17_nobody_enters_where_it_is_not_his(
    values, henan_coordinator, hebei_administrator, national_officer
):
    for someone in (henan_coordinator, hebei_administrator):
        with pytest.raises(NotAllowed):
            create_institution(values=values, actor=someone.actor, now=NOW)
    assert create_institution(values=values, actor=national_officer.actor, now=NOW).pk


@pytest.mark.parametrize("taken", ["正定县人民医院", "正定县 人民医院", "正定县人民医院 "])
def test_e17_a_name_belongs_to_one_institution_of_the_province(values, act, taken):
    create_institution(values=values, aliases=["正定县医院"], **act)
    for name in (taken, "正定县医院"):
        with pytest.raises(Refusal, match="正定县人民医院"):
            create_institution(values={**values, "name": name}, **act)


def test_e17_the_same_name_in_another_province_is_another_institution(values, act, national_officer):
    create_institution(values=values, **act)
    values["region"] = Region.objects.get(pk=HENAN)
    assert create_institution(values=values, actor=national_officer.actor, now=NOW).pk


def test_e17_the_name_of_a_merged_one_leads_to_what_it_became(values, act):
    stays = InstitutionFactory(name="正定县医院")
    InstitutionFactory(name="正定县人民医院", merged_into=stays)
    with pytest.raises(Refusal, match="正定县医院"):
        create_institution(values=values, **act)


def test_e17_a_correction_is_told_field_by_field(values, act):
    row = create_institution(values=values, aliases=["旧名"], **act)
    changed = {**values, "name": "正定县中心医院", "level": InstitutionLevel.CITY, "offers_checkup": False}
    edit_institution(institution=row, values=changed, aliases=["新名"], reason="升格", **act)
    event = Event.objects.of(row).get(verb="edit_institution")
    assert event.data["level"] == ["县区级", "地市级"]
    assert event.data["offers_checkup"] == ["✓", ""]
    assert event.data["aliases"] == "新名"
    assert event.reason == "升格"
    row.refresh_from_db()
    assert (row.name, names(row)) == ("正定县中心医院", ["新名"])
    assert " zdxzxyy" in row.search_key


def test_e17_nothing_changed_is_no_event(values, act):
    row = create_institution(values=values, **act)
    edit_institution(institution=row, values=values, aliases=[], **act)
    assert not Event.objects.of(row).filter(verb="edit_institution").exists()


def test_e17_nobody_moves_an_institution_into_another_province(values, act, henan_coordinator):
    row = create_institution(values=values, **act)
    elsewhere = {**values, "region": Region.objects.get(pk=HENAN)}
    for actor in (act["actor"], henan_coordinator.actor):
        with pytest.raises(NotAllowed):
            edit_institution(institution=row, values=elsewhere, aliases=[], actor=actor, now=NOW)


def test_e17_a_merged_one_is_not_changed_any_more(values, act):
    gone = InstitutionFactory(merged_into=InstitutionFactory(name="正定县医院"))
    with pytest.raises(Refusal, match="正定县医院"):
        edit_institution(institution=gone, values=values, aliases=[], **act)


def test_e17_another_name_is_given_once(values, act, henan_coordinator):
    row = create_institution(values=values, **act)
    for name in ("正定医院", "正定 医院"):
        add_alias(institution=row, name=name, **act)
    assert names(row) == ["正定医院"]
    assert Event.objects.of(row).filter(verb="add_alias").count() == 1
    with pytest.raises(NotAllowed):
        add_alias(institution=row, name="某", actor=henan_coordinator.actor, now=NOW)


def test_e17_another_name_is_nobody_elses(values, act):
    row = create_institution(values=values, **act)
    InstitutionFactory(name="平山县医院")
    with pytest.raises(Refusal, match="平山县医院"):
        add_alias(institution=row, name="平山县医院", **act)


# Pages


def posted(values, **more):
    plain = {**values, "region": values["region"].pk, "aliases": "", "reason": "", **more}
    return {name: value for name, value in plain.items() if value is not False}


def test_e17_the_form_enters_and_shows_the_entry(hebei_coordinator, values):
    page = hebei_coordinator.client.post(
        url("institution-create"), posted(values, aliases="正定县医院\n\n正定医院"), follow=True
    )
    row = Institution.objects.get(name="正定县人民医院")
    assert page.redirect_chain[-1][0] == url("institution-show", row)
    assert "河北省 正定县 (130123)" in page.content.decode()
    assert "正定县医院、正定医院" in page.content.decode()


def test_e17_a_refusal_keeps_what_was_typed(hebei_coordinator, values):
    InstitutionFactory(name="正定县人民医院")
    page = hebei_coordinator.client.post(url("institution-create"), posted(values, aliases="某院"))
    assert "正定县人民医院" in str(page.context["form"].errors)
    assert "某院" in page.content.decode()
    assert 'value="130123" id="region-130123" checked' in page.content.decode()


def test_e17_one_answer_to_what_was_typed_needs_no_tick(hebei_coordinator, values):
    data = posted(values, **{"region-typed": "zdx"})
    del data["region"]
    hebei_coordinator.client.post(url("institution-create"), data)
    assert Institution.objects.get(name="正定县人民医院").region_id == "130123"


def test_e17_several_answers_are_offered_to_choose_from(hebei_coordinator, values):
    RegionFactory(code="130199", name="正定新区")
    data = posted(values, **{"region-typed": "正定"})
    del data["region"]
    page = hebei_coordinator.client.post(url("institution-create"), data).content.decode()
    assert 'id="region-130123"' in page
    assert 'id="region-130199"' in page
    assert not Institution.objects.exists()


def test_e17_a_region_of_another_province_is_not_taken(hebei_coordinator, values):
    hebei_coordinator.client.post(url("institution-create"), posted(values, region=HENAN))
    assert not Institution.objects.exists()


def test_e17_the_entry_is_corrected_and_its_history_read(hebei_coordinator, values, act):
    row = create_institution(values=values, aliases=["旧名"], **act)
    form = hebei_coordinator.client.get(url("institution-edit", row))
    assert "旧名" in form.content.decode()
    changed = posted(values, level=InstitutionLevel.CITY, aliases="新名", reason="升格")
    page = hebei_coordinator.client.post(url("institution-edit", row), changed, follow=True).content.decode()
    assert "县区级 → 地市级" in page
    assert "新名" in page
    assert "升格" in page


def test_e17_a_correction_refused_keeps_the_page(hebei_coordinator, values, act):
    row = create_institution(values=values, **act)
    InstitutionFactory(name="平山县医院")
    page = hebei_coordinator.client.post(url("institution-edit", row), posted(values, name="平山县医院"))
    assert "平山县医院" in str(page.context["form"].errors)
    row.refresh_from_db()
    assert row.name == "正定县人民医院"


def test_e17_readers_see_no_buttons(hebei_administrator, values, act):
    row = create_institution(values=values, **act)
    page = hebei_administrator.client.get(url("institution-show", row)).content.decode()
    assert url("institution-edit", row) not in page


def test_e17_likely_duplicates_stand_on_the_entry(hebei_coordinator):
    row, twin = InstitutionFactory(name="正定县人民医院"), InstitutionFactory(name="石家庄市正定县人民医院")
    page = hebei_coordinator.client.get(url("institution-show", row)).content.decode()
    assert f"?into={twin.pk}" in page


def test_e17_merged_ones_leave_the_list_and_say_what_they_became(hebei_coordinator):
    stays = InstitutionFactory(name="正定县人民医院")
    gone = InstitutionFactory(name="正定医院旧", merged_into=stays)
    listed = hebei_coordinator.client.get(url("institution-list"))
    assert [row["key"] for row in listed.context["list"].table["rows"]] == [stays.pk]
    page = hebei_coordinator.client.get(url("institution-show", gone)).content.decode()
    assert url("institution-show", stays) in page
    assert url("institution-merge", gone) not in page


@pytest.mark.parametrize("typed", ["测试县", "csx", "别名", "bm"])
def test_e17_the_answers_while_typing_are_those_in_scope(hebei_coordinator, typed):
    own, foreign = (
        InstitutionFactory(name="测试县甲院"),
        InstitutionFactory(name="测试县乙院", region_id=HENAN),
    )
    gone = InstitutionFactory(name="测试县丙院", merged_into=own)
    for row in (own, foreign, gone):
        InstitutionAlias.objects.create(institution=row, name="别名")
    asked = {"name": "into", "into-typed": typed}
    page = hebei_coordinator.client.get(url("institution-options"), asked).content.decode()
    assert f'name="into" value="{own.pk}"' in page
    for row in (foreign, gone):
        assert f'value="{row.pk}"' not in page


def test_e17_the_regions_while_typing_are_those_of_the_province(hebei_coordinator, county):
    asked = {"name": "region", "region-typed": "x"}
    assert (
        'value="130123"'
        in hebei_coordinator.client.get(
            url("region-options"), {**asked, "region-typed": "zdx"}
        ).content.decode()
    )
    assert (
        HENAN
        not in hebei_coordinator.client.get(
            url("region-options"), {**asked, "region-typed": "河南"}
        ).content.decode()
    )
    assert "radio" not in hebei_coordinator.client.get(url("region-options")).content.decode()


def test_the_list_asks_as_often_with_many_rows(hebei_coordinator):
    counties = [RegionFactory(code=f"1301{n:02d}") for n in range(30)]

    def make(count):
        for _ in range(count):
            InstitutionAlias.objects.create(
                institution=InstitutionFactory(region=counties[count - 1]), name="别名"
            )

    assert_constant_queries(hebei_coordinator.client, url("institution-list"), make)
