"""Own account, roles, help, and the lists of units, people and institutions (P3, P6, E17)."""

import pytest
from django.urls import reverse

from accounts.enums import InstitutionKind, InstitutionLevel, Role
from accounts.middleware import SESSION_KEY
from accounts.models import InstitutionAlias, Region
from core.models import Event
from programs.models import ProgramYear
from tests.factories import HEBEI, HENAN, InstitutionFactory, MembershipFactory, lead_unit, persona
from tests.helpers import assert_constant_queries, cells_of

PEOPLE, UNITS, INSTITUTIONS = (reverse(f"accounts:{name}-list") for name in ("person", "unit", "institution"))


def rows(someone, url, **asked):
    response = someone.client.get(url, asked)
    assert response.status_code == 200
    return response.context["list"].table["rows"]


def first_cells(found):
    return {row["cells"][0]["text"] for row in found}


@pytest.fixture
def two_roles(hebei_coordinator):
    """The coordinator of Hebei is an expert of the office, too."""
    other = MembershipFactory(user=hebei_coordinator.user, unit=lead_unit(HEBEI).owner, role=Role.EXPERT)
    return hebei_coordinator, other


def switch(someone, membership):
    return someone.client.post(reverse("accounts:switch-role"), {"membership": membership})


def test_a_person_goes_on_in_another_of_their_roles(two_roles):
    someone, other = two_roles
    before = someone.client.session.session_key
    assert switch(someone, other.pk).url == reverse("home")
    assert someone.client.session[SESSION_KEY] == other.pk
    assert someone.client.session.session_key != before
    page = someone.client.get(reverse("accounts:profile"))
    assert [one["current"] for one in page.context["own"]] == [False, True]
    event = Event.objects.get(verb="switch_role")
    assert (event.membership_number, event.role) == (other.pk, Role.EXPERT)


@pytest.mark.parametrize("wanted", ["other", "", "x"])
def test_nobody_takes_a_role_that_is_not_theirs(wanted, hebei_coordinator, national_officer):
    stolen = national_officer.membership.pk if wanted == "other" else wanted
    assert switch(hebei_coordinator, stolen).status_code == 404
    assert SESSION_KEY not in hebei_coordinator.client.session


def test_a_role_is_not_changed_by_a_link(two_roles):
    someone, _ = two_roles
    assert someone.client.get(reverse("accounts:switch-role")).status_code == 405


def test_the_account_page_leads_to_password_and_second_factor(hebei_coordinator):
    page = hebei_coordinator.client.get(reverse("accounts:profile"))
    text = page.content.decode()
    for name in ("account_change_password", "mfa_index", "account_logout"):
        assert reverse(name) in text
    assert lead_unit(HEBEI).name in text


def test_an_account_without_a_role_is_told_what_to_do(hebei_coordinator):
    hebei_coordinator.membership.delete()
    text = hebei_coordinator.client.get(reverse("accounts:profile")).content.decode()
    assert "尚无单位授予您角色" in text


@pytest.mark.parametrize(
    "role",
    [
        "national_officer", "hebei_coordinator", "hebei_administrator", "base_coordinator", "applicant", "expert",
        "auditor", "trainee",
    ],
)  # fmt: skip
def test_p6_every_role_has_its_own_help(role, request):
    someone = request.getfixturevalue(role)
    page = someone.client.get(reverse("accounts:help"))
    assert page.status_code == 200
    assert page.context["role_template"] == f"help/{someone.role}.html"
    assert page.content.decode().count("<li>") > 5


def test_p6_help_without_a_role(hebei_coordinator):
    hebei_coordinator.membership.delete()
    page = hebei_coordinator.client.get(reverse("accounts:help"))
    assert page.context["role_template"] == "help/anyone.html"


def test_every_role_has_a_help_file(settings):
    folder = settings.BASE_DIR / "templates" / "help"
    assert {path.stem for path in folder.glob("[a-z]*.html")} == {*Role.values, "anyone"}


def test_the_office_sees_the_people_of_all_its_units(
    national_officer, hebei_coordinator, henan_coordinator, nuclear_officer
):
    assert first_cells(rows(national_officer, PEOPLE)) == {"张国安", "冀明", "余豫"}


def test_a_unit_sees_its_own_people(hebei_coordinator, henan_coordinator, hebei_administrator):
    assert first_cells(rows(hebei_coordinator, PEOPLE)) == {"冀明"}


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"q": "余"}, {"余豫"}),
        ({"q": "hebei"}, {"冀明"}),
        ({"role": "national_office"}, {"张国安"}),
        ({"unit": "河南"}, {"余豫"}),
    ],
)
def test_people_are_found_by_name_role_and_unit(
    asked, expected, national_officer, hebei_coordinator, henan_coordinator
):
    assert first_cells(rows(national_officer, PEOPLE, **asked)) == expected


