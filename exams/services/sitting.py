"""Sign-up, attempts and hand-in (X4, X5, X8)."""

import datetime as dt
import secrets
from contextlib import suppress
from typing import Any

from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actors import Actor, system_actor
from core.events import record
from core.exceptions import IllegalTransition, Refusal
from core.findings import blocking, frozen
from core.submissions import canonical
from core.transitions import FLOWS, Edge, Flow
from enrollment.enums import EnrollmentStatus
from enrollment.models import Enrollment
from exams.enums import AttemptState, EvidenceKind
from exams.models import Attempt, AttemptItem, BlueprintRow, Evidence, ExtraTime, SignUp
from exams.permissions import check_sit
from exams.queries import (
    blueprint_of,
    findings_of,
    open_window,
    over_ids,
    seen_items,
    sheet_of,
    standing_of,
    worn_items,
)
from exams.rules import Drawn, Shortfall, StartBar, draw, score
from exams.services.certificates import earns_certificate, issue_certificate
from exams.stock import is_in_bank, kept_stock, stock_of
from programs.enums import SettingCode
from programs.queries import check_not_closed, settings_of

SUBJECT = "exams"
# an answer stamped in time may still wait in a queue when its attempt becomes overdue
SWEEP_MARGIN = dt.timedelta(seconds=15)

ATTEMPT_FLOW = Flow(
    "exams.attempt",
    AttemptState,
    (
        Edge("close_attempt", (AttemptState.OPEN,), AttemptState.CLOSED),
        Edge("void_attempt", (AttemptState.OPEN, AttemptState.CLOSED), AttemptState.VOID, needs_reason=True),
    ),
    field="state",
)
FLOWS.add(ATTEMPT_FLOW)

_BARS = {
    StartBar.PASSED: gettext_lazy("You have passed; no further attempt is needed."),
    StartBar.USED_UP: gettext_lazy(
        "All attempts are used. You come back next year with the same registration number."
    ),
    StartBar.NOT_OPEN: gettext_lazy("The exam is not open yet."),
    StartBar.WINDOW_OVER: gettext_lazy("The exam window is over."),
    StartBar.TIME_OVER: gettext_lazy("The time in which attempts may start is over."),
}


@transaction.atomic
def sign_up(*, enrollment: Enrollment, actor: Actor, now: dt.datetime) -> SignUp:
    """Enter the year's exam when every binding condition is met, with the findings frozen; asked again it answers the
    same entry. Raises Refusal with the findings that are not met (X4).
    """
    check_sit(actor, enrollment)
    if enrollment.status != EnrollmentStatus.APPROVED:
        raise Refusal(_("Only approved trainees sign up for the exam."))
    check_not_closed(enrollment.year, enrollment.region_id, SUBJECT)
    Enrollment.objects.select_for_update(of=("self",)).get(pk=enrollment.pk)
    existing: SignUp | None = SignUp.objects.filter(enrollment=enrollment).first()
    if existing is not None:
        return existing
    findings = findings_of(enrollment)
    missing = blocking(findings)
    if missing:
        raise Refusal(
            _("You cannot sign up for the exam yet."),
            remedy=_("Do what is still missing in the list, then sign up."),
            params={"findings": missing},
        )
    entry: SignUp = SignUp.objects.create(
        enrollment=enrollment, signed_up_at=now, findings=[frozen(finding) for finding in findings]
    )
    record("sign_up", entry, actor=actor, now=now)
    return entry


