import datetime as dt
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from accounts.models import Membership, User
from accounts.scope import NOBODY, Scope
from core.actor import Actor as Stamp
from core.enums import ActorKind
from core.exceptions import NotAllowed
from core.models import Job


@dataclass(frozen=True, slots=True)
class Actor(Stamp):
    """The stamp of an event together with what the actor may see."""

    scope: Scope = field(default=NOBODY)


def scope_of(membership: Membership) -> Scope:
    unit = membership.unit
    return Scope(
        role=membership.role,
        user_id=membership.user_id,
        membership_id=membership.pk,
        person_id=membership.user.person_id,
        unit_id=unit.pk,
        owner_id=unit.owner_id or unit.pk,
        region_code=unit.region_id or "",
    )


def actor_of(
    membership: Membership | None, user: User | None = None, request_id: str = "", address: str = ""
) -> Actor:
    """The person behind a request; without a membership an actor that sees nothing."""
    if membership is None:
        kind = ActorKind.PERSON if user else ActorKind.PUBLIC
        return Actor(kind=kind, user_id=user.pk if user else None, request_id=request_id, address=address)
    scope = scope_of(membership)
    return Actor(
        kind=ActorKind.PERSON,
        user_id=scope.user_id,
        membership_id=membership.pk,
        role=membership.role,
        label=str(membership.user),
        realm=str(scope.owner_id),
        request_id=request_id,
        address=address,
        scope=scope,
    )


def system_actor(realm: str = "") -> Actor:
    return Actor(kind=ActorKind.SYSTEM, realm=realm)


def actor_of_job(job: Job, now: dt.datetime) -> Actor:
    """The job's owner as they stand now; raises NotAllowed when the role has ended (T06)."""
    if job.user_number is None or job.membership_number is None:
        return system_actor(job.realm)
    membership = (
        Membership.objects.active(now).filter(pk=job.membership_number, user_id=job.user_number).first()
    )
    if membership is None:
        raise NotAllowed(_("The role in which this work was asked for has ended."))
    return actor_of(membership)
