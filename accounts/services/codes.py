"""One-time codes on paper, for people without e-mail: they set the own password with them (T20b).

Nobody sets a password for another. A code is shown once when it is issued and kept as a keyed digest; it serves once,
until it expires, and not after five wrong tries; a new one voids the older.
"""

import datetime as dt
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.actors import Actor, actor_of
from accounts.enums import CodePurpose
from accounts.models import AccessCode, Membership, User
from accounts.permissions import can_keep_people, check_issue_code
from accounts.queries.memberships import roles_of_users
from accounts.rules.memberships import CODE_LENGTH, CODE_LETTERS, clean_code
from accounts.services.owners import CODE, tell_owners
from accounts.signin import account_of
from core.crypto import keyed_index
from core.events import record, record_many
from core.exceptions import Refusal

MAX_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Slip:
    """What is handed to one person; `code` exists nowhere else."""

    user: User
    code: str
    purpose: CodePurpose
    expires_at: dt.datetime


@transaction.atomic
def issue_codes(*, memberships: Sequence[Membership], actor: Actor, now: dt.datetime) -> list[Slip]:
    """One slip a person, for members whom the actor keeps in every unit where they have a role.

    With less, whoever invites a person into the own unit could take over what that person may do elsewhere.
    """
    if not memberships:
        raise Refusal(_("Nobody is chosen."), remedy=_("Tick the people who need a code."))
    roles = roles_of_users({row.user_id for row in memberships}, now)
    about = {row.user_id: row for row in memberships}
    for row in about.values():
        _check_whole(actor, row, roles[row.user_id])
    return write_codes(about=about, actor=actor, now=now)


def _check_whole(actor: Actor, row: Membership, roles: list[Membership]) -> None:
    check_issue_code(actor, row)
    if not roles:
        raise Refusal(
            _("%(name)s has no role any more.") % {"name": row.user}, remedy=_("Give the role again first.")
        )
    if not all(can_keep_people(actor, other.unit) for other in roles):
        raise Refusal(
            _("%(name)s has a role in another unit, too.") % {"name": row.user},
            remedy=_("The national office issues the code, or the person resets the password by e-mail."),
        )


@transaction.atomic
def write_codes(*, about: Mapping[int, models.Model], actor: Actor, now: dt.datetime) -> list[Slip]:
    """Codes for the accounts `about` names (user → what the event is about); the caller has checked the right to them."""
    if len(about) > MAX_AT_ONCE:
        raise Refusal(
            _("More than %(max)s codes at once.") % {"max": MAX_AT_ONCE}, remedy=_("Choose fewer people.")
        )
    users = list(
        User.objects.select_for_update(of=("self",))
        .select_related("person")
        .filter(pk__in=about, is_active=True)
        .order_by("pk")
    )
    if len(users) < len(about):
        raise Refusal(
            _("An account among these is closed."), remedy=_("Choose again without it; the list shows which.")
        )
    slips = [_slip(user, now) for user in users]
    AccessCode.objects.usable(now).filter(user__in=users).update(voided_at=now)
    AccessCode.objects.bulk_create(
        AccessCode(
            user=slip.user,
            purpose=slip.purpose,
            digest=_digest(slip.user.pk, slip.code),
            issued_at=now,
            issued_by=actor.membership_id,
            expires_at=slip.expires_at,
        )
        for slip in slips
    )
    record_many("issue_code", about.values(), actor=actor, now=now)
    tell_owners(about, CODE, actor=actor, now=now)
    return slips


def _slip(user: User, now: dt.datetime) -> Slip:
    code = "".join(secrets.choice(CODE_LETTERS) for _position in range(CODE_LENGTH))
    if user.has_usable_password():
        return Slip(user, code, CodePurpose.RESET, now + dt.timedelta(hours=settings.RESET_CODE_HOURS))
    return Slip(user, code, CodePurpose.ACTIVATION, now + dt.timedelta(days=settings.ACTIVATION_CODE_DAYS))


def _digest(user_id: int, code: str) -> str:
    return keyed_index(f"{user_id}:{clean_code(code)}", "access_code")


def use_code(*, login_name: str, code: str, password: str, actor: Actor, now: dt.datetime) -> User:
    """The account's owner sets the password; one answer for a wrong name and for every reason why a code is no good.

    The refusal is raised after the commit: the wrong try counts and stands in the record.
    """
    with transaction.atomic():
        user = account_of(login_name)
        taken = _take(user.pk if user and user.is_active else 0, code, now)
        stamp = _stamp(user, actor, taken=taken, now=now)
        if user and taken:
            _check_password(password, user)
            user.set_password(password)
            user.save(update_fields=["password"])
            record("use_code", user, actor=stamp, now=now)
        else:
            record("refuse_code", user, actor=stamp, now=now)
    if user is None or not taken:
        raise Refusal(
            _("Login name and code do not fit, or the code is used up or expired."),
            remedy=_("Look at the slip again; whoever gave it to you can issue a new one at any time."),
        )
    return user


def _check_password(password: str, user: User) -> None:
    """What only the account can judge, such as earlier passwords; the code is not spent by it."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Refusal(" ".join(error.messages), remedy=_("Choose another password.")) from error


def _take(user_id: int, code: str, now: dt.datetime) -> bool:
    """Pay with a try, then take the code by one guarded UPDATE; whoever waits here finds it taken."""
    paid = AccessCode.objects.usable(now).filter(user_id=user_id).update(tries=F("tries") + 1)
    if not paid:
        return False
    taken = AccessCode.objects.filter(
        user_id=user_id,
        digest=_digest(user_id, code),
        used_at=None,
        voided_at=None,
        expires_at__gt=now,
    ).update(used_at=now)
    return bool(taken)


def _stamp(user: User | None, actor: Actor, *, taken: bool, now: dt.datetime) -> Actor:
    """The owner once the code has shown who it is; before that a stranger at the door of the owner's office."""
    if user is None:
        return actor
    membership = Membership.objects.active(now).filter(user=user).first()
    owner = actor_of(membership, user, actor.request_id)
    return owner if taken else replace(actor, realm=owner.realm)
