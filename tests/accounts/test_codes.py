"""T20b, ASVS 6.4.6: one-time codes on paper; a person sets the own password, nobody that of another."""

import datetime as dt
import io
import re
from functools import partial

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse

from accounts.actors import actor_of
from accounts.enums import CodePurpose, Role, UnitKind
from accounts.models import AccessCode, Membership, SignInName, Unit, User
from accounts.rules.memberships import CODE_LENGTH, CODE_LETTERS, MAX_TRIES, clean_code, printed_code
from accounts.services import codes
from accounts.services.codes import issue_codes, use_code
from accounts.services.memberships import end, invite
from core.exceptions import NotAllowed, Refusal
from core.models import Event
from tests.enrollment.test_parallel import at_once
from tests.factories import (
    HEBEI,
    HENAN,
    NOW,
    MembershipFactory,
    lead_unit,
    office_of,
    persona,
)

pytestmark = pytest.mark.django_db
NEW = "冬天的河上有七座桥-Ab3"
MOMENT = dt.timedelta(microseconds=1)


@pytest.fixture
def given(hebei_coordinator):
    return {"actor": hebei_coordinator.actor, "now": NOW}


@pytest.fixture
def newcomer(hebei_coordinator, given):
    """A colleague who was invited yesterday and never signed in."""
    yesterday = {**given, "now": NOW - dt.timedelta(days=1)}
    return invite(unit=hebei_coordinator.unit, role=Role.TECHNICAL_LEAD, name="王建国", **yesterday)


def issue(*memberships, **given):
    return issue_codes(memberships=memberships, **given)


def use(slip, now=NOW, **changed):
    typed = {"login_name": slip.user.username, "code": slip.code, "password": NEW, **changed}
    return use_code(**typed, actor=actor_of(None), now=now)


def refused(act) -> str:
    with pytest.raises(Refusal) as caught:
        act()
    return str(caught.value)


# Issue


def test_t20b_a_code_is_kept_as_a_keyed_digest_alone(newcomer, given):
    (slip,) = issue(newcomer, **given)
    row = AccessCode.objects.get()
    stored = {str(getattr(row, field.attname)) for field in row._meta.concrete_fields}
    assert slip.code not in stored
    assert len(row.digest) == 64
    assert (len(slip.code), set(slip.code) - set(CODE_LETTERS)) == (CODE_LENGTH, set())
    assert row.issued_by == given["actor"].membership_id
    event = Event.objects.get(verb="issue_code")
    assert (event.object_id, slip.code in str(event.data)) == (str(newcomer.pk), False)


def test_the_first_code_activates_a_later_one_sets_the_password_anew(newcomer, hebei_coordinator, given):
    active = persona("hebei-2", Role.TECHNICAL_LEAD, hebei_coordinator.unit)
    first, second = sorted(issue(newcomer, active.membership, **given), key=lambda slip: slip.purpose)
    assert (first.purpose, first.expires_at - NOW) == (CodePurpose.ACTIVATION, dt.timedelta(days=7))
    assert (second.purpose, second.expires_at - NOW) == (CodePurpose.RESET, dt.timedelta(hours=24))


def test_terms_are_settings(newcomer, given, settings):
    settings.ACTIVATION_CODE_DAYS = 2
    (slip,) = issue(newcomer, **given)
    assert slip.expires_at - NOW == dt.timedelta(days=2)


def test_one_person_gets_one_slip_whatever_the_number_of_roles(national_officer, newcomer, given):
    unit = lead_unit(HENAN)
    other = MembershipFactory(user=newcomer.user, unit=unit, role=Role.TECHNICAL_LEAD)
    assert len(issue(newcomer, other, actor=national_officer.actor, now=NOW)) == 1


def test_nobody_chosen_and_too_many_are_refused(newcomer, given, monkeypatch):
    refused(lambda: issue(**given))
    monkeypatch.setattr(codes, "MAX_AT_ONCE", 0)
    refused(lambda: issue(newcomer, **given))
    assert not AccessCode.objects.exists()


