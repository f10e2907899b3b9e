"""E2, E3, E11, E14: approving people gives number, seat and account."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from accounts.enums import InstitutionLevel, Role
from accounts.models import Membership, User
from core.exceptions import Closed, IllegalTransition, NotAllowed, Refusal
from core.models import Event
from enrollment.enums import EnrollmentStatus, FundingKind, RosterStatus
from enrollment.models import Enrollment, Registration, Roster
from enrollment.services.approval import approve, number_prefix
from enrollment.services.people import edit_facts, mark_joined, refuse, replace, set_funding, withdraw
from programs.enums import Track
from programs.models import Closing, Duty, Quota, Specialty
from programs.queries import duty_of_kind
from tests.enrollment.factories import AUGUST, applicants, city_hospital
from tests.factories import EnrollmentFactory, InstitutionFactory, UserFactory, specialty_of

pytestmark = pytest.mark.django_db


def ids(rows) -> list[int]:
    return [row.pk for row in rows]


@pytest.fixture
def go(year_2022, hebei, hebei_coordinator):
    """Approve as Hebei's coordinator in August."""

    def run(rows, *, actor=hebei_coordinator.actor, now=AUGUST):
        return approve(year=year_2022, region=hebei, people=ids(rows), actor=actor, now=now)

    return run


def test_e11_approval_issues_a_number_and_opens_study(go, year_2022):
    (waiting,) = applicants(1)
    go([waiting])
    person = Enrollment.objects.select_related("registration").get(pk=waiting.pk)
    assert person.status == EnrollmentStatus.APPROVED
    assert str(person.registration) == "CA22130001"
    assert (person.approved_at, person.late) == (AUGUST, False)
    user = User.objects.get(person=person.person)
    assert user.username == "CA22130001"
    assert not user.has_usable_password()
    membership = Membership.objects.get(user=user)
    assert (membership.role, membership.unit) == (Role.TRAINEE, year_2022.program.owner)
    event = Event.objects.of(person).get()
    assert (event.verb, event.from_state, event.to_state) == ("approve", "applied", "approved")


def test_numbers_run_on_within_a_province(go, henan, henan_coordinator, year_2022):
    rows = go(applicants(3)).approved
    assert [str(row.registration) for row in rows] == ["CA22130001", "CA22130002", "CA22130003"]
    elsewhere = applicants(1, region=henan)
    approve(year=year_2022, region=henan, people=ids(elsewhere), actor=henan_coordinator.actor, now=AUGUST)
    assert str(Enrollment.objects.get(pk=elsewhere[0].pk).registration) == "CA22410001"
    assert number_prefix(year_2022, henan) == "CA2241"


def test_e14_the_number_of_an_earlier_year_is_kept(go, year_2022):
    (waiting,) = applicants(1)
    kept = Registration.objects.create(
        program=year_2022.program, person=waiting.person, number="CA21130042", issued_at=AUGUST
    )
    UserFactory(username="CA21130042", person=waiting.person)
    go([waiting])
    assert Enrollment.objects.get(pk=waiting.pk).registration == kept
    assert User.objects.filter(person=waiting.person).count() == 1
    assert Membership.objects.filter(user__person=waiting.person, role=Role.TRAINEE).count() == 1


def test_someone_with_another_account_keeps_it_and_gets_the_role_once(go, hebei_coordinator, year_2022):
    staff = EnrollmentFactory(applied=True, person=hebei_coordinator.person)
    go([staff])
    assert User.objects.get(person=hebei_coordinator.person) == hebei_coordinator.user
    roles = Membership.objects.filter(user=hebei_coordinator.user).values_list("role", flat=True)
    assert sorted(roles) == sorted([Role.TECHNICAL_LEAD, Role.TRAINEE])
    staff.refresh_from_db()
    assert [str(name) for name in hebei_coordinator.user.sign_in_names.all()] == [str(staff.registration)]


