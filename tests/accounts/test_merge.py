"""Two entries of one institution become one: preview, effect, what stays, who may (E17)."""

import pytest
from django.apps import apps
from django.db import IntegrityError
from django.urls import reverse

from accounts.enums import InstitutionLevel, UnitKind
from accounts.models import Institution, InstitutionAlias
from accounts.queries.institutions import Reference, references_to
from accounts.services import institutions as services
from accounts.services.institutions import merge_institutions
from core.exceptions import NotAllowed, Refusal
from core.models import Event
from tests.factories import HENAN, NOW, EnrollmentFactory, InstitutionFactory, UnitFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def stays(hebei):
    return InstitutionFactory(name="正定县人民医院", level=InstitutionLevel.CITY)


@pytest.fixture
def gone(hebei):
    row = InstitutionFactory(name="石家庄市正定县人民医院", level=InstitutionLevel.COUNTY)
    InstitutionAlias.objects.create(institution=row, name="正定医院")
    return row


@pytest.fixture
def merge(hebei_coordinator, gone, stays):
    def run(**changes):
        given = {
            "duplicate": gone,
            "into": stays,
            "reason": "重复登记",
            "actor": hebei_coordinator.actor,
            "now": NOW,
        }
        return merge_institutions(**{**given, **changes})

    return run


@pytest.fixture
def pointing(gone, stays):
    """What points at the duplicate, of three rooms, and a neighbor that does not."""
    older = InstitutionFactory(name="正定县旧院", merged_into=gone)
    unit = UnitFactory(institution=gone, kind=UnitKind.TRAINING_BASE)
    trainee = EnrollmentFactory(institution=gone)
    EnrollmentFactory(institution=stays)
    return [(older, "merged_into"), (unit, "institution"), (trainee, "institution")]


def test_e17_everything_that_points_at_it_moves_and_nothing_else(merge, pointing, stays):
    untouched = InstitutionFactory(name="平山县医院")
    other = EnrollmentFactory(institution=untouched)
    assert merge() == 3
    for row, field in pointing:
        row.refresh_from_db()
        assert getattr(row, field) == stays
    other.refresh_from_db()
    assert other.institution == untouched


def test_e17_every_foreign_key_to_an_institution_is_found(gone):
    """No room is named in the code: the models are asked."""
    expected = set()
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.concrete_fields:
            if field.is_relation and field.related_model is Institution and model is not InstitutionAlias:
                expected.add((model, field.name))
    assert {(one.model, one.field) for one in references_to(gone)} == expected
    assert len(expected) >= 4


def test_e17_the_level_copied_at_the_approval_stays(merge, pointing):
    (trainee,) = [row for row, field in pointing if hasattr(row, "institution_level")]
    merge()
    trainee.refresh_from_db()
    assert trainee.institution_level == InstitutionLevel.COUNTY


def test_e17_its_names_lead_to_the_one_that_stays(merge, gone, stays):
    InstitutionAlias.objects.create(institution=stays, name="正定 医院")
    merge()
    assert {alias.name for alias in stays.aliases.all()} == {"正定 医院", "石家庄市正定县人民医院"}
    gone.refresh_from_db()
    assert gone.merged_into == stays
    assert not gone.aliases.exists()
    assert gone not in Institution.objects.standing()


def test_e17_both_histories_tell_it(merge, pointing, gone, stays):
    merge()
    told = Event.objects.of(gone).get()
    assert (told.verb, told.reason) == ("merge_institution", "重复登记")
    assert told.data == {"into": stays.name, "moved": 3}
    data = Event.objects.of(stays).get(verb="take_in_institution").data
    assert data["rows"] == {"accounts.institution": 1, "accounts.unit": 1, "enrollment.enrollment": 1}


def test_e17_who_may_merge(merge, henan_coordinator, hebei_administrator, national_officer):
    for someone in (henan_coordinator, hebei_administrator):
        with pytest.raises(NotAllowed):
            merge(actor=someone.actor)
    assert merge(actor=national_officer.actor) == 0


def test_e17_a_coordinator_merges_inside_the_province_only(merge, national_officer):
    beyond = InstitutionFactory(name="河南某院", region_id=HENAN)
    for pair in ({"into": beyond}, {"duplicate": beyond}):
        with pytest.raises(NotAllowed):
            merge(**pair)
    assert merge(into=beyond, actor=national_officer.actor) == 0


def test_e17_what_is_no_merge_is_refused(merge, gone, stays):
    third = InstitutionFactory(merged_into=stays)
    for change in ({"into": gone}, {"reason": " "}, {"into": third}, {"duplicate": third}):
        with pytest.raises(Refusal):
            merge(**change)
    assert Institution.objects.get(pk=gone.pk).merged_into is None


def test_e17_rows_that_may_exist_only_once_stop_the_whole_merge(merge, monkeypatch, pointing, gone):
    class Manager:
        def filter(self, **_asked):
            return self

        def update(self, **_values):
            raise IntegrityError

    class Once:
        _base_manager = Manager()
        _meta = Institution._meta

    real = references_to
    monkeypatch.setattr(
        services, "references_to", lambda row: [*real(row), Reference(Once, "institution", 1)]
    )
    with pytest.raises(Refusal, match="机构"):
        merge()
    for row, field in pointing:
        row.refresh_from_db()
        assert getattr(row, field) == gone


# The page


def address(row):
    return reverse("accounts:institution-merge", kwargs={"pk": row.pk})


def test_e17_the_preview_counts_every_kind_and_writes_nothing(hebei_coordinator, pointing, gone, stays):
    page = hebei_coordinator.client.get(address(gone), {"into": stays.pk})
    assert {(one.model._meta.label_lower, one.count) for one in page.context["moving"]} == {
        ("accounts.institution", 1),
        ("accounts.unit", 1),
        ("enrollment.enrollment", 1),
    }
    assert "不能撤销" in page.content.decode()
    assert not Event.objects.filter(verb="merge_institution").exists()


def test_e17_the_preview_offers_likely_ones_and_a_search(hebei_coordinator, gone, stays):
    page = hebei_coordinator.client.get(address(gone)).content.decode()
    assert f"?into={stays.pk}" in page
    found = hebei_coordinator.client.get(address(gone), {"into-typed": "zdxrmyy"})
    assert found.context["into"] == stays


def test_e17_neither_itself_nor_another_province_can_be_chosen(hebei_coordinator, gone, stays):
    foreign = InstitutionFactory(name="河南某院", region_id=HENAN)
    merged = InstitutionFactory(merged_into=stays)
    for row in (foreign, gone, merged):
        page = hebei_coordinator.client.get(address(gone), {"into": row.pk})
        assert page.context["into"] is None
        assert page.context["choice"].errors


def test_e17_a_merge_wants_a_reason_and_ends_at_the_one_that_stays(hebei_coordinator, pointing, gone, stays):
    to = f"{address(gone)}?into={stays.pk}"
    assert hebei_coordinator.client.post(to, {"reason": ""}).context["form"].errors
    page = hebei_coordinator.client.post(to, {"reason": "重复登记"}, follow=True)
    assert page.redirect_chain[-1][0] == reverse("accounts:institution-show", kwargs={"pk": stays.pk})
    assert "石家庄市正定县人民医院" in page.content.decode()


def test_e17_a_merge_that_came_too_late_says_so(hebei_coordinator, gone, stays):
    Institution.objects.filter(pk=gone.pk).update(merged_into=stays)
    page = hebei_coordinator.client.post(f"{address(gone)}?into={stays.pk}", {"reason": "重复登记"})
    assert "正定县人民医院" in str(page.context["form"].errors)
