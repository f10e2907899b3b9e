from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.enums import Role
from core.enums import ActorKind
from core.exceptions import NotAllowed
from enrollment.models import Enrollment
from programs.models import ProgramYear


def _is_system(actor: Actor) -> bool:
    return actor.kind == ActorKind.SYSTEM


def can_keep_roster(actor: Actor, year: ProgramYear, region_code: str) -> bool:
    """The province's coordinator uploads, approves, replaces and submits; nobody else."""
    scope = actor.scope
    return _is_system(actor) or (
        scope.role == Role.TECHNICAL_LEAD
        and scope.region_code == region_code
        and scope.owner_id == year.program.owner_id
    )


def check_keep_roster(actor: Actor, year: ProgramYear, region_code: str) -> None:
    if not can_keep_roster(actor, year, region_code):
        raise NotAllowed(_("Only the coordinator of the province keeps its roster."))


def can_decide_roster(actor: Actor, year: ProgramYear) -> bool:
    """The national office that owns the program accepts, returns and locks."""
    return _is_system(actor) or (
        actor.scope.role == Role.NATIONAL_OFFICE and actor.scope.owner_id == year.program.owner_id
    )


def check_decide_roster(actor: Actor, year: ProgramYear) -> None:
    if not can_decide_roster(actor, year):
        raise NotAllowed(_("Only the national office decides on rosters."))


def can_keep_enrollment(actor: Actor, enrollment: Enrollment) -> bool:
    return can_keep_roster(actor, enrollment.year, enrollment.region_id)


def check_keep_enrollment(actor: Actor, enrollment: Enrollment) -> None:
    check_keep_roster(actor, enrollment.year, enrollment.region_id)
