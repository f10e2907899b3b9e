"""This room's personal data: the fields, how their rows are found, and how long a person is needed."""

import datetime as dt
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.enums import DisclosureStatus, Role
from accounts.models import Disclosure, Membership, Person, User
from accounts.personal import OnErase, OwnSection, PersonalField, PersonalRows, PersonUse
from accounts.services.disclosure import KEEP, end_disclosure
from accounts.services.erasure import people_not_needed


def staff_since(since: dt.datetime) -> QuerySet[Any]:
    """Whoever held a role that is not a trainee's; a trainee is needed for the years they take part in."""
    running = Membership.objects.filter(Q(ends_at=None) | Q(ends_at__gt=since)).exclude(role=Role.TRAINEE)
    return running.filter(user__person__isnull=False).values("user__person")


def _delete(found: QuerySet[Any], now: dt.datetime) -> int:
    return found.delete()[0]


def _past_week(since: dt.datetime) -> QuerySet[Any]:
    return Disclosure.objects.filter(status=DisclosureStatus.READY, expires_at__lte=since + KEEP)


def _end_all(found: QuerySet[Any], now: dt.datetime) -> int:
    return sum(end_disclosure(disclosure=one, now=now) for one in found)


_SIGN_IN = _("To sign in and to be reached.")
FIELDS = (
    PersonalField(
        "accounts.user.username",
        _("login name"),
        OnErase.PSEUDONYMIZE,
        _("Whoever acted must be told apart in the record of events."),
    ),
    PersonalField("account.emailaddress.email", _("e-mail"), OnErase.ERASE, _SIGN_IN),
    PersonalField("mfa.authenticator.data", _("secret of the second factor"), OnErase.ERASE, _SIGN_IN),
    PersonalField(
        "accounts.disclosure.query",
        _("filters"),
        OnErase.KEEP,
        _("Shows for which list a colleague gave approval; a search may hold a name."),
    ),
    PersonalField(
        "accounts.disclosure.file",
        _("file"),
        OnErase.ERASE,
        _("A list in full for a purpose that a colleague approved."),
        KEEP.days,
    ),
    PersonalField(
        "core.event.address",
        _("network address"),
        OnErase.KEEP,
        _("Shows from where an account was used; it goes with the event after the record's term."),
    ),
    PersonalField(
        "core.event.reason",
        _("reason"),
        OnErase.KEEP,
        _("The record of events is sealed; other fields of it hold no personal values."),
    ),
)
ROWS = (
    PersonalRows("accounts.person", lambda person: Person.objects.filter(pk=person.pk), people_not_needed),
    PersonalRows("accounts.user", lambda person: User.objects.filter(person=person)),
    PersonalRows(
        "account.emailaddress",
        lambda person: EmailAddress.objects.filter(user__person=person),
        forget=_delete,
    ),
    PersonalRows(
        "mfa.authenticator",
        lambda person: Authenticator.objects.filter(user__person=person),
        forget=_delete,
        shown=_("held encrypted, shown to nobody"),
    ),
    PersonalRows("accounts.disclosure", past=_past_week, forget=_end_all),
    PersonalRows("core.event"),
)
OWN = (
    OwnSection(
        "accounts.user",
        _("Account"),
        lambda person: User.objects.filter(person=person),
        ("is_active", "created_at", "last_login"),
    ),
    OwnSection(
        "accounts.membership",
        _("Units and roles"),
        lambda person: Membership.objects.filter(user__person=person).select_related("unit"),
        ("unit", "role", "starts_at", "ends_at"),
    ),
)
USES = (PersonUse("accounts.membership", staff_since),)
