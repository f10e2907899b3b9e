"""The door: names, guesses, devices, second factor, the session's id (T16, T19, T20)."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.contrib.auth.hashers import get_hasher
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.enums import Role
from accounts.middleware import address_of
from accounts.models import SignInName, User
from accounts.signin import COOKIE, bucket_of, remember_device
from core.models import Event
from tests.factories import HEBEI, PASSWORD, MembershipFactory, UserFactory, lead_unit

LOGIN = reverse("account_login")
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_counts():
    cache.clear()
    yield
    cache.clear()


def sign_in(client, name, password=PASSWORD, **meta):
    return client.post(LOGIN, {"login": name, "password": password}, **meta)


def is_in(client):
    return "_auth_user_id" in client.session


@pytest.fixture
def hashed(monkeypatch):
    """Every password that reaches the hasher for an account."""
    seen = []
    plain = User.check_password
    monkeypatch.setattr(User, "check_password", lambda self, raw: seen.append(raw) or plain(self, raw))
    return seen


# Names


def test_a_person_who_had_an_account_signs_in_with_the_registration_number_too(client):
    user = UserFactory(username="zhang")
    SignInName.objects.create(user=user, name="CA22130001")
    sign_in(client, " ca22130001 ")
    assert client.session["_auth_user_id"] == str(user.pk)
    assert str(user.sign_in_names.get()) == "CA22130001"


def test_a_further_name_belongs_to_one_account_and_gives_way_to_a_login_name(client):
    first, second = UserFactory(username="zhang"), UserFactory(username="CA22130001")
    SignInName.objects.create(user=first, name="CA22130001")
    with pytest.raises(IntegrityError), transaction.atomic():
        SignInName.objects.create(user=second, name="ca22130001")
    sign_in(client, "CA22130001")
    assert client.session["_auth_user_id"] == str(second.pk)


@pytest.fixture
def work(monkeypatch):
    """What the hasher of passwords worked on, whoever asked it."""
    seen = []
    plain = get_hasher().__class__.encode
    monkeypatch.setattr(
        get_hasher().__class__,
        "encode",
        lambda self, raw, *more, **options: seen.append(raw) or plain(self, raw, *more, **options),
    )
    return seen


def same_for_every_name(work, ask, names):
    """Answer and work of the hasher for each name, the name itself left out."""
    seen = []
    for name in names:
        work.clear()
        answer = ask(name)
        body = answer.content.decode().replace(name, "…")
        body = re.sub(r'(csrfmiddlewaretoken" value=)"[^"]+', r"\1", body)
        seen.append((answer.status_code, answer.get("Location"), body, len(work)))
    assert seen == [seen[0]] * len(names)
    return seen[0][-1]


@pytest.fixture
def names():
    """Known, by a further name, closed, never activated, unknown."""
    zhang = UserFactory(username="zhang")
    SignInName.objects.create(user=zhang, name="CA22130001")
    UserFactory(username="gone", is_active=False)
    waiting = UserFactory(username="newcomer")
    waiting.set_unusable_password()
    waiting.save()
    return ["zhang", "CA22130001", "gone", "newcomer", "zheng"]


def test_t20_an_unknown_name_reads_and_costs_like_a_known_one(names, work):
    assert same_for_every_name(work, lambda name: sign_in(Client(), name, "wrong"), names) == 1


def test_t20_a_code_tried_on_an_unknown_name_reads_and_costs_like_on_a_known_one(names, work):
    """A wrong code never comes to a password, so the hasher has no work for anybody."""
    typed = {"code": "abcd-efgh", "password": "冬天的河上有七座桥-Ab3", "again": "冬天的河上有七座桥-Ab3"}

    def ask(name):
        return Client().post(reverse("accounts:activate"), {"login_name": name, **typed})

    assert same_for_every_name(work, ask, names) == 0


def test_t20_a_forgotten_password_is_asked_for_alike_whoever_exists(names, work, mailoutbox):
    User.objects.filter(username="zhang").update(email="zhang@example.org")

    def ask(mail):
        return Client().post(reverse("account_reset_password"), {"email": mail})

    assert same_for_every_name(work, ask, ["zhang@example.org", "zheng@example.org"]) == 0
    assert len(mailoutbox) == 2, "who has no account is told so by mail, not by the page"


# Guesses and devices


def test_t19_a_hundred_guesses_from_two_hundred_addresses_reach_the_hasher_twenty_times(hashed):
    UserFactory(username="zhang")
    for number in range(100):
        sign_in(Client(REMOTE_ADDR=f"10.0.{number % 200}.9"), "zhang", f"guess-{number}")
    assert len(hashed) == 20


def test_t19_the_registration_number_is_no_second_door(hashed):
    user = UserFactory(username="zhang")
    SignInName.objects.create(user=user, name="CA22130001")
    for number in range(30):
        sign_in(Client(), ("zhang", "CA22130001")[number % 2], "wrong")
    assert len(hashed) == 20


def test_t19_a_stranger_does_not_lock_the_owner_out_on_a_known_device():
    UserFactory(username="zhang")
    device = Client()
    sign_in(device, "zhang")
    device.post(reverse("account_logout"))
    for _ in range(30):
        sign_in(Client(), "zhang", "wrong")
    refused = Client()
    sign_in(refused, "zhang")
    sign_in(device, "zhang")
    assert (is_in(refused), is_in(device)) == (False, True)


def test_t19_a_known_device_has_twenty_guesses_of_its_own(hashed):
    UserFactory(username="zhang")
    device = Client()
    sign_in(device, "zhang")
    device.post(reverse("account_logout"))
    hashed.clear()
    for _ in range(30):
        sign_in(device, "zhang", "wrong")
    assert len(hashed) == 20


def test_t19_a_cookie_of_ones_own_making_or_of_another_account_is_no_known_device(rf):
    zhang, wang = UserFactory(username="zhang"), UserFactory(username="wang")
    response = HttpResponse()
    remember_device(rf.get("/"), response, wang)
    for value in (response.cookies[COOKIE].value, "made-up", ""):
        request = rf.get("/")
        request.COOKIES[COOKIE] = value
        assert bucket_of(request, "zhang", zhang).action == "login_failed"
    request.COOKIES[COOKIE] = response.cookies[COOKIE].value
    assert bucket_of(request, "wang", wang).action == "login_failed_known"
    assert response.cookies[COOKIE]["httponly"]


def test_a_shared_computer_remembers_its_people_and_keeps_their_count(rf):
    people = UserFactory.create_batch(22)
    request = rf.get("/")
    keys = []
    for user in [*people, people[-1]]:
        response = HttpResponse()
        remember_device(request, response, user)
        request.COOKIES[COOKIE] = response.cookies[COOKIE].value
        keys.append(bucket_of(request, user.username, user).key)
    assert keys[-1] == keys[-2]
    known = [bucket_of(request, user.username, user).action == "login_failed_known" for user in people]
    assert known == [False] * 2 + [True] * 20


def test_t19_two_hundred_honest_people_behind_one_address_all_get_in(hashed):
    """Each mistypes the password twice before it is right: 0 refused, every try is looked at."""
    people = UserFactory.create_batch(200)
    clients = [Client(REMOTE_ADDR="203.0.113.7") for _ in people]
    for word in ("worng", "wrogn", PASSWORD):
        for client, user in zip(clients, people, strict=True):
            sign_in(client, user.username, word)
    assert [is_in(client) for client in clients] == [True] * 200
    assert len(hashed) == 600


def test_t19_a_stranger_behind_the_same_address_is_slowed_and_keeps_no_owner_out(hashed, settings):
    """One guess on each of many names from one address; whoever signed in on a device before still gets in."""
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "login_failed": "20/h/key,60/h/ip"}
    hospital = {"REMOTE_ADDR": "203.0.113.7"}
    people = UserFactory.create_batch(100)
    owners = [Client(**hospital) for _ in range(5)]
    for owner, user in zip(owners, people[:5], strict=True):
        sign_in(owner, user.username)
        owner.post(reverse("account_logout"))
    hashed.clear()
    for user in people:
        sign_in(Client(**hospital), user.username, "guess")
    assert len(hashed) == 60
    for owner, user in zip(owners, people[:5], strict=True):
        sign_in(owner, user.username, "worng")
        sign_in(owner, user.username)
    assert all(is_in(owner) for owner in owners)


def test_t19_a_forwarded_address_counts_only_from_a_proxy_of_ours(settings, rf):
    request = rf.get("/", REMOTE_ADDR="203.0.113.7", HTTP_X_FORWARDED_FOR="1.1.1.1, 198.51.100.4")
    assert address_of(request) == "203.0.113.7"
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert address_of(request).strip() == "198.51.100.4"


def test_a_good_sign_in_is_no_guess(hashed):
    UserFactory(username="zhang")
    for _ in range(25):
        sign_in(Client(), "zhang")
    client = Client()
    sign_in(client, "zhang")
    assert is_in(client)


# The second factor


def second_factor(user):
    """What an app shows for the account now."""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    counter = next(yield_hotp_counters_from_time())
    return format_hotp_value(hotp_value(secret, counter))


@pytest.mark.parametrize("role", ["national_officer", "auditor", "hebei_administrator"])
def test_those_who_must_have_a_second_factor_get_to_it_and_nowhere_else(role, request, settings):
    settings.REQUIRE_SECOND_FACTOR = True
    someone = request.getfixturevalue(role)
    for url in (reverse("accounts:event-list"), reverse("accounts:person-list"), reverse("home")):
        assert someone.client.get(url).url == reverse("mfa_index")
        assert someone.client.post(url).url == reverse("mfa_index")
    for name in ("mfa_index", "accounts:profile", "account_change_password", "account_reauthenticate"):
        assert someone.client.get(reverse(name)).status_code == 200
    assert someone.client.get(reverse("mfa_activate_totp")).url.startswith(reverse("account_reauthenticate"))
    second_factor(someone.user)
    assert someone.client.get(reverse("accounts:unit-list")).status_code == 200


@pytest.mark.parametrize("role", ["hebei_coordinator", "trainee", "base_coordinator"])
def test_others_need_no_second_factor(role, request, settings):
    settings.REQUIRE_SECOND_FACTOR = True
    someone = request.getfixturevalue(role)
    assert someone.client.get(reverse("accounts:notice-list")).status_code == 200


def test_a_role_that_needs_it_is_not_reached_by_changing_the_role(hebei_coordinator, settings):
    settings.REQUIRE_SECOND_FACTOR = True
    other = MembershipFactory(
        user=hebei_coordinator.user, unit=lead_unit(HEBEI).owner, role=Role.NATIONAL_OFFICE
    )
    hebei_coordinator.client.post(reverse("accounts:switch-role"), {"membership": other.pk})
    assert hebei_coordinator.client.get(reverse("accounts:unit-list")).url == reverse("mfa_index")


def test_the_code_is_asked_for_before_anybody_is_signed_in(client):
    user = UserFactory(username="zhang")
    code = second_factor(user)
    assert sign_in(client, "zhang").url == reverse("mfa_authenticate")
    assert not is_in(client)
    before = client.session.session_key
    client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert not is_in(client)
    failed = Event.objects.get(verb="second_factor_failed")
    assert failed.user_number == user.pk == int(failed.object_id)
    assert "000000" not in str(vars(failed))
    client.post(reverse("mfa_authenticate"), {"code": code})
    assert is_in(client)
    assert client.session.session_key != before
    assert Authenticator.objects.filter(user=user, type="totp").count() == 1
    assert Event.objects.filter(verb="second_factor_failed").count() == 1


# The id of the session


def test_t16_a_planted_session_never_becomes_a_signed_in_one(client):
    UserFactory(username="zhang")
    client.get(LOGIN)
    session = client.session
    session["planted"] = True
    session.save()
    client.cookies["sessionid"] = planted = session.session_key
    sign_in(client, "zhang")
    assert is_in(client)
    assert client.session.session_key != planted
    thief = Client()
    thief.cookies["sessionid"] = planted
    assert thief.get(reverse("accounts:profile")).url.startswith(LOGIN)


def test_t16_the_id_changes_with_the_password_and_the_other_devices_are_out(client):
    UserFactory(username="zhang")
    other = Client()
    sign_in(client, "zhang")
    sign_in(other, "zhang")
    before = client.session.session_key
    new = "a-quite-other-horse-9"
    form = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert client.post(reverse("account_change_password"), form).status_code == 302
    assert client.session.session_key != before
    assert client.get(reverse("accounts:profile")).status_code == 200
    assert other.get(reverse("accounts:profile")).url.startswith(LOGIN)


def test_t17_a_closed_account_is_out_on_every_device_at_once(client):
    user = UserFactory(username="zhang")
    sign_in(client, "zhang")
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert client.get(reverse("accounts:profile")).url.startswith(LOGIN)
