"""The reviewer's acts on lines and sheets, and what the office makes final (S3, S4)."""

import datetime as dt
import json
from decimal import Decimal

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from core.events import record
from core.exceptions import Refusal
from core.submissions import SubmissionStatus
from core.templatetags.portal import display
from core.transitions import advance
from programs.queries import check_not_closed
from programs.services import decide_submission
from supervision.enums import LineDecision, ScorecardStatus
from supervision.models import Scorecard, ScorecardLine
from supervision.permissions import check_manage_scorecards, check_review
from supervision.queries import SUBJECT, lines_of, remeasure, sheet_line, thresholds_of, totals_of
from supervision.rules import counted, points_fit, proposed
from supervision.services.sheets import LINE_FLOW, MEASURED, SCORECARD_FLOW, content_of, locked, measure


def _under_review(card: Scorecard, actor: Actor) -> Scorecard:
    """The locked card, when the actor may review it and it waits for that."""
    check_review(actor, card)
    card = locked(card)
    check_not_closed(card.year, card.region_id, SUBJECT)
    if card.status != ScorecardStatus.SELF_ASSESSED:
        raise Refusal(
            _("The sheet is not under review."),
            remedy=_("Only a sheet that was handed up and not yet confirmed is reviewed."),
        )
    return card


def _settle(line: ScorecardLine, points: Decimal | None, reason: str) -> ScorecardLine:
    line.reviewer_points, line.reason = points, reason.strip()
    line.points = counted(sheet_line(line, line.scorecard.kind))
    line.save(update_fields=["reviewer_points", "reason", "points"])
    return line


@transaction.atomic
def confirm_line(*, line: ScorecardLine, actor: Actor, now: dt.datetime) -> ScorecardLine:
    """Accept what is measured, or what is claimed with papers where nothing is measured (S3)."""
    line.scorecard = _under_review(line.scorecard, actor)
    # the reviewer saw what the records say now, not what the last sweep kept
    remeasure(line.scorecard, line, thresholds_of(line.scorecard.year))
    line.save(update_fields=MEASURED)
    points = proposed(sheet_line(line, line.scorecard.kind))
    advance(line, LINE_FLOW, "confirm_line", actor=actor, now=now, points=points)
    return _settle(line, points, "")


@transaction.atomic
def override_line(
    *, line: ScorecardLine, points: Decimal, reason: str, actor: Actor, now: dt.datetime
) -> ScorecardLine:
    """Give other points, with a reason: 0 to the maximum in halves (S3)."""
    line.scorecard = _under_review(line.scorecard, actor)
    if not points_fit(points, line.maximum):
        raise Refusal(
            _("“%(criterion)s” takes 0 to %(points)s points in steps of 0.5.")
            % {"criterion": line.criterion.text, "points": display(line.maximum)}
        )
    advance(line, LINE_FLOW, "override_line", actor=actor, now=now, reason=reason, points=points)
    return _settle(line, points, reason)


@transaction.atomic
def return_line(*, line: ScorecardLine, reason: str, actor: Actor, now: dt.datetime) -> ScorecardLine:
    """Ask for other papers or points on this line; the sheet goes back when the reviewer returns it."""
    line.scorecard = _under_review(line.scorecard, actor)
    advance(line, LINE_FLOW, "return_line", actor=actor, now=now, reason=reason)
    return _settle(line, None, reason)


@transaction.atomic
def confirm_measured_lines(*, card: Scorecard, actor: Actor, now: dt.datetime) -> int:
    """Confirm every open line that the records measure; those by papers want a look each. Returns how many."""
    card = _under_review(card, actor)
    waiting = [
        line
        for line in measure(card, now)
        if line.decision == LineDecision.PENDING and line.measured_points is not None
    ]
    for line in waiting:
        line.scorecard = card
        advance(line, LINE_FLOW, "confirm_line", actor=actor, now=now, points=line.measured_points)
        _settle(line, line.measured_points, "")
    return len(waiting)


@transaction.atomic
def return_scorecard(*, card: Scorecard, reason: str, actor: Actor, now: dt.datetime) -> Scorecard:
    """Give the sheet back to the unit; settled lines stay settled (S3)."""
    card = _under_review(card, actor)
    sums = totals_of(card, lines_of(card))
    if sums.decided == sums.lines:
        raise Refusal(
            _("Every line is settled: the unit would have nothing to mend."),
            remedy=_("Mark the lines for return that it shall mend, or complete the review."),
        )
    advance(card, SCORECARD_FLOW, "return_scorecard", actor=actor, now=now, reason=reason)
    _decide(card, accept=False, reason=reason, actor=actor, now=now)
    return card


@transaction.atomic
def confirm_scorecard(*, card: Scorecard, actor: Actor, now: dt.datetime) -> Scorecard:
    """Complete the review: every line is settled, the inputs are kept and no longer measured (design §3)."""
    card = _under_review(card, actor)
    lines = measure(card, now)
    sums = totals_of(card, lines)
    if sums.decided < sums.lines:
        raise Refusal(
            _("%(count)s lines are not settled.") % {"count": sums.lines - sums.decided},
            remedy=_("Confirm or override them, or return the sheet to the unit."),
        )
    advance(card, SCORECARD_FLOW, "confirm_scorecard", actor=actor, now=now, points=sums.points)
    card.inputs = json.loads(json.dumps(content_of(card, lines), cls=DjangoJSONEncoder))
    card.save(update_fields=["inputs"])
    _decide(card, accept=True, reason="", actor=actor, now=now)
    return card


def _decide(card: Scorecard, *, accept: bool, reason: str, actor: Actor, now: dt.datetime) -> None:
    """The submission is decided with the sheet; one decided before (the sheet was reopened) stays so."""
    submission = card.submission
    if submission and submission.status == SubmissionStatus.SUBMITTED:
        decide_submission(submission=submission, accept=accept, reason=reason, actor=actor, now=now)


@transaction.atomic
def finalize_scorecard(*, card: Scorecard, actor: Actor, now: dt.datetime) -> Scorecard:
    """The office makes the reviewed points final; from now on the sheet ranks (S4)."""
    check_manage_scorecards(actor, card.year)
    card = locked(card)
    check_not_closed(card.year, card.region_id, SUBJECT)
    card.final_points = totals_of(card, lines_of(card)).points
    card.save(update_fields=["final_points"])
    return advance(card, SCORECARD_FLOW, "finalize_scorecard", actor=actor, now=now, points=card.final_points)


@transaction.atomic
def reopen_scorecard(*, card: Scorecard, reason: str, actor: Actor, now: dt.datetime) -> Scorecard:
    """Take a confirmed or final sheet back into review, with a reason; what it kept stands in the history."""
    check_manage_scorecards(actor, card.year)
    card = locked(card)
    check_not_closed(card.year, card.region_id, SUBJECT)
    advance(card, SCORECARD_FLOW, "reopen_scorecard", actor=actor, now=now, reason=reason)
    record(
        "drop_final_points",
        card,
        actor=actor,
        now=now,
        data={"points": card.final_points, "inputs": card.inputs},
    )
    card.final_points, card.inputs = None, {}
    card.save(update_fields=["final_points", "inputs"])
    return card
