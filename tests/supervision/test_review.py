"""S3, S4: what reviewers and the office do with a sheet, and who may do it."""

from decimal import Decimal

import pytest

from accounts.actors import system_actor
from core.exceptions import IllegalTransition, NotAllowed, Refusal
from core.models import Event
from core.submissions import SubmissionStatus
from supervision.enums import LineDecision, ScorecardStatus, SheetKind
from supervision.models import ScorecardLine
from supervision.queries import (
    drifts_of,
    lines_of,
    live_lines,
    totals_of,
)
from supervision.services import (
    Entry,
    confirm_line,
    confirm_measured_lines,
    confirm_scorecard,
    finalize_scorecard,
    open_scorecards,
    override_line,
    refresh_scorecards,
    remove_threshold_override,
    reopen_scorecard,
    return_line,
    return_scorecard,
    save_self_assessment,
    set_threshold_override,
    submit_self_assessment,
)
from tests.factories import NOW
from tests.supervision.factories import (
    criterion,
    fresh,
    handed_up,
    line,
    make_activity,
    make_card,
)

pytestmark = pytest.mark.django_db
D = Decimal


def settle_all(card, actor):
    confirm_measured_lines(card=card, actor=actor, now=NOW)
    for one in ScorecardLine.objects.filter(scorecard=card, decision=LineDecision.PENDING):
        confirm_line(line=one, actor=actor, now=NOW)


def confirmed(who, reviewer, kind=SheetKind.TECHNICAL):
    card = handed_up(who, kind)
    settle_all(card, reviewer.actor)
    confirm_scorecard(card=card, actor=reviewer.actor, now=NOW)
    return fresh(card)


def test_s3_confirming_takes_what_is_measured_or_proved(year_2022, hebei_administrator, expert):
    card = handed_up(hebei_administrator, SheetKind.ADMINISTRATIVE)
    confirm_line(line=line(card, "management-team"), actor=expert.actor, now=NOW)
    confirm_line(line=line(card, "publicity"), actor=expert.actor, now=NOW)
    assert [(one.reviewer_points, one.decision) for one in (line(card, "management-team"), line(card, "publicity"))] == [
        (2, LineDecision.CONFIRMED), (0, LineDecision.CONFIRMED),
    ]  # fmt: skip


def test_s3_overriding_wants_a_reason_and_fitting_points(year_2022, hebei_administrator, expert):
    card = handed_up(hebei_administrator, SheetKind.ADMINISTRATIVE)
    stamp = {"actor": expert.actor, "now": NOW}
    for points, reason in ((D(3), ""), (D(6), "多于满分"), (D("2.25"), "不是半分")):
        with pytest.raises(Refusal):
            override_line(line=line(card, "publicity"), points=points, reason=reason, **stamp)
    override_line(line=line(card, "publicity"), points=D("2.5"), reason="有影像资料，一次未录入", **stamp)
    one = line(card, "publicity")
    assert (one.points, one.reason, one.measured_points) == (D("2.5"), "有影像资料，一次未录入", 0)
    event = Event.objects.filter(verb="override_line").get()
    assert (event.from_state, event.to_state, event.reason) == (
        "pending",
        "overridden",
        "有影像资料，一次未录入",
    )


def test_s3_a_returned_line_is_mended_and_comes_back(year_2022, hebei_administrator, expert):
    card = handed_up(hebei_administrator, SheetKind.ADMINISTRATIVE)
    stamp = {"actor": expert.actor, "now": NOW}
    confirm_line(line=line(card, "annual-plan"), **stamp)
    return_line(line=line(card, "management-team"), reason="请补文件", **stamp)
    return_scorecard(card=card, reason="一项需补件", **stamp)
    card = fresh(card)
    assert (card.status, card.submission.status) == (ScorecardStatus.RETURNED, SubmissionStatus.RETURNED)
    entries = {line(card, code).pk: Entry(D(1), "新文件") for code in ("annual-plan", "management-team")}
    save_self_assessment(card=card, entries=entries, actor=hebei_administrator.actor, now=NOW)
    assert line(card, "annual-plan").self_points == 2, "a settled line is closed"
    submit_self_assessment(card=card, actor=hebei_administrator.actor, now=NOW)
    mended = line(card, "management-team")
    assert (mended.decision, mended.self_points, mended.reason) == (LineDecision.PENDING, 1, "")
    assert line(card, "annual-plan").decision == LineDecision.CONFIRMED
    assert fresh(card).submission.version == 2


