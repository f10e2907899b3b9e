"""What a password may be, by profile (ASVS 5.0 6.2; 等保三级)."""

import datetime as dt

import pytest
from django.conf import settings as portal
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.models import PastPassword, SignInName, User
from accounts.passwords import HistoryValidator, words_about
from accounts.rules.signin import character_classes, rests_on
from tests.factories import NOW, PASSWORD, PersonFactory, UserFactory

CHANGE = reverse("account_change_password")


@pytest.fixture
def profile(settings):
    def choose(name):
        settings.AUTH_PASSWORD_VALIDATORS = portal.PASSWORD_PROFILES[name]
        settings.PASSWORD_DAYS = 180 if name == "dengbao3" else 0

    return choose


def faults(password, user=None):
    try:
        validate_password(password, user)
    except ValidationError as error:
        return {one.code for one in error.error_list}
    return set()


@pytest.mark.parametrize(
    ("password", "classes"), [("abc", 1), ("abcABC", 2), ("abcABC1", 3), ("aB1-", 4), ("", 0), ("中文", 1)]
)
def test_kinds_of_characters(password, classes):
    assert character_classes(password) == classes


@pytest.mark.parametrize(
    ("password", "word"),
    [
        ("zhang2022", "zhang"),
        ("a-zhang-sentence-of-mine", ""),
        ("ZHANG!!", "zhang"),
        ("xx", ""),
        ("something", ""),
    ],
)
def test_a_password_rests_on_a_word(password, word):
    assert rests_on(password, ["", "xx", "zhang"]) == word


@pytest.mark.parametrize(
    ("password", "expected"),
    [
        ("correct-horse-battery", set()),
        ("没有空格的一句话也是好密码啊", set()),
        ("only lower case letters here", set()),
        ("short", {"password_too_short"}),
        ("password1234", {"password_context"}),
        ("q1w2e3r4t5y6", {"password_too_common"}),
        ("x" * 129, {"password_too_long"}),
    ],
)
def test_asvs_asks_for_length_and_nothing_common(password, expected, profile):
    profile("asvs")
    assert expected <= faults(password)
    assert bool(faults(password)) == bool(expected)


@pytest.mark.django_db
def test_asvs_6_2_11_not_what_everybody_knows_of_the_person(profile):
    profile("asvs")
    person = PersonFactory(name="张国安", phone="13900001234")
    user = UserFactory(username="hebei-office", person=person)
    SignInName.objects.create(user=user, name="CA22130001")
    for password in (
        "zhangguoan2022",
        "13900001234aa",
        f"{person.id_number}!",
        "hebei-office-1",
        "CA22130001-ok",
    ):
        assert faults(password, user) & {"password_context", "password_too_similar"}, password
    assert faults("an-evening-by-the-river", user) == set()
    assert "zhangguoan" in words_about(user)
    assert words_about(User(username="new"))[0] == "new"


def test_dengbao_asks_for_three_kinds(profile):
    profile("dengbao3")
    assert "password_classes" in faults("only lower case letters here")
    assert faults("Evening-by-the-river") == set()
    assert "password_too_short" in faults("Ab-9xyzuv")


@pytest.mark.django_db
def test_dengbao_none_of_the_last_five_again(profile):
    profile("dengbao3")
    user = UserFactory()
    words = [f"Evening-{number}-River" for number in range(7)]
    for word in words:
        user.set_password(word)
        user.save()
    assert PastPassword.objects.filter(user=user).count() == 5
    assert all("password_used_before" in faults(word, user) for word in words[2:])
    assert faults(words[0], user) == set()
    assert str(user.username) in str(PastPassword(user=user, set_at=NOW)) or user.person
    HistoryValidator().validate(words[6])


@pytest.mark.django_db
def test_dengbao_a_change_every_half_year(hebei_coordinator, profile, autumn_2022):
    profile("dengbao3")
    client, user = hebei_coordinator.client, hebei_coordinator.user
    User.objects.filter(pk=user.pk).update(created_at=NOW - dt.timedelta(days=180))
    page = reverse("accounts:unit-list")
    assert client.get(page).status_code == 200
    User.objects.filter(pk=user.pk).update(created_at=NOW - dt.timedelta(days=180, seconds=1))
    assert client.get(page).url == CHANGE
    new = "Evening-by-the-river"
    client.post(CHANGE, {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert client.get(page).status_code == 200


@pytest.mark.django_db
def test_asvs_forces_no_change(hebei_coordinator, profile, autumn_2022):
    profile("asvs")
    User.objects.filter(pk=hebei_coordinator.user.pk).update(created_at=NOW - dt.timedelta(days=4000))
    assert hebei_coordinator.client.get(reverse("accounts:unit-list")).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "word"), [("asvs", "12"), ("dengbao3", "5")])
def test_the_rules_stand_beside_the_field_in_words(name, word, profile, hebei_coordinator):
    profile(name)
    text = hebei_coordinator.client.get(CHANGE).content.decode()
    texts = [one for one in password_validators_help_texts() if one]
    assert any(word in one for one in texts)
    assert all(one in text for one in texts)