def test_units_are_those_of_the_scope(national_officer, hebei_coordinator, nuclear_officer):
    assert len(rows(nuclear_officer, UNITS)) == 1
    assert len(rows(hebei_coordinator, UNITS)) == 3
    found = rows(national_officer, UNITS, region=HEBEI, kind="technical_lead")
    assert first_cells(found) == {lead_unit(HEBEI).name}


def test_p3_the_supplied_units_say_so(national_officer):
    found = rows(national_officer, UNITS, kind="administrative")
    assert all(row["cells"][-1]["kind"] == "assumed" for row in found)
    found = rows(national_officer, UNITS, kind="technical_lead")
    assert not [row for row in found if row["cells"][-1]["kind"] == "assumed"]


@pytest.fixture
def registry(db):
    hospital = InstitutionFactory(name="冀州医院", level=InstitutionLevel.TOWNSHIP)
    InstitutionAlias.objects.create(institution=hospital, name="冀医")
    InstitutionAlias.objects.create(institution=hospital, name="冀医总院")
    center = InstitutionFactory(
        name="豫州体检中心",
        kind=InstitutionKind.CHECKUP_CENTER,
        offers_checkup=True,
        region=Region.objects.get(pk=HENAN),
    )
    return hospital, center


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, {"冀州医院", "豫州体检中心"}),
        ({"q": "体检"}, {"豫州体检中心"}),
        ({"q": "冀医"}, {"冀州医院"}),
        ({"level": "township"}, {"冀州医院"}),
        ({"kind": "checkup_center"}, {"豫州体检中心"}),
        ({"region": HENAN}, {"豫州体检中心"}),
        ({"offers_checkup": "true"}, {"豫州体检中心"}),
        ({"level": "national"}, set()),
    ],
)
def test_e17_institutions_are_found_by_alias_level_kind_and_region(
    asked, expected, registry, national_officer
):
    assert first_cells(rows(national_officer, INSTITUTIONS, **asked)) == expected


def test_e17_an_institution_with_two_matching_aliases_stands_once(registry, national_officer):
    assert len(rows(national_officer, INSTITUTIONS, q="冀医")) == 1


def test_e17_a_province_reads_its_part_of_the_registry(registry, hebei_coordinator):
    assert first_cells(rows(hebei_coordinator, INSTITUTIONS)) == {"冀州医院"}


def test_the_registry_as_a_workbook(registry, hebei_coordinator):
    cells = cells_of(hebei_coordinator.client.post(INSTITUTIONS).content)
    assert ["冀州医院", "冀医、冀医总院"] in [row[:2] for row in cells]
    assert not [row for row in cells if row[0] == "豫州体检中心"]


@pytest.mark.parametrize("url", [PEOPLE, UNITS, INSTITUTIONS])
@pytest.mark.parametrize("role", ["trainee", "expert"])
def test_trainees_and_experts_are_refused(url, role, request):
    assert request.getfixturevalue(role).client.get(url).status_code == 403


@pytest.mark.parametrize("name", ["person-list", "unit-list", "institution-list", "profile", "help"])
def test_strangers_are_asked_to_sign_in(name, client, db):
    response = client.get(reverse(f"accounts:{name}"))
    assert response.status_code == 302
    assert response.url.startswith(reverse("account_login"))


def make_people(number):
    for one in range(number):
        persona(f"someone-{number}-{one}", Role.ADMINISTRATIVE, lead_unit(HEBEI))


@pytest.mark.parametrize(
    ("url", "make"), [(PEOPLE, make_people), (INSTITUTIONS, InstitutionFactory.create_batch)]
)
def test_as_many_queries_for_1_row_as_for_30(url, make, national_officer):
    assert_constant_queries(national_officer.client, url, make)


@pytest.mark.parametrize(("role", "status", "shown"), [
    ("trainee", "open", "2022"), ("national_officer", "open", "2023"), ("national_officer", "draft", "2022"),
])  # fmt: skip
def test_pages_outside_a_year_stand_in_the_one_a_person_lands_in(role, status, shown, request, year_2022):
    someone = request.getfixturevalue(role)
    later = {"program": year_2022.program, "areas": year_2022.areas, "status": status}
    ProgramYear.objects.create(year=2023, name="2023", **later)
    page = someone.client.get(reverse("accounts:profile"))
    assert str(page.context["year_label"]) == shown