@transaction.atomic
def start_attempt(*, enrollment: Enrollment, device: str, actor: Actor, now: dt.datetime) -> Attempt:
    """Draw a paper and start the clock, or answer the attempt already running: however many requests ask at once,
    there is one attempt. A sitting that is over is closed and answered instead. Raises Refusal when none may start (X5).
    """
    check_sit(actor, enrollment)
    entry = SignUp.objects.select_for_update(of=("self",)).filter(enrollment=enrollment).first()
    if entry is None:
        raise Refusal(_("You have not signed up for the exam."), remedy=_("Sign up first."))
    running: Attempt | None = Attempt.objects.open().filter(enrollment=enrollment).first()
    if running is not None:
        return close_if_over(attempt=running, now=now)
    if not Enrollment.objects.active().filter(pk=enrollment.pk).exists():
        raise Refusal(
            _("You take no part in this year's training (any more)."),
            remedy=_("Ask your province's coordinator."),
        )
    if entry.rules_read_at is None:
        raise Refusal(
            _("You have not confirmed the rules of the exam."),
            remedy=_("Read the rules and confirm them, then start."),
        )
    standing = standing_of(enrollment, now)
    if not standing.may_start:
        raise Refusal(_BARS[standing.bar])
    return _start(enrollment, device, actor, now)


def _start(enrollment: Enrollment, device: str, actor: Actor, now: dt.datetime) -> Attempt:
    seed = secrets.token_hex(16)
    paper = _draw(enrollment, seed)
    values = settings_of(enrollment.year)
    deadline = now + dt.timedelta(minutes=int(values[SettingCode.EXAM_MINUTES]))
    extra = ExtraTime.objects.standing_seconds(enrollment)
    attempt: Attempt = Attempt.objects.create(
        enrollment=enrollment,
        window=open_window(enrollment.year, now),
        number=Attempt.objects.filter(enrollment=enrollment).count() + 1,
        seed=seed,
        started_at=now,
        deadline=deadline,
        extra_seconds=extra,
        accept_until=deadline + dt.timedelta(seconds=extra + int(values[SettingCode.ANSWER_GRACE_SECONDS])),
        item_count=len(paper),
        full_points=sum(place.points for place in paper),
        pass_points=int(values[SettingCode.PASS_POINTS]),
        device=device,
    )
    lay_out(attempt, paper)
    record(
        "start_attempt",
        attempt,
        actor=actor,
        now=now,
        to_state=attempt.state,
        data={"number": attempt.number},
    )
    return attempt


def _draw(enrollment: Enrollment, seed: str) -> list[Drawn]:
    year, specialty = enrollment.year, enrollment.specialty.code
    lines, seen, worn = blueprint_of(year), seen_items(enrollment), worn_items(year)
    # a kept stock is fast; whatever has changed meanwhile, the bank as it is decides
    with suppress(Shortfall):
        paper = draw(lines, kept_stock(year, specialty), seed, seen, worn)
        if is_in_bank(paper, year, specialty):
            return paper
    try:
        return draw(lines, stock_of(year, specialty), seed, seen, worn)
    except Shortfall as shortfall:
        raise Refusal(
            _("The item bank cannot fill a paper of your specialty."),
            remedy=_("Tell your province's coordinator; the national office completes the bank."),
            params={"shortages": shortfall.shortages},
        ) from shortfall


def lay_out(attempt: Attempt, paper: list[Drawn]) -> None:
    """Write the drawn places; the caller holds the transaction."""
    rows = {row.code: row for row in BlueprintRow.objects.filter(year=attempt.enrollment.year_id)}
    AttemptItem.objects.bulk_create(
        AttemptItem(
            attempt=attempt,
            ordinal=ordinal,
            version_id=place.version_id,
            row=rows[place.line],
            points=place.points,
            options=[{"id": key, "label": label} for key, label in place.options],
        )
        for ordinal, place in enumerate(paper, start=1)
    )


@transaction.atomic
def take_over(*, attempt: Attempt, device: str, actor: Actor, now: dt.datetime) -> Attempt:
    """Go on with the sitting on this device; the device before becomes read-only (its answers are refused as stale).

    A sitting that is over is closed instead, and answered closed.
    """
    check_sit(actor, attempt.enrollment)
    locked = _locked(attempt)
    if not locked.is_open:
        raise IllegalTransition(_("This attempt has been handed in."))
    if locked.is_over(now):
        return _closed(locked, system_actor(), now)
    if locked.device == device:
        return locked
    locked.generation += 1
    locked.device = device
    locked.save(update_fields=["generation", "device"])
    Evidence.objects.create(
        attempt=locked, kind=EvidenceKind.DEVICE, noted_at=now, generation=locked.generation
    )
    record("take_over_attempt", locked, actor=actor, now=now, data={"generation": locked.generation})
    return locked


