from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.enums import DISCLOSERS, Role
from accounts.models import Announcement, Disclosure, Membership, Notice, Unit
from accounts.rules.memberships import KEEPERS
from accounts.rules.notices import addressable_roles
from core.enums import ActorKind
from core.exceptions import NotAllowed


def can_announce(actor: Actor) -> bool:
    """The national office writes to its people, a technical lead unit to those of its province."""
    return bool(addressable_roles(actor.scope.role)) and actor.scope.unit_id is not None


def check_announce(actor: Actor) -> None:
    if not can_announce(actor):
        raise NotAllowed(_("Only the national office and technical lead units publish announcements."))


def can_keep_announcement(actor: Actor, announcement: Announcement) -> bool:
    """The sending unit's own people change, publish and withdraw it."""
    return can_announce(actor) and actor.scope.unit_id == announcement.unit_id


def check_keep_announcement(actor: Actor, announcement: Announcement) -> None:
    if not can_keep_announcement(actor, announcement):
        raise NotAllowed(_("Only the unit that wrote this announcement may do this."))


def check_own_notice(actor: Actor, notice: Notice) -> None:
    """A notice is read by whom it was sent to, in the role it was sent to; whoever looks as them does not read it."""
    if actor.membership_id != notice.membership_id:
        raise NotAllowed(_("This notice is addressed to somebody else."))


# People and units


def _rules_over(actor: Actor, unit: Unit) -> bool:
    """The national office over the unit, or of the unit itself; the system at an installation's first start."""
    scope = actor.scope
    office = scope.role == Role.NATIONAL_OFFICE and scope.owner_id == (unit.owner_id or unit.pk)
    return office or actor.kind == ActorKind.SYSTEM


def can_keep_people(actor: Actor, unit: Unit) -> bool:
    """Each unit keeps its own people, the national office those of all its units (P3)."""
    own = actor.scope.unit_id == unit.pk and actor.scope.role in KEEPERS
    return own or _rules_over(actor, unit)


def check_keep_people(actor: Actor, unit: Unit) -> None:
    if not can_keep_people(actor, unit):
        raise NotAllowed(_("The unit itself and its national office keep its people; nobody else."))


def can_keep_membership(actor: Actor, membership: Membership) -> bool:
    """As can_keep_people; but nobody keeps the own roles, and a trainee's come from the roster."""
    return (
        can_keep_people(actor, membership.unit)
        and membership.user_id != actor.user_id
        and membership.role != Role.TRAINEE
    )


def check_keep_membership(actor: Actor, membership: Membership) -> None:
    check_keep_people(actor, membership.unit)
    check_not_oneself(actor, membership.user_id)
    if membership.role == Role.TRAINEE:
        raise NotAllowed(
            _("A trainee's role comes from the roster."),
            remedy=_("The province withdraws the trainee there."),
        )


def check_not_oneself(actor: Actor, user_id: int) -> None:
    if user_id == actor.user_id:
        raise NotAllowed(
            _("Nobody changes the own roles."),
            remedy=_("Ask a colleague of the unit, or the national office."),
        )


def can_issue_code(actor: Actor, membership: Membership) -> bool:
    """Whoever keeps the unit's people, trainees included; nobody for themselves."""
    return can_keep_people(actor, membership.unit) and membership.user_id != actor.user_id


def check_issue_code(actor: Actor, membership: Membership) -> None:
    if not can_issue_code(actor, membership):
        raise NotAllowed(
            _("No code for %(name)s from you.") % {"name": membership.user},
            remedy=_("Codes are issued by a colleague of the person's unit, or by the national office."),
        )


def can_reset_second_factor(actor: Actor, membership: Membership) -> bool:
    """Whoever may issue the person's codes; nobody for themselves."""
    return can_issue_code(actor, membership)


def check_reset_second_factor(actor: Actor, membership: Membership) -> None:
    if not can_reset_second_factor(actor, membership):
        raise NotAllowed(
            _("The second factor of %(name)s is not yours to take off.") % {"name": membership.user},
            remedy=_("A colleague of the person's unit or the national office does it."),
        )


def can_keep_unit(actor: Actor, unit: Unit) -> bool:
    """The national office opens, corrects and closes the units under it; never itself."""
    return _rules_over(actor, unit) and unit.owner_id is not None


def check_keep_unit(actor: Actor, unit: Unit) -> None:
    if not can_keep_unit(actor, unit):
        raise NotAllowed(_("Only the national office keeps the units under it."))


# The registry of institutions


def can_keep_institution(actor: Actor, region_code: str) -> bool:
    """A national office keeps the whole registry, a technical lead unit the part of its province (E17)."""
    scope = actor.scope
    own = scope.role == Role.TECHNICAL_LEAD and bool(scope.region_code)
    return (
        actor.kind == ActorKind.SYSTEM
        or scope.role == Role.NATIONAL_OFFICE
        or (own and region_code[:2] == scope.region_code[:2])
    )


def check_keep_institution(actor: Actor, region_code: str) -> None:
    if not can_keep_institution(actor, region_code):
        raise NotAllowed(
            _(
                "The national office and the technical lead unit of the province keep the registry of institutions."
            )
        )


# View as


def can_view_as(actor: Actor, membership: Membership) -> bool:
    """The national office, as another person of its units; not while looking as somebody already."""
    office = actor.scope.role == Role.NATIONAL_OFFICE and actor.on_behalf_of_id is None
    owner = membership.unit.owner_id or membership.unit_id
    return office and actor.scope.owner_id == owner and membership.user_id != actor.user_id


def check_view_as(actor: Actor, membership: Membership) -> None:
    if not can_view_as(actor, membership):
        raise NotAllowed(_("Only the national office looks as another person of its units."))


# Lists in full


def can_ask_in_full(actor: Actor) -> bool:
    """The national office and technical lead units, whoever acts in their own name."""
    return actor.scope.role in DISCLOSERS and actor.on_behalf_of_id is None


def check_ask_in_full(actor: Actor) -> None:
    if not can_ask_in_full(actor):
        raise NotAllowed(_("Only the national office and technical lead units ask for lists in full."))


def can_decide_in_full(actor: Actor, disclosure: Disclosure) -> bool:
    """A second person of the same unit and role, never the one who asked."""
    asked, scope = disclosure.membership, actor.scope
    second = actor.user_id is not None and actor.user_id != asked.user_id
    return can_ask_in_full(actor) and second and (scope.unit_id, scope.role) == (asked.unit_id, asked.role)


def check_decide_in_full(actor: Actor, disclosure: Disclosure) -> None:
    if not can_decide_in_full(actor, disclosure):
        raise NotAllowed(
            _("A second person of the unit decides, not the one who asked."),
            remedy=_("Ask a colleague with the same role to open this page."),
        )


def check_download_in_full(actor: Actor, disclosure: Disclosure) -> None:
    """Whoever asked, in the role in which they asked."""
    if actor.scope.membership_id is None or actor.scope.membership_id != disclosure.membership_id:
        raise NotAllowed(_("Only the one who asked downloads the file."))