def test_who_has_the_account_by_the_number_has_no_second_name(go, year_2022):
    (waiting,) = applicants(1)
    go([waiting])
    assert not User.objects.get(person=waiting.person).sign_in_names.exists()


@pytest.mark.parametrize(("seats", "funded"), [(0, 0), (2, 2), (3, 3), (9, 3)])
def test_e3_funded_seats_first_then_locally_funded(go, year_2022, hebei, seats, funded):
    Quota.objects.filter(year=year_2022, region=hebei, track=Track.COMPREHENSIVE).update(seats=seats)
    waiting = applicants(3)
    approval = go(list(reversed(waiting)))
    assert (approval.funded, approval.local) == (funded, 3 - funded)
    in_order = Enrollment.objects.filter(pk__in=ids(waiting)).order_by("pk").values_list("funding", flat=True)
    assert list(in_order) == [FundingKind.FUNDED] * funded + [FundingKind.LOCAL] * (3 - funded)


def test_online_only_takes_no_funded_seat(go):
    approval = go(applicants(2, Track.ONLINE_ONLY))
    assert [row.funding for row in approval.approved] == ["", ""]


def test_e2_nobody_stands_twice_in_a_year(go):
    (one,) = applicants(1)
    with pytest.raises(IntegrityError, match=r"person_id|one_track"), transaction.atomic():
        EnrollmentFactory(applied=True, track=Track.ONLINE_ONLY, person=one.person)
    withdraw_first = Enrollment.objects.filter(pk=one.pk).update(status=EnrollmentStatus.WITHDRAWN)
    assert withdraw_first == 1
    assert EnrollmentFactory(applied=True, track=Track.ONLINE_ONLY, person=one.person).pk


def test_facts_are_frozen_as_the_registry_has_them(go):
    old = InstitutionFactory(level=InstitutionLevel.CITY)
    new = InstitutionFactory(level=InstitutionLevel.COUNTY)
    (waiting,) = applicants(1, institution=old)
    old.merged_into = new
    old.save()
    go([waiting])
    person = Enrollment.objects.get(pk=waiting.pk)
    assert (person.institution, person.institution_level) == (new, InstitutionLevel.COUNTY)
    new.level = InstitutionLevel.CITY
    new.save()
    assert Enrollment.objects.get(pk=waiting.pk).institution_level == InstitutionLevel.COUNTY


def test_those_not_waiting_are_left_alone_and_counted(go):
    waiting = applicants(2)
    already = EnrollmentFactory()
    approval = go([*waiting, already])
    assert (len(approval.approved), approval.skipped) == (2, 1)
    with pytest.raises(Refusal):
        go(waiting)


def test_another_provinces_people_are_not_approved(go, henan):
    with pytest.raises(Refusal):
        go(applicants(1, region=henan))


def test_only_the_provinces_coordinator_approves(
    go, henan_coordinator, national_officer, hebei_administrator
):
    rows = applicants(1)
    for someone in (henan_coordinator, national_officer, hebei_administrator):
        with pytest.raises(NotAllowed):
            go(rows, actor=someone.actor)


@pytest.mark.parametrize("status", [RosterStatus.SUBMITTED, RosterStatus.ACCEPTED, RosterStatus.LOCKED])
def test_a_roster_handed_in_takes_no_approvals(go, year_2022, hebei, status):
    Roster.objects.create(year=year_2022, region=hebei, status=status)
    with pytest.raises(Refusal, match=r"\w"):
        go(applicants(1))


def test_a_closed_subject_takes_no_approvals(go, year_2022, hebei):
    Closing.objects.create(year=year_2022, region=hebei, subject="roster", closed_at=AUGUST)
    with pytest.raises(Closed):
        go(applicants(1))


# P2: late, unless the duty is a wall


def due(year) -> dt.datetime:
    return duty_of_kind(year, "recruitment").due_at


@pytest.mark.parametrize(("seconds", "late"), [(-1, False), (0, True), (1, True)])
def test_p2_registration_after_the_day_is_late_not_refused(go, year_2022, seconds, late):
    (row,) = go(applicants(1), now=due(year_2022) + dt.timedelta(seconds=seconds)).approved
    assert Enrollment.objects.get(pk=row.pk).late is late


