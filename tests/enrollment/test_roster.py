"""E8, E9, E11: the roster as a whole: findings stop it, the national office decides, the lock holds."""

import pytest

from accounts.models import Notice
from core.enums import FindingStatus
from core.exceptions import Closed, IllegalTransition, NotAllowed, Refusal
from core.submissions import digest
from enrollment.enums import EnrollmentStatus, Profession, RosterStatus, RuleKind
from enrollment.models import Enrollment, PastInstitution, Roster
from enrollment.queries import health_of, known_institutions
from enrollment.services.people import withdraw
from enrollment.services.roster import (
    accept_roster,
    list_past_institutions,
    lock_roster,
    note_warning_reason,
    return_roster,
    submit_roster,
    unlock_roster,
)
from programs.models import Participation, Submission
from tests.enrollment.factories import AUGUST, healthy_roster
from tests.factories import HEBEI, EnrollmentFactory, lead_unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def act(year_2022, hebei, hebei_coordinator):
    return {"year": year_2022, "region": hebei, "actor": hebei_coordinator.actor, "now": AUGUST}


@pytest.fixture
def office(national_officer):
    return {"actor": national_officer.actor, "now": AUGUST}


def status_of(year, region, kind) -> FindingStatus:
    return next(f.status for f in health_of(year, region).findings if f.kind == kind)


def test_the_healthy_roster_passes_every_rule(year_2022, hebei):
    healthy_roster()
    health = health_of(year_2022, hebei)
    assert health.failing == []
    assert health.joint is not None
    assert health.joint.touched == 0
    assert {f.kind for f in health.findings} == set(RuleKind)


def test_submitting_freezes_people_and_findings(act, year_2022, hebei):
    people = healthy_roster()
    roster = submit_roster(**act)
    assert roster.status == RosterStatus.SUBMITTED
    receipt = roster.submission
    assert (receipt.kind, receipt.version, receipt.region) == ("roster", 1, hebei)
    assert receipt.sha256 == digest(receipt.content)
    assert set(receipt.content["people"]) == {str(person.registration) for person in people}
    assert people[0].person.id_number not in str(receipt.content)
    assert people[0].person.name not in str(receipt.content)
    assert [f.status for f in receipt.frozen_findings] == [FindingStatus.PASSED] * len(
        receipt.frozen_findings
    )
    # what changes later does not touch what was handed up
    withdraw_line = Enrollment.objects.filter(pk=people[0].pk).update(status=EnrollmentStatus.WITHDRAWN)
    assert withdraw_line == 1
    assert len(Submission.objects.get(pk=receipt.pk).content["people"]) == 70


def test_hard_findings_stop_the_submission(act, year_2022, hebei):
    healthy_roster()
    Enrollment.objects.filter(health_management=True).update(health_management=False)
    with pytest.raises(Refusal):
        submit_roster(**act)
    assert not Submission.objects.exists()
    assert Roster.objects.filter(status=RosterStatus.SUBMITTED).count() == 0


def test_e9_no_data_stops_until_last_years_list_is_given(act, year_2022, hebei):
    healthy_roster()
    PastInstitution.objects.all().delete()
    assert status_of(year_2022, hebei, RuleKind.NEW_INSTITUTION) == FindingStatus.NO_DATA
    with pytest.raises(Refusal):
        submit_roster(**act)
    assert (
        list_past_institutions(names=["保定市第一医院", " 保定市第一医院 ", "", "唐山市中医院"], **act) == 2
    )
    assert status_of(year_2022, hebei, RuleKind.NEW_INSTITUTION) == FindingStatus.PASSED
    assert submit_roster(**act).status == RosterStatus.SUBMITTED


def test_e9_everybody_there_last_year_fails(act, year_2022, hebei):
    people = healthy_roster()
    names = {person.institution.name for person in people}
    list_past_institutions(names=names, **act)
    assert len(known_institutions(year_2022)[hebei.pk]) == len(names)
    assert status_of(year_2022, hebei, RuleKind.NEW_INSTITUTION) == FindingStatus.FAILED


def test_e9_an_empty_list_is_no_list(act):
    with pytest.raises(Refusal):
        list_past_institutions(names=["", " "], **act)


