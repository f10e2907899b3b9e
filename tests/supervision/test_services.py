"""S3, S4: a unit's sheet from opening to its final points."""

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.actors import system_actor
from core.enums import FindingStatus
from core.exceptions import Refusal
from core.models import Event
from programs.enums import Track
from programs.models import DutyRecord, Quota
from programs.services import close, edit_row
from supervision.enums import FundKind, ScorecardStatus, SheetKind
from supervision.models import Criterion, CriterionStep, Evidence, Scorecard, ScorecardLine, ThresholdOverride
from supervision.queries import (
    applicable_points,
    criteria_of,
    findings_of,
    lines_of,
    live_lines,
    plan_warnings,
    warnings_of,
)
from supervision.services import (
    Entry,
    open_scorecards,
    refresh_scorecards,
    remove_threshold_override,
    save_self_assessment,
    set_threshold_override,
    submit_self_assessment,
)
from tests.factories import HENAN, NOW, EnrollmentFactory, UnitFactory
from tests.supervision.factories import (
    PDF,
    criterion,
    fresh,
    full_entries,
    handed_up,
    line,
    make_activity,
    make_card,
    make_fund,
)

pytestmark = pytest.mark.django_db
D = Decimal


# The plan


def test_s2_full_marks_of_the_real_year(year_2022):
    assert applicable_points(criteria_of(year_2022)) == {
        "administrative": (25, 25),
        "technical": (75, 75),
        "base": (100, 96),
    }


def test_s4_the_real_year_warns_where_its_own_plan_cannot_meet_the_sheet(year_2022):
    found = {finding.code: finding for finding in plan_warnings(year_2022)}
    short = Quota.objects.filter(year=year_2022, track=Track.COMPREHENSIVE, seats__lte=200).count()
    assert found["offline-passed"].value == short > 0
    assert set(found) <= {"offline-passed", "lessons-delivered", "lessons-adopted"}


def test_s4_a_sheet_warns_for_its_own_province(year_2022):
    small = Quota.objects.filter(year=year_2022, track=Track.COMPREHENSIVE, seats__lte=200).first()
    card = make_card(region=small.region_id)
    assert "offline-passed" in [finding.code for finding in warnings_of(card)]
    assert warnings_of(make_card(SheetKind.BASE, unit=UnitFactory())) == []


def test_s4_a_threshold_set_for_the_province_takes_the_warning_away(year_2022, national_officer):
    small = Quota.objects.filter(year=year_2022, track=Track.COMPREHENSIVE, seats=200).first()
    set_threshold_override(
        criterion=criterion("offline-passed"),
        region=small.region,
        threshold="100",
        reason="名额 200 名",
        actor=national_officer.actor,
        now=NOW,
    )
    assert "offline-passed" not in [
        finding.code for finding in warnings_of(make_card(region=small.region_id))
    ]
    assert str(small.region) not in str([finding.params for finding in plan_warnings(year_2022)])


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"reason": " "}, "reason"),
        ({"threshold": "viele"}, "threshold"),
        ({"code": "management-team"}, "papers"),
    ],
)
def test_s4_a_threshold_of_a_province_wants_reason_and_sense(
    year_2022, hebei, national_officer, values, message
):
    row = criterion(values.pop("code", "offline-passed"))
    told = {"threshold": "100", "reason": "名额不足", **values}
    with pytest.raises(Refusal):
        set_threshold_override(criterion=row, region=hebei, actor=national_officer.actor, now=NOW, **told)
    assert not ThresholdOverride.objects.exists()


def test_s4_a_province_that_takes_no_part_has_no_threshold(year_2022, hebei, national_officer):
    year_2022.participation_rows.filter(region=hebei).delete()
    with pytest.raises(Refusal):
        set_threshold_override(
            criterion=criterion("offline-passed"),
            region=hebei,
            threshold="1",
            reason="r",
            actor=national_officer.actor,
            now=NOW,
        )


def test_s4_a_threshold_is_changed_and_taken_back_with_reason(year_2022, hebei, national_officer):
    stamp = {"actor": national_officer.actor, "now": NOW}
    for threshold in ("100", "90"):
        own = set_threshold_override(
            criterion=criterion("offline-passed"), region=hebei, threshold=threshold, reason="r", **stamp
        )
    assert ThresholdOverride.objects.get() == own
    assert Event.objects.filter(verb="set_threshold_override").latest("pk").data["threshold"] == ["100", "90"]
    with pytest.raises(Refusal):
        remove_threshold_override(override=own, reason="", **stamp)
    remove_threshold_override(override=own, reason="恢复原印", **stamp)
    assert not ThresholdOverride.objects.exists()


