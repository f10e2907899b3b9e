"""T06, T20b: the owner of an account hears of what others did with it, in the roles still in force and only there."""

import datetime as dt

import pytest

from accounts.enums import NoticeKind, Role
from accounts.models import Notice
from accounts.services.codes import issue_codes
from accounts.services.memberships import end, invite, limit, reopen
from accounts.services.notices import notify
from accounts.services.owners import CODE, ENDED, GIVEN, LIMITED
from accounts.services.units import close_unit
from tests.factories import HENAN, NOW, MembershipFactory, lead_unit, persona

pytestmark = pytest.mark.django_db
LATER = NOW + dt.timedelta(days=30)


@pytest.fixture
def colleague(hebei_coordinator):
    return persona("hebei-2", Role.TECHNICAL_LEAD, hebei_coordinator.unit, name="石门")


@pytest.fixture
def given(national_officer):
    return {"actor": national_officer.actor, "now": NOW}


def told(text):
    return list(
        Notice.objects.filter(kind=NoticeKind.ACCOUNT, text=text).values_list("membership", flat=True)
    )


def test_a_role_that_is_given_reaches_all_roles_of_its_owner(colleague, given):
    new = invite(unit=lead_unit(HENAN), role=Role.TECHNICAL_LEAD, name="石门", login_name="hebei-2", **given)
    assert sorted(told(GIVEN)) == sorted([colleague.membership.pk, new.pk])
    assert Notice.objects.first().params["unit"]["name"] == lead_unit(HENAN).name


def test_a_limit_is_told(colleague, given):
    limit(membership=colleague.membership, ends_at=LATER, **given)
    assert told(LIMITED) == [colleague.membership.pk]


def test_an_ended_role_is_told_in_the_others_alone_and_again_when_it_is_back(colleague, given):
    other = MembershipFactory(user=colleague.user, unit=lead_unit(HENAN), role=Role.TECHNICAL_LEAD)
    ended = end(membership=colleague.membership, reason="借调", **given)
    assert told(ENDED) == [other.pk]
    reopen(membership=ended, reason="返回", **given)
    assert sorted(told(GIVEN)) == sorted([other.pk, ended.pk])


def test_who_loses_the_only_role_is_told_nothing_any_more(colleague, given):
    """T06: nothing reaches a membership that ended, whoever sends it."""
    end(membership=colleague.membership, reason="调离", **given)
    assert told(ENDED) == []
    for kind in NoticeKind:
        assert notify([colleague.membership], kind, GIVEN, url="/", params={"unit": "x"}, **given) == 0
    assert not Notice.objects.filter(membership=colleague.membership).exists()


def test_closing_a_unit_tells_its_people_in_their_other_roles(colleague, hebei_coordinator, given):
    other = MembershipFactory(user=colleague.user, unit=lead_unit(HENAN), role=Role.TECHNICAL_LEAD)
    close_unit(unit=hebei_coordinator.unit, reason="机构调整", **given)
    assert told(ENDED) == [other.pk]


def test_a_code_is_told_without_the_code(colleague, given):
    (slip,) = issue_codes(memberships=[colleague.membership], **given)
    assert told(CODE) == [colleague.membership.pk]
    notice = Notice.objects.get(text=CODE)
    assert slip.code not in str(vars(notice))
    assert notice.params == {}


def test_whoever_acts_is_not_told_of_the_own_act(colleague, hebei_coordinator):
    own = MembershipFactory(user=hebei_coordinator.user, unit=lead_unit(HENAN), role=Role.TECHNICAL_LEAD)
    issue_codes(memberships=[colleague.membership], actor=hebei_coordinator.actor, now=NOW)
    assert own.pk not in told(CODE)
