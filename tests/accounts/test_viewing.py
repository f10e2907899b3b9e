"""View as: with a reason, for half an hour, and nothing changes (P3)."""

import datetime as dt
from dataclasses import replace

import pytest
from django.urls import reverse
from django.utils.translation import override

from accounts.actors import actor_of
from accounts.enums import Role
from accounts.permissions import can_view_as
from accounts.services.viewing import start_viewing
from accounts.viewing import KEY
from core.exceptions import NotAllowed, Refusal
from core.models import Event
from tests.factories import NOW, MembershipFactory

PEOPLE, PROFILE, END = (
    reverse("accounts:person-list"),
    reverse("accounts:profile"),
    reverse("accounts:viewing-end"),
)
HALF_AN_HOUR = dt.timedelta(minutes=30)


def start(someone, membership, reason="名单打不开，来电 0915"):
    url = reverse("accounts:viewing-start", kwargs={"pk": membership.pk})
    return someone.client.post(url, {"reason": reason})


def seen_by(someone):
    page = someone.client.get(PEOPLE)
    return page.status_code, page.context["list"].page.paginator.count if page.status_code == 200 else 0


@pytest.fixture
def looking(national_officer, hebei_coordinator, henan_coordinator, autumn_2022):
    """The office looks as the coordinator of Hebei."""
    assert start(national_officer, hebei_coordinator.membership).url == reverse("home")
    return national_officer


def test_the_office_sees_what_the_other_sees(looking, hebei_coordinator):
    assert seen_by(looking) == (200, 1)
    text = looking.client.get(PEOPLE).content.decode()
    assert "您正以冀明" in text
    assert END in text
    assert "张国安" in text  # in the top bar it is still oneself


def test_the_to_do_list_is_the_other_s(looking, hebei_coordinator, year_2022):
    desk = reverse("reports:desk", kwargs=year_2022.url_kwargs)
    mine, theirs = (
        [str(todo.label) for todo in one.client.get(desk).context["todos"]]
        for one in (looking, hebei_coordinator)
    )
    assert mine == theirs != []


@pytest.mark.parametrize(
    "name",
    [
        "accounts:person-list",
        "accounts:switch-role",
        "account_change_password",
        "accounts:session-end-others",
    ],
)
def test_nothing_is_sent_while_looking(name, looking):
    before = Event.objects.filter(object_type__gt="").count()
    answer = looking.client.post(reverse(name), {"membership": looking.membership.pk})
    assert answer.status_code == 403
    assert "不能修改或提交" in answer.content.decode()
    assert Event.objects.filter(object_type__gt="").count() == before


def test_what_is_posted_is_refused_before_the_act(looking, hebei_coordinator):
    end = reverse("accounts:person-end", kwargs={"pk": hebei_coordinator.membership.pk})
    assert looking.client.post(end, {"reason": "x"}).status_code == 403
    hebei_coordinator.membership.refresh_from_db()
    assert hebei_coordinator.membership.ends_at is None


def test_it_is_ended_by_the_button_and_stands_on_record(looking, hebei_coordinator):
    before = looking.client.session.session_key
    assert looking.client.post(END).url == reverse(
        "accounts:person-show", kwargs={"pk": hebei_coordinator.membership.pk}
    )
    assert looking.client.session.session_key != before
    assert seen_by(looking)[1] > 1
    begun, ended = (Event.objects.get(verb=verb) for verb in ("view_as", "stop_view_as"))
    for event in (begun, ended):
        assert event.membership_number == looking.membership.pk
        assert event.on_behalf_of_number == hebei_coordinator.membership.pk
        assert event.object_id == str(hebei_coordinator.membership.pk)
    assert begun.reason.startswith("名单打不开")
    assert looking.client.post(END).url == reverse("home")
    assert Event.objects.filter(verb="stop_view_as").count() == 1


def test_it_ends_by_itself_after_half_an_hour(looking, autumn_2022):
    autumn_2022.move_to(NOW + HALF_AN_HOUR - dt.timedelta(seconds=1))
    assert seen_by(looking) == (200, 1)
    autumn_2022.move_to(NOW + HALF_AN_HOUR)
    assert not Event.objects.filter(verb="expire_view_as").exists()
    assert seen_by(looking)[1] > 1
    assert KEY not in looking.client.session
    looking.client.get(PROFILE)
    over = Event.objects.get(verb="expire_view_as")
    assert (over.membership_number, over.at) == (looking.membership.pk, NOW + HALF_AN_HOUR)
    assert over.object_id == str(over.on_behalf_of_number) != ""


@pytest.mark.parametrize("whose", ["viewed", "own"])
def test_it_ends_with_either_role(whose, looking, hebei_coordinator, autumn_2022):
    ended = hebei_coordinator.membership if whose == "viewed" else looking.membership
    ended.ends_at = NOW
    ended.save()
    looking.client.get(PROFILE)
    assert KEY not in looking.client.session
    assert Event.objects.filter(verb="expire_view_as").count() == 1
    assert seen_by(looking)[0] == (200 if whose == "viewed" else 403)


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_reason_is_needed(reason, national_officer, hebei_coordinator):
    start(national_officer, hebei_coordinator.membership, reason)
    assert KEY not in national_officer.client.session
    assert not Event.objects.filter(verb="view_as").exists()


def test_only_the_office_looks_and_only_into_its_own_units(
    national_officer, hebei_coordinator, henan_coordinator, auditor, nuclear_officer
):
    for someone in (hebei_coordinator, auditor):
        assert start(someone, henan_coordinator.membership).status_code == 403
    assert start(nuclear_officer, henan_coordinator.membership).status_code == 404
    with pytest.raises(NotAllowed):
        start_viewing(
            membership=henan_coordinator.membership, reason="x", actor=nuclear_officer.actor, now=NOW
        )
    assert start(national_officer, national_officer.membership).status_code == 403


def test_a_role_that_is_over_is_not_looked_as(national_officer, hebei_coordinator):
    hebei_coordinator.membership.ends_at = NOW
    hebei_coordinator.membership.save()
    with override("zh-hans"), pytest.raises(Refusal, match="未生效"):
        start_viewing(
            membership=hebei_coordinator.membership, reason="x", actor=national_officer.actor, now=NOW
        )
    start(national_officer, hebei_coordinator.membership)
    assert KEY not in national_officer.client.session


def test_a_kept_look_at_a_unit_of_elsewhere_counts_for_nothing(national_officer, nuclear_officer):
    client = national_officer.client
    client.get(PROFILE)
    session = client.session
    session[KEY] = {
        "viewer": national_officer.membership.pk,
        "viewed": nuclear_officer.membership.pk,
        "until": int(NOW.timestamp()) + 10**9,
    }
    session.save()
    client.get(PROFILE)
    assert KEY not in client.session


def test_the_person_s_page_offers_it_to_the_office(national_officer, hebei_coordinator):
    url = reverse("accounts:person-show", kwargs={"pk": hebei_coordinator.membership.pk})
    button = reverse("accounts:viewing-start", kwargs={"pk": hebei_coordinator.membership.pk})
    assert button in national_officer.client.get(url).content.decode()
    assert button not in hebei_coordinator.client.get(url).content.decode()


def test_nobody_looks_through_a_look(national_officer, hebei_coordinator):
    other = MembershipFactory(unit=national_officer.unit, role=Role.NATIONAL_OFFICE)
    actor = actor_of(other)
    assert can_view_as(actor, hebei_coordinator.membership)
    looking = replace(actor, on_behalf_of_id=hebei_coordinator.membership.pk)
    assert not can_view_as(looking, hebei_coordinator.membership)
