"""What the rules are given, the quota's use, and the figures with their rows."""

import datetime as dt

import pytest

from accounts.enums import InstitutionLevel, Role
from accounts.models import Institution
from accounts.scope import Scope
from core.figures import FIGURES
from core.values import CHINA
from enrollment.enums import EnrollmentStatus, FundingKind, Profession, RosterStatus, RuleKind, Trait
from enrollment.figures import ROOM_FIGURES
from enrollment.models import Enrollment, PastInstitution, Placement, Roster, Rule
from enrollment.permissions import can_decide_roster, can_keep_enrollment, can_keep_roster
from enrollment.queries import (
    counts_with,
    health_of,
    known_institutions,
    prospect_of,
    recruitment_term,
    roster_counts,
    rule_rows,
    rules_for,
    waiting_prospects,
)
from enrollment.quotas import quota_use
from enrollment.todos import for_coordinator, for_office
from programs.enums import Track, YearStatus
from programs.models import DutyExtension, Participation, ProgramYear
from programs.queries import duty_of_kind
from programs.where import Where
from tests.enrollment.factories import AUGUST, applicants, city_hospital, healthy_roster, priority_program
from tests.factories import HEBEI, EnrollmentFactory, InstitutionFactory, specialty_of

pytestmark = pytest.mark.django_db


def test_only_approved_people_are_counted(year_2022, hebei, henan):
    EnrollmentFactory(health_management=True, priority_program=priority_program())
    EnrollmentFactory(institution=city_hospital(), profession=Profession.NURSE)
    EnrollmentFactory(track=Track.ONLINE_ONLY)
    for status in (EnrollmentStatus.WITHDRAWN, EnrollmentStatus.REPLACED, EnrollmentStatus.REFUSED):
        EnrollmentFactory(status=status)
    applicants(1)
    EnrollmentFactory(region=henan)
    counts = roster_counts(year_2022, hebei)
    assert (counts.people, counts.institutions, counts.online_only, counts.new_institutions) == (
        2,
        2,
        1,
        None,
    )
    assert {trait: counts.having(trait) for trait in Trait} == {
        Trait.COUNTY: 1,
        Trait.PRIORITY: 1,
        Trait.HEALTH: 1,
        Trait.NURSE: 1,
    }


def test_counts_take_a_fixed_number_of_queries(year_2022, hebei, django_assert_num_queries):
    EnrollmentFactory.create_batch(3)
    with django_assert_num_queries(4):
        roster_counts(year_2022, hebei)
    EnrollmentFactory.create_batch(20)
    with django_assert_num_queries(4):
        roster_counts(year_2022, hebei)


def test_with_those_who_wait(year_2022, hebei):
    EnrollmentFactory()
    applicants(2, health_management=True, priority_program=priority_program())
    applicants(1, Track.ONLINE_ONLY)
    counts = counts_with(year_2022, hebei, waiting_prospects(year_2022, hebei))
    assert (counts.people, counts.institutions, counts.online_only, counts.having(Trait.HEALTH)) == (
        3,
        2,
        1,
        2,
    )


def test_a_prospect_is_counted_as_the_database_counts(year_2022, hebei):
    row = EnrollmentFactory(profession=Profession.TECHNICIAN, institution=city_hospital())
    assert prospect_of(row).traits == {Trait.NURSE}
    assert roster_counts(year_2022, hebei).traits == {Trait.NURSE: 1}


@pytest.mark.parametrize(
    ("region", "threshold"),
    [("130000", "0.3000"), ("420000", None), ("440000", "0.1000")],
    ids=["E6-30", "E6-none", "E6-10"],
)
def test_e6_binds_where_the_row_says(year_2022, region, threshold):
    found = [r for r in rules_for(rule_rows(year_2022), region) if r.kind == RuleKind.PRIORITY_PROGRAM_SHARE]
    assert [str(row.threshold) for row in found] == ([threshold] if threshold else [])


def test_an_assumed_rule_says_so_until_it_is_confirmed(year_2022):
    rule = Rule.objects.filter(year=year_2022).first()
    rule.assumed = "why"
    assert rule.row.assumed == "why"
    rule.confirmed_at = AUGUST
    assert rule.row.assumed == ""