def test_e8_a_warning_wants_a_written_reason(act):
    people = healthy_roster()
    Enrollment.objects.filter(pk__in=[people[17].pk, people[18].pk]).update(profession=Profession.TECHNICIAN)
    with pytest.raises(Refusal):
        submit_roster(**act)
    with pytest.raises(Refusal):
        note_warning_reason(reason="  ", **act)
    note_warning_reason(reason=" pathology needs technicians ", **act)
    roster = submit_roster(**act)
    assert roster.submission.content["warning_reason"] == "pathology needs technicians"


def test_returned_rosters_come_again_as_the_next_version(act, office):
    people = healthy_roster()
    roster = submit_roster(**act)
    with pytest.raises(IllegalTransition):
        submit_roster_again(act)
    with pytest.raises(Refusal):
        return_roster(roster=roster, reason="", **office)
    return_roster(roster=roster, reason="row 3 is no county hospital", **office)
    first = Submission.objects.get(pk=roster.submission_id)
    assert (first.status, first.reason) == ("returned", "row 3 is no county hospital")
    withdraw(enrollment=people[-1], reason="moved", actor=act["actor"], now=AUGUST)
    EnrollmentFactory(track="online_only", institution=people[0].institution)
    again = submit_roster(**act)
    assert (again.submission.version, again.submission.previous) == (2, first)


def test_the_province_is_told_what_became_of_its_roster(act, office, henan_coordinator):
    healthy_roster()
    return_roster(roster=submit_roster(**act), reason="row 3", **office)
    accept_roster(roster=submit_roster(**act), **office)
    told = Notice.objects.order_by("pk")
    assert [row.subject for row in told] == [
        "河北省2022年度学员名单已退回，请打开查看原因。",
        "河北省2022年度学员名单已接收。",
    ]
    assert {row.membership.unit for row in told} == {lead_unit(HEBEI)}
    assert told[0].url == "/cancer/2022/enrollment/roster/"


def submit_roster_again(act):
    """A second submission of a roster that is handed in is refused by its state."""
    try:
        submit_roster(**act)
    except Refusal as refusal:
        raise IllegalTransition(refusal.message) from refusal


def test_accepted_rosters_are_locked_and_unlocked(act, office, year_2022, hebei):
    people = healthy_roster()
    roster = accept_roster(roster=submit_roster(**act), **office)
    assert roster.status == RosterStatus.ACCEPTED
    assert Submission.objects.get(pk=roster.submission_id).status == "accepted"
    withdraw(enrollment=people[0], reason="moved", actor=act["actor"], now=AUGUST)
    lock_roster(roster=roster, **office)
    with pytest.raises(Closed):
        withdraw(enrollment=people[1], reason="moved", actor=act["actor"], now=AUGUST)
    with pytest.raises(Refusal):
        unlock_roster(roster=roster, reason="", **office)
    unlock_roster(roster=roster, reason="a name was wrong", **office)
    withdraw(enrollment=people[1], reason="moved", actor=act["actor"], now=AUGUST)


def test_a_closed_roster_is_not_decided(act, office, year_2022, hebei):
    healthy_roster()
    roster = submit_roster(**act)
    year_2022.closings.create(region=hebei, subject="roster", closed_at=AUGUST)
    with pytest.raises(Closed):
        accept_roster(roster=roster, **office)


def test_who_may(act, office, henan_coordinator, nuclear_officer):
    healthy_roster()
    outsider = {**act, "actor": henan_coordinator.actor}
    for attempt in (
        lambda: submit_roster(**outsider),
        lambda: note_warning_reason(reason="x", **outsider),
        lambda: list_past_institutions(names=["x"], **outsider),
        lambda: submit_roster(**{**act, "actor": office["actor"]}),
    ):
        with pytest.raises(NotAllowed):
            attempt()
    roster = submit_roster(**act)
    for someone in (act["actor"], nuclear_officer.actor, henan_coordinator.actor):
        for decide in (accept_roster, lock_roster):
            with pytest.raises(NotAllowed):
                decide(roster=roster, actor=someone, now=AUGUST)
        for decide in (return_roster, unlock_roster):
            with pytest.raises(NotAllowed):
                decide(roster=roster, reason="x", actor=someone, now=AUGUST)


def test_a_province_without_part_in_the_year_hands_nothing_up(act, year_2022, hebei):
    healthy_roster()
    Participation.objects.filter(year=year_2022, region=hebei).update(technical_unit=None)
    with pytest.raises(Refusal):
        submit_roster(**act)
