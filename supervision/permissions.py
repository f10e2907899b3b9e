from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.enums import Role
from core.enums import ActorKind
from core.exceptions import NotAllowed
from programs.models import ProgramYear
from programs.permissions import can_manage_year
from supervision.models import Scorecard

ASSESSED_ROLES = frozenset({Role.TECHNICAL_LEAD, Role.ADMINISTRATIVE, Role.BASE_COORDINATOR})
REVIEWING_ROLES = frozenset({Role.NATIONAL_OFFICE, Role.EXPERT})


def can_assess(actor: Actor, card: Scorecard) -> bool:
    """A unit assesses itself (S4)."""
    return can_record(actor, card.year) and actor.scope.unit_id == card.unit_id


def check_assess(actor: Actor, card: Scorecard) -> None:
    if not can_assess(actor, card):
        raise NotAllowed(_("Only the unit itself fills in its self-assessment."))


def can_review(actor: Actor, card: Scorecard) -> bool:
    """The office that owns the program and its experts review (000 六(三))."""
    scope = actor.scope
    return scope.role in REVIEWING_ROLES and scope.owner_id == card.year.program.owner_id


def check_review(actor: Actor, card: Scorecard) -> None:
    if not can_review(actor, card):
        raise NotAllowed(_("Only the national office and its experts review scorecards."))


def can_manage_scorecards(actor: Actor, year: ProgramYear) -> bool:
    """Opening, finalizing, reopening and thresholds of provinces are the office's."""
    return can_manage_year(actor, year)


def check_manage_scorecards(actor: Actor, year: ProgramYear) -> None:
    if not can_manage_scorecards(actor, year):
        raise NotAllowed(_("Only the national office that owns the program may do this with scorecards."))


def can_record(actor: Actor, year: ProgramYear) -> bool:
    """Units that take part record their own activities and money."""
    scope = actor.scope
    return (
        scope.role in ASSESSED_ROLES and scope.owner_id == year.program.owner_id and scope.unit_id is not None
    )


def check_record(actor: Actor, year: ProgramYear) -> None:
    if not can_record(actor, year):
        raise NotAllowed(_("Only units that take part in the program record activities and funds."))


def check_own(actor: Actor, year: ProgramYear, unit_id: int) -> None:
    """A unit takes back what it recorded itself, nothing of another unit."""
    check_record(actor, year)
    if actor.scope.unit_id != unit_id:
        raise NotAllowed(_("Only the unit that recorded this may take it back."))


def can_keep_file(actor: Actor, year: ProgramYear, region_code: str) -> bool:
    """Both units of a province keep its file (P5)."""
    scope = actor.scope
    return (
        scope.is_provincial and scope.region_code == region_code and scope.owner_id == year.program.owner_id
    )


def check_keep_file(actor: Actor, year: ProgramYear, region_code: str) -> None:
    if not can_keep_file(actor, year, region_code):
        raise NotAllowed(_("Only the two units of the province keep its file."))


def can_open_rows(actor: Actor) -> bool:
    """Experts judge by figures and papers; the people behind a figure stay with office, province and base."""
    return actor.kind == ActorKind.SYSTEM or actor.scope.role != Role.EXPERT
