"""Answers that came late: a person decides, and what counts is scored (X8)."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.actors import Actor
from core.events import record
from core.exceptions import IllegalTransition, Refusal
from core.transitions import FLOWS, Edge, Flow, advance
from exams.enums import AttemptState, LateDecision
from exams.models import Answer, Attempt, LateAnswer
from exams.permissions import check_manage_bank
from exams.queries import sheet_of
from exams.rules import score
from exams.rules.late import LateOne, settle
from exams.services.certificates import earns_certificate, issue_certificate
from exams.services.sitting import SUBJECT, receipt_mac
from exams.services.telling import tell_trainee
from programs.models import ProgramYear
from programs.queries import check_not_closed

LATE_FLOW = Flow(
    "exams.lateanswer",
    LateDecision,
    (
        Edge("accept_late", (LateDecision.PENDING,), LateDecision.ACCEPTED, needs_reason=True),
        Edge("refuse_late", (LateDecision.PENDING,), LateDecision.REFUSED, needs_reason=True),
    ),
    field="decision",
)
FLOWS.add(LATE_FLOW)

COUNTED = gettext_noop(
    "Late answers of your exam attempt %(number)s (%(year)s) were decided: %(counted)s count. The result is %(score)s points."
)
UNCOUNTED = gettext_noop(
    "Late answers of your exam attempt %(number)s (%(year)s) were decided: they do not count. The result stays."
)


@dataclass(frozen=True, slots=True)
class LateOutcome:
    """How many answers count, do not count, or were older than what the server held; the score before and after."""

    counted: int
    refused: int
    older: int
    before: int | None
    after: int | None


@transaction.atomic
def decide_late(
    *,
    attempt: Attempt,
    chosen: Collection[int],
    accept: bool,
    reason: str,
    year: ProgramYear,
    lower_ok: bool = False,
    actor: Actor,
    now: dt.datetime,
) -> LateOutcome:
    """One decision with one reason about answers of one sitting's pile, under the attempt's lock.

    What is accepted enters the sheet by the rule of the save door: never an older answer over a newer one; such a one is
    refused with that note. The closed attempt is scored anew: the event keeps both scores, the former answers and the
    former receipt's digest; a pass gained issues the certificate. Raises Refusal while the sitting runs, when the score
    would become lower and `lower_ok` is not said, and when a certificate would lose the pass it rests on.
    """
    check_manage_bank(actor, year)
    if not reason.strip():
        raise Refusal(_("A reason is needed."), remedy=_("Write in a sentence why, then try again."))
    attempts = Attempt.objects.select_related("enrollment__year__program__owner", "enrollment__person")
    locked: Attempt = attempts.select_for_update(of=("self",)).get(pk=attempt.pk)
    waiting = _waiting(locked, chosen)
    if not accept:
        _decide(waiting, "refuse_late", reason, actor, now)
        tell_trainee(locked, UNCOUNTED, actor=actor, now=now)
        return LateOutcome(0, len(waiting), 0, locked.score, locked.score)
    _check_countable(locked)
    return _count(locked, waiting, reason, lower_ok, actor, now)


def _waiting(attempt: Attempt, chosen: Collection[int]) -> list[LateAnswer]:
    rows = LateAnswer.objects.select_for_update(of=("self",)).filter(attempt=attempt, pk__in=set(chosen))
    waiting = list(rows.filter(decision=LateDecision.PENDING).order_by("ordinal", "pk"))
    if not waiting:
        raise IllegalTransition(
            _("None of the answers chosen waits for a decision."),
            remedy=_("Reload the page and choose again."),
        )
    return waiting


def _check_countable(attempt: Attempt) -> None:
    check_not_closed(attempt.enrollment.year, attempt.enrollment.region_id, SUBJECT)
    if attempt.state == AttemptState.OPEN:
        raise Refusal(
            _("The sitting is still running."), remedy=_("Wait until the paper is handed in, then decide.")
        )
    if attempt.state == AttemptState.VOID:
        raise Refusal(_("The attempt is void; nothing of it can count."))


def _count(
    locked: Attempt,
    waiting: Sequence[LateAnswer],
    reason: str,
    lower_ok: bool,
    actor: Actor,
    now: dt.datetime,
) -> LateOutcome:
    held = {answer.ordinal: answer for answer in Answer.objects.filter(attempt=locked)}
    settled = settle(
        {ordinal: (answer.generation, answer.sequence) for ordinal, answer in held.items()},
        [LateOne(one.pk, one.ordinal, (one.generation, one.sequence)) for one in waiting],
    )
    counts = [one for one in waiting if one.pk in settled.counts]
    older = [one for one in waiting if one.pk in settled.older]
    _decide(counts, "accept_late", reason, actor, now)
    _decide(older, "refuse_late", reason, actor, now, older=True)
    before = locked.score
    if counts:
        _enter(locked, counts)
        _score_anew(locked, counts, held, lower_ok, reason, actor, now)
    words = {"counted": len(counts), "score": locked.score}
    tell_trainee(locked, COUNTED if counts else UNCOUNTED, actor=actor, now=now, **words)
    return LateOutcome(len(counts), 0, len(older), before, locked.score)


def _decide(
    ones: Sequence[LateAnswer], verb: str, reason: str, actor: Actor, now: dt.datetime, **data: Any
) -> None:
    for one in ones:
        advance(one, LATE_FLOW, verb, actor=actor, now=now, reason=reason, question=one.ordinal, **data)
        one.decided_at = now
        one.save(update_fields=["decided_at"])


def _enter(attempt: Attempt, counts: Sequence[LateAnswer]) -> None:
    for one in counts:
        values = {
            "value": one.value,
            "generation": one.generation,
            "sequence": one.sequence,
            "arrived_at": one.arrived_at,
        }
        Answer.objects.update_or_create(attempt=attempt, ordinal=one.ordinal, defaults=values)


def _score_anew(
    locked: Attempt,
    counts: Sequence[LateAnswer],
    held: dict[int, Answer],
    lower_ok: bool,
    reason: str,
    actor: Actor,
    now: dt.datetime,
) -> None:
    """Score and receipt over the new sheet; the event holds what stood before, so that the former receipt can be shown."""
    items, answers, sheet = sheet_of(locked)
    result = score(items, answers)
    score_before, mac_before = locked.score or 0, locked.receipt_mac
    passes = result.total >= locked.pass_points
    if result.total < score_before:
        _check_lower(locked, result.total, passes, lower_ok)
    locked.score, locked.marks, locked.passed = result.total, dict(result.parts), passes
    locked.receipt_mac = receipt_mac(locked, sheet)
    locked.save(update_fields=["score", "marks", "passed", "receipt_mac"])
    record(
        "rescore_attempt", locked, actor=actor, now=now, reason=reason,
        data={
            "score": [score_before, locked.score],
            "lower": result.total < score_before,
            "receipt_mac": [mac_before, locked.receipt_mac],
            "answers": [
                [one.ordinal, held[one.ordinal].value if one.ordinal in held else None, one.value] for one in counts
            ],
        },
    )  # fmt: skip
    if earns_certificate(locked):
        issue_certificate(attempt=locked, actor=actor, now=now)


def _check_lower(locked: Attempt, total: int, passes: bool, lower_ok: bool) -> None:
    certificate = getattr(locked, "certificate", None)
    if certificate is not None and certificate.is_valid and not passes:
        raise Refusal(
            _("With these answers the attempt would no longer be passed, and a certificate rests on it."),
            remedy=_("Refuse the answers, or revoke the certificate first."),
        )
    if not lower_ok:
        raise Refusal(
            _("With these answers the score would become lower: %(after)s instead of %(before)s points.")
            % {"after": total, "before": locked.score},
            remedy=_(
                "If they are to count all the same, tick that a lower score is accepted and send it again."
            ),
            params={"lower": True},
        )
