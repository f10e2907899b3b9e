"""What a candidate does before the exam: read and confirm the rules, try the device (X4, X8)."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from core.events import record
from core.exceptions import Refusal
from enrollment.models import Enrollment
from exams.models import SignUp
from exams.permissions import check_sit


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
