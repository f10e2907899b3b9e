"""The first person of a fresh installation."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import system_actor
from accounts.enums import MembershipState, Role, UnitKind
from accounts.models import Membership, Unit
from accounts.services.codes import Slip, issue_codes
from accounts.services.memberships import invite
from core.exceptions import Refusal


@transaction.atomic
def first_account(*, unit_code: str, name: str, login_name: str, now: dt.datetime) -> Slip:
    """The first member of a national office, with the code that opens the account.

    Asked again for the same login name before it is activated, it gives a new code: a lost one locks nobody out.
    """
    offices = Unit.objects.filter(kind=UnitKind.NATIONAL_OFFICE).order_by("code")
    office = offices.filter(code=unit_code).select_for_update().first()
    if office is None:
        raise Refusal(
            _("There is no national office “%(code)s”.") % {"code": unit_code},
            remedy=_("Offices: %(codes)s.") % {"codes": ", ".join(office.code for office in offices)},
        )
    members = Membership.objects.active(now).filter(unit=office, role=Role.NATIONAL_OFFICE)
    waiting = (
        members.with_state(now)
        .filter(user__username__iexact=login_name, state=MembershipState.WAITING)
        .first()
    )
    others = members.exclude(pk=waiting.pk) if waiting else members
    if others.exists():
        raise Refusal(
            _("The office has a member already."),
            remedy=_("Its members give roles in the portal, under “Accounts”."),
        )
    actor = system_actor(str(office.pk))
    member = waiting or invite(
        unit=office,
        role=Role.NATIONAL_OFFICE,
        name=name,
        login_name=login_name,
        actor=actor,
        now=now,
    )
    return issue_codes(memberships=[member], actor=actor, now=now)[0]
