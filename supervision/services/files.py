"""Keeping the provincial file, and recording visits to bases (P5)."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.enums import UnitKind
from accounts.models import Region, Unit
from core.events import record
from core.exceptions import Refusal
from core.uploads import SCANS, accept
from programs.models import ProgramYear
from supervision.models import ProvincialFile, QualityVisit
from supervision.permissions import check_keep_file
from supervision.services.records import check_past

TEXTS = ("in_charge", "contact", "working_group", "expert_group", "nominees")
PAPERS = ("plan", "manual")


@transaction.atomic
def save_provincial_file(
    *,
    year: ProgramYear,
    region: Region,
    texts: Mapping[str, str],
    papers: Mapping[str, UploadedFile | None],
    actor: Actor,
    now: dt.datetime,
) -> ProvincialFile:
    """Write the texts and take in the papers that are given; the others stay. The event names fields, never persons."""
    check_keep_file(actor, year, region.pk)
    scans = {name: accept(file, SCANS) for name, file in papers.items() if file}
    ProvincialFile.objects.get_or_create(year=year, region=region, defaults={"changed_at": now})
    kept: ProvincialFile = ProvincialFile.objects.select_for_update().get(year=year, region=region)
    changed = [name for name in TEXTS if name in texts and texts[name].strip() != getattr(kept, name)]
    for name in changed:
        setattr(kept, name, texts[name].strip())
    for name, scan in scans.items():
        getattr(kept, name).save(scan.kept_as, scan, save=False)
    kept.changed_at = now
    kept.save()
    record("save_provincial_file", kept, actor=actor, now=now, data={"fields": [*changed, *scans]})
    return kept


@transaction.atomic
def record_visit(
    *,
    year: ProgramYear,
    region: Region,
    base: Unit,
    visited_on: dt.date,
    visitors: str,
    result: str,
    file: UploadedFile | None,
    actor: Actor,
    now: dt.datetime,
) -> QualityVisit:
    """A visit to a base of the own province, on a day that has come."""
    check_keep_file(actor, year, region.pk)
    if base.kind != UnitKind.TRAINING_BASE or base.region_id != region.pk:
        raise Refusal(
            _("This is no training base of the province."), remedy=_("Choose one of those the form offers.")
        )
    check_past(visited_on, now)
    visit = QualityVisit(
        year=year,
        region=region,
        base=base,
        visited_on=visited_on,
        visitors=visitors.strip(),
        result=result.strip(),
        recorded_at=now,
    )
    if file:
        scan = accept(file, SCANS)
        visit.file.save(scan.kept_as, scan, save=False)
    visit.save()
    record("record_visit", visit, actor=actor, now=now, data=_facts(visit))
    return visit


@transaction.atomic
def remove_visit(*, visit: QualityVisit, reason: str, actor: Actor, now: dt.datetime) -> None:
    """Take back what was recorded by mistake, with a reason."""
    check_keep_file(actor, visit.year, visit.region_id)
    if not reason.strip():
        raise Refusal(_("A reason is needed."), remedy=_("Write in a sentence why, then try again."))
    record("remove_visit", visit, actor=actor, now=now, reason=reason, data=_facts(visit))
    visit.delete()


def _facts(visit: QualityVisit) -> dict[str, Any]:
    return {"base": visit.base.code, "visited_on": visit.visited_on, "file": bool(visit.file)}
