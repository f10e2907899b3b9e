from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.enums import Role
from core.enums import ActorKind
from core.exceptions import NotAllowed
from enrollment.models import Enrollment
from programs.models import ProgramYear
from programs.permissions import can_manage_year


def can_sit(actor: Actor, enrollment: Enrollment) -> bool:
    """Only the trainee signs up, sits and hands in."""
    return actor.kind == ActorKind.SYSTEM or (
        actor.scope.role == Role.TRAINEE and actor.scope.person_id == enrollment.person_id
    )


def check_sit(actor: Actor, enrollment: Enrollment) -> None:
    if not can_sit(actor, enrollment):
        raise NotAllowed(_("Only the trainee may do this in the exam."))


def can_manage_bank(actor: Actor, year: ProgramYear) -> bool:
    """The national office that owns the program keeps bank, blueprint, windows and the pile of late answers."""
    return can_manage_year(actor, year)


def check_manage_bank(actor: Actor, year: ProgramYear) -> None:
    if not can_manage_bank(actor, year):
        raise NotAllowed(_("Only the national office keeps the item bank and the exam."))


def can_submit_items(actor: Actor, year: ProgramYear, region_code: str) -> bool:
    """The technical lead unit of the province hands up its items (X1)."""
    if actor.kind == ActorKind.SYSTEM:
        return True
    scope = actor.scope
    return (
        scope.role == Role.TECHNICAL_LEAD
        and scope.owner_id == year.program.owner_id
        and scope.region_code == region_code
    )


def check_submit_items(actor: Actor, year: ProgramYear, region_code: str) -> None:
    if not can_submit_items(actor, year, region_code):
        raise NotAllowed(_("Only the technical lead unit of the province hands up its items."))
