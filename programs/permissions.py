from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.enums import Role
from accounts.models import Unit
from core.enums import ActorKind
from core.exceptions import NotAllowed
from programs.models import Duty, ProgramYear

RECORDING_ROLES = frozenset(
    {Role.NATIONAL_OFFICE, Role.TECHNICAL_LEAD, Role.ADMINISTRATIVE, Role.BASE_COORDINATOR, Role.APPLICANT}
)


def can_manage_year(actor: Actor, year: ProgramYear) -> bool:
    """Only the national office that owns the program changes its years."""
    return actor.kind == ActorKind.SYSTEM or (
        actor.scope.role == Role.NATIONAL_OFFICE and actor.scope.owner_id == year.program.owner_id
    )


def check_manage_year(actor: Actor, year: ProgramYear) -> None:
    if not can_manage_year(actor, year):
        raise NotAllowed(_("Only the national office that owns the program may change its year."))


def can_record_duty(actor: Actor, duty: Duty, unit: Unit) -> bool:
    """The unit that holds the duty says for itself that it is done."""
    return (
        actor.scope.role in RECORDING_ROLES and unit.pk == actor.scope.unit_id and unit.kind in duty.holders
    )


def check_record_duty(actor: Actor, duty: Duty, unit: Unit) -> None:
    if not can_record_duty(actor, duty, unit):
        raise NotAllowed(_("This duty is not one of your unit."))
