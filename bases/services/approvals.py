"""Units that become training bases."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.enums import UnitKind
from accounts.models import Institution, Region, Unit
from accounts.queries.institutions import owner_of_name
from bases.models import Application, BaseApproval
from bases.permissions import check_name_base
from bases.queries import new_bases
from core.counters import next_numbers
from core.events import record
from core.exceptions import Refusal
from programs.models import ProgramYear
from programs.permissions import check_manage_year
from programs.queries import check_not_closed

SUBJECT = "bases"


def base_unit_of(application: Application) -> Unit:
    """The training base of an applying hospital; the same unit when it is approved again in another year."""
    hospital = application.unit
    base, _created = Unit.objects.get_or_create(
        code=f"base-{hospital.code}"[:60],
        defaults={
            "kind": UnitKind.TRAINING_BASE,
            "name": application.hospital_name,
            "name_en": hospital.name_en,
            "region": application.region,
            "institution": hospital.institution or _institution(application),
            "owner": application.year.program.owner,
        },
    )
    return base


def _institution(application: Application) -> Institution | None:
    """The hospital in the registry, where it stands there under any of its names."""
    named = owner_of_name(application.hospital_name, application.region_id)
    return named and (named.merged_into or named)


@transaction.atomic
def name_base(
    *, year: ProgramYear, name: str, replaces: Unit | None, reason: str, actor: Actor, now: dt.datetime
) -> BaseApproval:
    """A province names a training base; at most so many new ones a year, a replacement is not new (B6)."""
    check_name_base(actor, year)
    region = Region.objects.select_for_update().get(pk=actor.scope.region_code)
    check_not_closed(year, region.pk, SUBJECT)
    if not reason.strip():
        raise Refusal(
            _("A reason is needed."), remedy=_("Say how site, equipment and staff answer the conditions.")
        )
    finding = new_bases(year, region)
    if finding is None:
        raise Refusal(_("This year takes bases by application only."))
    if replaces is None and not finding.params["left"]:
        raise Refusal(
            _("The province has named its new bases of this year: %(count)s.") % {"count": finding.value},
            remedy=_("Name which base the new one replaces, or wait for next year."),
        )
    if replaces and replaces.replacements.exists():
        raise Refusal(
            _("This base was replaced already."), remedy=_("Name a base that stands, or none for a new one.")
        )
    base = _new_base(year, region, name)
    if replaces:
        BaseApproval.objects.filter(year=year, base=replaces, revoked_at=None).update(revoked_at=now)
    approval = BaseApproval.objects.create(
        year=year, region=region, base=base, replaces=replaces, reason=reason.strip(), approved_at=now
    )
    data = {"base": base.code, "replaces": replaces.code if replaces else None}
    record("name_base", approval, actor=actor, now=now, reason=reason, data=data)
    return approval


def _new_base(year: ProgramYear, region: Region, name: str) -> Unit:
    name = name.strip()
    if Unit.objects.filter(
        kind=UnitKind.TRAINING_BASE, owner=year.program.owner_id, region=region, name=name
    ).exists():
        raise Refusal(_("The province already has a base of this name."))
    number = next_numbers(f"base:{year.program.code}:{region.pk}")[0]
    return Unit.objects.create(
        code=f"base-{year.program.code}-{region.pk}-{number}",
        kind=UnitKind.TRAINING_BASE,
        name=name,
        region=region,
        owner=year.program.owner,
    )


@transaction.atomic
def file_base(*, approval: BaseApproval, actor: Actor, now: dt.datetime) -> BaseApproval:
    """The committee takes a province's base to its files (B6)."""
    check_manage_year(actor, approval.year)
    if approval.filed_at or approval.revoked_at:
        raise Refusal(_("This base is filed already or was replaced."))
    approval.filed_at = now
    approval.save(update_fields=["filed_at"])
    record("file_base", approval, actor=actor, now=now)
    return approval
