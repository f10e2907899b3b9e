"""Roles in units: given, limited in time, taken away, given again (P3). They count from the next request on (T06)."""

import datetime as dt
import re

from django.db import transaction
from django.utils.translation import gettext as _
from pypinyin import lazy_pinyin

from accounts.actors import Actor
from accounts.enums import Role
from accounts.models import AccessCode, Membership, Person, Unit, User
from accounts.permissions import check_keep_membership, check_keep_people, check_not_oneself
from accounts.queries.memberships import is_last_keeper
from accounts.rules.memberships import is_reserved, may_hold
from accounts.services.owners import ENDED, GIVEN, LIMITED, tell_owners
from accounts.signin import account_of
from core.events import record
from core.exceptions import Refusal
from core.values import printed_day

_LOGIN_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{2,39}")


@transaction.atomic
def invite(
    *,
    unit: Unit,
    role: str,
    name: str,
    login_name: str = "",
    phone: str = "",
    email: str = "",
    ends_at: dt.datetime | None = None,
    actor: Actor,
    now: dt.datetime,
) -> Membership:
    """A role in the unit, for somebody new or for the owner of `login_name` when `name` is theirs.

    Whoever is new gets person and account at once; the account opens with a code (services.codes).
    """
    check_keep_people(actor, unit)
    _check_role(unit, role)
    _check_end(ends_at, now)
    known = account_of(login_name) if login_name else None
    user = _owner(known, name) if known else _new_user(name, login_name, phone, email, now)
    check_not_oneself(actor, user.pk)
    if Membership.objects.not_ended(now).filter(user=user, unit=unit, role=role).exists():
        raise Refusal(
            _("%(name)s has this role in the unit already.") % {"name": user},
            remedy=_("Open the person's page to change until when."),
        )
    membership = Membership.objects.create(user=user, unit=unit, role=role, starts_at=now, ends_at=ends_at)
    data = {"ends_at": [None, _printed(ends_at)]} if ends_at else {}
    record("invite", membership, actor=actor, now=now, data=data)
    tell_owners([user.pk], GIVEN, unit=unit, actor=actor, now=now)
    return membership


def _check_role(unit: Unit, role: str) -> None:
    if unit.closed_at is not None:
        raise Refusal(_("The unit is closed."), remedy=_("The national office can open it again."))
    if not may_hold(unit.kind, role):
        raise Refusal(
            _("A unit of this kind does not give the role “%(role)s”.") % {"role": Role(role).label},
            remedy=_("Choose one of the roles that the form offers."),
        )


def _check_end(ends_at: dt.datetime | None, now: dt.datetime) -> None:
    if ends_at is not None and ends_at <= now:
        raise Refusal(_("This day is over already."), remedy=_("Choose today or a later day, or none."))


def _owner(user: User, name: str) -> User:
    """The account's owner, once the name is theirs: a login name alone gives nobody a role by mistake."""
    if str(user) != name or not user.is_active:
        raise Refusal(
            _("The login name “%(login)s” belongs to an account with another name.")
            % {"login": user.username},
            remedy=_(
                "If it is the same person, type the name as it stands in the account. If not, choose another login name."
            ),
        )
    return user


def _new_user(name: str, login_name: str, phone: str, email: str, now: dt.datetime) -> User:
    username = login_name.lower() or free_login_name(name)
    if not _LOGIN_NAME.fullmatch(username):
        raise Refusal(
            _("“%(login)s” cannot be a login name.") % {"login": login_name},
            remedy=_(
                "Use 3 to 40 letters, digits, dots or dashes; leave it empty and one is made from the name."
            ),
        )
    if is_reserved(username):
        raise Refusal(
            _("“%(login)s” may be the registration number of a trainee, now or later.") % {"login": username},
            remedy=_("Choose a login name that does not look like one."),
        )
    person = Person.objects.create(name=name, phone=phone, email=email)
    return User.objects.create_user(username, None, person=person, email=email, created_at=now)