def test_p2_a_wall_refuses(go, year_2022):
    Duty.objects.filter(year=year_2022, kind="recruitment").update(wall=True)
    rows = applicants(2)
    go(rows[:1], now=due(year_2022) - dt.timedelta(seconds=1))
    with pytest.raises(Refusal):
        go(rows[1:], now=due(year_2022))


def test_p2_a_year_without_that_duty_knows_no_late(go, year_2022):
    Duty.objects.filter(year=year_2022, kind="recruitment").delete()
    (row,) = go(applicants(1), now=AUGUST + dt.timedelta(days=400)).approved
    assert row.late is False


# One person


def test_refuse_wants_a_reason_and_people_who_wait(year_2022, hebei, hebei_coordinator):
    act = {"year": year_2022, "region": hebei, "actor": hebei_coordinator.actor, "now": AUGUST}
    waiting = applicants(2)
    with pytest.raises(Refusal):
        refuse(people=ids(waiting), reason=" ", **act)
    assert Enrollment.objects.waiting().count() == 2
    assert refuse(people=ids(waiting), reason="not in cancer control", **act) == 2
    assert set(Enrollment.objects.values_list("status", flat=True)) == {EnrollmentStatus.REFUSED}
    with pytest.raises(Refusal):
        refuse(people=ids(waiting), reason="again", **act)


def test_withdrawing_frees_the_seat_and_moves_nobody(go, year_2022, hebei, hebei_coordinator):
    Quota.objects.filter(year=year_2022, region=hebei, track=Track.COMPREHENSIVE).update(seats=1)
    first, second = go(applicants(2)).approved
    withdraw(enrollment=first, reason="moved away", actor=hebei_coordinator.actor, now=AUGUST)
    assert Enrollment.objects.get(pk=second.pk).funding == FundingKind.LOCAL
    moved = set_funding(
        enrollment=second,
        funding=FundingKind.FUNDED,
        reason="seat is free",
        actor=hebei_coordinator.actor,
        now=AUGUST,
    )
    assert moved.funding == FundingKind.FUNDED
    assert Event.objects.of(second).get(verb="set_funding").data == {"funding": ["local", "funded"]}


def test_e3_no_funded_seat_no_move(go, year_2022, hebei, hebei_coordinator):
    Quota.objects.filter(year=year_2022, region=hebei, track=Track.COMPREHENSIVE).update(seats=1)
    first, second = go(applicants(2)).approved
    act = {"actor": hebei_coordinator.actor, "now": AUGUST}
    with pytest.raises(Refusal):
        set_funding(enrollment=second, funding=FundingKind.FUNDED, reason="please", **act)
    with pytest.raises(Refusal):
        set_funding(enrollment=first, funding=FundingKind.LOCAL, reason="", **act)
    set_funding(enrollment=first, funding=FundingKind.LOCAL, reason="pays itself", **act)
    assert (
        set_funding(enrollment=second, funding=FundingKind.FUNDED, reason="seat is free", **act).funding
        == "funded"
    )
    assert (
        set_funding(enrollment=second, funding=FundingKind.FUNDED, reason="twice", **act).funding == "funded"
    )


def test_e3_only_approved_comprehensive_trainees_are_funded(go, hebei_coordinator):
    (online,) = go(applicants(1, Track.ONLINE_ONLY)).approved
    (waiting,) = applicants(1)
    for row in (online, waiting):
        with pytest.raises(Refusal):
            set_funding(
                enrollment=row,
                funding=FundingKind.LOCAL,
                reason="x",
                actor=hebei_coordinator.actor,
                now=AUGUST,
            )


