"""The calendar against records and evidence, and the services that write them (P2, P4)."""

import datetime as dt
from types import SimpleNamespace

import pytest

from core.exceptions import NotAllowed, Refusal
from core.figures import FIGURES, FigureValue
from core.findings import Finding
from core.values import CHINA, day_end
from programs import queries
from programs.enums import DutyState
from programs.models import Duty, DutyExtension, DutyRecord
from programs.queries import duty_lines, plan_findings_of, year_differences
from programs.services import extend_duty, record_duty
from tests.factories import HEBEI, HENAN, NOW, UnitFactory, lead_unit


@pytest.fixture
def kickoff(year_2022) -> Duty:
    return Duty.objects.get(year=year_2022, code="kickoff-meeting")


def standing(duty, scope, unit, now=NOW):
    (line,) = duty_lines([duty], duty.year, scope, now)
    return line.of(unit.pk)


def measured(monkeypatch, **by):
    """A figure that another room would register: its values by dimension."""
    figure = SimpleNamespace(
        by=by, values=lambda scope, where, by_: {key: FigureValue(amount) for key, amount in by[by_].items()}
    )
    monkeypatch.setattr(FIGURES, "get", lambda code: figure)


def test_p4_records_speak_before_evidence(kickoff, national_officer, monkeypatch):
    measured(monkeypatch, province={HEBEI: dt.date(2022, 8, 30), HENAN: dt.date(2022, 9, 3)})
    states = [standing(kickoff, national_officer.scope, lead_unit(region)).state for region in (HEBEI, HENAN)]
    assert states == [DutyState.DONE, DutyState.LATE]


def test_p4_a_count_says_done_without_a_day(kickoff, national_officer, monkeypatch):
    measured(monkeypatch, province={HEBEI: 12, HENAN: 0})
    hebei, henan = (standing(kickoff, national_officer.scope, lead_unit(region)) for region in (HEBEI, HENAN))
    assert (hebei.state, hebei.amount, hebei.done_on) == (DutyState.DONE, 12, None)
    assert henan.state == DutyState.OVERDUE


def test_p4_a_base_is_measured_by_itself(kickoff, national_officer, monkeypatch):
    base, idle = UnitFactory(), UnitFactory()
    measured(monkeypatch, base={base.pk: dt.date(2022, 8, 1)}, province={HEBEI: None})
    assert standing(kickoff, national_officer.scope, base).state == DutyState.DONE
    assert standing(kickoff, national_officer.scope, idle).state == DutyState.OVERDUE


def test_an_unregistered_figure_measures_nothing(kickoff, national_officer, monkeypatch):
    monkeypatch.setattr(FIGURES, "get", lambda code: None)
    assert standing(kickoff, national_officer.scope, lead_unit(HEBEI)).state == DutyState.OVERDUE


def test_a_province_sees_its_own_units(kickoff, hebei_coordinator):
    (line,) = duty_lines([kickoff], kickoff.year, hebei_coordinator.scope, NOW)
    assert {one.unit.region_id for one in line.standings} == {HEBEI}
    assert line.of(lead_unit(HENAN).pk) is None


def record(someone, duty, unit, now=NOW, day=dt.date(2022, 8, 30)):
    return record_duty(duty=duty, unit=unit, done_on=day, note=" ", file=None, actor=someone.actor, now=now)


def test_a_unit_records_for_itself_alone(kickoff, hebei_coordinator):
    with pytest.raises(NotAllowed):
        record(hebei_coordinator, kickoff, lead_unit(HENAN))
    assert record(hebei_coordinator, kickoff, lead_unit(HEBEI)).note == ""


@pytest.mark.parametrize("role", ["auditor", "expert", "trainee"])
def test_who_holds_no_duty_records_none(role, kickoff, request):
    someone = request.getfixturevalue(role)
    with pytest.raises(NotAllowed):
        record(someone, kickoff, someone.unit)
    assert not DutyRecord.objects.exists()


def test_the_day_has_begun_at_its_midnight_in_china(kickoff, hebei_coordinator):
    midnight = dt.datetime(2022, 9, 16, tzinfo=CHINA)
    with pytest.raises(Refusal):
        record(
            hebei_coordinator, kickoff, lead_unit(HEBEI), midnight - dt.timedelta(seconds=1), midnight.date()
        )
    record(hebei_coordinator, kickoff, lead_unit(HEBEI), midnight, midnight.date())


def extend(someone, duty, unit, reason="停课", due_at=None):
    until = due_at or day_end(dt.date(2022, 9, 30))
    return extend_duty(duty=duty, unit=unit, due_at=until, reason=reason, actor=someone.actor, now=NOW)


def test_an_extension_is_granted_once_and_then_moved(kickoff, national_officer):
    extend(national_officer, kickoff, lead_unit(HEBEI))
    extend(national_officer, kickoff, lead_unit(HEBEI), due_at=day_end(dt.date(2022, 10, 8)))
    assert DutyExtension.objects.get().due_at == day_end(dt.date(2022, 10, 8))


def test_an_extension_wants_a_reason_a_later_day_and_a_holder(kickoff, national_officer, hebei_coordinator):
    for wrong in (
        {"unit": lead_unit(HEBEI), "reason": " "},
        {"unit": lead_unit(HEBEI), "due_at": kickoff.due_at},
        {"unit": national_officer.unit},
    ):
        with pytest.raises(Refusal):
            extend(national_officer, kickoff, **wrong)
    with pytest.raises(NotAllowed):
        extend(hebei_coordinator, kickoff, lead_unit(HEBEI))
    assert not DutyExtension.objects.exists()


def test_a_room_adds_its_check_to_the_review(year_2022, monkeypatch):
    odd = Finding("odd", "failed", "hard")
    checked = SimpleNamespace(check=lambda year: [odd], model=Duty, code="programs.duty")
    monkeypatch.setattr(queries, "YEAR_MODELS", [checked])
    assert plan_findings_of(year_2022)[-1] is odd


def test_the_printed_plan_contradicts_nothing(year_2022, year_2024):
    for year in (year_2022, year_2024):
        assert [finding for finding in plan_findings_of(year) if finding.blocks] == []


def test_a_year_that_was_not_copied_differs_from_nothing(year_2022):
    assert year_differences(year_2022) == []
