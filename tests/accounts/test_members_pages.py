"""P3 at the screen: people of a unit and the units of an office."""

import pytest
from django.urls import reverse

from accounts.enums import Role, UnitKind
from accounts.models import Membership, Unit, User
from tests.factories import HEBEI, NOW, MembershipFactory, UnitFactory, lead_unit, office_of, persona
from tests.helpers import assert_constant_queries

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("autumn_2022")]


def at(name, pk=None):
    return reverse(f"accounts:{name}", kwargs={"pk": pk} if pk else {})


def said(response) -> str:
    return response.content.decode()


@pytest.fixture
def colleague(hebei_coordinator):
    return persona("hebei-2", Role.TECHNICAL_LEAD, hebei_coordinator.unit, name="石门")


def test_p3_a_role_is_given_at_the_screen(hebei_coordinator):
    url = at("person-invite", hebei_coordinator.unit.pk)
    asked = {"role": Role.TECHNICAL_LEAD, "name": "王建国", "until": "2022-12-31", "phone": "139 1234 5678"}
    page = hebei_coordinator.client.post(url, {**asked, "login_name": "冀"})
    assert "不能用作登录名" in said(page)
    assert 'value="王建国"' in said(page)
    page = hebei_coordinator.client.post(url, asked, follow=True)
    assert "尚未启用" in said(page)
    assert "2022年12月31日 24:00" in said(page)
    assert User.objects.get(username="wangjianguo").person.phone == "13912345678"


def test_the_term_is_changed_and_the_last_keeper_needs_a_reason(national_officer, hebei_coordinator):
    url = at("person-limit", hebei_coordinator.membership.pk)
    assert "须填写理由" in said(national_officer.client.get(url))
    page = national_officer.client.post(url, {"until": "2022-12-31", "reason": ""})
    assert 'value="2022-12-31"' in said(page)
    assert "冀明" in said(page)
    assert national_officer.client.post(url, {"until": "2022-12-31", "reason": "任期届满"}).status_code == 302
    assert 'value="2022-12-31"' in said(national_officer.client.get(url))


def test_a_role_is_ended_and_given_again(hebei_coordinator, colleague):
    pk = colleague.membership.pk
    page = hebei_coordinator.client.post(at("person-end", pk), {"reason": ""}, follow=True)
    assert "须填写理由" in said(page)
    page = hebei_coordinator.client.post(at("person-end", pk), {"reason": "借调"}, follow=True)
    assert "石门的角色已终止" in said(page)
    assert at("person-reopen", pk) in said(page)
    page = hebei_coordinator.client.post(at("person-reopen", pk), {"reason": "返岗"}, follow=True)
    assert "已重新授予石门角色" in said(page)


def test_the_own_page_says_who_changes_it(hebei_coordinator):
    pk = hebei_coordinator.membership.pk
    page = said(hebei_coordinator.client.get(at("person-show", pk)))
    assert "这是您自己的角色" in page
    assert at("person-end", pk) not in page
    assert hebei_coordinator.client.post(at("person-end", pk), {"reason": "x"}).status_code == 403


def test_other_roles_are_shown_where_one_may_see_them(national_officer, hebei_coordinator, expert):
    MembershipFactory(user=expert.user, unit=hebei_coordinator.unit, role=Role.TECHNICAL_LEAD)
    further = Membership.objects.get(user=expert.user, unit=hebei_coordinator.unit)
    assert "该人员的其他角色" in said(national_officer.client.get(at("person-show", further.pk)))
    assert "该人员的其他角色" not in said(hebei_coordinator.client.get(at("person-show", further.pk)))


def test_a_trainee_is_not_shown_as_one_of_the_office(national_officer, trainee):
    page = said(national_officer.client.get(at("person-list"), {"role": Role.TRAINEE}))
    assert f"{trainee.unit.name}所管学员" in page
    assert "项目主管单位" in said(national_officer.client.get(at("person-show", trainee.membership.pk)))
    staff = said(national_officer.client.get(at("person-list"), {"role": Role.NATIONAL_OFFICE}))
    assert "所管学员" not in staff


def test_people_are_found_by_how_their_role_stands(hebei_coordinator, colleague):
    Membership.objects.filter(pk=colleague.membership.pk).update(ends_at=NOW)
    page = hebei_coordinator.client.get(at("person-list"), {"state": "ended"})
    assert [row["key"] for row in page.context["list"].table["rows"]] == [colleague.membership.pk]


def test_p3_the_office_opens_corrects_and_closes_a_unit(national_officer):
    asked = {"kind": UnitKind.TRAINING_BASE, "region": HEBEI, "name": "新培训基地"}
    page = national_officer.client.post(at("unit-create"), asked, follow=True)
    assert "单位已新增" in said(page)
    unit = Unit.objects.get(name="新培训基地")
    assert unit.owner == office_of("cancer")
    page = national_officer.client.post(at("unit-create"), asked)
    assert "已存在" in said(page)
    assert national_officer.client.get(at("unit-edit", unit.pk)).status_code == 200
    page = national_officer.client.post(at("unit-edit", unit.pk), {"name": "改名基地"}, follow=True)
    assert "改名基地" in said(page)
    page = national_officer.client.post(at("unit-close", unit.pk), {"reason": "撤销"}, follow=True)
    assert "单位已停用" in said(page)
    page = national_officer.client.get(at("unit-list"), {"closed": "true"})
    assert [row["key"] for row in page.context["list"].table["rows"]] == [unit.pk]
    page = national_officer.client.post(at("unit-reopen", unit.pk), {"reason": "误关"}, follow=True)
    assert "单位已重新启用" in said(page)


def test_a_province_reads_its_units_and_not_their_people(
    hebei_coordinator, base_coordinator, hebei_administrator
):
    for unit in (base_coordinator.unit, office_of("cancer"), hebei_administrator.unit):
        page = hebei_coordinator.client.get(at("unit-show", unit.pk))
        assert page.status_code == 200
        assert not page.context["sees_people"]
        assert page.context["table"]["rows"] == []
    own = hebei_coordinator.client.get(at("unit-show", lead_unit(HEBEI).pk))
    assert [row["key"] for row in own.context["table"]["rows"]] == [hebei_coordinator.membership.pk]


def test_a_unit_page_asks_as_often_for_1_person_as_for_30(national_officer):
    unit = UnitFactory()
    assert_constant_queries(
        national_officer.client,
        at("unit-show", unit.pk),
        lambda count: MembershipFactory.create_batch(count, unit=unit),
    )