# Opening and measuring


def test_s1_every_province_and_base_gets_its_sheet_once(year_2022, national_officer):
    base = UnitFactory()
    opened = open_scorecards(year=year_2022, actor=national_officer.actor, now=NOW)
    assert opened == 31 + 31 + 1
    assert Scorecard.objects.get(unit=base).kind == SheetKind.BASE
    assert open_scorecards(year=year_2022, actor=national_officer.actor, now=NOW) == 0
    lines = {kind: ScorecardLine.objects.filter(scorecard__kind=kind).count() for kind in SheetKind}
    assert lines == {"administrative": 31 * 8, "technical": 31 * 19, "base": 27}
    assert Event.objects.filter(verb="open_scorecards").count() == 1


def test_s1_a_year_without_criteria_opens_nothing(year_2022, national_officer):
    Criterion.objects.filter(year=year_2022).delete()
    with pytest.raises(Refusal):
        open_scorecards(year=year_2022, actor=national_officer.actor, now=NOW)


def test_s3_records_become_points(year_2022, hebei_administrator):
    card = make_card(SheetKind.ADMINISTRATIVE)
    assert (line(card, "publicity").measured_points, line(card, "publicity").value) == (0, 0)
    for _ in range(3):
        make_activity()
    make_activity(HENAN)
    refresh_scorecards(cards=[card], actor=system_actor(), now=NOW)
    measured = line(card, "publicity")
    assert (measured.value, measured.measured_points, measured.points, measured.state) == (
        3,
        5,
        5,
        FindingStatus.PASSED,
    )


def test_s3_a_share_keeps_both_parts(year_2022):
    card = make_card()
    assert line(card, "health-management-share").measured_points is None
    for flag in (True, True, False):
        EnrollmentFactory(health_management=flag)
    refresh_scorecards(cards=[card], actor=system_actor(), now=NOW)
    share = line(card, "health-management-share")
    assert (share.value, share.base, share.measured_points) == (2, 3, 4)
    make_fund(FundKind.ARRIVAL, "1000")
    make_fund(FundKind.SPENDING, "900.01")
    refresh_scorecards(cards=[card], actor=system_actor(), now=NOW)
    assert line(card, "funds-use-rate").measured_points == 4


def test_s3_a_figure_that_no_room_measures_is_no_data(year_2022):
    Criterion.objects.filter(code="institutions").update(figure="nobody.measures_this")
    one = line(make_card(), "institutions")
    assert (one.state, one.measured_points, one.points) == (FindingStatus.NO_DATA, None, 0)


def test_s4_the_province_s_own_threshold_is_measured_against(year_2022, hebei, national_officer):
    EnrollmentFactory()
    card = make_card()
    assert line(card, "institutions").measured_points == 0
    set_threshold_override(
        criterion=criterion("institutions"),
        region=hebei,
        threshold="1",
        reason="边远",
        actor=national_officer.actor,
        now=NOW,
    )
    refresh_scorecards(cards=[card], actor=system_actor(), now=NOW)
    assert (line(card, "institutions").threshold, line(card, "institutions").measured_points) == ("1", 4)


def test_s3_steps_of_the_year_are_measured(year_2022):
    CriterionStep.objects.create(
        year=year_2022,
        code="institutions-1",
        criterion=criterion("institutions"),
        threshold="1",
        points=D("1.5"),
        clause="x",
    )
    EnrollmentFactory()
    assert line(make_card(), "institutions").measured_points == D("1.5")


def test_a_criterion_that_no_longer_applies_leaves_the_sheet(year_2022, national_officer):
    card = make_card()
    edit_row(
        row=criterion("pass-rate"),
        values={"applies_technical": False},
        reason="本年不考",
        actor=national_officer.actor,
        now=NOW,
    )
    refresh_scorecards(cards=[card], actor=system_actor(), now=NOW)
    assert card.lines.count() == 18
    edit_row(
        row=criterion("pass-rate"),
        values={"applies_technical": True},
        reason="恢复",
        actor=national_officer.actor,
        now=NOW,
    )
    refresh_scorecards(cards=[card], actor=system_actor(), now=NOW)
    assert card.lines.count() == 19


def test_a_page_measures_without_writing(year_2022):
    card = make_card(SheetKind.ADMINISTRATIVE)
    for _ in range(3):
        make_activity()
    live = next(one for one in live_lines(card) if one.criterion.code == "publicity")
    assert live.measured_points == 5
    assert line(card, "publicity").measured_points == 0


# The self-assessment


