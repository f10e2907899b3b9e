"""Before somebody leaves the roster the page says what that does to the rules; nothing is walled (E11, E15)."""

import dataclasses

import pytest
from django.urls import reverse

from core.findings import Finding
from enrollment.enums import EnrollmentStatus, RuleKind
from enrollment.models import Enrollment, Roster
from enrollment.queries import counts_with, health_of, outlook, prospect_of, roster_counts
from enrollment.services.people import replace, withdraw
from enrollment.services.roster import accept_roster, submit_roster
from tests.enrollment.factories import AUGUST, applicants, city_hospital, healthy_roster
from tests.factories import InstitutionFactory

pytestmark = pytest.mark.django_db
HEALTH = RuleKind.HEALTH_MANAGEMENT_SHARE


@pytest.fixture
def healthy(year_2022, hebei, hebei_coordinator, national_officer):
    """The five of an accepted roster of twenty who work in health management: a fifth is asked."""
    people = healthy_roster()
    submit_roster(year=year_2022, region=hebei, actor=hebei_coordinator.actor, now=AUGUST)
    accept_roster(roster=Roster.objects.get(), actor=national_officer.actor, now=AUGUST)
    return [row for row in people if row.health_management]


@pytest.fixture
def url(year_2022):
    return lambda name, row: reverse(f"enrollment:{name}", kwargs={**year_2022.url_kwargs, "pk": row.pk})


@pytest.fixture
def act(hebei_coordinator):
    return {"reason": "调离", "actor": hebei_coordinator.actor, "now": AUGUST}


def bare(finding: Finding) -> Finding:
    return dataclasses.replace(finding, remedies=())


def test_e15_what_is_foretold_of_withdrawals_is_what_then_is(healthy, year_2022, hebei, act):
    before = roster_counts(year_2022, hebei)
    leaving = healthy[:2]
    foretold = outlook(year_2022, hebei, leaving=[row.pk for row in leaving])
    assert roster_counts(year_2022, hebei) == before
    for row in leaving:
        withdraw(enrollment=row, **act)
    assert [bare(turn.after) for turn in foretold] == list(map(bare, health_of(year_2022, hebei).failing))
    (turn,) = [turn for turn in foretold if turn.after.kind == HEALTH]
    assert (turn.now.value, turn.now.base, turn.after.value, turn.after.base) == (5, 20, 3, 18)
    assert turn.turns


def test_e15_what_is_foretold_of_a_replacement_is_what_then_is(healthy, year_2022, hebei, act):
    """The newcomer's workplace was merged into one of the city: approval reads it as what it became."""
    merged = InstitutionFactory(region=hebei, merged_into=city_hospital())
    (newcomer,) = applicants(1, institution=merged)
    coming, leaving = [prospect_of(newcomer)], [healthy[0].pk]
    foretold = outlook(year_2022, hebei, leaving=leaving, coming=coming)
    counted = counts_with(year_2022, hebei, coming, without=leaving)
    county = roster_counts(year_2022, hebei).having("county")
    replace(enrollment=healthy[0], by=newcomer, **act)
    assert roster_counts(year_2022, hebei).having("county") == county - 1
    assert roster_counts(year_2022, hebei) == counted
    assert list(map(bare, health_of(year_2022, hebei).failing)) == [bare(turn.after) for turn in foretold]


def test_a_rule_that_fails_already_comes_last_and_is_said_to(healthy, year_2022, hebei, act):
    for row in Enrollment.objects.online_only()[:1]:
        withdraw(enrollment=row, **act)
    first, second = outlook(year_2022, hebei, leaving=[row.pk for row in healthy[:2]])
    assert (first.after.kind, first.turns) == (HEALTH, True)
    assert (second.after.kind, second.turns) == (RuleKind.ONLINE_ONLY_FLOOR, False)
    assert (second.now.value, second.after.value) == (49, 49)


def test_e11_withdrawing_warns_first_with_values_and_does_it_all_the_same(
    healthy, hebei_coordinator, url, act
):
    withdraw(enrollment=healthy[0], **act)
    page = hebei_coordinator.client.get(url("person-withdraw", healthy[1]))
    shown = " ".join(page.content.decode().split())
    (turn,) = page.context["turns"]
    for words in ("21.1% (4 / 19)", "16.7% (3 / 18)", turn.after.clause, str(HEALTH.label)):
        assert words in shown, words
    assert Enrollment.objects.get(pk=healthy[1].pk).status == EnrollmentStatus.APPROVED
    done = hebei_coordinator.client.post(url("person-withdraw", healthy[1]), {"reason": "调离"})
    assert done.status_code == 302
    assert Enrollment.objects.get(pk=healthy[1].pk).status == EnrollmentStatus.WITHDRAWN


def test_withdrawing_wants_a_reason_and_keeps_the_warning(healthy, hebei_coordinator, url):
    page = hebei_coordinator.client.post(url("person-withdraw", healthy[0]), {"reason": ""})
    assert page.context["form"].errors["reason"]
    assert Enrollment.objects.get(pk=healthy[0].pk).status == EnrollmentStatus.APPROVED


def test_e11_nobody_is_replaced_before_the_warning_was_shown(healthy, hebei_coordinator, url, act):
    withdraw(enrollment=healthy[0], **act)
    (newcomer,) = applicants(1, institution=city_hospital())
    client, to = hebei_coordinator.client, url("person-replace", healthy[1])
    typed = {"by": newcomer.pk, "reason": "产假"}
    warned = client.post(to, typed)
    assert [turn.after.kind for turn in warned.context["turns"]] == [HEALTH]
    assert warned.context["form"]["reason"].value() == "产假"
    assert Enrollment.objects.get(pk=newcomer.pk).status == EnrollmentStatus.APPLIED
    assert client.post(to, typed | {"seen": newcomer.pk}).status_code == 302
    assert Enrollment.objects.get(pk=newcomer.pk).replaces_id == healthy[1].pk


def test_whoever_breaks_no_rule_is_replaced_at_once(healthy, hebei_coordinator, url):
    (newcomer,) = applicants(1, health_management=True, institution=healthy[0].institution)
    typed = {"by": newcomer.pk, "reason": "产假"}
    assert hebei_coordinator.client.post(url("person-replace", healthy[1]), typed).status_code == 302


def test_the_choice_is_looked_at_without_scripts_and_with(healthy, hebei_coordinator, url, act):
    withdraw(enrollment=healthy[0], **act)
    (newcomer,) = applicants(1, institution=city_hospital())
    client, to = hebei_coordinator.client, url("person-replace", healthy[1])
    looked = client.post(to, {"by": newcomer.pk, "reason": "", "look": "1"})
    assert not looked.context["form"].errors
    part = client.get(to, {"by": newcomer.pk}, headers={"HX-Request": "true"})
    for page in (looked, part):
        assert f'name="seen" value="{newcomer.pk}"' in page.content.decode()
        assert "15.8% (3 / 19)" in page.content.decode()
    assert "<html" not in part.content.decode()
