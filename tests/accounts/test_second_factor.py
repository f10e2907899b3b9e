"""A lost second factor is taken off by two people, with reasons, and on record (ASVS 6.4.4)."""

import datetime as dt

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts.adapter import MFAAdapter
from accounts.enums import Role
from accounts.models import Notice
from accounts.queries.memberships import ASK_HOLDS
from accounts.services.second_factor import reset_second_factor
from accounts.todos import second_factors
from core.exceptions import NotAllowed, Refusal
from core.models import Event
from tests.factories import HENAN, NOW, PASSWORD, MembershipFactory, lead_unit, persona

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("autumn_2022")]
REASON = {"reason": "本人到场，核对工作证"}


@pytest.fixture(autouse=True)
def _fresh_counts():
    cache.clear()
    yield
    cache.clear()


def with_factor(someone):
    data = {"secret": MFAAdapter().encrypt("JBSWY3DPEHPK3PXP")}
    Authenticator.objects.create(user=someone.user, type="totp", data=data)
    return someone


@pytest.fixture
def loser(hebei_coordinator):
    return with_factor(persona("hebei-2", Role.TECHNICAL_LEAD, hebei_coordinator.unit, name="石门"))


def off(by, of, now=NOW, **reason):
    given = {**REASON, **reason}
    return reset_second_factor(membership=of.membership, actor=by.actor, now=now, **given)


def has_factor(someone) -> bool:
    return Authenticator.objects.filter(user=someone.user).exists()


def test_one_asks_and_another_takes_it_off(loser, hebei_coordinator, national_officer):
    assert off(hebei_coordinator, loser) is False
    assert has_factor(loser)
    with pytest.raises(Refusal):
        off(hebei_coordinator, loser)
    assert has_factor(loser)
    assert off(national_officer, loser) is True
    assert not has_factor(loser)
    asked, done = Event.objects.filter(verb__endswith="reset_second_factor").order_by("pk")
    assert [asked.user_number, done.user_number] == [hebei_coordinator.user.pk, national_officer.user.pk]
    assert asked.reason == done.reason == REASON["reason"]
    assert Notice.objects.get(membership=loser.membership).url == reverse("mfa_index")


@pytest.mark.parametrize(("after", "open_yet"), [(-dt.timedelta(seconds=1), True), (dt.timedelta(), False)])
def test_what_was_asked_holds_for_a_day(after, open_yet, loser, hebei_coordinator, national_officer):
    off(hebei_coordinator, loser)
    assert off(national_officer, loser, now=NOW + ASK_HOLDS + after) is open_yet


def test_a_factor_set_up_since_is_not_taken_off_by_what_was_asked_before(
    loser, hebei_coordinator, national_officer
):
    off(hebei_coordinator, loser)
    off(national_officer, loser)
    with_factor(loser)
    assert off(national_officer, loser) is False
    assert has_factor(loser)


def test_without_a_reason_or_a_factor_nothing_is_asked(loser, hebei_coordinator):
    with pytest.raises(Refusal):
        off(hebei_coordinator, loser, reason=" ")
    Authenticator.objects.all().delete()
    with pytest.raises(Refusal):
        off(hebei_coordinator, loser)
    assert not Event.objects.filter(verb="ask_reset_second_factor").exists()


def test_who_does_not_keep_the_person_everywhere_does_not(loser, hebei_coordinator, henan_coordinator):
    for stranger in (loser, henan_coordinator):
        with pytest.raises(NotAllowed):
            off(stranger, loser)
    MembershipFactory(user=loser.user, unit=lead_unit(HENAN), role=Role.TECHNICAL_LEAD)
    with pytest.raises(Refusal):
        off(hebei_coordinator, loser)


def sign_in(someone) -> Client:
    client = Client()
    client.post(reverse("account_login"), {"login": someone.user.username, "password": PASSWORD})
    assert client.get(reverse("accounts:profile")).status_code == 200
    return client


def test_at_the_screen_from_the_request_to_the_next_sign_in(hebei_coordinator, national_officer):
    loser = persona("hebei-2", Role.TECHNICAL_LEAD, hebei_coordinator.unit, name="石门")
    device = sign_in(loser)
    with_factor(loser)
    page = reverse("accounts:person-show", kwargs={"pk": loser.membership.pk})
    url = reverse("accounts:person-reset-factor", kwargs={"pk": loser.membership.pk})
    assert url in hebei_coordinator.client.get(page).content.decode()
    asked = hebei_coordinator.client.post(url, REASON, follow=True).content.decode()
    assert "冀明" in asked
    assert url not in asked
    assert REASON["reason"] in national_officer.client.get(page).content.decode()
    national_officer.client.post(url, REASON)
    assert device.get(reverse("accounts:profile")).status_code == 302
    assert url not in national_officer.client.get(page).content.decode()
    assert sign_in(loser)


def test_the_server_takes_it_off_alone(loser, capsys):
    call_command("reset_second_factor", loser.user.username, reason="来函 2022-11")
    assert not has_factor(loser)
    assert Event.objects.get(verb="reset_second_factor").actor_kind == "system"
    for name in (loser.user.username, "nobody"):
        with pytest.raises(CommandError):
            call_command("reset_second_factor", name, reason="来函")


def test_the_second_person_finds_it_in_the_to_do_list(
    loser, hebei_coordinator, national_officer, henan_coordinator, year_2022
):
    third = persona("hebei-3", Role.TECHNICAL_LEAD, hebei_coordinator.unit)

    def waits(who, now=NOW) -> list[str]:
        return [todo.url for todo in second_factors(who.actor, year_2022, now)]

    assert waits(third) == []
    off(hebei_coordinator, loser)
    there = [reverse("accounts:person-show", kwargs={"pk": loser.membership.pk})]
    assert [waits(who) for who in (third, national_officer)] == [there, there]
    # neither the one who asked, nor the one it is about, nor another province
    assert [waits(who) for who in (hebei_coordinator, loser, henan_coordinator)] == [[], [], []]
    assert waits(third, NOW + ASK_HOLDS) == []
    (todo,) = second_factors(third.actor, year_2022, NOW)
    assert "石门" in str(todo.label)
    assert todo.due_at == NOW + ASK_HOLDS
    off(third, loser)
    assert waits(third) == []


def test_nobody_is_asked_for_what_only_the_office_may(loser, hebei_coordinator, national_officer, year_2022):
    MembershipFactory(user=loser.user, unit=lead_unit(HENAN))
    third = persona("hebei-3", Role.TECHNICAL_LEAD, hebei_coordinator.unit)
    with pytest.raises(Refusal):
        off(hebei_coordinator, loser)
    off(national_officer, loser)
    assert list(second_factors(third.actor, year_2022, NOW)) == []
