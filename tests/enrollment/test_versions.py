"""A roster handed up again is read by people and facts, not by numbers (E11)."""

import pytest
from django.urls import reverse

from core.submissions import digest
from enrollment.enums import Profession
from enrollment.models import Enrollment, Roster
from enrollment.services.approval import approve
from enrollment.services.people import withdraw
from enrollment.services.roster import return_roster, submit_roster
from enrollment.versions import versions_of
from programs.models import Specialty
from tests.enrollment.factories import AUGUST, applicants, healthy_roster, priority_program
from tests.factories import EnrollmentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def hand_up(year_2022, hebei, hebei_coordinator):
    return lambda: submit_roster(year=year_2022, region=hebei, actor=hebei_coordinator.actor, now=AUGUST)


@pytest.fixture
def returned(hand_up, national_officer):
    """Twenty and seventy people, handed up and returned; the last two may leave."""
    people = [*healthy_roster(), EnrollmentFactory(health_management=True), EnrollmentFactory()]
    hand_up()
    return_roster(roster=roster(), reason="核对", actor=national_officer.actor, now=AUGUST)
    return people


def roster() -> Roster:
    return Roster.objects.select_related("submission__previous", "year__program", "region").get()


def versions(persona):
    now = roster().submission
    return versions_of(now.previous, now, persona.scope)


def test_e11_who_came_who_went_and_which_fact_changed(
    returned, year_2022, hebei, hebei_coordinator, national_officer, hand_up
):
    (newcomer,) = applicants(1, institution=returned[0].institution)
    act = {"actor": hebei_coordinator.actor, "now": AUGUST}
    approve(year=year_2022, region=hebei, people=[newcomer.pk], **act)
    withdraw(enrollment=returned[-1], reason="调离", **act)
    row = returned[9]
    other = Specialty.objects.filter(year=year_2022).exclude(pk=row.specialty_id).first()
    Enrollment.objects.filter(pk=row.pk).update(
        specialty=other, profession=Profession.MANAGER, priority_program=priority_program(), late=True
    )
    hand_up()
    found = versions(national_officer)
    assert [(line.name, line.number[:4]) for line in found.added] == [(newcomer.person.name, "CA22")]
    assert [line.name for line in found.removed] == [returned[-1].person.name]
    (changed,) = found.changed
    assert (changed.name, changed.number) == (row.person.name, str(row.registration))
    assert {(str(fact.label), fact.before, fact.now) for fact in changed.facts} == {
        ("专业方向", row.specialty.name, other.name),
        ("职业类别", "医师", "卫生管理"),
        ("国家早诊早治项目", "–", priority_program().name),
        ("逾期注册", "否", "是"),
    }
    page = national_officer.client.get(
        reverse("enrollment:province-show", kwargs={**year_2022.url_kwargs, "region": hebei.pk})
    )
    text = page.content.decode()
    for line in found.lines:
        assert f'<a href="{line.url}">{line.name}</a>' in text
    assert row.person.id_number not in text
    assert row.person.phone not in text


def test_a_version_with_digests_only_still_says_who_changed(
    returned, hand_up, national_officer, year_2022, hebei
):
    before = roster().submission
    before.content["people"] = {number: digest(one) for number, one in before.content["people"].items()}
    before.save(update_fields=["content"])
    hand_up()
    found = versions(national_officer)
    assert len(found.changed) == len(returned)
    assert {line.facts for line in found.changed} == {()}
    page = national_officer.client.get(
        reverse("enrollment:province-show", kwargs={**year_2022.url_kwargs, "region": hebei.pk})
    )
    assert returned[0].person.name in page.content.decode()


def test_nobody_is_named_to_whom_does_not_see_them(returned, hand_up, henan_coordinator, hebei_coordinator):
    withdraw(enrollment=returned[-1], reason="调离", actor=hebei_coordinator.actor, now=AUGUST)
    hand_up()
    (line,) = versions(henan_coordinator).removed
    assert (line.name, line.url, line.number) == ("", "", str(returned[-1].registration))


def test_who_left_and_came_again_is_shown_as_enrolled_last(
    returned, hand_up, hebei_coordinator, national_officer, year_2022, hebei
):
    left = returned[-1]
    act = {"actor": hebei_coordinator.actor, "now": AUGUST}
    withdraw(enrollment=left, reason="调离", **act)
    (again,) = applicants(1, person=left.person, institution=left.institution, profession=Profession.MANAGER)
    approve(year=year_2022, region=hebei, people=[again.pk], **act)
    hand_up()
    (line,) = versions(national_officer).changed
    assert line.url.endswith(f"/{again.pk}/")