def test_a_closed_account_gets_no_code(newcomer, given):
    User.objects.filter(pk=newcomer.user_id).update(is_active=False)
    refused(lambda: issue(newcomer, **given))


def test_an_ended_role_gets_no_code(newcomer, given):
    end(membership=newcomer, reason="调离", **given)
    assert "王建国" in refused(lambda: issue(newcomer, **given))


@pytest.mark.parametrize(
    "who",
    ["henan_coordinator", "hebei_administrator", "base_coordinator", "auditor", "trainee", "nuclear_officer"],
)
def test_p3_codes_come_from_those_who_keep_the_people(who, newcomer, request):
    with pytest.raises(NotAllowed):
        issue(newcomer, actor=request.getfixturevalue(who).actor, now=NOW)


def test_nobody_issues_a_code_for_themselves(hebei_coordinator, given):
    with pytest.raises(NotAllowed):
        issue(hebei_coordinator.membership, **given)


def test_nobody_takes_over_what_an_invited_person_may_do_elsewhere(hebei_coordinator, expert, given):
    """A coordinator invites a member of the office into the own unit and asks for a code: the office alone issues it."""
    further = invite(
        unit=hebei_coordinator.unit, role=Role.TECHNICAL_LEAD, name="钟佳", login_name="expert", **given
    )
    assert "钟佳" in refused(lambda: issue(further, **given))
    office = persona("office-2", Role.NATIONAL_OFFICE, office_of("cancer"))
    assert issue(further, actor=office.actor, now=NOW)


# Use


def test_the_owner_sets_the_password_with_the_code(newcomer, given):
    (slip,) = issue(newcomer, **given)
    user = use(
        slip, code=f" {printed_code(slip.code).upper()} ", login_name=f" {slip.user.username.upper()} "
    )
    assert user.check_password(NEW)
    event = Event.objects.get(verb="use_code")
    assert (event.user_number, event.membership_number) == (user.pk, newcomer.pk)
    assert event.realm == given["actor"].realm


def test_t20b_a_code_serves_once(newcomer, given):
    (slip,) = issue(newcomer, **given)
    assert use(slip)
    again = refused(lambda: use(slip, password="夏天的山上有九棵树-Cd5"))
    assert again == refused(lambda: use(slip, code="wrong-one"))
    assert User.objects.get(pk=newcomer.user_id).check_password(NEW)


@pytest.mark.parametrize(
    ("after", "good"),
    [(-MOMENT, True), (dt.timedelta(0), False), (MOMENT, False)],
    ids=["just-before", "at-the-end", "just-after"],
)
def test_t20b_a_code_expires(after, good, newcomer, given):
    (slip,) = issue(newcomer, **given)
    if good:
        assert use(slip, now=slip.expires_at + after)
    else:
        refused(lambda: use(slip, now=slip.expires_at + after))


def test_t20b_after_five_wrong_tries_the_right_code_is_no_good(newcomer, given):
    (slip,) = issue(newcomer, **given)
    for _try in range(MAX_TRIES):
        refused(lambda: use(slip, code="wrong-one"))
    refused(lambda: use(slip))
    (slip,) = issue(newcomer, **given)
    for _try in range(MAX_TRIES - 1):
        refused(lambda: use(slip, code="wrong-one"))
    assert use(slip)


def test_a_new_code_voids_the_older(newcomer, given):
    (old,) = issue(newcomer, **given)
    (new,) = issue(newcomer, **given)
    refused(lambda: use(old))
    assert use(new)


def test_a_code_of_one_account_opens_no_other(newcomer, hebei_coordinator, given):
    other = invite(unit=hebei_coordinator.unit, role=Role.TECHNICAL_LEAD, name="李海燕", **given)
    first, second = issue(newcomer, other, **given)
    refused(lambda: use(first, login_name=second.user.username))


