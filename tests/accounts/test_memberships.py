"""What a person may do is read afresh at every request (T06): roles begin, end and are changed."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.http import JsonResponse
from django.urls import path
from django.utils import timezone

from accounts.actors import actor_of, actor_of_job, scope_of, system_actor
from accounts.enums import Role
from accounts.middleware import SESSION_KEY
from accounts.models import Membership
from accounts.scope import NOBODY
from core.enums import ActorKind
from core.exceptions import NotAllowed
from core.models import Event, Job
from tests.factories import HENAN, NOW, MembershipFactory, UserFactory, lead_unit, office_of, persona

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


def who(request):
    return JsonResponse(
        {"role": request.scope.role, "region": request.scope.region_code, "all": len(request.memberships)}
    )


urlpatterns = [path("who/", who)]
asked = pytest.mark.urls(__name__)


def role_now(someone) -> str:
    return someone.client.get("/who/").json()["role"]


@asked
def test_a_role_that_ends_is_gone_at_the_next_request(hebei_coordinator):
    assert role_now(hebei_coordinator) == Role.TECHNICAL_LEAD
    Membership.objects.filter(pk=hebei_coordinator.membership.pk).update(ends_at=timezone.now())
    assert role_now(hebei_coordinator) == ""


@asked
def test_a_role_that_begins_later_is_not_there_yet(hebei_coordinator, autumn_2022):
    Membership.objects.filter(pk=hebei_coordinator.membership.pk).update(starts_at=NOW + HOUR)
    hebei_coordinator.client.force_login(hebei_coordinator.user)
    assert role_now(hebei_coordinator) == ""
    autumn_2022.shift(HOUR)
    assert role_now(hebei_coordinator) == Role.TECHNICAL_LEAD


def test_an_account_that_is_closed_is_out_at_the_next_request(hebei_coordinator):
    assert hebei_coordinator.client.get("/accounts/me/").status_code == 200
    hebei_coordinator.user.is_active = False
    hebei_coordinator.user.save()
    response = hebei_coordinator.client.get("/accounts/me/")
    assert (response.status_code, response["Location"].split("?")[0]) == (302, "/account/login/")


@pytest.mark.parametrize(
    ("starts", "ends", "active"),
    [
        (dt.timedelta(0), None, True),
        (-HOUR, HOUR, True),
        (HOUR, None, False),
        (-HOUR, dt.timedelta(0), False),
        (-HOUR, dt.timedelta(microseconds=1), True),
    ],
    ids=["begins-now", "runs", "begins-later", "ends-now", "ends-in-a-moment"],
)
def test_a_membership_is_in_force_from_its_start_until_before_its_end(starts, ends, active):
    membership = MembershipFactory(starts_at=NOW + starts, ends_at=None if ends is None else NOW + ends)
    assert Membership.objects.active(NOW).filter(pk=membership.pk).exists() is active


def test_a_membership_does_not_end_before_it_begins():
    with pytest.raises(IntegrityError), transaction.atomic():
        MembershipFactory(starts_at=NOW, ends_at=NOW)


def test_one_open_membership_of_a_kind_but_any_number_of_ended_ones():
    first = MembershipFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        MembershipFactory(user=first.user, unit=first.unit, role=first.role)
    for month in (2, 3):
        MembershipFactory(
            user=first.user,
            unit=first.unit,
            role=first.role,
            ends_at=dt.datetime(2022, month, 1, tzinfo=dt.UTC),
        )
    MembershipFactory(user=first.user, unit=first.unit, role=Role.EXPERT)
    assert first.user.memberships.count() == 4


@pytest.fixture
def double_role(hebei_coordinator):
    """A coordinator of Hebei who is a national expert too."""
    MembershipFactory(user=hebei_coordinator.user, unit=office_of("cancer"), role=Role.EXPERT)
    return hebei_coordinator


@asked
def test_the_first_role_acts_until_another_is_chosen(double_role):
    answer = double_role.client.get("/who/").json()
    assert answer == {"role": Role.TECHNICAL_LEAD, "region": "130000", "all": 2}


def switch(someone, membership_id) -> int:
    return someone.client.post("/accounts/switch-role/", {"membership": membership_id}).status_code


def chosen(someone) -> int | None:
    return someone.client.session.get(SESSION_KEY)


def test_changing_the_role_changes_the_powers_the_session_key_and_is_recorded(double_role):
    expert = double_role.user.memberships.get(role=Role.EXPERT)
    double_role.client.get("/accounts/me/")
    before = double_role.client.session.session_key
    assert switch(double_role, expert.pk) == 302
    assert chosen(double_role) == expert.pk
    assert double_role.client.session.session_key != before
    event = Event.objects.get(verb="switch_role")
    assert (event.user_number, event.membership_number, event.role) == (
        double_role.user.pk,
        expert.pk,
        Role.EXPERT,
    )
    assert double_role.client.get("/accounts/institutions/").status_code == 403
    assert switch(double_role, double_role.membership.pk) == 302
    assert double_role.client.get("/accounts/institutions/").status_code == 200


def test_nobody_takes_a_role_that_is_not_theirs(double_role, national_officer):
    for foreign in (national_officer.membership.pk, 0, "x", ""):
        assert switch(double_role, foreign) == 404
    assert chosen(double_role) is None


def test_nobody_goes_back_to_a_role_that_has_ended(double_role):
    expert = double_role.user.memberships.get(role=Role.EXPERT)
    switch(double_role, expert.pk)
    Membership.objects.filter(pk=expert.pk).update(ends_at=timezone.now())
    assert switch(double_role, expert.pk) == 404
    assert double_role.client.get("/accounts/institutions/").status_code == 200, "the role that is left acts"


# Actors


def test_an_actor_carries_role_owner_and_province(hebei_coordinator):
    actor = actor_of(hebei_coordinator.membership, request_id="r1")
    assert (actor.kind, actor.user_id, actor.membership_id) == (
        ActorKind.PERSON, hebei_coordinator.user.pk, hebei_coordinator.membership.pk,
    )  # fmt: skip
    assert (actor.role, actor.realm, actor.request_id) == (
        Role.TECHNICAL_LEAD,
        str(office_of("cancer").pk),
        "r1",
    )
    assert actor.label == "冀明"
    assert actor.scope == scope_of(hebei_coordinator.membership)


def test_the_office_is_its_own_owner(national_officer):
    assert national_officer.scope.owner_id == office_of("cancer").pk


def test_without_a_membership_an_actor_sees_nothing():
    user = UserFactory()
    assert (actor_of(None, user).kind, actor_of(None, user).user_id, actor_of(None, user).scope) == (
        ActorKind.PERSON, user.pk, NOBODY,
    )  # fmt: skip
    assert (actor_of(None).kind, actor_of(None).user_id) == (ActorKind.PUBLIC, None)


def _job_of(someone, **changes) -> Job:
    stamp = {"user_number": someone.user.pk, "membership_number": someone.membership.pk}
    return Job.objects.create(kind="any", created_at=NOW, **{**stamp, **changes})


def test_a_job_acts_as_its_owner_stands_now(hebei_coordinator):
    assert actor_of_job(_job_of(hebei_coordinator), NOW).scope == hebei_coordinator.scope
    Membership.objects.update(unit=lead_unit(HENAN))
    assert actor_of_job(_job_of(hebei_coordinator), NOW).scope.region_code == HENAN


def test_a_job_whose_owners_role_has_ended_is_refused(hebei_coordinator):
    job = _job_of(hebei_coordinator)
    Membership.objects.update(ends_at=NOW)
    with pytest.raises(NotAllowed):
        actor_of_job(job, NOW)


def test_a_job_never_acts_by_the_membership_of_another(hebei_coordinator, national_officer):
    with pytest.raises(NotAllowed):
        actor_of_job(_job_of(hebei_coordinator, membership_number=national_officer.membership.pk), NOW)


def test_a_job_of_nobody_acts_for_the_system():
    job = Job.objects.create(kind="any", created_at=NOW, realm="4")
    assert actor_of_job(job, NOW) == system_actor("4")


def test_someone_without_a_person_is_called_by_the_login_name():
    user = UserFactory(person=None, username="machine")
    assert str(user) == "machine"
    assert str(persona("p", Role.EXPERT, office_of("cancer"), name="甲").membership).startswith("甲 · ")
