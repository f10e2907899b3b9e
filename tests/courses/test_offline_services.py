"""Sessions, attendance and results (C8, C9, C12): who may, what counts, what is refused."""

import datetime as dt
from decimal import Decimal

import pytest

from accounts.enums import Role
from core.exceptions import Closed, NotAllowed, Refusal
from core.models import Event
from courses.enums import AttendanceMode, SessionKind
from courses.models import Attendance, ClassSession, Ledger, OfflineResult
from courses.services import ResultRow, edit_session, record_attendance, record_results, record_session
from enrollment.models import Placement
from programs.enums import Track
from programs.models import Closing
from tests.courses.factories import SessionFactory, set_setting
from tests.factories import HENAN, NOW, EnrollmentFactory, UnitFactory, persona

pytestmark = pytest.mark.django_db
ON_SITE, REMOTE = AttendanceMode.ON_SITE.value, AttendanceMode.REMOTE.value
VALUES = {
    "kind": SessionKind.THEORY,
    "topic": "总论",
    "place": "一号教室",
    "starts_at": NOW,
    "hours": Decimal(4),
}


def ledger(enrollment) -> Ledger:
    return Ledger.objects.get(pk=enrollment.pk)


@pytest.fixture
def session(hebei):
    return SessionFactory()


@pytest.fixture
def base(hebei_coordinator):
    return persona("session-base", Role.BASE_COORDINATOR, UnitFactory())


def test_c8_province_and_base_enter_their_own_sessions(year_2022, hebei, hebei_coordinator, base):
    own = {"year": year_2022, "region": hebei, "values": VALUES, "now": NOW}
    record_session(base=None, actor=hebei_coordinator.actor, **own)
    record_session(base=base.unit, actor=base.actor, **own)
    record_session(base=base.unit, actor=hebei_coordinator.actor, **own)
    assert ClassSession.objects.count() == 3
    assert Event.objects.filter(verb="record_session").count() == 3


@pytest.mark.parametrize(
    "who", ["henan_coordinator", "national_officer", "trainee", "hebei_administrator", "base"]
)
def test_c8_nobody_else_enters_a_session_of_the_province(request, year_2022, hebei, who):
    actor = request.getfixturevalue(who).actor
    with pytest.raises(NotAllowed):
        record_session(year=year_2022, region=hebei, base=None, values=VALUES, actor=actor, now=NOW)
    assert not ClassSession.objects.exists()


def test_c8_attendance_earns_the_hours_of_the_session(trainee, session, hebei_coordinator):
    record_attendance(
        session=session, modes={trainee.enrollment.pk: ON_SITE}, actor=hebei_coordinator.actor, now=NOW
    )
    assert Attendance.objects.get().hours == Decimal("4.0")
    assert (ledger(trainee.enrollment).offline_hours, ledger(trainee.enrollment).practice_hours) == (
        Decimal(4),
        0,
    )


@pytest.mark.parametrize("kind", [SessionKind.PRACTICE, SessionKind.VISIT])
def test_c8_practice_and_visits_are_told_apart(trainee, hebei_coordinator, kind):
    held = SessionFactory(kind=kind)
    record_attendance(
        session=held, modes={trainee.enrollment.pk: ON_SITE}, actor=hebei_coordinator.actor, now=NOW
    )
    assert ledger(trainee.enrollment).practice_hours == Decimal(4)


def test_c8_the_sheet_corrects_itself(trainee, session, hebei_coordinator):
    actor = hebei_coordinator.actor
    record_attendance(session=session, modes={trainee.enrollment.pk: ON_SITE}, actor=actor, now=NOW)
    record_attendance(session=session, modes={trainee.enrollment.pk: ""}, actor=actor, now=NOW)
    assert not Attendance.objects.exists()
    assert ledger(trainee.enrollment).offline_hours == 0


@pytest.mark.parametrize(("share", "earned"), [("0", "0.0"), ("0.5", "2.0")])
def test_c9_remote_attendance_earns_what_the_year_says(trainee, hebei_coordinator, share, earned):
    set_setting("remote-attendance-share", share)
    live = SessionFactory(is_live=True)
    record_attendance(
        session=live, modes={trainee.enrollment.pk: REMOTE}, actor=hebei_coordinator.actor, now=NOW
    )
    assert Attendance.objects.get().hours == Decimal(earned)


def test_c9_only_a_live_session_is_attended_from_afar(trainee, session, hebei_coordinator):
    with pytest.raises(Refusal):
        record_attendance(
            session=session, modes={trainee.enrollment.pk: REMOTE}, actor=hebei_coordinator.actor, now=NOW
        )
    assert not Attendance.objects.exists()


@pytest.mark.parametrize(
    "enrollment",
    [{"track": Track.ONLINE_ONLY}, {"applied": True}, {"region_id": HENAN}],
    ids=["online", "applied", "henan"],
)
def test_c8_only_approved_comprehensive_trainees_of_the_province_attend(
    session, hebei_coordinator, enrollment
):
    someone = EnrollmentFactory(**enrollment)
    with pytest.raises(Refusal):
        record_attendance(
            session=session, modes={someone.pk: ON_SITE}, actor=hebei_coordinator.actor, now=NOW
        )
    assert not Attendance.objects.exists()