def test_t20_the_answer_says_nothing_of_the_reason(newcomer, hebei_coordinator, given):
    (slip,) = issue(newcomer, **given)
    wrong = partial(use, slip, code="wrong-one")
    said = {refused(partial(use, slip, login_name="nobody")), refused(wrong)}
    said |= {refused(partial(use, slip, now=slip.expires_at))}
    use(slip)
    said |= {refused(partial(use, slip))}
    (slip,) = issue(newcomer, **given)
    User.objects.filter(pk=newcomer.user_id).update(is_active=False)
    said |= {refused(partial(use, slip))}
    assert len(said) == 1


def test_a_password_that_only_the_account_can_judge_spends_no_code(newcomer, given):
    (slip,) = issue(newcomer, **given)
    assert "密码" in refused(lambda: use(slip, password="wangjianguo-1"))
    assert AccessCode.objects.get().tries == 0
    assert use(slip)


def test_a_registration_number_serves_as_login_name(newcomer, given):
    SignInName.objects.create(user=newcomer.user, name="CA22130077")
    (slip,) = issue(newcomer, **given)
    assert use(slip, login_name="ca22130077")


def test_refusals_stand_in_the_record_of_the_office(newcomer, given):
    (slip,) = issue(newcomer, **given)
    refused(lambda: use(slip, code="wrong-one"))
    refused(lambda: use(slip, login_name="nobody"))
    known, unknown = Event.objects.filter(verb="refuse_code").order_by("pk")
    assert (known.object_id, known.user_number, known.realm) == (
        str(newcomer.user_id),
        None,
        given["actor"].realm,
    )
    assert (unknown.object_id, unknown.realm) == ("", "")


def test_codes_are_read_however_they_are_typed():
    assert clean_code(" ＡＢcd－ef23 ") == "abcdef23"
    assert printed_code("abcdef23") == "abcd-ef23"


# Parallel


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("guarded", [True, False], ids=["guarded", "control"])
def test_t20b_a_hundred_parallel_uses_of_one_code_are_one_success(
    guarded, transactional_db, newcomer, given, monkeypatch
):
    """The control takes the code by reading and then saving, as one would without the guard: more than one gets in."""
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")
    monkeypatch.setattr(
        codes.User, "set_password", lambda user, password: setattr(user, "password", password)
    )
    if not guarded:
        monkeypatch.setattr(codes, "_take", _take_without_guard)
    (slip,) = issue(newcomer, **given)
    results = at_once([partial(use, slip, password=f"{NEW}-{number}") for number in range(100)])
    successes = [result for result in results if isinstance(result, User)]
    assert {type(result) for result in results} <= {User, Refusal}
    if guarded:
        assert len(successes) == 1
        assert Event.objects.filter(verb="use_code").count() == 1
    else:
        assert len(successes) > 1


def _take_without_guard(user_id, code, now):
    row = AccessCode.objects.usable(now).filter(user_id=user_id).first()
    if row is None:
        return False
    row.used_at = now
    row.save(update_fields=["used_at"])
    return True


# The first account


def first(**changed):
    given = {"unit": office_of("cancer").code, "name": "张国安", "username": "zhang", **changed}
    out = io.StringIO()
    call_command("first_account", stdout=out, **given)
    return out.getvalue()


def test_the_first_account_of_an_office_opens_with_a_printed_code(client, db):
    said = first()
    code = re.search(r"code +(\S+)", said)
    assert code
    assert reverse("accounts:activate") in said
    answer = client.post(
        reverse("accounts:activate"), {"login_name": "zhang", "code": code[1], "password": NEW, "again": NEW}
    )
    assert answer.status_code == 302
    assert Membership.objects.get().role == Role.NATIONAL_OFFICE
    with pytest.raises(CommandError):
        first(username="second")


def test_a_lost_first_code_is_printed_anew_until_the_account_is_active(db):
    first()
    first()
    assert User.objects.count() == 1
    assert AccessCode.objects.filter(voided_at=None).count() == 1
    with pytest.raises(CommandError):
        first(username="second", name="另一人")


def test_the_first_account_belongs_to_a_national_office(db):
    with pytest.raises(CommandError, match=office_of("cancer").code):
        first(unit=Unit.objects.filter(kind=UnitKind.TECHNICAL_LEAD, region=HEBEI)[0].code)
