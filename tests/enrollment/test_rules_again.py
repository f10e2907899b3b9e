"""What was handed in keeps its findings; a change after it is measured anew (E11, E15)."""

import pytest
from django.urls import reverse

from core.models import Event
from enrollment.enums import RuleKind
from enrollment.models import Roster
from enrollment.services.people import replace, withdraw
from enrollment.services.roster import accept_roster, submit_roster
from tests.enrollment.factories import AUGUST, applicants, city_hospital, healthy_roster

pytestmark = pytest.mark.django_db


@pytest.fixture
def accepted(year_2022, hebei, hebei_coordinator, national_officer):
    people = healthy_roster()
    submit_roster(year=year_2022, region=hebei, actor=hebei_coordinator.actor, now=AUGUST)
    accept_roster(roster=Roster.objects.get(), actor=national_officer.actor, now=AUGUST)
    return people


def measured() -> list[list[str]]:
    return [event.data["failing"] for event in Event.objects.filter(verb="run_rules").order_by("pk")]


def test_each_replacement_and_withdrawal_is_measured_and_the_submission_is_not(accepted, hebei_coordinator):
    frozen = Roster.objects.get().submission.findings
    (newcomer,) = applicants(1, institution=city_hospital())
    act = {"reason": "调离", "actor": hebei_coordinator.actor, "now": AUGUST}
    healthy = [row for row in accepted if row.health_management]
    replace(enrollment=healthy[0], by=newcomer, **act)
    withdraw(enrollment=healthy[1], **act)
    first, second = measured()
    assert RuleKind.HEALTH_MANAGEMENT_SHARE not in first  # 4 of 20 are still a fifth
    assert RuleKind.HEALTH_MANAGEMENT_SHARE in second
    assert Roster.objects.get().submission.findings == frozen


def test_before_acceptance_the_findings_beside_the_list_say_it(year_2022, hebei_coordinator):
    people = healthy_roster()
    withdraw(enrollment=people[0], reason="调离", actor=hebei_coordinator.actor, now=AUGUST)
    assert measured() == []


def test_the_coordinator_is_told_on_the_next_page(accepted, year_2022, hebei_coordinator):
    healthy = [row for row in accepted if row.health_management]
    for row in healthy[:2]:
        url = reverse("enrollment:person-withdraw", kwargs={**year_2022.url_kwargs, "pk": row.pk})
        page = hebei_coordinator.client.post(url, {"reason": "调离"}, follow=True)
    assert str(RuleKind.HEALTH_MANAGEMENT_SHARE.label) in " ".join(map(str, page.context["messages"]))