def test_c8_a_base_records_those_placed_with_it_only(trainee, other_trainee, base):
    Placement.objects.create(enrollment=trainee.enrollment, base=base.unit, placed_at=NOW)
    held = SessionFactory(base=base.unit)
    record_attendance(session=held, modes={trainee.enrollment.pk: ON_SITE}, actor=base.actor, now=NOW)
    with pytest.raises(Refusal):
        record_attendance(
            session=held, modes={other_trainee.enrollment.pk: ON_SITE}, actor=base.actor, now=NOW
        )
    assert Attendance.objects.get().enrollment == trainee.enrollment


def test_c8_changed_hours_are_counted_anew(trainee, session, hebei_coordinator):
    actor = hebei_coordinator.actor
    record_attendance(session=session, modes={trainee.enrollment.pk: ON_SITE}, actor=actor, now=NOW)
    edit_session(session=session, values={"hours": Decimal("6.5")}, actor=actor, now=NOW)
    assert ledger(trainee.enrollment).offline_hours == Decimal("6.5")
    assert Event.objects.get(verb="edit_session").data == {"hours": ["4.0", "6.5"]}


def test_c8_another_form_makes_it_practice(trainee, session, hebei_coordinator):
    actor = hebei_coordinator.actor
    record_attendance(session=session, modes={trainee.enrollment.pk: ON_SITE}, actor=actor, now=NOW)
    edit_session(session=session, values={"kind": SessionKind.PRACTICE}, actor=actor, now=NOW)
    assert ledger(trainee.enrollment).practice_hours == Decimal(4)


def results(year, region, actor, *rows):
    day = dt.date(2022, 9, 1)
    return record_results(year=year, region=region, rows=rows, assessed_on=day, actor=actor, now=NOW)


def test_c12_the_province_records_results(year_2022, hebei, trainee, other_trainee, hebei_coordinator):
    one, two = trainee.enrollment.pk, other_trainee.enrollment.pk
    rows = [ResultRow(one, True, Decimal("88.5")), ResultRow(two, False)]
    assert results(year_2022, hebei, hebei_coordinator.actor, *rows) == 2
    assert OfflineResult.objects.get(enrollment=one).score == Decimal("88.5")
    assert not OfflineResult.objects.get(enrollment=two).passed
    # what did not change is not written again and leaves no event
    again = [rows[0], ResultRow(two, True, Decimal(60))]
    assert results(year_2022, hebei, hebei_coordinator.actor, *again) == 1
    moves = Event.objects.filter(verb="set_offline_result", object_id=str(two)).order_by("pk")
    assert [(event.from_state, event.to_state) for event in moves] == [("", "failed"), ("failed", "passed")]


@pytest.mark.parametrize("who", ["henan_coordinator", "national_officer", "trainee", "auditor"])
def test_c12_nobody_else_records_results(request, year_2022, hebei, other_trainee, who):
    actor = request.getfixturevalue(who).actor
    with pytest.raises(NotAllowed):
        results(year_2022, hebei, actor, ResultRow(other_trainee.enrollment.pk, True))


def test_c12_a_base_records_those_placed_with_it_only(year_2022, hebei, trainee, base):
    with pytest.raises(Refusal):
        results(year_2022, hebei, base.actor, ResultRow(trainee.enrollment.pk, True))
    Placement.objects.create(enrollment=trainee.enrollment, base=base.unit, placed_at=NOW)
    assert results(year_2022, hebei, base.actor, ResultRow(trainee.enrollment.pk, True)) == 1


def test_c12_another_provinces_trainee_is_refused(year_2022, hebei, hebei_coordinator):
    someone = EnrollmentFactory(region_id=HENAN)
    with pytest.raises(Refusal):
        results(year_2022, hebei, hebei_coordinator.actor, ResultRow(someone.pk, True))
    assert not OfflineResult.objects.exists()


def test_a_closed_province_takes_no_offline_entry(year_2022, hebei, trainee, session, hebei_coordinator):
    Closing.objects.create(year=year_2022, region=hebei, subject="courses", closed_at=NOW)
    actor = hebei_coordinator.actor
    acts = [
        lambda: record_session(year=year_2022, region=hebei, base=None, values=VALUES, actor=actor, now=NOW),
        lambda: edit_session(session=session, values={"place": "二"}, actor=actor, now=NOW),
        lambda: record_attendance(
            session=session, modes={trainee.enrollment.pk: ON_SITE}, actor=actor, now=NOW
        ),
        lambda: results(year_2022, hebei, actor, ResultRow(trainee.enrollment.pk, True)),
    ]
    for act in acts:
        with pytest.raises(Closed):
            act()


def test_the_portal_itself_may_enter_what_a_file_brings(year_2022, hebei, trainee, session, system):
    record_attendance(session=session, modes={trainee.enrollment.pk: ON_SITE}, actor=system, now=NOW)
    assert results(year_2022, hebei, system, ResultRow(trainee.enrollment.pk, True)) == 1
    assert ledger(trainee.enrollment).offline_hours == Decimal(4)
