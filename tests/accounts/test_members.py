"""P3, T06: roles in units are given, limited, ended and given again by those who keep the unit's people."""

import datetime as dt

import pytest

from accounts.actors import actor_of, system_actor
from accounts.enums import MembershipState, Role, UnitKind
from accounts.models import AccessCode, Membership, Person, User
from accounts.permissions import can_issue_code, can_keep_membership, can_keep_people
from accounts.queries.memberships import is_last_keeper
from accounts.rules.memberships import KEEPERS, ROLES_OF, may_hold
from accounts.services.codes import issue_codes
from accounts.services.memberships import end, free_login_name, invite, limit, reopen
from core.exceptions import NotAllowed, Refusal
from core.models import Event
from tests.factories import (
    HEBEI,
    HENAN,
    NOW,
    MembershipFactory,
    UserFactory,
    lead_unit,
    office_of,
    persona,
)

pytestmark = pytest.mark.django_db
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
LATER = NOW + 30 * DAY


@pytest.fixture
def given(hebei_coordinator):
    return {"actor": hebei_coordinator.actor, "now": NOW}


@pytest.fixture
def colleague(hebei_coordinator):
    return persona("hebei-2", Role.TECHNICAL_LEAD, hebei_coordinator.unit, name="石门")


def lead(unit, given, **more):
    return invite(**{"unit": unit, "role": Role.TECHNICAL_LEAD, "name": "王建国", **given, **more})


# The table


def test_p3_every_kind_of_unit_gives_roles_and_trainees_come_from_the_roster():
    assert set(ROLES_OF) == set(UnitKind)
    given = {role for roles in ROLES_OF.values() for role in roles}
    assert given == set(Role) - {Role.TRAINEE}
    assert given >= KEEPERS
    assert may_hold(UnitKind.HOSPITAL, Role.APPLICANT)
    assert not may_hold(UnitKind.HOSPITAL, Role.NATIONAL_OFFICE)


@pytest.mark.parametrize(
    ("who", "hebei", "henan", "base", "hospital"),
    [
        ("national_officer", True, True, True, False),
        ("nuclear_officer", False, False, False, True),
        ("hebei_coordinator", True, False, False, False),
        ("henan_coordinator", False, True, False, False),
        ("hebei_administrator", False, False, False, False),
        ("base_coordinator", False, False, True, False),
        ("applicant", False, False, False, True),
        ("expert", False, False, False, False),
        ("auditor", False, False, False, False),
        ("trainee", False, False, False, False),
    ],
)
def test_p3_each_unit_keeps_its_own_people_and_the_office_all(
    who, hebei, henan, base, hospital, request, base_coordinator, applicant
):
    actor = request.getfixturevalue(who).actor
    units = (lead_unit(HEBEI), lead_unit(HENAN), base_coordinator.unit, applicant.unit)
    assert tuple(can_keep_people(actor, unit) for unit in units) == (hebei, henan, base, hospital)


def test_the_system_keeps_people_and_nobody_else_without_a_role(hebei_coordinator):
    assert can_keep_people(system_actor(), hebei_coordinator.unit)
    assert not can_keep_people(actor_of(None), hebei_coordinator.unit)


# Invite


def test_p3_somebody_new_gets_person_account_and_role_in_one_act(hebei_coordinator, given):
    made = lead(hebei_coordinator.unit, given, phone="13912345678", email="wjg@example.org", ends_at=LATER)
    user = made.user
    assert (user.username, str(user), user.email) == ("wangjianguo", "王建国", "wjg@example.org")
    assert (user.person.phone, user.has_usable_password(), user.created_at) == ("13912345678", False, NOW)
    assert (made.starts_at, made.ends_at) == (NOW, LATER)
    assert Membership.objects.active(NOW).filter(pk=made.pk).exists()
    event = Event.objects.get(verb="invite")
    assert (event.object_id, event.user_number) == (str(made.pk), hebei_coordinator.user.pk)
    assert "13912345678" not in str(event.data)


def test_p3_the_owner_of_a_login_name_gets_a_further_role(hebei_coordinator, expert, given):
    people = Person.objects.count()
    made = lead(hebei_coordinator.unit, given, name="钟佳", login_name="EXPERT")
    assert made.user == expert.user
    assert Person.objects.count() == people
    assert Event.objects.get(verb="invite").data == {}