def free_login_name(name: str) -> str:
    """The name in pinyin, with a number from 2 on where others have it."""
    stem = re.sub(r"[^a-z0-9]", "", "".join(lazy_pinyin(name)).lower())[:30]
    stem = stem if len(stem) > 2 else f"user{stem}"
    taken = set(User.objects.filter(username__istartswith=stem).values_list("username", flat=True))
    taken = {username.lower() for username in taken}
    number = 1
    while (found := f"{stem}{number if number > 1 else ''}") in taken:
        number += 1
    return found


def _printed(ends_at: dt.datetime | None) -> str | None:
    return printed_day(ends_at).isoformat() if ends_at else None


def _locked(membership: Membership, actor: Actor) -> Membership:
    row = Membership.objects.select_for_update(of=("self",)).select_related("unit", "user__person")
    found = row.get(pk=membership.pk)
    check_keep_membership(actor, found)
    return found


def _check_running(membership: Membership, now: dt.datetime) -> None:
    if membership.ends_at is not None and membership.ends_at <= now:
        raise Refusal(_("This role has ended already."), remedy=_("Give it again on the person's page."))


@transaction.atomic
def limit(
    *,
    membership: Membership,
    ends_at: dt.datetime | None,
    reason: str = "",
    actor: Actor,
    now: dt.datetime,
) -> Membership:
    """Until when the role holds; None for without end. The last who keeps a unit's people is limited with a reason."""
    row = _locked(membership, actor)
    _check_running(row, now)
    _check_end(ends_at, now)
    if ends_at and not reason.strip() and is_last_keeper(row, now):
        raise Refusal(
            _("%(name)s is the last who keeps the people of the unit.") % {"name": row.user},
            remedy=_("Say why in the reason, or invite a successor first."),
        )
    before, row.ends_at = row.ends_at, ends_at
    row.save(update_fields=["ends_at"])
    data = {"ends_at": [_printed(before), _printed(ends_at)]}
    record("limit_role", row, actor=actor, now=now, reason=reason, data=data)
    tell_owners([row.user_id], LIMITED, unit=row.unit, actor=actor, now=now)
    return row


@transaction.atomic
def end(*, membership: Membership, reason: str, actor: Actor, now: dt.datetime) -> Membership:
    """The role is gone at the person's next request, and codes handed out for the account are void."""
    row = _locked(membership, actor)
    _check_running(row, now)
    if not reason.strip():
        raise Refusal(
            _("A role is taken away with a reason."), remedy=_("Say why; it is kept in the record.")
        )
    # a role that was to begin later ends as it begins
    row.ends_at = max(now, row.starts_at + dt.timedelta(microseconds=1))
    row.save(update_fields=["ends_at"])
    AccessCode.objects.usable(now).filter(user=row.user_id).update(voided_at=now)
    record("end_role", row, actor=actor, now=now, reason=reason)
    tell_owners([row.user_id], ENDED, unit=row.unit, actor=actor, now=now)
    return row


@transaction.atomic
def reopen(*, membership: Membership, reason: str, actor: Actor, now: dt.datetime) -> Membership:
    """Give an ended role again, without end."""
    row = _locked(membership, actor)
    _check_role(row.unit, row.role)
    if row.ends_at is None or row.ends_at > now:
        raise Refusal(_("This role is in force."), remedy=_("Nothing needs to be done."))
    if not reason.strip():
        raise Refusal(
            _("A role is given again with a reason."), remedy=_("Say why; it is kept in the record.")
        )
    others = Membership.objects.not_ended(now).filter(user=row.user_id, unit=row.unit_id, role=row.role)
    if others.exists():
        raise Refusal(
            _("%(name)s has this role in the unit already.") % {"name": row.user},
            remedy=_("Nothing needs to be done."),
        )
    row.ends_at = None
    row.save(update_fields=["ends_at"])
    record("reopen_role", row, actor=actor, now=now, reason=reason)
    tell_owners([row.user_id], GIVEN, unit=row.unit, actor=actor, now=now)
    return row
