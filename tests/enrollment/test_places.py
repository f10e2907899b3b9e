"""Workplaces of an upload that the registry does not know are settled before it is taken in (E17)."""

import json

import pytest
from django.urls import reverse

from accounts.enums import InstitutionLevel
from accounts.models import Institution
from accounts.services.institutions import merge_institutions
from core.exceptions import NotAllowed, Refusal
from core.models import Event
from enrollment.enums import ImportStatus
from enrollment.imports.preview import new_institutions
from enrollment.models import Enrollment, RosterImport
from enrollment.services.places import add_place, settle_place
from enrollment.services.taking_in import apply_import
from tests.enrollment.factories import AUGUST
from tests.enrollment.sheets import faults, line
from tests.factories import HENAN, InstitutionFactory, RegionFactory

pytestmark = pytest.mark.django_db
WRITTEN = "河北省测试县医院"


@pytest.fixture
def staged(read, known_hospital):
    """Three lines of a workplace written in another way, one of them without level, and one of a known workplace."""
    return read(
        line(1, institution=WRITTEN),
        line(2, institution="河北省 测试县医院", institution_level=""),
        line(3, institution=WRITTEN, phone="1"),
        line(4),
    )


def places(staged):
    return new_institutions(RosterImport.objects.get(pk=staged.pk))


def take_in(staged, act):
    apply_import(staged=RosterImport.objects.get(pk=staged.pk), only_good=True, **act)
    return {row.institution for row in Enrollment.objects.all()}


def test_e17_likely_institutions_are_offered_for_unknown_names(staged, known_hospital):
    InstitutionFactory(name="河北省测试县医院", region_id=HENAN)
    (place,) = places(staged)
    assert (place.name, place.rows, place.level) == (WRITTEN, 3, InstitutionLevel.COUNTY)
    assert place.alike == [known_hospital]


def test_e17_the_chosen_one_counts_in_every_line(staged, known_hospital, act):
    assert settle_place(staged=staged, name=WRITTEN, institution=known_hospital, keep=False, **act) == 3
    assert places(staged) == []
    staged.refresh_from_db()
    assert staged.bad_count == 1, "the missing level is the registry's, the telephone stays wrong"
    assert {code for *_, code in faults(staged)} == {"IMP-020"}
    assert take_in(staged, act) == {known_hospital}
    assert not known_hospital.aliases.exists()


def test_e17_a_kept_name_is_read_the_next_time(staged, known_hospital, act, read):
    settle_place(staged=staged, name=WRITTEN, institution=known_hospital, keep=True, **act)
    assert [alias.name for alias in known_hospital.aliases.all()] == [WRITTEN]
    assert places(read(line(9, institution=WRITTEN))) == []
    event = Event.objects.of(staged).get(verb="settle_workplace")
    assert event.data == {"institution": known_hospital.name, "settled": 3}


def test_e17_a_new_one_is_entered_in_the_same_place(staged, act, hebei):
    county = RegionFactory(code="130123", name="测试县")
    values = {
        "name": "测试县第二医院",
        "level": InstitutionLevel.COUNTY,
        "kind": "general_hospital",
        "region": county,
        "offers_checkup": True,
        "offers_screening": False,
    }
    assert add_place(staged=staged, name=WRITTEN, values=values, aliases=[], **act) == 3
    made = Institution.objects.get(name="测试县第二医院")
    assert [alias.name for alias in made.aliases.all()] == [WRITTEN]
    assert made in take_in(staged, act)


def test_e17_what_is_not_settled_is_entered_at_the_end(staged, act):
    take_in(staged, act)
    made = Institution.objects.get(name=WRITTEN)
    assert Event.objects.of(made).get().verb == "create_institution"


def test_e17_a_merge_between_preview_and_confirming_is_followed(staged, known_hospital, act):
    final = InstitutionFactory(name="测试县总医院")
    merge_institutions(duplicate=known_hospital, into=final, reason="更名", **act)
    settle_place(staged=staged, name=WRITTEN, institution=final, keep=True, **act)
    assert take_in(staged, act) == {final}


def test_e17_a_name_entered_since_the_preview_is_found(staged, act, known_hospital):
    made = InstitutionFactory(name="河北省 测试县医院")
    assert take_in(staged, act) == {made, known_hospital}
    assert Institution.objects.count() == 2


def test_e17_only_the_coordinator_settles_while_the_upload_waits(
    staged, known_hospital, act, henan_coordinator
):
    given = {"staged": staged, "name": WRITTEN, "institution": known_hospital, "keep": False}
    with pytest.raises(NotAllowed):
        settle_place(**given, actor=henan_coordinator.actor, now=AUGUST)
    with pytest.raises(Refusal):
        settle_place(**{**given, "name": "没有的医院"}, **act)
    RosterImport.objects.update(status=ImportStatus.APPLIED)
    with pytest.raises(Refusal):
        settle_place(**given, **act)


# Pages


@pytest.fixture
def url(year_2022, staged):
    number = staged.rows.first().number

    def at(name, **more):
        kwargs = {**year_2022.url_kwargs, "pk": staged.pk, "number": number, **more}
        return reverse(f"enrollment:{name}", kwargs=kwargs)

    return at


def test_e17_the_preview_leads_to_each_unknown_workplace(
    hebei_coordinator, staged, url, year_2022, known_hospital
):
    show = reverse("enrollment:import-show", kwargs={**year_2022.url_kwargs, "pk": staged.pk})
    page = hebei_coordinator.client.get(show).content.decode()
    assert url("place-settle") in page
    page = hebei_coordinator.client.get(url("place-settle")).content.decode()
    assert f'name="institution" value="{known_hospital.pk}"' in page
    assert url("place-create") in page


def test_e17_one_click_settles(hebei_coordinator, url, known_hospital, staged):
    page = hebei_coordinator.client.post(
        url("place-settle"), {"institution": known_hospital.pk, "keep": "on"}, follow=True
    )
    assert page.redirect_chain
    assert places(staged) == []
    assert hebei_coordinator.client.get(url("place-settle")).status_code == 404


def test_e17_an_institution_of_another_province_is_not_taken(hebei_coordinator, url, staged):
    foreign = InstitutionFactory(name="河南某院", region_id=HENAN)
    page = hebei_coordinator.client.post(url("place-settle"), {"institution": foreign.pk})
    assert page.context["form"].errors
    assert len(places(staged)) == 1


def test_e17_the_form_for_a_new_one_knows_what_the_file_says(hebei_coordinator, url, staged):
    page = hebei_coordinator.client.get(url("place-create"))
    assert page.context["form"]["name"].value() == WRITTEN
    data = {"name": WRITTEN, "level": "county", "kind": "other", "region": "130000", "aliases": ""}
    assert hebei_coordinator.client.post(url("place-create"), data).status_code == 302
    assert Institution.objects.filter(name=WRITTEN, region="130000").exists()
    assert places(staged) == []


def test_e17_a_refusal_on_the_form_keeps_what_was_typed(hebei_coordinator, url, known_hospital):
    data = {
        "name": known_hospital.name,
        "level": "county",
        "kind": "other",
        "region": "130000",
        "aliases": "某",
    }
    page = hebei_coordinator.client.post(url("place-create"), data)
    assert known_hospital.name in str(page.context["form"].errors)
    assert "某" in page.content.decode()


def test_e17_a_line_says_what_it_did_before(staged, known_hospital, act):
    settle_place(staged=staged, name=WRITTEN, institution=known_hospital, keep=False, **act)
    values = json.loads(staged.rows.first().values)
    assert (values["institution"], values["institution_id"]) == (WRITTEN, known_hospital.pk)
