"""P3: the national office opens, corrects and closes the units under it."""

import pytest
from django.urls import reverse

from accounts.actors import system_actor
from accounts.enums import Role, UnitKind
from accounts.models import AccessCode, Membership, Region, Unit
from accounts.permissions import can_keep_unit
from accounts.services.codes import issue_codes
from accounts.services.units import close_unit, create_unit, edit_unit, reopen_unit
from core.exceptions import NotAllowed, Refusal
from core.models import Event
from tests.factories import HEBEI, NOW, InstitutionFactory, MembershipFactory, UnitFactory, office_of, persona

pytestmark = pytest.mark.django_db
VALUES = {"name": "新培训基地", "name_en": "New base", "clause": "", "assumed": "尚无文件"}


@pytest.fixture
def given(national_officer):
    return {"actor": national_officer.actor, "now": NOW}


def new(given, **more):
    values = {"owner": office_of("cancer"), "kind": UnitKind.TRAINING_BASE, "values": VALUES, **given, **more}
    return create_unit(region=Region.objects.get(pk=HEBEI), **values)


def test_p3_the_office_opens_a_unit_under_itself(given):
    unit = new(given)
    assert (unit.owner, unit.region_id, unit.code) == (office_of("cancer"), HEBEI, "tb-hebei-1")
    assert new(given, values={**VALUES, "name": "另一基地"}).code == "tb-hebei-2"
    assert Event.objects.filter(verb="create_unit").count() == 2


@pytest.mark.parametrize("kind", [kind for kind in UnitKind if kind != UnitKind.NATIONAL_OFFICE])
def test_every_kind_has_its_code(kind, given):
    assert new(given, kind=kind).code.endswith("-hebei-1")


def test_an_office_comes_with_its_program(given):
    with pytest.raises(Refusal):
        new(given, kind=UnitKind.NATIONAL_OFFICE)


def test_two_open_units_of_one_name_are_refused(given):
    first = new(given)
    with pytest.raises(Refusal, match="新培训基地"):
        new(given)
    other = new(given, values={**VALUES, "name": "另一基地"})
    with pytest.raises(Refusal):
        edit_unit(unit=other, values={"name": "新培训基地"}, **given)
    close_unit(unit=first, reason="重复", **given)
    second = new(given)
    with pytest.raises(Refusal):
        reopen_unit(unit=first, reason="误关", **given)
    assert Unit.objects.open().filter(name="新培训基地").get() == second


@pytest.mark.parametrize(
    "who", ["hebei_coordinator", "base_coordinator", "nuclear_officer", "auditor", "expert", "applicant"]
)
def test_nobody_else_keeps_units(who, request):
    actor = request.getfixturevalue(who).actor
    unit = UnitFactory()
    assert not can_keep_unit(actor, unit)
    for act in (
        lambda: new({"actor": actor, "now": NOW}),
        lambda: edit_unit(unit=unit, values={"name": "x"}, actor=actor, now=NOW),
        lambda: close_unit(unit=unit, reason="x", actor=actor, now=NOW),
        lambda: reopen_unit(unit=unit, reason="x", actor=actor, now=NOW),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_an_office_never_closes_itself(national_officer):
    assert not can_keep_unit(national_officer.actor, office_of("cancer"))
    assert not can_keep_unit(system_actor(), office_of("cancer"))
    assert can_keep_unit(system_actor(), UnitFactory())


def test_a_correction_says_what_changed(given):
    unit = new(given)
    edit_unit(unit=unit, values={**VALUES, "clause": "附件2", "assumed": ""}, **given)
    unit.refresh_from_db()
    assert (unit.clause, unit.assumed) == ("附件2", "")
    assert set(Event.objects.get(verb="edit_unit").data) == {"clause", "assumed"}


def test_another_institution_wants_a_reason(given, hebei):
    unit, place = new(given), InstitutionFactory(region=hebei)
    with pytest.raises(Refusal):
        edit_unit(unit=unit, values={**VALUES, "institution": place}, reason=" ", **given)
    assert Unit.objects.get(pk=unit.pk).institution is None


def test_t06_the_roles_of_a_closed_units_people_end(given, base_coordinator, autumn_2022):
    unit, page = base_coordinator.unit, "/accounts/people/"
    later = MembershipFactory(unit=unit, starts_at=NOW.replace(year=2023))
    issue_codes(memberships=[base_coordinator.membership], **given)
    assert base_coordinator.client.get(page).status_code == 200
    with pytest.raises(Refusal):
        close_unit(unit=unit, reason=" ", **given)
    close_unit(unit=unit, reason="不再承担", **given)
    assert base_coordinator.client.get(page).status_code == 403
    assert not AccessCode.objects.usable(NOW).exists()
    later.refresh_from_db()
    assert later.ends_at > later.starts_at
    assert Event.objects.filter(verb="end_role", reason="不再承担").count() == 2
    with pytest.raises(Refusal):
        close_unit(unit=unit, reason="不再承担", **given)


def test_a_closed_unit_is_opened_again_without_its_people(given, base_coordinator):
    unit = base_coordinator.unit
    with pytest.raises(Refusal):
        reopen_unit(unit=unit, reason="继续", **given)
    close_unit(unit=unit, reason="不再承担", **given)
    with pytest.raises(Refusal):
        reopen_unit(unit=unit, reason=" ", **given)
    reopen_unit(unit=unit, reason="继续", **given)
    unit.refresh_from_db()
    assert unit.closed_at is None
    assert not Membership.objects.active(NOW).filter(unit=unit).exists()


def test_a_closed_base_is_no_longer_offered(given, hebei_coordinator, year_2022):
    base = persona("b", Role.BASE_COORDINATOR, UnitFactory(name="将关基地")).unit
    url = f"/cancer/{year_2022.year}/enrollment/roster/"
    assert "将关基地" in hebei_coordinator.client.get(url).content.decode()
    close_unit(unit=base, reason="不再承担", **given)
    assert "将关基地" not in hebei_coordinator.client.get(url).content.decode()


def test_p3_the_office_says_which_institution_a_unit_belongs_to(national_officer, hebei, henan):
    """One of the registry of the unit's own province; on record."""
    unit, own = UnitFactory(), InstitutionFactory(region=hebei)
    url = reverse("accounts:unit-edit", kwargs={"pk": unit.pk})
    sent = {"name": unit.name, "assumed": "尚无文件", "institution": own.pk}
    asked = national_officer.client.post(url, sent)
    assert list(asked.context["form"].errors) == ["reason"]
    assert Unit.objects.get(pk=unit.pk).institution is None
    sent["reason"] = "医院合并"
    assert national_officer.client.post(url, sent).status_code == 302
    unit.refresh_from_db()
    assert unit.institution == own
    event = Event.objects.get(verb="edit_unit")
    assert (event.data["institution"], event.reason) == ([None, own.pk], "医院合并")
    assert national_officer.client.post(url, {**sent, "reason": ""}).status_code == 302, (
        "nothing else wants one"
    )
    foreign = InstitutionFactory(region=henan)
    assert national_officer.client.post(url, {**sent, "institution": foreign.pk}).status_code == 200
    unit.refresh_from_db()
    assert unit.institution == own