def test_s3_a_sheet_without_an_open_line_is_not_returned(year_2022, hebei_administrator, expert):
    card = handed_up(hebei_administrator, SheetKind.ADMINISTRATIVE)
    settle_all(card, expert.actor)
    with pytest.raises(Refusal):
        return_scorecard(card=card, reason="请补件", actor=expert.actor, now=NOW)
    return_line(line=line(card, "annual-plan"), reason="请补件", actor=expert.actor, now=NOW)
    return_scorecard(card=card, reason="请补件", actor=expert.actor, now=NOW)


def test_s3_the_reviewer_confirms_what_the_records_say_now(year_2022, hebei_administrator, expert):
    card = handed_up(hebei_administrator, SheetKind.ADMINISTRATIVE)
    for _ in range(3):
        make_activity()
    confirm_line(line=line(card, "publicity"), actor=expert.actor, now=NOW)
    kept = line(card, "publicity")
    assert (kept.value, kept.measured_points, kept.reviewer_points) == (3, 5, 5)


def test_s3_all_measured_lines_are_confirmed_as_they_stand_now(year_2022, hebei_administrator, expert):
    card = handed_up(hebei_administrator, SheetKind.ADMINISTRATIVE)
    for _ in range(3):
        make_activity()
    settle_all(card, expert.actor)
    assert line(card, "publicity").reviewer_points == 5
    make_activity()
    confirm_scorecard(card=card, actor=expert.actor, now=NOW)
    assert fresh(card).inputs["lines"]["publicity"]["value"] == "4"


def test_s3_returning_wants_a_reason(year_2022, hebei_administrator, expert):
    card = handed_up(hebei_administrator, SheetKind.ADMINISTRATIVE)
    for act in (
        lambda: return_line(line=line(card, "management-team"), reason="", actor=expert.actor, now=NOW),
        lambda: return_scorecard(card=card, reason=" ", actor=expert.actor, now=NOW),
    ):
        with pytest.raises(Refusal):
            act()
    assert fresh(card).status == ScorecardStatus.SELF_ASSESSED


def test_s4_a_review_is_complete_when_every_line_is_settled(year_2022, hebei_administrator, expert):
    card = handed_up(hebei_administrator, SheetKind.ADMINISTRATIVE)
    assert confirm_measured_lines(card=card, actor=expert.actor, now=NOW) == 1
    with pytest.raises(Refusal, match="7"):
        confirm_scorecard(card=card, actor=expert.actor, now=NOW)
    settle_all(card, expert.actor)
    confirm_scorecard(card=card, actor=expert.actor, now=NOW)
    card = fresh(card)
    assert (card.status, card.submission.status) == (ScorecardStatus.CONFIRMED, SubmissionStatus.ACCEPTED)
    assert (card.inputs["points"], len(card.inputs["lines"])) == ("20.0", 8)


def test_s4_only_what_is_under_review_is_reviewed(year_2022, hebei_administrator, expert):
    card = make_card(SheetKind.ADMINISTRATIVE)
    with pytest.raises(Refusal):
        confirm_line(line=line(card, "publicity"), actor=expert.actor, now=NOW)
    with pytest.raises(IllegalTransition):
        finalize_scorecard(card=card, actor=system_actor(), now=NOW)
    assert fresh(card).final_points is None


def test_s4_a_confirmed_sheet_is_never_recomputed(year_2022, hebei_administrator, national_officer, hebei):
    card = confirmed(hebei_administrator, national_officer, SheetKind.ADMINISTRATIVE)
    assert drifts_of(card, lines_of(card)) == []
    for _ in range(3):
        make_activity()
    assert refresh_scorecards(cards=[card], actor=system_actor(), now=NOW) == 0
    assert line(card, "publicity").measured_points == 0
    assert [one.measured_points for one in live_lines(card) if one.criterion.code == "publicity"] == [0]
    (drifted,) = drifts_of(card, lines_of(card))
    assert (drifted.value, drifted.params["today"].amount) == (0, 3)
    set_threshold_override(
        criterion=criterion("publicity"),
        region=hebei,
        threshold="2",
        reason="r",
        actor=national_officer.actor,
        now=NOW,
    )
    (drifted,) = drifts_of(card, lines_of(card))
    assert (drifted.params["kept_threshold"], drifted.params["today_threshold"]) == ("3", "2")


