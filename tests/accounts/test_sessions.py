"""Time-outs to the second, the devices one is signed in on, and pages that stay nowhere (T16, T17)."""

import datetime as dt

import pytest
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from accounts.gates import UNATTENDED
from accounts.rules.signin import Limits, seconds_left
from accounts.sessions import HELD, SEEN, hold
from core.models import Event
from tests.factories import HEBEI, NOW, PASSWORD, MembershipFactory, lead_unit
from tests.helpers import assert_constant_queries

LOGIN, PROFILE = reverse("account_login"), reverse("accounts:profile")
STATE, DEVICES = reverse("accounts:session-state"), reverse("accounts:session-list")
SECOND = dt.timedelta(seconds=1)
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _fresh_counts():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def limits(settings):
    settings.SESSION_LIMITS = {
        "staff": {"idle": 30, "absolute": 720},
        "trainee": {"idle": 120, "absolute": 1440},
    }


def is_signed_in(client):
    return client.get(PROFILE).status_code == 200


@pytest.mark.parametrize(
    ("started", "seen", "expected"),
    [
        (1000, 1000, 60),
        (1000, 1060, 120),
        (1000, 1590, 600 - 0),
        (400, 1000, 0),
        (1000, 940, 0),
        (1000, 939, -1),
    ],
)
def test_the_nearer_end_counts(started, seen, expected):
    found = seconds_left(started=started, seen=seen, now=1000, limits=Limits(idle=60, absolute=600))
    assert found == expected


@pytest.mark.parametrize(("role", "idle"), [("hebei_coordinator", 30), ("trainee", 120)])
def test_t17_who_does_nothing_is_out_to_the_second(role, idle, request, autumn_2022, limits):
    client = request.getfixturevalue(role).client
    assert is_signed_in(client)
    autumn_2022.move_to(NOW + idle * MINUTE - SECOND)
    assert is_signed_in(client)
    autumn_2022.move_to(NOW + idle * MINUTE - SECOND + idle * MINUTE)
    answer = client.get(PROFILE)
    assert answer.url.startswith(LOGIN)
    assert "您已被登出" in client.get(answer.url).content.decode()
    out = Event.objects.get(verb="idle_out")
    assert out.user_number == request.getfixturevalue(role).user.pk == int(out.object_id)


def test_t17_what_a_page_asks_by_itself_is_no_sign_of_life(hebei_coordinator, autumn_2022, limits):
    client = hebei_coordinator.client
    assert is_signed_in(client)
    autumn_2022.move_to(NOW + 20 * MINUTE)
    assert client.get(PROFILE, headers={UNATTENDED: "1"}).status_code == 200
    autumn_2022.move_to(NOW + 31 * MINUTE)
    assert not is_signed_in(client)


@pytest.mark.parametrize(("role", "hours"), [("hebei_coordinator", 12), ("trainee", 24)])
def test_t17_nobody_stays_longer_than_the_longest_time(role, hours, request, autumn_2022, limits):
    client = request.getfixturevalue(role).client
    end = NOW + dt.timedelta(hours=hours)
    while (now := timezone.now()) < end - SECOND:
        assert is_signed_in(client)
        autumn_2022.move_to(min(now + 20 * MINUTE, end - SECOND))
    assert is_signed_in(client)
    autumn_2022.move_to(end)
    assert not is_signed_in(client)
    assert not Event.objects.filter(verb="idle_out").exists()
    assert Event.objects.get(verb="time_out").at == end


def test_a_session_is_written_at_most_once_a_minute(hebei_coordinator, autumn_2022, limits):
    client = hebei_coordinator.client
    client.get(PROFILE)
    first = client.session[SEEN]
    autumn_2022.shift(59)
    client.get(PROFILE)
    assert client.session[SEEN] == first
    autumn_2022.shift(1)
    client.get(PROFILE)
    assert client.session[SEEN] == first + 60


def test_asking_how_long_is_no_sign_of_life_and_staying_is(hebei_coordinator, autumn_2022, limits):
    client = hebei_coordinator.client
    client.get(PROFILE)
    autumn_2022.shift(29 * 60)
    assert client.get(STATE).json()["left"] == 60
    assert client.get(STATE).json()["left"] == 60
    assert client.post(STATE).json()["left"] == 30 * 60
    assert client.get(STATE).json() | {"token": ""} == {
        "user": hebei_coordinator.user.pk,
        "left": 1800,
        "token": "",
    }
    autumn_2022.shift(30 * 60)
    for method in (client.post, client.get):
        answer = method(STATE)
        assert (answer.json()["user"], answer.json()["left"]) == (None, 0)
    assert answer["Cache-Control"].startswith("max-age=0, no-cache, no-store")


def test_what_is_sent_after_the_end_is_not_done(hebei_coordinator, autumn_2022, limits):
    other = MembershipFactory(user=hebei_coordinator.user, unit=lead_unit(HEBEI).owner, role=Role.EXPERT)
    client = hebei_coordinator.client
    client.get(PROFILE)
    autumn_2022.shift(31 * 60)
    assert client.post(reverse("accounts:switch-role"), {"membership": other.pk}).url.startswith(LOGIN)
    assert not Event.objects.filter(verb="switch_role").exists()


# An exam is never cut