def test_e9_the_roster_of_the_year_before_is_known(year_2022, hebei):
    before = ProgramYear.objects.create(
        program=year_2022.program, year=2021, name="2021", status=YearStatus.CLOSED, areas=year_2022.areas
    )
    assert known_institutions(year_2022) == {}
    there = InstitutionFactory()
    shared = {"year": before, "specialty": specialty_of(year_2022)}
    EnrollmentFactory(institution=there, **shared)
    EnrollmentFactory(track=Track.ONLINE_ONLY, **shared)
    EnrollmentFactory(applied=True, **shared)
    assert known_institutions(year_2022, hebei) == {HEBEI: frozenset({str(there.pk)})}
    PastInstitution.objects.create(year=year_2022, region=hebei, name="无人知晓医院")
    assert known_institutions(year_2022, hebei) == {HEBEI: frozenset({str(there.pk)})}


def test_the_use_of_the_quota(year_2022, hebei):
    EnrollmentFactory(funding=FundingKind.FUNDED)
    EnrollmentFactory(funding=FundingKind.LOCAL)
    applicants(2)
    EnrollmentFactory(track=Track.ONLINE_ONLY)
    use = quota_use(year_2022, hebei)
    comprehensive, online = use[Track.COMPREHENSIVE], use[Track.ONLINE_ONLY]
    assert (comprehensive.seats, comprehensive.approved, comprehensive.funded, comprehensive.local) == (
        200,
        2,
        1,
        1,
    )
    assert (comprehensive.waiting, comprehensive.free) == (2, 199)
    assert (online.seats, online.approved, online.local, online.free) == (50, 1, 0, 49)


def test_p2_an_extension_moves_the_term_of_one_province(year_2022, hebei, henan):
    duty = duty_of_kind(year_2022, "recruitment")
    unit = Participation.objects.get(year=year_2022, region=hebei).technical_unit
    later = duty.due_at + dt.timedelta(days=7)
    DutyExtension.objects.create(year=year_2022, duty=duty, unit=unit, due_at=later, reason="flood")
    assert recruitment_term(year_2022, hebei).due_at == later
    assert recruitment_term(year_2022, henan).due_at == duty.due_at


# Figures


@pytest.mark.parametrize("figure", ROOM_FIGURES, ids=lambda figure: figure.code)
def test_every_figure_equals_its_rows(figure, year_2022, national_officer, hebei, henan):
    healthy_roster()
    EnrollmentFactory(region=henan, institution=InstitutionFactory(region=henan), funding=FundingKind.FUNDED)
    applicants(2)
    Roster.objects.create(year=year_2022, region=hebei, status=RosterStatus.ACCEPTED)
    scope, where = national_officer.scope, Where(year_2022.pk)
    value = figure.value(scope, where)
    assert value.amount == figure.rows(scope, where).count()
    by_province = figure.values(scope, where, "province")
    assert sum(one.amount for one in by_province.values()) == value.amount
    if value.base is not None:
        assert sum(one.base for one in by_province.values()) == value.base
    only = figure.value(scope, where.at(region=HEBEI))
    assert only.amount == by_province[HEBEI].amount
    assert only.base == by_province[HEBEI].base
    assert figure.code in FIGURES


def test_figures_of_a_track_a_base_and_one_person(year_2022, national_officer, base_coordinator):
    row, _other = EnrollmentFactory(), EnrollmentFactory()
    Placement.objects.create(enrollment=row, base=base_coordinator.unit, placed_at=AUGUST)
    figure, where = FIGURES["enrollment.approved"], Where(year_2022.pk)
    assert figure.value(national_officer.scope, where.at(base_id=base_coordinator.unit.pk)).amount == 1
    assert figure.value(national_officer.scope, where.at(enrollment_id=row.pk)).amount == 1
    assert figure.value(national_officer.scope, where.at(track=Track.ONLINE_ONLY)).amount == 0
    assert figure.value(base_coordinator.scope, where).amount == 1
    waiting = FIGURES["enrollment.waiting"]
    applicants(1)
    assert waiting.value(national_officer.scope, where.at(track=Track.ONLINE_ONLY)).amount == 0
    assert FIGURES["enrollment.quota_use"].value(Scope(), where).base == 0


