from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.enums import Role
from accounts.models import Region, Unit
from core.enums import ActorKind
from core.exceptions import NotAllowed
from enrollment.models import Enrollment
from exams.models import Item, ItemPair, VoidRequest
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


def can_write_items(actor: Actor, year: ProgramYear, region_code: str | None) -> bool:
    """The technical lead unit of a province writes, reads and hands up its items, the office those of nobody else (X1)."""
    if actor.kind == ActorKind.SYSTEM:
        return True
    if not region_code:
        return can_manage_bank(actor, year)
    scope = actor.scope
    return (
        scope.role == Role.TECHNICAL_LEAD
        and scope.owner_id == year.program.owner_id
        and scope.region_code == region_code
    )


def check_write_items(actor: Actor, year: ProgramYear, region_code: str | None) -> None:
    if not can_write_items(actor, year, region_code):
        raise NotAllowed(_("Only the technical lead unit of the province writes and hands up its items."))


def can_decide_pair(actor: Actor, year: ProgramYear, pair: ItemPair) -> bool:
    """The office decides about any two items, a province about two of its own."""
    if can_manage_bank(actor, year):
        return True
    own = Item.objects.visible_to(actor.scope).filter(pk__in=(pair.item_id, pair.other_id)).count() == 2
    return own and can_write_items(actor, year, pair.item.region_id)


def check_decide_pair(actor: Actor, year: ProgramYear, pair: ItemPair) -> None:
    if not can_decide_pair(actor, year, pair):
        raise NotAllowed(_("Only the national office decides about items of others."))


def can_confirm_void(actor: Actor, request: VoidRequest) -> bool:
    """A second person of the office that keeps the exam, never the one who asked, whatever role they act in."""
    second = actor.user_id is not None and actor.user_id != request.asked_by_id
    return second and can_manage_bank(actor, request.attempt.enrollment.year)


def check_confirm_void(actor: Actor, request: VoidRequest) -> None:
    if not can_confirm_void(actor, request):
        raise NotAllowed(
            _("A second person of the national office decides, not the one who asked."),
            remedy=_("Ask a colleague of the office to open this page."),
        )


def can_broadcast(actor: Actor, year: ProgramYear, region: Region | None, base: Unit | None) -> bool:
    """The office speaks to all, the technical lead unit to its own province."""
    if can_manage_bank(actor, year):
        return True
    scope = actor.scope
    places = {one for one in (region and region.pk, base and base.region_id) if one}
    own = scope.role == Role.TECHNICAL_LEAD and scope.owner_id == year.program.owner_id
    return own and places == {scope.region_code}


def check_broadcast(actor: Actor, year: ProgramYear, region: Region | None, base: Unit | None) -> None:
    if not can_broadcast(actor, year, region, base):
        raise NotAllowed(
            _("Only the national office, or a province to its own trainees, speaks into the exam.")
        )


def can_take_file(actor: Actor, year: ProgramYear) -> bool:
    """Staff who look after sittings bring an answer file in, each for those they see; never the trainee (X8)."""
    taking = {Role.NATIONAL_OFFICE, Role.TECHNICAL_LEAD, Role.BASE_COORDINATOR}
    return actor.scope.role in taking and actor.scope.owner_id == year.program.owner_id


def check_take_file(actor: Actor, year: ProgramYear) -> None:
    if not can_take_file(actor, year):
        raise NotAllowed(
            _("Only the office, the technical lead unit and the base take answer files."),
            remedy=_("Bring the file to your training base or to the technical lead unit of your province."),
        )