def test_t17_a_sitting_outlives_both_time_outs_and_nothing_else_does(trainee, autumn_2022, limits, year_2022):
    client = trainee.client
    client.get(PROFILE)
    session = client.session
    hold(session, NOW + dt.timedelta(hours=30))
    session.save()
    autumn_2022.move_to(NOW + dt.timedelta(hours=26))
    exam = reverse("exams:exam-show", kwargs=year_2022.url_kwargs)
    assert client.get(exam).status_code == 200
    desk = reverse("reports:desk", kwargs=year_2022.url_kwargs)
    away = client.get(desk)
    assert away.url.startswith(reverse("account_reauthenticate"))
    assert client.get(exam).status_code == 200
    assert client.post(away.url, {"password": "wrong"}).status_code == 200
    assert client.get(desk).url.startswith(reverse("account_reauthenticate"))
    assert client.post(away.url, {"password": PASSWORD}).url == desk
    assert client.get(desk).status_code in {200, 302}
    assert not str(client.get(desk).headers.get("Location", "")).startswith("/account/")


def test_t17_the_hold_ends_with_the_sitting(trainee, autumn_2022, limits, year_2022):
    client = trainee.client
    client.get(PROFILE)
    session = client.session
    hold(session, NOW + dt.timedelta(hours=4))
    session.save()
    autumn_2022.move_to(NOW + dt.timedelta(hours=4))
    exam = reverse("exams:exam-show", kwargs=year_2022.url_kwargs)
    assert client.get(exam).url.startswith(LOGIN)
    assert HELD not in client.session


# Devices


def sign_in(username, agent):
    client = Client(headers={"user-agent": agent})
    client.post(LOGIN, {"login": username, "password": PASSWORD})
    return client


def test_the_devices_are_listed_and_ended_one_by_one(hebei_coordinator):
    here, phone = sign_in("hebei", "Firefox 102"), sign_in("hebei", "WeChat 8")
    shown = here.get(DEVICES).context["devices"]
    assert [(one.row.user_agent, one.current) for one in shown] == [
        ("Firefox 102", True),
        ("WeChat 8", False),
    ]
    here.post(reverse("accounts:session-end", kwargs={"pk": shown[1].row.pk}))
    assert (is_signed_in(here), is_signed_in(phone)) == (True, False)
    assert len(here.get(DEVICES).context["devices"]) == 1
    event = Event.objects.get(verb="end_sessions")
    assert (event.user_number, event.data) == (hebei_coordinator.user.pk, {"sessions": 1})


def test_all_others_are_ended_at_once(hebei_coordinator):
    here, *others = (sign_in("hebei", f"device {number}") for number in range(3))
    here.post(reverse("accounts:session-end-others"))
    assert is_signed_in(here)
    assert not any(is_signed_in(other) for other in others)
    here.post(reverse("accounts:session-end-others"))
    assert Event.objects.filter(verb="end_sessions").count() == 1


def test_nobody_ends_or_sees_the_device_of_another(hebei_coordinator, henan_coordinator):
    theirs = sign_in("henan", "theirs")
    here = sign_in("hebei", "here")
    row = UserSession.objects.get(user=henan_coordinator.user)
    assert here.post(reverse("accounts:session-end", kwargs={"pk": row.pk})).status_code == 404
    assert is_signed_in(theirs)
    assert len(here.get(DEVICES).context["devices"]) == 1


def test_reading_the_list_deletes_nothing_also_under_the_library_s_own_address(hebei_coordinator):
    here = sign_in("hebei", "here")
    UserSession.objects.create(user=hebei_coordinator.user, session_key="gone", ip="10.0.0.1")
    assert len(here.get("/account/sessions/").context["devices"]) == 1
    assert UserSession.objects.filter(session_key="gone").exists()


def test_a_session_that_is_another_s_by_now_is_not_listed(hebei_coordinator, henan_coordinator):
    here = sign_in("hebei", "here")
    UserSession.objects.filter(user=hebei_coordinator.user).update(user=henan_coordinator.user)
    assert sign_in("henan", "theirs").get(DEVICES).context["devices"][0].row.user_agent == "theirs"
    assert len(here.get(DEVICES).context["devices"]) == 0


def test_the_list_follows_the_session_through_a_change_of_role(hebei_coordinator):
    other = MembershipFactory(user=hebei_coordinator.user, unit=lead_unit(HEBEI).owner, role=Role.EXPERT)
    here = sign_in("hebei", "here")
    before = here.session.session_key
    here.post(reverse("accounts:switch-role"), {"membership": other.pk})
    assert here.session.session_key != before
    assert [one.current for one in here.get(DEVICES).context["devices"]] == [True]


def test_the_devices_cost_two_queries_however_many(hebei_coordinator):
    here = sign_in("hebei", "here")

    def make(number):
        for one in range(number):
            sign_in("hebei", f"device {number}-{one}")

    assert_constant_queries(here, DEVICES, make)


# Nothing stays in the browser


def test_t17_signed_in_pages_are_not_kept_by_the_browser(hebei_coordinator, client):
    for url in (PROFILE, DEVICES, reverse("accounts:unit-list")):
        assert hebei_coordinator.client.get(url)["Cache-Control"] == "no-store, private"
    assert "Cache-Control" not in client.get(reverse("health"))
