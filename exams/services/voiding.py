"""An attempt is made void by two people of the office, with a reason (X5)."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.actors import Actor
from core.events import record
from core.exceptions import IllegalTransition, Refusal
from core.transitions import FLOWS, Edge, Flow, advance
from exams.enums import AttemptState, VoidDecision
from exams.models import Attempt, Certificate, VoidRequest
from exams.permissions import check_confirm_void, check_manage_bank
from exams.services.certificates import earns_certificate, issue_certificate, revoke_certificate
from exams.services.sitting import ATTEMPT_FLOW, SUBJECT
from exams.services.telling import tell_trainee
from programs.queries import check_not_closed

# characters: shorter is no sentence that the trainee could understand
REASON_LENGTH = 10
VOID_FLOW = Flow(
    "exams.voidrequest",
    VoidDecision,
    (
        Edge("confirm_void", (VoidDecision.WAITING,), VoidDecision.CONFIRMED),
        Edge("refuse_void", (VoidDecision.WAITING,), VoidDecision.REFUSED, needs_reason=True),
    ),
    field="decision",
)
FLOWS.add(VOID_FLOW)

VOIDED = gettext_noop(
    "Your exam attempt %(number)s (%(year)s) was declared void by the national office; it does not count, you have that chance again. The reason stands there."
)


@transaction.atomic
def ask_void(*, attempt: Attempt, reason: str, actor: Actor, now: dt.datetime) -> VoidRequest:
    """One person of the office asks, in a sentence that the trainee will read. Nothing changes before a second person
    confirms. Raises Refusal when the attempt is void already or a request waits.
    """
    check_manage_bank(actor, attempt.enrollment.year)
    if len(reason.strip()) < REASON_LENGTH:
        raise Refusal(
            _("The reason is too short."),
            remedy=_("Write a sentence that the trainee and your colleague understand."),
        )
    locked: Attempt = Attempt.objects.select_for_update(of=("self",)).get(pk=attempt.pk)
    if locked.state == AttemptState.VOID:
        raise IllegalTransition(_("The attempt is void already."))
    if VoidRequest.objects.filter(attempt=locked, decision=VoidDecision.WAITING).exists():
        raise IllegalTransition(
            _("A request for this attempt waits already."),
            remedy=_("A second person decides about that one."),
        )
    request: VoidRequest = VoidRequest.objects.create(
        attempt=locked, reason=reason.strip(), asked_by_id=actor.user_id or 0, asked_at=now
    )
    record("ask_void", request, actor=actor, now=now, to_state=request.decision, reason=reason)
    return request


@transaction.atomic
def confirm_void(*, request: VoidRequest, actor: Actor, now: dt.datetime) -> Attempt:
    """By another person than the one who asked: the attempt, running or handed in, is void under its lock.

    It is no longer one of the trainee's chances: the number of attempts left, the 14 × 24 h and every figure are reckoned
    from the attempts that stand, so that a void first attempt does not start the clock. Answers that arrive later are
    refused. A certificate that rested on it is revoked with the reason; where another attempt that stands was passed, a
    certificate is issued anew with that attempt's score. Raises Refusal when somebody decided before.
    """
    check_confirm_void(actor, request)
    year = request.attempt.enrollment.year
    check_not_closed(year, request.attempt.enrollment.region_id, SUBJECT)
    advance(request, VOID_FLOW, "confirm_void", actor=actor, now=now)
    _note_decision(request, actor, now)
    attempt: Attempt = Attempt.objects.select_related("enrollment__year__program__owner").get(
        pk=request.attempt_id
    )
    advance(attempt, ATTEMPT_FLOW, "void_attempt", actor=actor, now=now, reason=request.reason)
    _settle_certificate(attempt, request.reason, actor, now)
    tell_trainee(attempt, VOIDED, actor=actor, now=now)
    return attempt


@transaction.atomic
def refuse_void(*, request: VoidRequest, reason: str, actor: Actor, now: dt.datetime) -> VoidRequest:
    """By another person than the one who asked, with a reason: the attempt stands as it is."""
    check_confirm_void(actor, request)
    advance(request, VOID_FLOW, "refuse_void", actor=actor, now=now, reason=reason)
    _note_decision(request, actor, now)
    return request


def _note_decision(request: VoidRequest, actor: Actor, now: dt.datetime) -> None:
    request.decided_by_id, request.decided_at = actor.user_id, now
    request.save(update_fields=["decided_by", "decided_at"])


def _settle_certificate(attempt: Attempt, reason: str, actor: Actor, now: dt.datetime) -> None:
    """What a certificate says of the void attempt is no longer true: revoked, and issued anew where another pass stands."""
    certificate = Certificate.objects.valid().filter(attempt=attempt).first()
    if certificate is None:
        return
    revoke_certificate(certificate=certificate, reason=reason, actor=actor, now=now)
    passed = Attempt.objects.counted().filter(enrollment=attempt.enrollment_id, passed=True)
    other = passed.order_by("number").first()
    if other is not None and earns_certificate(other):
        issue_certificate(attempt=other, actor=actor, now=now)
