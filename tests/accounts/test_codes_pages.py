"""T20b at the screen: slips shown once, and the public page on which their owner sets the password."""

import datetime as dt

import pytest
from django.conf import settings
from django.urls import reverse

from accounts.documents import slips_context
from accounts.enums import Role
from accounts.models import AccessCode, Membership, User
from accounts.rules.memberships import printed_code
from accounts.services.codes import issue_codes
from accounts.services.memberships import invite
from core.templatetags.portal import deadline
from tests.factories import NOW, PASSWORD

pytestmark = pytest.mark.django_db
NEW = "冬天的河上有七座桥-Ab3"


@pytest.fixture
def given(hebei_coordinator):
    return {"actor": hebei_coordinator.actor, "now": NOW}


@pytest.fixture
def newcomer(hebei_coordinator, given):
    """A colleague who was invited yesterday and never signed in."""
    yesterday = {**given, "now": NOW - dt.timedelta(days=1)}
    return invite(unit=hebei_coordinator.unit, role=Role.TECHNICAL_LEAD, name="王建国", **yesterday)


ISSUE, ACTIVATE = "/accounts/codes/", "/accounts/activate/"


def typed(slip, **changed):
    return {
        "login_name": slip.user.username,
        "code": printed_code(slip.code),
        "password": NEW,
        "again": NEW,
        **changed,
    }


@pytest.fixture
def slips_page(hebei_coordinator, newcomer, autumn_2022):
    return hebei_coordinator.client.post(ISSUE, {"chosen": [newcomer.pk]})


def test_slips_are_shown_once_in_the_answer_that_issues_them(slips_page, newcomer, hebei_coordinator):
    (row,) = slips_page.context["rows"]
    text = slips_page.content.decode()
    assert "no-store" in slips_page["Cache-Control"]
    assert text.count(row["code"]) == 2
    assert deadline(row["slip"].expires_at) in text
    assert newcomer.user.username in text
    session = hebei_coordinator.client.session
    assert row["code"] not in str(dict(session.items()))


def test_the_picture_carries_the_login_name_and_never_the_code(monkeypatch, newcomer, given):
    drawn = []
    monkeypatch.setattr(
        "accounts.documents.segno.make", lambda text, **kwargs: drawn.append(text) or _Drawn()
    )
    slips = issue_codes(memberships=[newcomer], **given)
    context = slips_context(slips, unit_label="", back_url="")
    assert drawn == [f"{context['address']}?login=wangjianguo"]
    assert slips[0].code not in drawn[0]


class _Drawn:
    def svg_data_uri(self, **kwargs):
        return "data:,"


def test_slips_for_all_of_the_unit_who_are_not_yet_activated(newcomer, hebei_coordinator, trainee, given):
    invite(unit=hebei_coordinator.unit, role=Role.TECHNICAL_LEAD, name="李海燕", **given)
    Membership.objects.filter(pk=trainee.membership.pk).update(unit=hebei_coordinator.unit)
    User.objects.filter(pk=trainee.user.pk).update(password="!")
    for asked in ({"unit": hebei_coordinator.unit.pk}, {"everyone": "1"}):
        page = hebei_coordinator.client.post(ISSUE, asked)
        assert [row["slip"].user.username for row in page.context["rows"]] == ["wangjianguo", "lihaiyan"]
    page = hebei_coordinator.client.post(f"{ISSUE}?q=李", {"everyone": "1"})
    assert [row["slip"].user.username for row in page.context["rows"]] == ["lihaiyan"]


def test_codes_for_people_out_of_scope_are_not_issued(newcomer, henan_coordinator, auditor):
    for asked in ({"chosen": [newcomer.pk]}, {"unit": newcomer.unit_id}, {"everyone": "1"}):
        assert henan_coordinator.client.post(ISSUE, asked).status_code == 302
    assert auditor.client.post(ISSUE, {"chosen": [newcomer.pk]}).status_code == 403
    assert not AccessCode.objects.exists()


def test_whoever_holds_a_slip_activates_and_is_signed_in(slips_page, client):
    slip = slips_page.context["rows"][0]["slip"]
    page = client.get(f"{ACTIVATE}?login={slip.user.username}")
    assert f'value="{slip.user.username}"' in page.content.decode()
    assert client.post(ACTIVATE, typed(slip)).status_code == 302
    assert client.get(reverse("accounts:profile")).context["user"] == slip.user


def test_a_planted_session_id_is_not_the_one_signed_in(slips_page, client):
    session = client.session
    session["planted"] = True
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    client.post(ACTIVATE, typed(slips_page.context["rows"][0]["slip"]))
    assert client.session.session_key != session.session_key


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"again": "别的"}, "again"),
        ({"password": "1234", "again": "1234"}, "password"),
        ({"code": ""}, "code"),
        ({"code": "wrong-one"}, "__all__"),
        ({"login_name": "nobody"}, "__all__"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(changed, field, slips_page, client):
    slip = slips_page.context["rows"][0]["slip"]
    page = client.post(ACTIVATE, typed(slip, **changed))
    assert set(page.context["form"].errors) == {field}
    assert f'value="{changed.get("login_name", slip.user.username)}"' in page.content.decode()
    assert NEW not in page.content.decode()
    assert client.get(reverse("accounts:profile")).status_code == 302


def test_t20_a_bad_password_costs_no_try_and_asks_no_account(slips_page, client):
    slip = slips_page.context["rows"][0]["slip"]
    for login_name in (slip.user.username, "nobody"):
        page = client.post(
            ACTIVATE, typed(slip, login_name=login_name, code="x", password="1234", again="1234")
        )
        assert "password" in page.context["form"].errors
    assert AccessCode.objects.get().tries == 0


def test_a_used_reset_code_ends_the_old_sessions(hebei_coordinator, national_officer, client, autumn_2022):
    page = national_officer.client.post(ISSUE, {"chosen": [hebei_coordinator.membership.pk]})
    assert hebei_coordinator.client.get(reverse("accounts:profile")).status_code == 200
    client.post(ACTIVATE, typed(page.context["rows"][0]["slip"]))
    assert hebei_coordinator.client.get(reverse("accounts:profile")).status_code == 302
    assert not User.objects.get(pk=hebei_coordinator.user.pk).check_password(PASSWORD)
