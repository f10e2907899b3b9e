"""The hourly measuring, what waits for whom, and the demo's part."""

import random

import pytest
from django.urls import reverse

from accounts.models import Membership
from core.demo import DemoContext
from core.enums import JobStatus
from core.jobs import JOB_KINDS, enqueue
from core.models import Job
from programs.models import Duty, DutyExtension, Participation
from supervision import todos
from supervision.demo import build
from supervision.enums import ScorecardStatus, SheetKind
from supervision.jobs import BATCH, REFRESH
from supervision.models import Activity, FundEntry, Scorecard, ScorecardLine
from supervision.services import (
    confirm_line,
    confirm_measured_lines,
    confirm_scorecard,
    open_scorecards,
    return_line,
    return_scorecard,
)
from tests.factories import HEBEI, HENAN, NOW, UnitFactory, lead_unit, persona
from tests.supervision.factories import handed_up, line, make_activity, make_card

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("autumn_2022")]


def test_s3_every_open_sheet_is_measured_in_steps(year_2022, national_officer, work_jobs):
    open_scorecards(year=year_2022, actor=national_officer.actor, now=NOW)
    for _ in range(3):
        make_activity(HENAN)
    enqueue(REFRESH, {"year": year_2022.pk}, actor=national_officer.actor, now=NOW)
    (job,) = work_jobs()
    assert (job.status, job.result, job.done) == (JobStatus.DONE, {"scorecards": 62}, 62)
    assert not Scorecard.objects.filter(measured_at=None).exists()
    full = ScorecardLine.objects.filter(criterion__code="publicity", measured_points=5)
    assert [one.scorecard.region_id for one in full] == [HENAN]


def test_s3_a_killed_worker_leaves_the_rest_to_the_next(year_2022, national_officer):
    open_scorecards(year=year_2022, actor=national_officer.actor, now=NOW)
    job = enqueue(REFRESH, {"year": year_2022.pk}, actor=national_officer.actor, now=NOW)
    step = JOB_KINDS[REFRESH].step(job, NOW)
    assert not Scorecard.objects.exclude(measured_at=None).exists(), "a step computes, apply writes"
    step.apply()
    job.state = dict(step.state)
    assert Scorecard.objects.exclude(measured_at=None).count() == BATCH == step.done
    again = JOB_KINDS[REFRESH].step(job, NOW)
    assert again.done == 2 * BATCH


def test_the_hourly_run_takes_every_open_year(year_2022, year_2024):
    card = make_card()
    Scorecard.objects.filter(pk=card.pk).update(measured_at=None)
    job = Job.objects.create(kind=REFRESH, created_at=NOW)
    JOB_KINDS[REFRESH].step(job, NOW).apply()
    assert Scorecard.objects.get().measured_at == NOW


# To-dos


def waiting(who, year):
    return list(todos.SOURCE.find(who.actor, year, NOW))


def test_the_unit_is_told_what_to_assess_and_what_came_back(year_2022, hebei_administrator, expert):
    assert waiting(hebei_administrator, year_2022) == []
    card = make_card(SheetKind.ADMINISTRATIVE)
    (todo,) = waiting(hebei_administrator, year_2022)
    assert (todo.count, todo.url) == (
        7,
        reverse("supervision:scorecard-detail", kwargs={**year_2022.url_kwargs, "pk": card.pk}),
    )
    card.lines.filter(measured_points=None).update(self_points=1)
    (ready,) = waiting(hebei_administrator, year_2022)
    assert (ready.count, ready.url) == (None, todo.url)
    assert ready.label != todo.label
    card.delete()
    card = handed_up(hebei_administrator, SheetKind.ADMINISTRATIVE)
    assert waiting(hebei_administrator, year_2022) == []
    return_line(line=line(card, "management-team"), reason="补件", actor=expert.actor, now=NOW)
    return_scorecard(card=card, reason="补件", actor=expert.actor, now=NOW)
    (todo,) = waiting(hebei_administrator, year_2022)
    assert (todo.count, todo.tone) == (1, "danger")


def test_p2_the_to_do_is_due_with_the_calendar_s_duty_and_the_unit_s_extension(
    year_2022, hebei_administrator
):
    make_card(SheetKind.ADMINISTRATIVE)
    duty = Duty.objects.get(year=year_2022, code="self-assessment")
    Duty.objects.filter(pk=duty.pk).update(kind=todos.DUTY_KIND)
    assert waiting(hebei_administrator, year_2022)[0].due_at == duty.due_at
    later = duty.due_at.replace(day=15)
    DutyExtension.objects.create(
        year=year_2022, duty=duty, unit=hebei_administrator.unit, due_at=later, reason="疫情"
    )
    assert waiting(hebei_administrator, year_2022)[0].due_at == later


def test_office_and_experts_are_told_what_waits(year_2022, hebei_administrator, national_officer, expert):
    (todo,) = waiting(national_officer, year_2022)
    assert todo.count is None
    card = handed_up(hebei_administrator, SheetKind.ADMINISTRATIVE)
    assert [todo.count for todo in waiting(national_officer, year_2022)] == [1]
    assert [todo.url.split("?")[1] for todo in waiting(expert, year_2022)] == ["status=self_assessed"]
    confirm_measured_lines(card=card, actor=expert.actor, now=NOW)
    for one in ScorecardLine.objects.filter(scorecard=card, measured_points=None):
        confirm_line(line=one, actor=expert.actor, now=NOW)
    confirm_scorecard(card=card, actor=expert.actor, now=NOW)
    assert waiting(expert, year_2022) == []
    assert [todo.url.split("?")[1] for todo in waiting(national_officer, year_2022)] == ["status=confirmed"]


def test_a_year_without_supervision_has_nothing_to_do(year_2024, nuclear_officer):
    assert waiting(nuclear_officer, year_2024) == []


# The demo


def test_the_demo_fills_every_province_and_runs_one_to_its_end(year_2022, national_officer):
    regions = list(
        Participation.objects.filter(year=year_2022).order_by("order").values_list("region", flat=True)
    )
    for region in (HEBEI, HENAN):
        for kind in ("technical_lead", "administrative"):
            persona(f"{region}-{kind}", kind, lead_unit(region, kind))
    UnitFactory()
    Participation.objects.filter(year=year_2022).exclude(region__in=[HEBEI, HENAN, regions[0]]).delete()
    context = DemoContext(now=NOW, scale=1, random=random.Random(7), say=lambda text: None)
    context.exam_year, context.actor, context.full_regions = year_2022, national_officer.actor, (HEBEI, HENAN)
    build(context)
    assert {row.region_id for row in Activity.objects.all()} == {HEBEI, HENAN, regions[0]}
    assert {row.region_id for row in FundEntry.objects.all()} == {HEBEI, HENAN, regions[0]}
    assert Membership.objects.filter(unit__region=HEBEI).count() == 2
    states = {(card.region_id, card.kind): card.status for card in Scorecard.objects.all()}
    assert states[HEBEI, SheetKind.ADMINISTRATIVE] == ScorecardStatus.FINAL
    assert (
        states[HEBEI, SheetKind.TECHNICAL]
        == states[HENAN, SheetKind.ADMINISTRATIVE]
        == ScorecardStatus.SELF_ASSESSED
    )
    assert states[HENAN, SheetKind.TECHNICAL] == ScorecardStatus.DRAFT
    assert ScorecardLine.objects.filter(scorecard__region=regions[0]).exclude(self_points=None).exists()
