"""Hospitals' sheets, the invitation link and applications under it."""

import datetime as dt
import secrets

from core.crypto import keyed_index
from enrollment.enums import SheetStatus
from enrollment.models import Applicant, Invitation, Sheet, SheetLine
from enrollment.models.collecting import LINK
from programs.models import ProgramYear
from tests.access.world import Target, World, target
from tests.factories import NOW, InstitutionFactory

UNTIL = NOW + dt.timedelta(days=5)
SECRET = "the address is a secret of whoever has it"


def sheets(
    world: World, status: SheetStatus, year: ProgramYear | None = None, pk: int | None = None
) -> list[Sheet]:
    """One of Hebei and one of Henan, each with a person on it; with `pk` that of Henan has this number."""
    made = []
    for region in (world.hebei, world.henan):
        token = secrets.token_hex(16)
        sheet = Sheet.objects.create(
            pk=pk if region == world.henan else None,
            year=year or world.year_2022,
            region=region,
            institution=InstitutionFactory(region=region),
            status=status,
            comprehensive_seats=2,
            token=token,
            token_index=keyed_index(token, LINK),
            closes_at=UNTIL,
            created_at=NOW,
            changed_at=NOW,
            handed_in_at=NOW,
        )
        SheetLine.objects.create(sheet=sheet, number=1, cells='{"name": "钱甲"}')
        made.append(sheet)
    return made


@target("enrollment:sheet-show", "enrollment:sheet-edit", "enrollment:sheet-void", "enrollment:sheet-renew")
@target("enrollment:sheet-reopen", "enrollment:sheet-merge")
def sheet(world: World) -> Target:
    own, foreign = sheets(world, SheetStatus.HANDED_IN)
    return Target({"pk": own.pk}, {"pk": foreign.pk}, data={"reason": "专业有误"})


@target("enrollment:sheet-remove")
def empty(world: World) -> Target:
    own, foreign = sheets(world, SheetStatus.SENT)
    SheetLine.objects.filter(sheet__in=[own, foreign]).delete()
    return Target({"pk": own.pk}, {"pk": foreign.pk})


@target("enrollment_open:sheet-show", "enrollment_open:line-create", "enrollment_open:sheet-upload")
@target("enrollment_open:sheet-workbook", "enrollment_open:sheet-hand-in")
def filling(world: World) -> Target:
    own, _foreign = sheets(world, SheetStatus.FILLING)
    return Target({"token": own.token}, same_for_all=SECRET)


@target("enrollment_open:sheet-begin")
def unopened(world: World) -> Target:
    own, _foreign = sheets(world, SheetStatus.SENT)
    return Target({"token": own.token}, same_for_all=SECRET)


@target("enrollment_open:line-edit", "enrollment_open:line-remove")
def on_a_sheet(world: World) -> Target:
    own, _foreign = sheets(world, SheetStatus.FILLING)
    return Target({"token": own.token, "number": 1}, same_for_all=SECRET)


def invitations(world: World) -> list[Invitation]:
    made = []
    for region in (world.hebei, world.henan):
        token = secrets.token_hex(16)
        index = keyed_index(token, LINK)
        link = {"token": token, "token_index": index, "closes_at": UNTIL}
        made.append(Invitation.objects.create(year=world.year_2022, region=region, **link))
    return made


@target("enrollment:invitation-void")
def own_invitation(world: World) -> Target:
    invitations(world)
    return Target()


@target("enrollment_open:application-create", "enrollment_open:workplace-options")
def invitation(world: World) -> Target:
    own, _foreign = invitations(world)
    return Target({"token": own.token}, same_for_all=SECRET)


def applicants(
    world: World, year: ProgramYear | None = None, pk: int | None = None
) -> list[tuple[Applicant, str]]:
    """The same of people who applied by invitation, each with the secret of their address."""
    made = []
    for region in (world.hebei, world.henan):
        token = secrets.token_hex(16)
        one = Applicant.objects.create(
            pk=pk if region == world.henan else None,
            year=year or world.year_2022,
            region=region,
            cells='{"name": "孙乙"}',
            token_index=keyed_index(token, LINK),
            consent="1",
            applied_at=NOW,
        )
        made.append((one, token))
    return made


@target("enrollment:applicant-show")
def applicant(world: World) -> Target:
    (own, _secret), (foreign, _other) = applicants(world)
    return Target({"pk": own.pk}, {"pk": foreign.pk})


@target("enrollment_open:application-show")
def application(world: World) -> Target:
    (_own, token), _foreign = applicants(world)
    return Target({"token": token}, same_for_all=SECRET)
