from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.enums import Role
from core.enums import ActorKind
from core.exceptions import NotAllowed
from courses.models import ClassSession, Faculty, Lesson
from enrollment.models import Enrollment
from programs.models import ProgramYear
from programs.permissions import can_manage_year


def can_study(actor: Actor, enrollment: Enrollment) -> bool:
    """Only the trainee watches and answers."""
    return actor.kind == ActorKind.SYSTEM or (
        actor.scope.role == Role.TRAINEE and actor.scope.person_id == enrollment.person_id
    )


def check_study(actor: Actor, enrollment: Enrollment) -> None:
    if not can_study(actor, enrollment):
        raise NotAllowed(_("Only the trainee may do this."))


def can_manage_plan(actor: Actor, year: ProgramYear) -> bool:
    """The national office decides on topics, publication and the plan."""
    return can_manage_year(actor, year)


def check_manage_plan(actor: Actor, year: ProgramYear) -> None:
    if not can_manage_plan(actor, year):
        raise NotAllowed(_("Only the national office decides on the lesson plan."))


def can_supply(actor: Actor, year: ProgramYear, region_code: str) -> bool:
    """The technical lead unit supplies its province's lessons; the office may enter those the committee assigns."""
    if actor.kind == ActorKind.SYSTEM or can_manage_year(actor, year):
        return True
    scope = actor.scope
    return (
        scope.role == Role.TECHNICAL_LEAD
        and scope.owner_id == year.program.owner_id
        and scope.region_code == region_code
    )


def check_supply(actor: Actor, year: ProgramYear, region_code: str) -> None:
    if not can_supply(actor, year, region_code):
        raise NotAllowed(_("Only the technical lead unit of the province supplies its lessons."))


def can_review(actor: Actor, lesson: Lesson) -> bool:
    """Experts and the office of the program review the content of a recorded lesson (C4)."""
    return actor.kind == ActorKind.SYSTEM or (
        actor.scope.role in {Role.EXPERT, Role.NATIONAL_OFFICE} and actor.scope.owner_id == lesson.owner_id
    )


def check_review(actor: Actor, lesson: Lesson) -> None:
    if not can_review(actor, lesson):
        raise NotAllowed(_("Only experts and the national office review lessons."))


def can_hold_sessions(actor: Actor, year: ProgramYear, region_code: str, base_id: int | None) -> bool:
    """The technical lead unit for its province, a base for what it holds itself (C8)."""
    if actor.kind == ActorKind.SYSTEM:
        return True
    scope = actor.scope
    if scope.owner_id != year.program.owner_id or scope.region_code != region_code:
        return False
    if scope.role == Role.BASE_COORDINATOR:
        return base_id is not None and base_id == scope.unit_id
    return scope.role == Role.TECHNICAL_LEAD


def check_hold_sessions(actor: Actor, year: ProgramYear, region_code: str, base_id: int | None) -> None:
    if not can_hold_sessions(actor, year, region_code, base_id):
        raise NotAllowed(
            _("Only the technical lead unit of the province and the base that holds the session may do this.")
        )


def can_record_attendance(actor: Actor, session: ClassSession) -> bool:
    return can_hold_sessions(actor, session.year, session.region_id, session.base_id)


def check_record_attendance(actor: Actor, session: ClassSession) -> None:
    check_hold_sessions(actor, session.year, session.region_id, session.base_id)


def can_record_results(actor: Actor, year: ProgramYear, region_code: str) -> bool:
    """The province's own assessment: its technical lead unit, or a base for those placed with it (C12)."""
    if actor.kind == ActorKind.SYSTEM:
        return True
    scope = actor.scope
    return (
        scope.role in {Role.TECHNICAL_LEAD, Role.BASE_COORDINATOR}
        and scope.owner_id == year.program.owner_id
        and scope.region_code == region_code
    )


def check_record_results(actor: Actor, year: ProgramYear, region_code: str) -> None:
    if not can_record_results(actor, year, region_code):
        raise NotAllowed(_("Only the province and its bases record results of the offline assessment."))


def can_list_faculty(actor: Actor) -> bool:
    """Provinces and bases keep their lists, the office its own (C11)."""
    return actor.kind == ActorKind.SYSTEM or actor.scope.role in {
        Role.NATIONAL_OFFICE, Role.TECHNICAL_LEAD, Role.BASE_COORDINATOR,
    }  # fmt: skip


def check_list_faculty(actor: Actor) -> None:
    if not can_list_faculty(actor):
        raise NotAllowed(_("Only the office, provinces and bases list lecturers."))


def can_confirm_faculty(actor: Actor, lecturer: Faculty) -> bool:
    """Online lecturers are confirmed nationally (C11)."""
    return actor.kind == ActorKind.SYSTEM or (
        actor.scope.role == Role.NATIONAL_OFFICE and actor.scope.owner_id == lecturer.owner_id
    )


def check_confirm_faculty(actor: Actor, lecturer: Faculty) -> None:
    if not can_confirm_faculty(actor, lecturer):
        raise NotAllowed(_("Only the national office confirms lecturers."))