def test_s4_the_office_makes_final_and_takes_back_with_reason(
    year_2022, hebei_administrator, national_officer
):
    card = confirmed(hebei_administrator, national_officer, SheetKind.ADMINISTRATIVE)
    stamp = {"actor": national_officer.actor, "now": NOW}
    finalize_scorecard(card=card, **stamp)
    assert (fresh(card).status, fresh(card).final_points) == (ScorecardStatus.FINAL, 20)
    with pytest.raises(Refusal):
        reopen_scorecard(card=card, reason="", **stamp)
    reopen_scorecard(card=card, reason="复核有误", **stamp)
    card = fresh(card)
    assert (card.status, card.final_points, card.inputs) == (ScorecardStatus.SELF_ASSESSED, None, {})
    assert Event.objects.get(verb="drop_final_points").data["points"] == "20.0"
    settle_all(card, national_officer.actor)
    confirm_scorecard(card=card, **stamp)
    assert fresh(card).submission.status == SubmissionStatus.ACCEPTED
    assert totals_of(card, lines_of(card)).points == 20


@pytest.mark.parametrize(
    "who",
    ["hebei_coordinator", "henan_coordinator", "expert", "national_officer", "nuclear_officer", "trainee"],
)
def test_s4_only_the_unit_itself_assesses(year_2022, request, who):
    card = make_card(SheetKind.ADMINISTRATIVE)
    actor = request.getfixturevalue(who).actor
    for act in (save_self_assessment, submit_self_assessment):
        more = {"entries": {}} if act is save_self_assessment else {}
        with pytest.raises(NotAllowed):
            act(card=card, actor=actor, now=NOW, **more)


@pytest.mark.parametrize(
    "who", ["hebei_administrator", "auditor", "nuclear_officer", "nuclear_expert", "trainee"]
)
def test_s4_only_office_and_experts_review(year_2022, request, who, hebei_administrator):
    card = handed_up(hebei_administrator, SheetKind.ADMINISTRATIVE)
    stamp = {"actor": request.getfixturevalue(who).actor, "now": NOW}
    one = line(card, "publicity")
    acts = (
        lambda: confirm_line(line=one, **stamp),
        lambda: override_line(line=one, points=D(1), reason="r", **stamp),
        lambda: return_line(line=one, reason="r", **stamp),
        lambda: confirm_measured_lines(card=card, **stamp),
        lambda: return_scorecard(card=card, reason="r", **stamp),
        lambda: confirm_scorecard(card=card, **stamp),
    )
    for act in acts:
        with pytest.raises(NotAllowed):
            act()
    assert line(card, "publicity").decision == LineDecision.PENDING


@pytest.mark.parametrize("who", ["hebei_administrator", "expert", "auditor", "nuclear_officer"])
def test_s4_what_is_the_office_s_alone(year_2022, request, who, hebei, national_officer):
    card = make_card(SheetKind.ADMINISTRATIVE)
    stamp = {"actor": request.getfixturevalue(who).actor, "now": NOW}
    row = criterion("publicity")
    own = set_threshold_override(
        criterion=row, region=hebei, threshold="2", reason="r", actor=national_officer.actor, now=NOW
    )
    acts = (
        lambda: open_scorecards(year=year_2022, **stamp),
        lambda: refresh_scorecards(cards=[card], **stamp),
        lambda: finalize_scorecard(card=card, **stamp),
        lambda: reopen_scorecard(card=card, reason="r", **stamp),
        lambda: set_threshold_override(criterion=row, region=hebei, threshold="2", reason="r", **stamp),
        lambda: remove_threshold_override(override=own, reason="r", **stamp),
    )
    for act in acts:
        with pytest.raises(NotAllowed):
            act()
