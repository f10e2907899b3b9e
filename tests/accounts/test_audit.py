"""Who came in, who did not, and who was refused: each leaves its event, and no loop floods the record (T44)."""

import pytest
from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.urls import reverse

from accounts.enums import Role
from accounts.services import traces
from core.crypto import keyed_index
from core.models import Event
from core.throttle import within
from programs.models import Quota
from tests.factories import NOW, PASSWORD, UserFactory, persona

LOGIN = "/account/login/"
EVENTS = reverse("accounts:event-list")
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_counts():
    cache.clear()
    yield
    cache.clear()


def events(verb: str) -> list[Event]:
    return list(Event.objects.filter(verb=verb).order_by("pk"))


def sign_in(client, username, password=PASSWORD, **how):
    return client.post(LOGIN, {"login": username, "password": password}, **how)


def test_a_sign_in_and_out_stand_in_the_record_of_the_own_office(client, hebei_coordinator):
    assert sign_in(client, "hebei", REMOTE_ADDR="198.51.100.7").status_code == 302
    client.post("/account/logout/")
    (came,), (left,) = events("sign_in"), events("sign_out")
    for event in (came, left):
        assert event.user_number == hebei_coordinator.user.pk
        assert event.membership_number == hebei_coordinator.membership.pk
        assert event.realm == str(hebei_coordinator.scope.owner_id)
    assert came.address == "198.51.100.7"
    assert came.request_id


def test_an_account_without_a_role_signs_in_on_record_too(client):
    user = UserFactory(username="zhang")
    sign_in(client, "zhang")
    (event,) = events("sign_in")
    assert (event.user_number, event.membership_number, event.realm) == (user.pk, None, "")


def test_a_failed_sign_in_tells_from_where_and_on_which_account_but_not_what_was_typed(
    client, hebei_coordinator
):
    sign_in(client, "hebei", "wrong", REMOTE_ADDR="198.51.100.7")
    sign_in(client, "13900001234", "wrong", REMOTE_ADDR="198.51.100.8")
    known, unknown = events("sign_in_failed")
    assert (known.object_id, known.realm) == (
        str(hebei_coordinator.user.pk),
        str(hebei_coordinator.scope.owner_id),
    )
    assert (known.user_number, known.actor_kind, known.address) == (None, "public", "198.51.100.7")
    assert (unknown.object_id, unknown.realm) == ("", "")
    assert unknown.data == {"typed": keyed_index("13900001234", "sign_in")}
    assert "13900001234" not in str(vars(unknown))


def test_every_act_on_the_own_sign_in_is_recorded_mail_or_no_mail(rf, hebei_coordinator):
    request = rf.post("/")
    request.now, request.request_id = NOW, "r"
    user = hebei_coordinator.user
    account = get_adapter(request)
    account.request = request
    for act in ("password_changed", "password_set", "password_reset", "email_changed"):
        account.send_notification_mail(f"account/email/{act}", user)
    traces_before = Event.objects.count()
    for act in ("totp_activated", "totp_deactivated", "recovery_codes_generated"):
        traces.note_account_act(act=f"mfa/email/{act}", user=user, request_id="r", address="", now=NOW)
    assert Event.objects.count() == traces_before + 3
    for verb in ("change_password", "set_password", "reset_password"):
        assert [event.object_id for event in events(verb)] == [str(user.pk)]


def test_a_password_changed_on_the_page_is_recorded(client, hebei_coordinator):
    sign_in(client, "hebei")
    new = "another-horse-battery"
    client.post("/account/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert len(events("change_password")) == 1


def test_a_page_that_the_role_does_not_open_is_refused_on_record(hebei_coordinator):
    assert hebei_coordinator.client.get(EVENTS).status_code == 403
    (event,) = events("be_refused")
    assert event.data == {"page": "accounts:event-list", "status": 403}
    assert (event.user_number, event.realm) == (
        hebei_coordinator.user.pk,
        str(hebei_coordinator.scope.owner_id),
    )


def test_a_declined_act_is_on_record_with_the_object(hebei_administrator, year_2022):
    quota = Quota.objects.filter(year=year_2022, region="130000").first()
    url = reverse("programs:quota-edit", kwargs={**year_2022.url_kwargs, "pk": quota.pk})
    assert hebei_administrator.client.post(url, {}).status_code == 403
    (event,) = events("be_refused")
    assert event.data == {"page": "programs:quota-edit", "status": 403, "number": quota.pk}


def test_an_act_that_is_declined_on_the_next_page_is_on_record_and_one_that_is_done_is_not(hebei_coordinator):
    colleague = persona("hebei-2", Role.TECHNICAL_LEAD, hebei_coordinator.unit)
    end = reverse("accounts:person-end", kwargs={"pk": colleague.membership.pk})
    assert hebei_coordinator.client.post(end, {"reason": " "}).status_code == 302
    (event,) = events("be_refused")
    assert event.data == {"page": "accounts:person-end", "status": 409, "number": colleague.membership.pk}
    hebei_coordinator.client.post(end, {"reason": "借调"})
    # the sentence of the first waits unread and is not told of twice
    assert len(events("be_refused")) == 1


def test_a_missing_page_is_no_refusal(hebei_coordinator):
    hebei_coordinator.client.get("/no/such/page/")
    assert events("be_refused") == []


def test_a_loop_of_refusals_or_guesses_does_not_flood_the_record(client, hebei_coordinator):
    for _ in range(traces.PER_MINUTE + 20):
        hebei_coordinator.client.get(EVENTS)
        traces.note_failed_sign_in(typed="x", request_id="", address="198.51.100.7", now=NOW)
    assert len(events("be_refused")) == traces.PER_MINUTE
    assert len(events("sign_in_failed")) == traces.PER_MINUTE


def test_a_span_that_ended_while_counting_lets_the_event_through(monkeypatch):
    def gone(key):
        raise ValueError

    monkeypatch.setattr(cache, "incr", gone)
    assert within("k", 1)


def test_every_event_of_a_request_says_from_where(auditor):
    auditor.client.post(EVENTS, REMOTE_ADDR="2001:db8::1")
    assert events("export")[0].address == "2001:db8::1"


def test_an_address_that_cannot_be_told_stays_empty(auditor):
    auditor.client.post(EVENTS, REMOTE_ADDR="")
    assert events("export")[0].address == ""


def test_a_machine_that_guesses_second_factors_does_not_flood_the_record(hebei_coordinator):
    for _ in range(traces.PER_MINUTE + 1):
        traces.note_failed_code(user=hebei_coordinator.user, request_id="r", address="", now=NOW)
    assert len(events("second_factor_failed")) == traces.PER_MINUTE
