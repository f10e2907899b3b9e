"""Sign-in: nobody signs up by themselves, second factors rest encrypted, mistakes are counted."""

import pytest
from allauth.account.adapter import get_adapter
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from django.core.cache import cache

from accounts.models import User
from core.crypto import Undecipherable
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_counts():
    cache.clear()
    yield
    cache.clear()


def sign_in(client, username, password=PASSWORD):
    return client.post("/account/login/", {"login": username, "password": password})


def test_the_right_password_opens_and_a_wrong_one_does_not(client):
    UserFactory(username="zhang")
    assert sign_in(client, "zhang", "wrong").status_code == 200
    assert "_auth_user_id" not in client.session
    assert sign_in(client, "zhang").status_code == 302
    assert "_auth_user_id" in client.session


def test_an_account_that_is_closed_does_not_open(client):
    UserFactory(username="zhang", is_active=False)
    sign_in(client, "zhang")
    assert "_auth_user_id" not in client.session


def test_nobody_signs_up_by_themselves(client, rf):
    assert not get_adapter().is_open_for_signup(rf.get("/"))
    before = User.objects.count()
    client.post("/account/signup/", {"username": "stranger", "password1": PASSWORD})
    assert User.objects.count() == before


def test_the_secret_of_a_second_factor_rests_encrypted():
    adapter = get_mfa_adapter()
    kept = adapter.encrypt("JBSWY3DPEHPK3PXP")
    assert "JBSWY3DPEHPK3PXP" not in kept
    assert adapter.decrypt(kept) == "JBSWY3DPEHPK3PXP"
    with pytest.raises(Undecipherable):
        adapter.decrypt(kept[:-2] + ("00" if kept[-2:] != "00" else "11"))


def test_names_of_people_and_things(hebei_coordinator, hebei):
    assert str(hebei_coordinator.user) == str(hebei_coordinator.person) == "冀明"
    assert str(hebei) == "河北省"
    assert str(hebei_coordinator.unit) == "河北医科大学第四医院"
    assert hebei.province_code == "130000"
