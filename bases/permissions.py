"""Who fills in, who decides, who reviews."""

from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.enums import Role
from bases.enums import DecidingBody
from bases.models import Application, Call, Review
from core.enums import ActorKind
from core.exceptions import NotAllowed
from programs.models import ProgramYear


def can_apply(actor: Actor, call: Call) -> bool:
    """A hospital under the office that calls."""
    scope = actor.scope
    return scope.role == Role.APPLICANT and scope.owner_id == call.year.program.owner_id


def check_apply(actor: Actor, call: Call) -> None:
    if not can_apply(actor, call):
        raise NotAllowed(_("Only a hospital applies under this call."))


def can_fill(actor: Actor, application: Application) -> bool:
    """The hospital itself."""
    return actor.scope.role == Role.APPLICANT and actor.scope.unit_id == application.unit_id


def check_fill(actor: Actor, application: Application) -> None:
    if not can_fill(actor, application):
        raise NotAllowed(_("Only the hospital itself changes its application."))


def can_decide(actor: Actor, application: Application) -> bool:
    """The body the call names: the national office, or the technical lead unit of the hospital's province (B1)."""
    scope = actor.scope
    if actor.kind == ActorKind.SYSTEM:
        return True
    if scope.owner_id != application.year.program.owner_id:
        return False
    if application.call.deciding == DecidingBody.NATIONAL:
        return scope.role == Role.NATIONAL_OFFICE
    return scope.role == Role.TECHNICAL_LEAD and scope.region_code == application.region_id


def check_decide(actor: Actor, application: Application) -> None:
    if not can_decide(actor, application):
        raise NotAllowed(_("Only the body that decides this call may do this."))


def can_print(actor: Actor, application: Application) -> bool:
    """The hospital its own; who decides, what was handed in. Phones and addresses stand on the forms."""
    return can_fill(actor, application) or (
        not application.is_with_hospital and can_decide(actor, application)
    )


def check_print(actor: Actor, application: Application) -> None:
    if not can_print(actor, application):
        raise NotAllowed(_("The printed forms are for the hospital and the body that decides."))


def can_review(actor: Actor, review: Review) -> bool:
    """The expert to whom it was given, in that very role."""
    return actor.scope.role == Role.EXPERT and actor.scope.membership_id == review.expert_id


def check_review(actor: Actor, review: Review) -> None:
    if not can_review(actor, review):
        raise NotAllowed(_("This review was given to somebody else."))


def can_name_base(actor: Actor, year: ProgramYear) -> bool:
    """The technical lead unit names its province's bases (B6)."""
    return actor.scope.role == Role.TECHNICAL_LEAD and actor.scope.owner_id == year.program.owner_id


def check_name_base(actor: Actor, year: ProgramYear) -> None:
    if not can_name_base(actor, year):
        raise NotAllowed(_("Only the technical lead unit of the province names its bases."))
