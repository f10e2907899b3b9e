from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.enums import Role
from accounts.personal import Secret
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


def can_ask_for_transfer(actor: Actor, year: ProgramYear, giver: str) -> bool:
    """The province that gives the seats, or the office itself."""
    return can_keep_roster(actor, year, giver) or can_decide_roster(actor, year)


def check_ask_for_transfer(actor: Actor, year: ProgramYear, giver: str) -> None:
    if not can_ask_for_transfer(actor, year, giver):
        raise NotAllowed(_("Only the province that gives the seats, or the national office, moves them."))


def can_keep_enrollment(actor: Actor, enrollment: Enrollment) -> bool:
    return can_keep_roster(actor, enrollment.year, enrollment.region_id)


def check_keep_enrollment(actor: Actor, enrollment: Enrollment) -> None:
    check_keep_roster(actor, enrollment.year, enrollment.region_id)


def can_reveal(actor: Actor, enrollment: Enrollment, secret: Secret) -> bool:
    """Identity numbers: the coordinator of the province and the office. Phones: also whoever looks after the person."""
    if can_keep_enrollment(actor, enrollment) or can_decide_roster(actor, enrollment.year):
        return actor.user_id is not None
    return secret == Secret.PHONE and is_own_person(actor, enrollment)


def is_own_person(actor: Actor, enrollment: Enrollment) -> bool:
    """Whether the trainee is of the actor's own province or placed at the actor's own base."""
    scope = actor.scope
    if scope.is_provincial:
        own = scope.region_code == enrollment.region_id
        return own and scope.owner_id == enrollment.year.program.owner_id
    at_base = scope.role == Role.BASE_COORDINATOR
    return at_base and enrollment.placements.filter(base=scope.unit_id).exists()


def check_reveal(actor: Actor, enrollment: Enrollment, secret: Secret) -> None:
    if not can_reveal(actor, enrollment, secret):
        raise NotAllowed(
            _("Your role does not see this in full."),
            remedy=_("Ask the coordinator of the person's province."),
        )


def check_own(actor: Actor, enrollment: Enrollment) -> None:
    if not (actor.scope.is_trainee and actor.scope.person_id == enrollment.person_id):
        raise NotAllowed(_("Only the trainee says this of themself."))


def can_ask_for_change(actor: Actor, enrollment: Enrollment) -> bool:
    """A trainee, of what is held about them."""
    return actor.scope.is_trainee and actor.scope.person_id == enrollment.person_id


def check_ask_for_change(actor: Actor, enrollment: Enrollment) -> None:
    if not can_ask_for_change(actor, enrollment):
        raise NotAllowed(_("Only the trainee asks for a correction of their own data."))