@pytest.mark.parametrize("closed", [False, True], ids=["another-name", "closed-account"])
def test_a_login_name_of_somebody_else_gives_nobody_a_role(closed, hebei_coordinator, expert, given):
    User.objects.filter(pk=expert.user.pk).update(is_active=not closed)
    with pytest.raises(Refusal, match="expert"):
        lead(hebei_coordinator.unit, given, name="钟佳" if closed else "王建国", login_name="expert")
    assert Membership.objects.filter(unit=hebei_coordinator.unit).count() == 1


@pytest.mark.parametrize("typed", ["王建国", "a b", "x", "a" * 41, "-ab"])
def test_a_login_name_is_letters_digits_dots_and_dashes(typed, hebei_coordinator, given):
    with pytest.raises(Refusal):
        lead(hebei_coordinator.unit, given, login_name=typed)
    assert not User.objects.filter(person__name="王建国").exists()


@pytest.mark.parametrize(
    ("typed", "taken"), [("ca22130001", False), ("CA221300", False), ("ca22130", True), ("ca2213-0001", True)]
)
def test_e11_nobody_takes_a_registration_number_as_login_name(typed, taken, hebei_coordinator, given):
    """Two letters and six digits or more: issued already, or one day; at the limit and just below it."""
    if taken:
        assert lead(hebei_coordinator.unit, given, login_name=typed).user.username == typed
        return
    with pytest.raises(Refusal, match=typed.lower()):
        lead(hebei_coordinator.unit, given, login_name=typed)
    assert not User.objects.filter(username__iexact=typed).exists()


def test_login_names_are_made_of_the_name(db):
    UserFactory(username="wangjianguo")
    UserFactory(username="Wangjianguo2")
    assert free_login_name("王建国") == "wangjianguo3"
    assert free_login_name("张 三") == "zhangsan"
    assert free_login_name("·") == "user"
    assert free_login_name("于") == "useryu"


def test_a_role_outside_the_table_is_refused(hebei_coordinator, given):
    for role in (Role.NATIONAL_OFFICE, Role.AUDITOR, Role.TRAINEE, Role.BASE_COORDINATOR):
        with pytest.raises(Refusal):
            lead(hebei_coordinator.unit, given, role=role)


def test_a_closed_unit_and_a_day_gone_by_are_refused(hebei_coordinator, given):
    with pytest.raises(Refusal):
        lead(hebei_coordinator.unit, given, ends_at=NOW)
    hebei_coordinator.unit.closed_at = NOW
    with pytest.raises(Refusal):
        lead(hebei_coordinator.unit, given)


def test_the_same_role_is_not_given_twice(hebei_coordinator, colleague, given):
    again = {"name": "石门", "login_name": "hebei-2"}
    with pytest.raises(Refusal, match="石门"):
        lead(hebei_coordinator.unit, given, **again)
    Membership.objects.filter(pk=colleague.membership.pk).update(ends_at=NOW)
    assert lead(hebei_coordinator.unit, given, **again).user == colleague.user


def test_nobody_raises_themselves(national_officer, hebei_coordinator, given):
    """Neither by a further role nor by changing the own one."""
    office = {"unit": office_of("cancer"), "role": Role.AUDITOR, "name": "张国安", "login_name": "national"}
    with pytest.raises(NotAllowed):
        invite(**office, actor=national_officer.actor, now=NOW)
    own = hebei_coordinator.membership
    assert not can_keep_membership(hebei_coordinator.actor, own)
    for change in (
        lambda: limit(membership=own, ends_at=None, **given),
        lambda: end(membership=own, reason="x", **given),
        lambda: reopen(membership=own, reason="x", **given),
    ):
        with pytest.raises(NotAllowed):
            change()


def test_strangers_change_nothing(henan_coordinator, hebei_coordinator):
    stranger = {"actor": henan_coordinator.actor, "now": NOW}
    with pytest.raises(NotAllowed):
        lead(hebei_coordinator.unit, stranger)
    with pytest.raises(NotAllowed):
        end(membership=hebei_coordinator.membership, reason="x", **stranger)


def test_a_trainees_role_comes_from_the_roster(national_officer):
    someone = persona("t", Role.TRAINEE, office_of("cancer"))
    assert not can_keep_membership(national_officer.actor, someone.membership)
    assert can_issue_code(national_officer.actor, someone.membership)
    with pytest.raises(NotAllowed):
        end(membership=someone.membership, reason="x", actor=national_officer.actor, now=NOW)


# Limit, end, reopen


