from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.enums import Role
from core.enums import ActorKind
from core.exceptions import NotAllowed
from programs.models import ProgramYear
from programs.permissions import can_manage_year
from reports.models import AnnualReport


def can_write(actor: Actor, year: ProgramYear, region_code: str) -> bool:
    """A province's technical lead unit sums up the province, the national office the country (000 六(四))."""
    if not region_code:
        return can_manage_year(actor, year)
    scope = actor.scope
    return actor.kind == ActorKind.SYSTEM or (
        scope.role == Role.TECHNICAL_LEAD
        and scope.owner_id == year.program.owner_id
        and scope.region_code == region_code
    )


def check_write(actor: Actor, year: ProgramYear, region_code: str) -> None:
    if not can_write(actor, year, region_code):
        raise NotAllowed(_("Only the unit that reports writes, builds and files its annual report."))


def can_write_report(actor: Actor, report: AnnualReport) -> bool:
    return can_write(actor, report.year, report.region_id or "")


def check_write_report(actor: Actor, report: AnnualReport) -> None:
    check_write(actor, report.year, report.region_id or "")


def can_decide(actor: Actor, report: AnnualReport) -> bool:
    """The office accepts or returns what provinces file; its own report has no judge in the portal."""
    return report.region_id is not None and can_manage_year(actor, report.year)


def check_decide(actor: Actor, report: AnnualReport) -> None:
    if not can_decide(actor, report):
        raise NotAllowed(_("Only the national office decides on the reports of provinces."))
