"""B1, P1: the call as year data: loaded, checked, edited, copied into the next year."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import FieldDoesNotExist

from bases import services
from bases.enums import BOXES, ConditionGroup
from bases.models import Application, Call, Condition, Director, ScoringRow, Trainer
from bases.queries import (
    FindingGroup,
    box_labels,
    call_checks,
    condition_checks,
    facts_of,
    findings_on,
    grouped,
)
from bases.rules import REQUIRED, ApplicationFacts, Section
from bases.services.drafts import DIRECTOR_FIELDS, SECTION_FIELDS, TRAINER_FIELDS
from core.exceptions import NotAllowed, Refusal
from core.values import CHINA
from programs.models import Duty
from programs.services import copy_year, open_year
from tests.bases.factories import DEADLINE, NOW


def test_b1_the_2024_call_as_printed(call):
    assert (call.opens_on, call.deadline, call.deciding) == (dt.date(2024, 4, 3), DEADLINE, "national")
    assert call.duty == Duty.objects.get(year=call.year, code="applications-close")
    assert call.conditions.filter(group="basic").count() == 7
    assert call.conditions.filter(group="priority").count() == 5
    assert str(call) == call.title


def test_b3_annex_2_prints_its_own_words_and_the_condition_decides(call):
    assert set(box_labels(call)) == set(BOXES)
    award = call.conditions.get(kind="award")
    assert "心血管领域" in award.box_label
    assert "心血管核医学领域" in award.printed
    assert award.reading
    assert str(award) == award.printed


def test_b1_the_points_of_the_scoring_sheet_are_provisional(call):
    rows = list(call.scoring.all())
    assert sum(row.points for row in rows) == 100
    assert all(row.is_provisional and row.clause for row in rows)


def test_call_and_calendar_agree_until_somebody_moves_one(call):
    assert [finding.passed for finding in call_checks(call.year)] == [True]
    Duty.objects.filter(pk=call.duty_id).update(due_at=DEADLINE + dt.timedelta(days=1))
    (finding,) = call_checks(call.year)
    assert finding.blocks
    Call.objects.update(duty=None)
    assert list(call_checks(call.year)) == []


def test_conditions_that_cannot_be_measured_stop_the_opening(call):
    assert all(finding.passed for finding in condition_checks(call.year))
    Condition.objects.filter(code="mentor").update(operator="le")
    (finding,) = [finding for finding in condition_checks(call.year) if not finding.passed]
    assert (finding.code, finding.params["fields"], finding.blocks) == ("mentor", ["operator"], True)


def test_p2_moving_the_deadline_moves_the_duty(call, nuclear_officer):
    later = DEADLINE + dt.timedelta(days=7)
    given = {"reason": "延期", "actor": nuclear_officer.actor, "now": NOW}
    services.edit_plan_row(row=call, values={"deadline": later}, **given)
    assert Duty.objects.get(pk=call.duty_id).due_at == later
    assert [finding.passed for finding in call_checks(call.year)] == [True]


def test_p1_a_threshold_is_edited_with_a_reason_by_the_office(
    call, nuclear_officer, national_officer, applicant
):
    row = call.conditions.get(kind="perfusion_count")
    for someone in (national_officer, applicant):
        with pytest.raises(NotAllowed):
            services.edit_plan_row(row=row, values={"threshold": 1}, reason="x", actor=someone.actor, now=NOW)
    with pytest.raises(Refusal):
        services.edit_plan_row(
            row=row, values={"threshold": 1}, reason="", actor=nuclear_officer.actor, now=NOW
        )
    services.edit_plan_row(
        row=row, values={"threshold": Decimal(400)}, reason="提高", actor=nuclear_officer.actor, now=NOW
    )
    facts = ApplicationFacts(rest_count=350, stress_count=0)
    (finding,) = [one for one in findings_on(call, facts) if one.kind == "base_perfusion_count"]
    assert (finding.status, finding.remedies[0].count) == ("failed", 50)


def test_p1_the_next_years_call_needs_no_code(call, nuclear_officer):
    shift = dt.timedelta(days=365)
    given = {"actor": nuclear_officer.actor, "now": NOW}
    year = copy_year(source=call.year, year=2025, name="2025", name_en="2025", shift=shift, **given)
    open_year(year=year, **given)
    copy = Call.objects.get(year=year)
    assert (copy.deadline, copy.opens_on) == (DEADLINE + shift, dt.date(2025, 4, 3))
    assert copy.duty.year == year
    assert copy.duty.due_at == copy.deadline
    assert {row.call for row in Condition.objects.filter(year=year)} == {copy}
    assert ScoringRow.objects.filter(year=year).count() == 3
    assert copy.deadline.astimezone(CHINA).hour == 17


def test_b4_every_wanted_field_is_a_column():
    models = {Section.DIRECTOR: Director, Section.TRAINERS: Trainer}
    for section, names in REQUIRED.items():
        if section != Section.FILES:
            for name in names:
                try:
                    models.get(section, Application)._meta.get_field(name)
                except FieldDoesNotExist:
                    pytest.fail(f"{section}: {name}")
    assert set(REQUIRED[Section.DIRECTOR]) == set(DIRECTOR_FIELDS)
    assert set(REQUIRED[Section.TRAINERS]) == set(TRAINER_FIELDS)
    saved = {name for names in SECTION_FIELDS.values() for name in names}
    assert {name for section in SECTION_FIELDS for name in REQUIRED[section]} <= saved


def test_facts_are_read_from_memory():
    application = Application(level="tertiary_a", has_award=True)
    facts = facts_of(application, Director(title="professor"), [Trainer(title="nurse")])
    assert (facts.level, facts.director_title, facts.trainer_titles) == (
        "tertiary_a",
        "professor",
        ("nurse",),
    )
    assert facts.boxes["award"] is True
    assert facts_of(application, None, []).director_title == ""


def test_findings_stand_under_their_group(call):
    groups = grouped(findings_on(call, ApplicationFacts()))
    assert [group.label for group in groups] == [group.label for group in ConditionGroup]
    assert isinstance(groups[0], FindingGroup)
    assert groups[1].findings[0].kind == "base_priority"
    assert grouped([]) == []
