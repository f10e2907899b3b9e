"""The practice exam: the same engine, another paper; it counts for nothing (X8)."""

import datetime as dt
import secrets

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from core.events import record
from core.exceptions import Refusal
from enrollment.models import Enrollment
from exams.models import Attempt
from exams.permissions import check_sit
from exams.practice import practice_lines, practice_pool
from exams.rules import Drawn, draw, stocked
from exams.services.sitting import hand_in, lay_out
from programs.enums import SettingCode
from programs.queries import settings_of

PRACTICE_TIME = dt.timedelta(minutes=15)


@transaction.atomic
def start_practice(*, enrollment: Enrollment, device: str, actor: Actor, now: dt.datetime) -> Attempt:
    """A new practice with its full time, as often as wanted and without sign-up; one still open is handed in first.

    Raises Refusal for who is not an approved trainee, and while an attempt at the exam runs.
    """
    check_sit(actor, enrollment)
    check_may_practice(enrollment)
    for running in Attempt.sittings.open().filter(enrollment=enrollment, is_practice=True):
        hand_in(attempt=running, actor=actor, now=now)
    seed = secrets.token_hex(16)
    paper = _draw(enrollment, seed)
    grace = int(settings_of(enrollment.year)[SettingCode.ANSWER_GRACE_SECONDS])
    attempt: Attempt = Attempt.sittings.create(
        enrollment=enrollment,
        is_practice=True,
        number=Attempt.sittings.filter(enrollment=enrollment, is_practice=True).count() + 1,
        seed=seed,
        started_at=now,
        deadline=now + PRACTICE_TIME,
        accept_until=now + PRACTICE_TIME + dt.timedelta(seconds=grace),
        item_count=len(paper),
        full_points=sum(place.points for place in paper),
        pass_points=0,
        device=device,
    )
    lay_out(attempt, paper)
    record("start_practice", attempt, actor=actor, now=now, data={"number": attempt.number})
    return attempt


def check_may_practice(enrollment: Enrollment) -> None:
    """Locks the enrollment, so that of two practices begun at once the second closes the first."""
    approved = Enrollment.objects.active().select_for_update(of=("self",)).filter(pk=enrollment.pk)
    if approved.first() is None:
        raise Refusal(_("Only approved trainees take the practice exam."))
    if Attempt.objects.open().filter(enrollment=enrollment).exists():
        raise Refusal(
            _("An attempt at the exam is running; there is no practice meanwhile."),
            remedy=_("Go on with the exam."),
        )


def _draw(enrollment: Enrollment, seed: str) -> list[Drawn]:
    pool = practice_pool(enrollment.year)
    lines = practice_lines(enrollment.year, pool)
    if not lines:
        raise Refusal(
            _("The portal has no practice questions yet."), remedy=_("Ask your province's coordinator.")
        )
    return draw(lines, stocked(pool), seed)
