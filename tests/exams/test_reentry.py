"""E14 across the rooms: three failures or an online-only pass lead into next year, with the same number."""

import datetime as dt

import pytest
from django.urls import reverse

from accounts.models import Region
from core.exceptions import NotAllowed, Refusal
from core.figures import FIGURES
from core.models import Event
from enrollment.enums import EnrollmentStatus, FundingKind
from enrollment.models import Enrollment, Registration
from enrollment.reentry import returning
from enrollment.services.approval import approve
from enrollment.services.reentry import reenter
from programs.enums import Track
from programs.models import Specialty
from programs.services import copy_year, open_year
from programs.where import Where
from tests.exams.factories import handed_in
from tests.factories import HEBEI, HENAN, EnrollmentFactory, specialty_of
from tests.helpers import assert_constant_queries

pytestmark = pytest.mark.django_db
NEXT_SUMMER = dt.datetime(2023, 7, 1, tzinfo=dt.UTC)


def sat(*results: bool, **who) -> Enrollment:
    person = EnrollmentFactory(**who)
    for number, passed in enumerate(results, 1):
        handed_in(person, number, 80 if passed else 40, passed=passed)
    return person


def online(year) -> dict:
    return {"track": Track.ONLINE_ONLY, "specialty": specialty_of(year, Track.ONLINE_ONLY)}


@pytest.fixture
def year_2023(year_2022, system):
    year = copy_year(
        source=year_2022,
        year=2023,
        name="2023",
        name_en="2023",
        shift=dt.timedelta(days=365),
        actor=system,
        now=NEXT_SUMMER,
    )
    return open_year(year=year, actor=system, now=NEXT_SUMMER)


def test_e14_two_failures_are_not_three_and_any_pass_is_a_pass(year_2022, national_officer):
    failed = sat(False, False, False)
    sat(False, False)
    sat(False, False, True)
    rows = FIGURES["exams.failed"].rows(national_officer.scope, Where(year_2022.pk))
    assert [row.pk for row in rows] == [failed.pk]


def test_e14_passed_online_only_stand_first(year_2022, year_2023, hebei_coordinator):
    failed = sat(False, False, False)
    passed = sat(True, **online(year_2022))
    sat(True)  # certified: has nothing to come back for
    sat(False, **online(year_2022))
    found = returning(year_2023, hebei_coordinator.scope).order_by("-why")
    assert [(row.pk, row.why) for row in found] == [(passed.pk, "passed"), (failed.pk, "failed")]
    assert returning(year_2022, hebei_coordinator.scope).count() == 0


def test_e14_number_and_specialty_stay_hours_and_attempts_begin_anew(
    year_2022, year_2023, hebei, hebei_coordinator
):
    old = sat(False, False, False)
    number = old.registration
    (new,) = reenter(
        year=year_2023, region=hebei, people=[old.pk], actor=hebei_coordinator.actor, now=NEXT_SUMMER
    )
    assert (new.status, new.track) == (EnrollmentStatus.APPLIED, Track.COMPREHENSIVE)
    assert (new.specialty.code, new.specialty.year) == (old.specialty.code, year_2023)
    assert Enrollment.objects.of(year_2023).active().count() == 0  # in no ratio before it is approved
    approve(year=year_2023, region=hebei, people=[new.pk], actor=hebei_coordinator.actor, now=NEXT_SUMMER)
    new.refresh_from_db()
    assert (new.registration, new.funding) == (number, FundingKind.FUNDED)
    assert new.attempts.count() == 0
    assert Registration.objects.filter(person=new.person_id).count() == 1
    assert Event.objects.filter(verb="reenter", object_id=str(new.pk)).count() == 1


def test_who_stands_in_the_year_already_is_not_entered_twice(year_2022, year_2023, hebei, hebei_coordinator):
    old = sat(False, False, False)
    act = {"year": year_2023, "region": hebei, "actor": hebei_coordinator.actor, "now": NEXT_SUMMER}
    reenter(people=[old.pk], **act)
    with pytest.raises(Refusal):
        reenter(people=[old.pk], **act)
    assert Enrollment.objects.of(year_2023).count() == 1


def test_only_those_of_the_own_province_and_only_who_may_return(
    year_2022, year_2023, hebei, hebei_coordinator, henan_coordinator
):
    foreign = sat(False, False, False, region=Region.objects.get(pk=HENAN))
    certified = sat(True)
    act = {"year": year_2023, "region": hebei, "now": NEXT_SUMMER}
    with pytest.raises(Refusal):
        reenter(people=[foreign.pk, certified.pk], actor=hebei_coordinator.actor, **act)
    with pytest.raises(NotAllowed):
        reenter(people=[foreign.pk], actor=henan_coordinator.actor, **act)


def test_a_specialty_that_the_year_dropped_is_told(year_2022, year_2023, hebei, hebei_coordinator):
    old = sat(False, False, False)
    Specialty.objects.filter(year=year_2023, code=old.specialty.code).update(code="dropped")
    with pytest.raises(Refusal, match=old.specialty.name):
        reenter(year=year_2023, region=hebei, people=[old.pk], actor=hebei_coordinator.actor, now=NEXT_SUMMER)


def test_the_page_and_its_button(year_2022, year_2023, hebei_coordinator):
    old = sat(False, False, False)
    url = reverse("enrollment:returning-list", kwargs=year_2023.url_kwargs)
    assert old.person.name in hebei_coordinator.client.get(url).content.decode()
    apply = reverse("enrollment:returning-apply", kwargs=year_2023.url_kwargs)
    assert hebei_coordinator.client.post(apply, {"chosen": [old.pk]}).status_code == 302
    assert Enrollment.objects.of(year_2023).waiting().filter(person=old.person_id, region=HEBEI).exists()
    assert old.person.name not in hebei_coordinator.client.get(url).content.decode()


def test_as_many_queries_for_thirty_as_for_one(year_2022, year_2023, hebei_coordinator):
    url = reverse("enrollment:returning-list", kwargs=year_2023.url_kwargs)
    assert_constant_queries(
        hebei_coordinator.client, url, lambda count: [sat(False, False, False) for _ in range(count)]
    )
