"""What the door and the walls saw: sign-ins and refusals, in the record of events (T44)."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from accounts.actors import Actor, actor_of
from accounts.models import Membership, User
from core.crypto import keyed_index
from core.enums import ActorKind
from core.events import record
from core.throttle import within

# a loop must not flood the record: so many a minute from one account or address
PER_MINUTE = 30


def note_sign_in(*, user: User, request_id: str, address: str, now: dt.datetime) -> None:
    record("sign_in", user, actor=_actor(user, request_id, address, now), now=now)


def note_sign_out(*, user: User, request_id: str, address: str, now: dt.datetime) -> None:
    record("sign_out", user, actor=_actor(user, request_id, address, now), now=now)


def note_failed_sign_in(*, typed: str, request_id: str, address: str, now: dt.datetime) -> None:
    """From which address, on whose account if there is one; what was typed only as a keyed digest."""
    if not within(f"trace:{address}", PER_MINUTE):
        return
    user = User.objects.filter(username=typed).first()
    realm = _actor(user, request_id, address, now).realm if user else ""
    actor = Actor(kind=ActorKind.PUBLIC, realm=realm, request_id=request_id, address=address)
    record("sign_in_failed", user, actor=actor, now=now, data={"typed": keyed_index(typed, "sign_in")})


def note_failed_code(*, user: User, request_id: str, address: str, now: dt.datetime) -> None:
    """A wrong code of the second factor: the password was right, so the owner should hear of it (T19, ASVS 6.3.5)."""
    if within(f"trace:code:{user.pk}", PER_MINUTE):
        record("second_factor_failed", user, actor=_actor(user, request_id, address, now), now=now)


def note_time_out(*, user: User, idle: bool, request_id: str, address: str, now: dt.datetime) -> None:
    """Signed out by the clock: after doing nothing, or after the longest time (T17)."""
    record("idle_out" if idle else "time_out", user, actor=_actor(user, request_id, address, now), now=now)


def note_view_as_over(*, viewed: int, actor: Actor, now: dt.datetime) -> None:
    """Looking as somebody else ended without the button: by time, or with one of the two roles (P3)."""
    stamped = replace(actor, on_behalf_of_id=viewed)
    record("expire_view_as", Membership.objects.filter(pk=viewed).first(), actor=stamped, now=now)


def note_refusal(*, page: str, status: int, number: Any, actor: Actor, now: dt.datetime) -> None:
    """Somebody asked for what their role does not open, or for an act that is declined."""
    if within(f"trace:{actor.user_id or actor.address}", PER_MINUTE):
        data = {"page": page, "status": status, **({"number": number} if isinstance(number, int) else {})}
        record("be_refused", None, actor=actor, now=now, data=data)


def note_account_act(*, act: str, user: User, request_id: str, address: str, now: dt.datetime) -> None:
    """A password or second factor that its owner changed; `act` as allauth names its notice, others are passed over."""
    if act in _ACCOUNT_ACTS:
        _ACCOUNT_ACTS[act](user, actor=_actor(user, request_id, address, now), now=now)


def _actor(user: User, request_id: str, address: str, now: dt.datetime) -> Actor:
    """As in their first role: the auditor of its office reads it."""
    membership = Membership.objects.active(now).filter(user=user).first()
    return actor_of(membership, user, request_id, address)


_ACCOUNT_ACTS: dict[str, Callable[..., Any]] = {
    "account/email/password_changed": lambda user, **how: record("change_password", user, **how),
    "account/email/password_set": lambda user, **how: record("set_password", user, **how),
    "account/email/password_reset": lambda user, **how: record("reset_password", user, **how),
    "mfa/email/totp_activated": lambda user, **how: record("add_second_factor", user, **how),
    "mfa/email/totp_deactivated": lambda user, **how: record("remove_second_factor", user, **how),
    "mfa/email/recovery_codes_generated": lambda user, **how: record("make_recovery_codes", user, **how),
}
