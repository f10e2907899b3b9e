"""One-time codes for trainees, handed out by the coordinator; a masked value in full."""

import datetime as dt
from collections.abc import Collection

from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.enums import Role
from accounts.models import Region
from accounts.personal import Secret
from accounts.queries.memberships import roles_of_users
from accounts.services.codes import Slip, write_codes
from accounts.services.reveal import reveal
from core.exceptions import Refusal
from enrollment.enums import EnrollmentStatus
from enrollment.models import Enrollment
from enrollment.permissions import check_keep_roster, check_reveal, is_own_person
from programs.models import ProgramYear


@transaction.atomic
def issue_trainee_codes(
    *, year: ProgramYear, region: Region, people: Collection[int], actor: Actor, now: dt.datetime
) -> list[Slip]:
    """One-time codes for approved trainees of the province, to activate their account or to set a new password.

    Whoever has another role, too, gets the code from that unit or the office: it would open that role as well.
    """
    check_keep_roster(actor, year, region.pk)
    rows = Enrollment.objects.filter(
        year=year, region=region, pk__in=people, status=EnrollmentStatus.APPROVED
    )
    rows = rows.filter(person__user__isnull=False).select_related("person__user")
    about: dict[int, Model] = {row.person.user.pk: row for row in rows}
    if not about:
        raise Refusal(
            _("None of the people chosen has an account that waits for a code."),
            remedy=_("Tick approved trainees; approval opens the account."),
        )
    for roles in roles_of_users(about, now).values():
        for other in roles:
            if other.role != Role.TRAINEE:
                raise Refusal(
                    _("%(name)s has another role, too.") % {"name": other.user},
                    remedy=_("The unit of that role or the national office issues the code."),
                )
    return write_codes(about=about, actor=actor, now=now)


@transaction.atomic
def reveal_of(*, enrollment: Enrollment, secret: Secret, reason: str, actor: Actor, now: dt.datetime) -> str:
    """A trainee's identity number, for a reason, or phone, of one's own people without one; see accounts.services.reveal."""
    check_reveal(actor, enrollment, secret)
    return reveal(
        person=enrollment.person,
        secret=secret,
        of=enrollment,
        reason=reason,
        actor=actor,
        now=now,
        free=needs_no_reason(actor, enrollment, secret),
    )


def needs_no_reason(actor: Actor, enrollment: Enrollment, secret: Secret) -> bool:
    """Phones of one's own people are there to be called."""
    return secret == Secret.PHONE and is_own_person(actor, enrollment)