def test_replacing_keeps_the_funding(go, year_2022, hebei, hebei_coordinator):
    Quota.objects.filter(year=year_2022, region=hebei, track=Track.COMPREHENSIVE).update(seats=1)
    _funded, local = go(applicants(2)).approved
    Roster.objects.update(status=RosterStatus.ACCEPTED)
    (newcomer,) = applicants(1)
    act = {"reason": "on leave", "actor": hebei_coordinator.actor, "now": AUGUST}
    made = replace(enrollment=local, by=newcomer, **act)
    assert (made.funding, made.replaces, made.status) == (FundingKind.LOCAL, local, EnrollmentStatus.APPROVED)
    assert str(made.registration) == "CA22130003"
    assert Enrollment.objects.get(pk=local.pk).status == EnrollmentStatus.REPLACED
    with pytest.raises(IllegalTransition):
        replace(enrollment=Enrollment.objects.get(pk=local.pk), by=applicants(1)[0], **act)


def test_replacing_asks_for_the_same_track_and_province(go, henan, hebei_coordinator):
    (old,) = go(applicants(1)).approved
    wrong = [*applicants(1, Track.ONLINE_ONLY), *applicants(1, region=henan), EnrollmentFactory()]
    for row in wrong:
        with pytest.raises(Refusal):
            replace(enrollment=old, by=row, reason="x", actor=hebei_coordinator.actor, now=AUGUST)
    assert Enrollment.objects.get(pk=old.pk).status == EnrollmentStatus.APPROVED


def test_facts_may_be_corrected_until_approval(go, hebei_coordinator, year_2022, year_2024):
    (waiting,) = applicants(1)
    hospital = city_hospital()
    elsewhere = Specialty.objects.create(
        year=year_2024, code="x", name="x", generation="old", order=1, clause="x"
    )
    act = {"actor": hebei_coordinator.actor, "now": AUGUST}
    edited = edit_facts(
        enrollment=waiting, values={"institution": hospital, "health_management": True}, **act
    )
    assert (edited.institution_level, edited.health_management) == (InstitutionLevel.CITY, True)
    assert set(Event.objects.of(waiting).get().data) == {"institution", "health_management"}
    with pytest.raises(Refusal):
        edit_facts(enrollment=waiting, values={"department": "x" * 61}, **act)
    with pytest.raises(Refusal):
        edit_facts(enrollment=waiting, values={"specialty": elsewhere}, **act)
    go([waiting])
    with pytest.raises(Refusal):
        edit_facts(enrollment=waiting, values={"health_management": False}, **act)


def test_e12_online_only_keeps_its_specialty(hebei_coordinator, year_2022):
    (waiting,) = applicants(1, Track.ONLINE_ONLY)
    other = specialty_of(year_2022)
    with pytest.raises(Refusal):
        edit_facts(enrollment=waiting, values={"specialty": other}, actor=hebei_coordinator.actor, now=AUGUST)


def test_e13_joining_the_group_is_recorded_once(go, year_2022, hebei, hebei_coordinator):
    rows = go(applicants(2)).approved
    act = {"year": year_2022, "region": hebei, "actor": hebei_coordinator.actor, "now": AUGUST}
    assert mark_joined(people=ids(rows), **act) == 2
    assert mark_joined(people=ids(rows), **act) == 0
    assert Event.objects.filter(verb="join_group").count() == 2


def test_outsiders_touch_nobody(go, henan_coordinator, year_2022, hebei):
    (person,) = go(applicants(1)).approved
    (waiting,) = applicants(1)
    act = {"actor": henan_coordinator.actor, "now": AUGUST}
    place = {"year": year_2022, "region": hebei, "people": [waiting.pk]}
    for attempt in (
        lambda: withdraw(enrollment=person, reason="x", **act),
        lambda: replace(enrollment=person, by=waiting, reason="x", **act),
        lambda: set_funding(enrollment=person, funding=FundingKind.LOCAL, reason="x", **act),
        lambda: edit_facts(enrollment=waiting, values={}, **act),
        lambda: refuse(reason="x", **place, **act),
        lambda: mark_joined(**place, **act),
    ):
        with pytest.raises(NotAllowed):
            attempt()