@transaction.atomic
def hand_in(*, attempt: Attempt, actor: Actor, now: dt.datetime) -> Attempt:
    """Close the sitting at the trainee's wish; handing in twice gives the one result. A sitting that is over (later than
    the last accepted instant, or the trainee takes part no longer) is closed by the system.
    """
    check_sit(actor, attempt.enrollment)
    locked = _locked(attempt)
    if not locked.is_open:
        return locked
    return _closed(locked, system_actor() if locked.is_over(now) else actor, now)


@transaction.atomic
def close_if_over(*, attempt: Attempt, now: dt.datetime, margin: dt.timedelta = dt.timedelta(0)) -> Attempt:
    """Close by the system what is over, judged under the attempt's lock: extra time granted a moment ago keeps it open.
    Idempotent; `margin` is how much longer than the last accepted instant to wait.
    """
    locked = _locked(attempt)
    if not locked.is_open or not locked.is_over(now, margin):
        return locked
    return _closed(locked, system_actor(), now)


def _locked(attempt: Attempt) -> Attempt:
    rows = Attempt.sittings.select_related("enrollment__year__program__owner", "enrollment__person")
    locked: Attempt = rows.select_for_update(of=("self",)).get(pk=attempt.pk)
    return locked


def _closed(locked: Attempt, actor: Actor, now: dt.datetime) -> Attempt:
    """Score the sheet, write result and receipt, issue what a pass earns; the caller holds the attempt's lock.

    Whoever takes part no longer keeps the result in the record, but earns nothing with it and stands in no figure.
    """
    items, answers, sheet = sheet_of(locked)
    result = score(items, answers)
    locked.state = AttemptState.CLOSED
    locked.score, locked.marks = result.total, dict(result.parts)
    locked.passed = not locked.is_practice and result.total >= locked.pass_points
    locked.closed_at, locked.closed_by = now, actor.kind
    locked.receipt = receipt_number(locked)
    locked.receipt_mac = receipt_mac(locked, sheet)
    locked.save()
    record(
        "close_attempt", locked, actor=actor, now=now, from_state=AttemptState.OPEN, to_state=locked.state,
        data={"score": locked.score, "answers": len(sheet)},
    )  # fmt: skip
    if earns_certificate(locked):
        issue_certificate(attempt=locked, actor=actor, now=now)
    return locked


def receipt_number(attempt: Attempt) -> str:
    """E of the exam, P of a practice."""
    kind = "P" if attempt.is_practice else "E"
    return f"{kind}{attempt.enrollment.year.year}-{attempt.pk:08d}"


def receipt_mac(attempt: Attempt, sheet: list[list[Any]]) -> str:
    """Keyed digest of the sheet as handed in; the trainee can have it checked later."""
    content = {
        "attempt": attempt.pk,
        "receipt": attempt.receipt,
        "closed_at": attempt.closed_at.astimezone(dt.UTC).isoformat() if attempt.closed_at else "",
        "sheet": sheet,
        "score": attempt.score,
    }
    return salted_hmac("exams.receipt", canonical(content), algorithm="sha256").hexdigest()


def receipt_holds(attempt: Attempt) -> bool:
    """Whether the stored sheet is still the one the receipt was given for."""
    return attempt.receipt_mac == receipt_mac(attempt, sheet_of(attempt)[2])


def close_overdue(*, now: dt.datetime, limit: int = 5) -> int:
    """Close sittings that are over: no answer can arrive in time any more, or the trainee takes part no longer; returns
    how many were looked at.
    """
    ids = over_ids(now - SWEEP_MARGIN, limit)
    for attempt in Attempt.sittings.filter(pk__in=ids).order_by("pk"):
        close_if_over(attempt=attempt, now=now, margin=SWEEP_MARGIN)
    return len(ids)
