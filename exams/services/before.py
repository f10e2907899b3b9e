"""What a candidate does before the exam: read and confirm the rules, try the device (X4, X8)."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from core.events import record
from core.exceptions import Refusal
from enrollment.models import Enrollment
from exams.models import Answer, Attempt, SignUp, SystemCheck
from exams.permissions import check_sit
from exams.rules.device import Measured, judge, kept, passes
from exams.services.practice import check_may_practice, start_practice


@transaction.atomic
def confirm_rules(*, enrollment: Enrollment, actor: Actor, now: dt.datetime) -> SignUp:
    """Keep that the candidate has read the rules of the exam; confirmed again, the first time stands. Raises Refusal
    for who has not signed up.
    """
    check_sit(actor, enrollment)
    entry: SignUp | None = (
        SignUp.objects.select_for_update(of=("self",)).filter(enrollment=enrollment).first()
    )
    if entry is None:
        raise Refusal(_("You have not signed up for the exam."), remedy=_("Sign up first."))
    if entry.rules_read_at is None:
        entry.rules_read_at = now
        entry.save(update_fields=["rules_read_at"])
        record("confirm_rules", entry, actor=actor, now=now)
    return entry


@transaction.atomic
def keep_system_check(
    *, enrollment: Enrollment, browser: str, measured: Measured, actor: Actor, now: dt.datetime
) -> SystemCheck:
    """Keep what a device measured of itself, judged by the portal; every check is kept, the newest is shown."""
    check_sit(actor, enrollment)
    tested = judge(measured)
    check: SystemCheck = SystemCheck.objects.create(
        enrollment=enrollment,
        checked_at=now,
        browser=browser[:200],
        passed=passes(tested),
        results=kept(tested),
    )
    record("keep_system_check", check, actor=actor, now=now, data={"passed": check.passed})
    return check


@dataclass(frozen=True, slots=True)
class Trial:
    """A save that changes nothing: the first answer of a practice once more, with the next sequence number."""

    attempt: Attempt
    ordinal: int
    value: str
    sequence: int


@transaction.atomic
def open_trial(*, enrollment: Enrollment, device: str, actor: Actor, now: dt.datetime) -> Trial:
    """The practice in which the device check tries one save through the exam's own door: the one that is open, else a
    new one. Raises Refusal as `start_practice` does.
    """
    check_sit(actor, enrollment)
    check_may_practice(enrollment)
    running = Attempt.sittings.open().filter(enrollment=enrollment, is_practice=True).first()
    if running is None or running.is_over(now):
        running = start_practice(enrollment=enrollment, device=device, actor=actor, now=now)
    held = Answer.objects.filter(attempt=running)
    last = max(held.values_list("sequence", flat=True), default=0)
    first = held.filter(ordinal=1).first()
    return Trial(running, 1, first.value if first else "", last + 1)