def test_an_institution_counts_once_however_many_come(year_2022, national_officer, hebei):
    EnrollmentFactory.create_batch(3, institution=InstitutionFactory())
    figure = FIGURES["enrollment.institutions"]
    assert figure.value(national_officer.scope, Where(year_2022.pk)).amount == 1
    assert figure.rows(national_officer.scope, Where(year_2022.pk)).model is Institution
    assert InstitutionLevel.COUNTY in figure.rows(national_officer.scope, Where(year_2022.pk)).values_list(
        "level", flat=True
    )


# Who sees and who may


def test_everyone_sees_their_part(
    year_2022,
    national_officer,
    hebei_coordinator,
    henan_coordinator,
    trainee,
    base_coordinator,
    expert,
    nuclear_officer,
):
    row = EnrollmentFactory()
    seen = lambda someone: row in Enrollment.objects.visible_to(someone.scope)  # noqa: E731
    assert [seen(one) for one in (national_officer, hebei_coordinator)] == [True, True]
    assert not any(map(seen, (henan_coordinator, trainee, base_coordinator, expert, nuclear_officer)))
    assert list(Enrollment.objects.visible_to(trainee.scope)) == [trainee.enrollment]
    assert not Placement.objects.visible_to(henan_coordinator.scope).exists()


def test_permissions(
    year_2022, national_officer, hebei_coordinator, henan_coordinator, nuclear_officer, system
):
    row = EnrollmentFactory()
    assert [
        can_keep_roster(one.actor, year_2022, HEBEI)
        for one in (hebei_coordinator, henan_coordinator, national_officer)
    ] == [
        True,
        False,
        False,
    ]
    assert [
        can_decide_roster(one.actor, year_2022)
        for one in (national_officer, hebei_coordinator, nuclear_officer)
    ] == [
        True,
        False,
        False,
    ]
    assert can_keep_roster(system, year_2022, HEBEI)
    assert can_decide_roster(system, year_2022)
    assert can_keep_enrollment(hebei_coordinator.actor, row)
    assert hebei_coordinator.role == Role.TECHNICAL_LEAD


# To do


def test_the_coordinators_list(hebei_coordinator, year_2022, year_2024, hebei):
    applicants(3)
    todos = list(for_coordinator(hebei_coordinator.actor, year_2022, AUGUST))
    assert [(todo.count, todo.tone) for todo in todos] == [(3, "info"), (None, "warning")]
    assert todos[-1].due_at == dt.datetime(2022, 9, 1, tzinfo=CHINA)
    late = list(for_coordinator(hebei_coordinator.actor, year_2022, todos[-1].due_at))
    assert late[-1].tone == "danger"
    Roster.objects.create(year=year_2022, region=hebei, status=RosterStatus.RETURNED)
    assert list(for_coordinator(hebei_coordinator.actor, year_2022, AUGUST))[-1].label != todos[-1].label
    Roster.objects.update(status=RosterStatus.SUBMITTED)
    assert len(list(for_coordinator(hebei_coordinator.actor, year_2022, AUGUST))) == 1
    assert list(for_coordinator(hebei_coordinator.actor, year_2024, AUGUST)) == []


def test_the_offices_list_with_a_text_to_chase(national_officer, year_2022, year_2024, hebei):
    Roster.objects.create(year=year_2022, region=hebei, status=RosterStatus.SUBMITTED)
    decide, chase = for_office(national_officer.actor, year_2022, AUGUST)
    assert (decide.count, chase.count, chase.tone) == (1, 30, "")
    assert "河南" in chase.reminder
    assert "河北" not in chase.reminder
    assert "24:00" in chase.reminder
    assert list(for_office(national_officer.actor, year_2022, chase.due_at))[-1].tone == "danger"
    assert list(for_office(national_officer.actor, year_2024, AUGUST)) == []


def test_a_province_that_takes_no_part_has_no_quota(year_2022, hebei):
    assert quota_use(year_2022, hebei)
    assert quota_use(ProgramYear(pk=0), hebei) == {}
    assert health_of(year_2022, hebei).counts.people == 0
