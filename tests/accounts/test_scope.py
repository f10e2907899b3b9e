"""Who sees which regions, institutions, units and memberships (P1, P3): one owner, one province, one unit, oneself."""

import pytest

from accounts.enums import UnitKind
from accounts.models import Institution, Membership, Region, Unit
from accounts.scope import NOBODY
from tests.factories import HEBEI, HENAN, InstitutionFactory, RegionFactory, lead_unit, office_of

pytestmark = pytest.mark.django_db

EVERYBODY = (
    "national_officer", "hebei_coordinator", "henan_coordinator", "hebei_administrator", "base_coordinator", "applicant",
    "expert", "trainee", "other_trainee", "auditor", "nuclear_officer",
)  # fmt: skip


@pytest.fixture
def people(request) -> dict:
    return {name: request.getfixturevalue(name) for name in EVERYBODY}


def of_hebei(name: str) -> bool:
    return name in {
        "hebei_coordinator",
        "hebei_administrator",
        "base_coordinator",
        "applicant",
        "trainee",
        "other_trainee",
    }


@pytest.mark.parametrize("name", EVERYBODY)
def test_regions(people, name):
    county = RegionFactory()
    seen = set(Region.objects.visible_to(people[name].scope).values_list("pk", flat=True))
    if people[name].scope.is_national:
        assert seen == set(Region.objects.values_list("pk", flat=True))
    elif of_hebei(name):
        assert seen == {HEBEI, county.pk}
    else:
        assert seen == {HENAN}


@pytest.mark.parametrize(
    ("name", "hebei", "henan"),
    [
        ("national_officer", True, True),
        ("nuclear_officer", True, True),  # the registry is shared by programs
        ("expert", True, True),
        ("auditor", True, True),
        ("hebei_coordinator", True, False),
        ("hebei_administrator", True, False),
        ("henan_coordinator", False, True),
        ("base_coordinator", True, False),
        ("applicant", True, False),
        ("trainee", False, False),
        ("other_trainee", False, False),
    ],
)
def test_institutions(people, name, hebei, henan):
    county = InstitutionFactory(region=RegionFactory())
    far = InstitutionFactory(region=Region.objects.get(pk=HENAN))
    seen = Institution.objects.visible_to(people[name].scope)
    assert (seen.filter(pk=county.pk).exists(), seen.filter(pk=far.pk).exists()) == (hebei, henan)


def test_the_office_sees_its_own_units_and_no_other_office(people):
    for name in ("national_officer", "expert", "auditor"):
        seen = Unit.objects.visible_to(people[name].scope)
        assert office_of("cancer") in seen
        assert seen.filter(kind=UnitKind.TECHNICAL_LEAD).count() == 31
        assert not seen.filter(owner=office_of("nuclear")).exists()
        assert office_of("nuclear") not in seen
    nuclear = Unit.objects.visible_to(people["nuclear_officer"].scope)
    assert set(nuclear) == {office_of("nuclear"), people["applicant"].unit}


def test_a_province_sees_its_units_and_the_office(people):
    hebei = {
        office_of("cancer"),
        lead_unit(HEBEI),
        lead_unit(HEBEI, UnitKind.ADMINISTRATIVE),
        people["base_coordinator"].unit,
    }
    for name in ("hebei_coordinator", "hebei_administrator"):
        assert set(Unit.objects.visible_to(people[name].scope)) == hebei
    henan = set(Unit.objects.visible_to(people["henan_coordinator"].scope))
    assert henan == {office_of("cancer"), lead_unit(HENAN), lead_unit(HENAN, UnitKind.ADMINISTRATIVE)}


@pytest.mark.parametrize("name", ["base_coordinator", "applicant"])
def test_a_base_and_a_hospital_see_themselves(people, name):
    assert list(Unit.objects.visible_to(people[name].scope)) == [people[name].unit]


def test_a_trainee_sees_no_unit(people):
    assert not Unit.objects.visible_to(people["trainee"].scope).exists()


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("national_officer", set(EVERYBODY) - {"applicant", "nuclear_officer"}),
        ("auditor", set(EVERYBODY) - {"applicant", "nuclear_officer"}),
        ("nuclear_officer", {"nuclear_officer", "applicant"}),
        ("hebei_coordinator", {"hebei_coordinator", "trainee", "other_trainee"}),
        ("henan_coordinator", {"henan_coordinator"}),
        ("hebei_administrator", {"hebei_administrator"}),
        ("base_coordinator", {"base_coordinator"}),
        ("applicant", {"applicant"}),
        ("expert", {"expert"}),
        ("trainee", {"trainee"}),
        ("other_trainee", {"other_trainee"}),
    ],
)
def test_memberships(people, name, seen):
    found = set(Membership.objects.visible_to(people[name].scope))
    assert {who for who, persona in people.items() if persona.membership in found} == seen
    assert len(found) == len(seen)


@pytest.mark.parametrize("model", [Region, Institution, Unit, Membership])
def test_without_a_role_nothing_is_seen(people, model):
    InstitutionFactory()
    assert not model.objects.visible_to(NOBODY).exists()