def test_a_role_is_limited_and_the_limit_lifted(colleague, given):
    limit(membership=colleague.membership, ends_at=LATER, **given)
    assert Membership.objects.active(LATER - HOUR).filter(pk=colleague.membership.pk).exists()
    assert not Membership.objects.active(LATER).filter(pk=colleague.membership.pk).exists()
    limit(membership=colleague.membership, ends_at=None, **given)
    assert Membership.objects.active(LATER).filter(pk=colleague.membership.pk).exists()
    first, second = Event.objects.filter(verb="limit_role").order_by("pk")
    assert first.data["ends_at"][0] is None
    assert second.data["ends_at"] == [first.data["ends_at"][1], None]


@pytest.mark.parametrize("ends_at", [NOW, NOW - DAY])
def test_a_role_is_not_limited_to_the_past(ends_at, colleague, given):
    with pytest.raises(Refusal):
        limit(membership=colleague.membership, ends_at=ends_at, **given)


def test_p3_the_last_who_keeps_a_units_people_is_limited_with_a_reason(national_officer, hebei_coordinator):
    office = {"actor": national_officer.actor, "now": NOW}
    own = hebei_coordinator.membership
    assert is_last_keeper(own, NOW)
    with pytest.raises(Refusal, match="冀明"):
        limit(membership=own, ends_at=LATER, reason="  ", **office)
    limit(membership=own, ends_at=LATER, reason="任期届满", **office)
    persona("hebei-3", Role.TECHNICAL_LEAD, own.unit)
    limit(membership=own, ends_at=LATER + DAY, **office)


def test_whoever_keeps_no_people_is_never_the_last(expert):
    assert not is_last_keeper(expert.membership, NOW)


def test_t06_a_role_that_was_ended_is_gone_at_the_next_request(colleague, given, autumn_2022):
    """T06: the same session, one request later; codes handed out before are void."""
    page = "/accounts/people/"
    assert colleague.client.get(page).status_code == 200
    issue_codes(memberships=[colleague.membership], **given)
    end(membership=colleague.membership, reason="调离", **given)
    assert colleague.client.get(page).status_code == 403
    assert not AccessCode.objects.usable(NOW).exists()
    assert Event.objects.get(verb="end_role").reason == "调离"


def test_a_role_ends_with_a_reason_and_once(colleague, given):
    with pytest.raises(Refusal):
        end(membership=colleague.membership, reason=" ", **given)
    end(membership=colleague.membership, reason="调离", **given)
    for act in (
        lambda: end(membership=colleague.membership, reason="调离", **given),
        lambda: limit(membership=colleague.membership, ends_at=LATER, **given),
    ):
        with pytest.raises(Refusal):
            act()


def test_a_role_that_has_not_begun_ends_as_it_begins(hebei_coordinator, given):
    later = MembershipFactory(unit=hebei_coordinator.unit, role=Role.TECHNICAL_LEAD, starts_at=LATER)
    end(membership=later, reason="未到任", **given)
    assert not Membership.objects.active(LATER + HOUR).filter(pk=later.pk).exists()


def test_an_ended_role_is_given_again(colleague, given):
    with pytest.raises(Refusal):
        reopen(membership=colleague.membership, reason="返岗", **given)
    end(membership=colleague.membership, reason="借调", **given)
    with pytest.raises(Refusal):
        reopen(membership=colleague.membership, reason="", **given)
    reopen(membership=colleague.membership, reason="返岗", **given)
    assert Membership.objects.active(NOW).filter(pk=colleague.membership.pk).exists()


def test_a_role_given_anew_is_not_reopened_beside_it(colleague, given):
    end(membership=colleague.membership, reason="借调", **given)
    lead(colleague.unit, given, name="石门", login_name="hebei-2")
    with pytest.raises(Refusal, match="石门"):
        reopen(membership=colleague.membership, reason="返岗", **given)


# How a role stands


def state_of(membership, now=NOW):
    return Membership.objects.with_state(now).get(pk=membership.pk).state


def test_the_state_of_a_role(colleague, given, hebei_coordinator):
    waiting = lead(hebei_coordinator.unit, given)
    later = MembershipFactory(starts_at=LATER)
    closed = MembershipFactory(user__is_active=False)
    ended = MembershipFactory(ends_at=NOW)
    assert [state_of(row) for row in (colleague.membership, waiting, later, closed, ended)] == [
        MembershipState.RUNNING,
        MembershipState.WAITING,
        MembershipState.LATER,
        MembershipState.CLOSED,
        MembershipState.ENDED,
    ]