def test_s3_a_unit_saves_points_explanation_and_papers(year_2022, hebei_administrator):
    card = make_card(SheetKind.ADMINISTRATIVE)
    team = line(card, "management-team")
    paper = SimpleUploadedFile("红头文件.pdf", PDF)
    entries = {team.pk: Entry(D("1.5"), " 已成立 ", [paper])}
    save_self_assessment(card=card, entries=entries, actor=hebei_administrator.actor, now=NOW)
    saved = line(card, "management-team")
    assert (saved.self_points, saved.note, saved.points) == (D("1.5"), "已成立", D("1.5"))
    evidence = Evidence.objects.get()
    assert evidence.name == "红头文件.pdf"
    assert "红头" not in evidence.file.name
    assert "红头文件" in str(evidence)
    assert Event.objects.get(verb="save_self_assessment").data == {"lines": ["management-team"]}
    save_self_assessment(
        card=card,
        entries={team.pk: Entry(D("1.5"), "已成立", removed=frozenset({evidence.pk}))},
        actor=hebei_administrator.actor,
        now=NOW,
    )
    assert not Evidence.objects.exists()


def test_s3_points_without_a_word_or_paper_do_not_count(year_2022, hebei_administrator):
    card = make_card(SheetKind.ADMINISTRATIVE)
    team = line(card, "management-team")
    save_self_assessment(card=card, entries={team.pk: Entry(D(2))}, actor=hebei_administrator.actor, now=NOW)
    assert line(card, "management-team").points == 0
    assert [one.code for one in findings_of(card, lines_of(card)) if one.kind == "criterion_evidence"] == [
        "management-team"
    ]


@pytest.mark.parametrize("points", ["2.5", "0.3", "-1"])
def test_s3_points_outside_the_criterion_are_refused_and_nothing_is_kept(
    year_2022, hebei_administrator, points
):
    card = make_card(SheetKind.ADMINISTRATIVE)
    entries = {
        line(card, "annual-plan").pk: Entry(D(1), "好"),
        line(card, "management-team").pk: Entry(D(points), "x"),
    }
    with pytest.raises(Refusal, match="成立项目管理组"):
        save_self_assessment(card=card, entries=entries, actor=hebei_administrator.actor, now=NOW)
    assert line(card, "annual-plan").self_points is None


def test_a_line_of_another_sheet_is_not_taken(year_2022, hebei_administrator):
    card, other = make_card(SheetKind.ADMINISTRATIVE), make_card(SheetKind.ADMINISTRATIVE, HENAN)
    foreign = line(other, "management-team")
    save_self_assessment(
        card=card, entries={foreign.pk: Entry(D(2), "x")}, actor=hebei_administrator.actor, now=NOW
    )
    assert line(other, "management-team").self_points is None


def test_s4_an_incomplete_sheet_is_not_handed_up(year_2022, hebei_administrator):
    card = make_card(SheetKind.ADMINISTRATIVE)
    with pytest.raises(Refusal, match="7"):
        submit_self_assessment(card=card, actor=hebei_administrator.actor, now=NOW)
    assert fresh(card).status == ScorecardStatus.DRAFT


def test_s4_handing_up_freezes_a_numbered_submission(year_2022, hebei_administrator):
    card = handed_up(hebei_administrator, SheetKind.ADMINISTRATIVE)
    assert card.status == ScorecardStatus.SELF_ASSESSED
    content = card.submission.content
    assert (content["applicable"], content["points"], len(content["lines"])) == ("25.0", "20.0", 8)
    assert content["lines"]["publicity"]["printed_threshold"] == "每年至少开展3次"
    assert card.submission.unit == card.unit
    with pytest.raises(Refusal):
        save_self_assessment(card=card, entries={}, actor=hebei_administrator.actor, now=NOW)


def test_p4_handing_up_does_the_duty_of_the_calendar(year_2022, hebei_administrator):
    card = handed_up(hebei_administrator, SheetKind.ADMINISTRATIVE)
    record = DutyRecord.objects.get(duty__code="self-assessment")
    assert (record.unit, record.note) == (card.unit, card.submission.number)


def test_s4_a_closed_province_takes_no_more(year_2022, hebei, hebei_administrator, national_officer):
    card = make_card(SheetKind.ADMINISTRATIVE)
    close(year=year_2022, region=hebei, subject="supervision", actor=national_officer.actor, now=NOW)
    with pytest.raises(Refusal, match=r"."):
        save_self_assessment(card=card, entries=full_entries(card), actor=hebei_administrator.actor, now=NOW)
    assert line(card, "management-team").self_points is None
