"""What the office does while people sit: more time, and words to all of them (X5, T11)."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import Region, Unit
from core.events import record
from core.exceptions import Refusal
from enrollment.models import Enrollment
from exams.enums import AttemptState
from exams.models import Attempt, Broadcast, ExtraTime, SignUp
from exams.permissions import check_broadcast, check_manage_bank
from exams.rules.control import extended
from programs.models import ProgramYear

MOST_MINUTES = 180
MOST_CHARACTERS = 300
# how far back a hand-in counts as one that the grant came too late for
JUST_NOW = dt.timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Granted:
    """`extended` sittings were running, those `handed_in` within the last twelve hours are not opened again."""

    grant: ExtraTime
    extended: int
    handed_in: int


@transaction.atomic
def grant_extra_time(
    *,
    year: ProgramYear,
    minutes: int,
    reason: str,
    enrollment: Enrollment | None = None,
    base: Unit | None = None,
    is_standing: bool = False,
    actor: Actor,
    now: dt.datetime,
) -> Granted:
    """Give one person, or all of a base, more time in the sittings that run now and, if `is_standing`, in later ones.

    Grants add up; none is taken back. A sitting whose time is up but which nobody closed yet goes on. Raises Refusal where
    nobody would be reached.
    """
    check_manage_bank(actor, year)
    _check_grant(minutes, reason, enrollment, base)
    whose = Q(enrollment=enrollment) if enrollment else Q(enrollment__placements__base=base)
    sign_ups = SignUp.objects.filter(whose, enrollment__year=year)
    # who is about to start waits, and then finds the grant
    list(SignUp.objects.select_for_update(of=("self",)).filter(pk__in=sign_ups.values("pk")).order_by("pk"))
    reached = Attempt.objects.filter(pk__in=Attempt.objects.filter(whose, enrollment__year=year).values("pk"))
    running = list(reached.open().select_for_update(of=("self",)).order_by("pk"))
    if not running and not is_standing:
        raise Refusal(
            _("Nobody whom this would reach is sitting the exam now."),
            remedy=_("Tick that it holds for later attempts, too, if that is what you want."),
        )
    grant: ExtraTime = ExtraTime.objects.create(
        year=year,
        enrollment=enrollment,
        base=base,
        minutes=minutes,
        is_standing=is_standing,
        reason=reason.strip(),
        granted_at=now,
        granted_by_id=actor.user_id,
    )
    for attempt in running:
        attempt.extra_seconds, attempt.accept_until = extended(
            attempt.extra_seconds, attempt.accept_until, minutes
        )
    Attempt.objects.bulk_update(running, ["extra_seconds", "accept_until"], batch_size=500)
    record(
        "grant_extra_time", grant, actor=actor, now=now, reason=reason,
        data={"minutes": minutes, "attempts": [attempt.pk for attempt in running]},
    )  # fmt: skip
    late = reached.filter(state=AttemptState.CLOSED, closed_at__gt=now - JUST_NOW).count()
    return Granted(grant, len(running), late)


def _check_grant(minutes: int, reason: str, enrollment: Any, base: Any) -> None:
    if not 0 < minutes <= MOST_MINUTES:
        raise Refusal(
            _("Extra time is between 1 and %(most)s minutes.") % {"most": MOST_MINUTES},
            remedy=_("Enter the minutes to be added."),
        )
    if not reason.strip():
        raise Refusal(_("A reason is needed."), remedy=_("Write in a sentence why, then try again."))
    if (enrollment is None) == (base is None):
        raise Refusal(
            _("Extra time is for one person or for one base."), remedy=_("Choose the person or the base.")
        )


@transaction.atomic
def send_broadcast(
    *,
    year: ProgramYear,
    text: str,
    region: Region | None = None,
    base: Unit | None = None,
    actor: Actor,
    now: dt.datetime,
) -> Broadcast:
    """Words into every running sitting of the year, of a province or of a base; read there within half a minute."""
    check_broadcast(actor, year, region, base)
    words = " ".join(text.split())
    if not words or len(words) > MOST_CHARACTERS:
        raise Refusal(
            _("A message has between 1 and %(most)s characters.") % {"most": MOST_CHARACTERS},
            remedy=_("Write what the candidates are to know, in a sentence or two."),
        )
    broadcast: Broadcast = Broadcast.objects.create(
        year=year, region=region, base=base, text=words, sent_at=now, sent_by_id=actor.user_id
    )
    record("send_broadcast", broadcast, actor=actor, now=now, data={"text": words})
    return broadcast
