"""A first password for a trainee, handed out by the coordinator."""

import datetime as dt
import secrets

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import User
from core.events import record
from core.exceptions import Refusal
from enrollment.enums import EnrollmentStatus
from enrollment.models import Enrollment
from enrollment.permissions import check_keep_enrollment

# no letters and digits that are mistaken for each other on paper
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
LENGTH = 12


@transaction.atomic
def issue_password(*, enrollment: Enrollment, actor: Actor, now: dt.datetime) -> str:
    """A new password, returned once and kept nowhere in clear; only for accounts that nobody has signed in with.

    An account that is in use belongs to its owner: its password is changed by the owner alone.
    """
    check_keep_enrollment(actor, enrollment)
    user = User.objects.select_for_update().filter(person=enrollment.person_id).first()
    if user is None or enrollment.status != EnrollmentStatus.APPROVED:
        raise Refusal(_("The person has no account yet."), remedy=_("Approve the person first."))
    if user.last_login is not None or user.username != str(enrollment.registration):
        raise Refusal(
            _("The account is already in use."),
            remedy=_(
                "The person changes the password under “My account”; a forgotten one is reset by e-mail."
            ),
        )
    password = "".join(secrets.choice(_ALPHABET) for _position in range(LENGTH))
    user.set_password(password)
    user.save(update_fields=["password"])
    record("issue_password", enrollment, actor=actor, now=now)
    return password
