"""Who trains where: one base at a time, of the own province."""

import pytest
from django.urls import reverse

from accounts.enums import UnitKind
from core.exceptions import NotAllowed, Refusal
from enrollment.models import Enrollment, Placement
from enrollment.services.placement import place
from programs.enums import Track
from tests.enrollment.factories import AUGUST, applicants
from tests.factories import EnrollmentFactory, UnitFactory, lead_unit, office_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def act(year_2022, hebei, hebei_coordinator):
    return {"year": year_2022, "region": hebei, "actor": hebei_coordinator.actor, "now": AUGUST}


def test_a_trainee_is_with_one_base_at_a_time(act, base_coordinator):
    row, first, second = EnrollmentFactory(), base_coordinator.unit, UnitFactory()
    assert place(people=[row.pk], base=first, **act) == 1
    assert list(Enrollment.objects.visible_to(base_coordinator.scope)) == [row]
    assert place(people=[row.pk], base=first, **act) == 0
    assert place(people=[row.pk], base=second, **act) == 1
    assert list(Placement.objects.values_list("base", flat=True)) == [second.pk]


def test_only_approved_comprehensive_trainees_of_the_province_are_placed(act, henan):
    rows = [
        EnrollmentFactory(track=Track.ONLINE_ONLY),
        EnrollmentFactory(region=henan),
        *applicants(1),
    ]
    assert place(people=[row.pk for row in rows], base=UnitFactory(), **act) == 0


def test_the_base_is_one_of_the_province_and_the_program(act, henan):
    row = EnrollmentFactory()
    wrong = [
        lead_unit("130000"),
        UnitFactory(region=henan),
        UnitFactory(owner=office_of("nuclear")),
        UnitFactory(kind=UnitKind.HOSPITAL),
    ]
    for unit in wrong:
        with pytest.raises(Refusal):
            place(people=[row.pk], base=unit, **act)


def test_another_province_places_nobody(act, henan_coordinator):
    with pytest.raises(NotAllowed):
        place(
            people=[EnrollmentFactory().pk], base=UnitFactory(), **{**act, "actor": henan_coordinator.actor}
        )


def test_placing_from_the_list(hebei_coordinator, year_2022, henan):
    row, base, elsewhere = EnrollmentFactory(), UnitFactory(), UnitFactory(region=henan)
    url = reverse("enrollment:roster-place", kwargs=year_2022.url_kwargs)
    hebei_coordinator.client.post(url, {"chosen": [row.pk], "base": base.pk})
    assert Placement.objects.get().base == base
    assert hebei_coordinator.client.post(url, {"chosen": [row.pk], "base": elsewhere.pk}).status_code == 404
    archive = reverse("enrollment:person-show", kwargs={**year_2022.url_kwargs, "pk": row.pk})
    assert base.name in hebei_coordinator.client.get(archive).content.decode()
