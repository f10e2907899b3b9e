"""Units, people, and allauth's pages with a key in their address: the key decides, not who asks."""

from allauth.usersessions.models import UserSession

from accounts.enums import Role, UnitKind
from accounts.models import Disclosure
from tests.access.world import Target, World, target
from tests.factories import HEBEI, HENAN, NOW, InstitutionFactory, MembershipFactory, UnitFactory, lead_unit


@target("account_confirm_email")
def confirmation(world: World) -> Target:
    return Target({"key": "no-such-key"}, same_for_all="the key in the mail decides")


@target("account_reset_password_from_key")
def reset(world: World) -> Target:
    return Target({"uidb36": "1", "key": "no-such-key"}, same_for_all="the key in the mail decides")


@target("accounts:unit-show")
def unit(world: World) -> Target:
    return Target({"pk": world["hebei_coordinator"].unit.pk}, {"pk": lead_unit(HENAN).pk})


@target("accounts:unit-edit", "accounts:unit-close", "accounts:unit-reopen")
def unit_of_the_office(world: World) -> Target:
    data = {"name": "改名单位", "reason": "核对"}
    own = world["base_coordinator"].unit
    third = UnitFactory(kind=UnitKind.NATIONAL_OFFICE, owner=None, region=None)
    foreign = UnitFactory(owner=third)  # under neither of the two offices
    return Target({"pk": own.pk}, {"pk": foreign.pk}, nobodys=True, data=data)


@target("accounts:person-invite")
def invited(world: World) -> Target:
    return Target({"pk": world["hebei_coordinator"].unit.pk}, {"pk": lead_unit(HENAN).pk})


@target(
    "accounts:person-show",
    "accounts:person-limit",
    "accounts:person-end",
    "accounts:person-reopen",
    "accounts:person-reset-factor",
)
def member(world: World) -> Target:
    own = MembershipFactory(unit=lead_unit(HEBEI), role=Role.TECHNICAL_LEAD)
    foreign = MembershipFactory(unit=lead_unit(HENAN), role=Role.TECHNICAL_LEAD)
    return Target({"pk": own.pk}, {"pk": foreign.pk}, data={"reason": "调离"})


@target("accounts:viewing-start")
def looked_as(world: World) -> Target:
    third = UnitFactory(kind=UnitKind.NATIONAL_OFFICE, owner=None, region=None)
    foreign = MembershipFactory(unit=third, role=Role.EXPERT)
    return Target(
        {"pk": world["hebei_coordinator"].membership.pk},
        {"pk": foreign.pk},
        nobodys=True,
        data={"reason": "来电"},
    )


@target("accounts:session-end")
def device(world: World) -> Target:
    own, foreign = (
        UserSession.objects.create(user=world[name].user, session_key=name, ip="127.0.0.1")
        for name in ("hebei_coordinator", "henan_coordinator")
    )
    return Target({"pk": own.pk}, {"pk": foreign.pk})


@target("accounts:institution-show", "accounts:institution-edit", "accounts:institution-merge")
def institution(world: World) -> Target:
    own, foreign = InstitutionFactory(region=world.hebei), InstitutionFactory(region=world.henan)
    return Target({"pk": own.pk}, {"pk": foreign.pk})


@target("accounts:disclosure-show", "accounts:disclosure-approve", "accounts:disclosure-refuse")
@target("accounts:disclosure-download")
def list_in_full(world: World) -> Target:
    made = [
        Disclosure.objects.create(
            membership=world[name].membership,
            listing="enrollment.roster",
            year_number=world.year_2022.pk,
            secrets=["id_number"],
            purpose="上报卫生健康委",
            row_count=1,
            requested_at=NOW,
        )
        for name in ("hebei_coordinator", "henan_coordinator")
    ]
    return Target({"pk": made[0].pk}, {"pk": made[1].pk}, data={"reason": "不需要"})
