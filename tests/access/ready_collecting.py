"""Hospitals' sheets and applications by invitation made ready for an act: see ready.py."""

import json
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from enrollment.enums import SheetStatus
from enrollment.models import Applicant, SheetLine
from tests.access.ready import ready
from tests.access.targets.collecting import applicants, sheets
from tests.access.world import Target, World
from tests.enrollment.collecting import cells, typed
from tests.enrollment.sheets import line, sheet
from tests.factories import EnrollmentFactory, InstitutionFactory


@ready("enrollment:roster-refuse")
def waiting(world: World, built: Target) -> dict[str, Any]:
    return {"chosen": [str(EnrollmentFactory(applied=True).pk)], "reason": "名额已满"}


@ready("enrollment:sheet-create")
def hospital(world: World, built: Target) -> dict[str, Any]:
    return {"chosen": [str(InstitutionFactory(region=world.hebei).pk)]}


def _faultless(sheet_number: int) -> None:
    SheetLine.objects.filter(sheet=sheet_number).update(cells=json.dumps(cells(1)))


@ready("enrollment:sheet-merge")
def handed_in(world: World, built: Target) -> None:
    _faultless(built.own["pk"])


@ready("enrollment:sheet-end-many")
def open_ones(world: World, built: Target) -> dict[str, Any]:
    own, _foreign = sheets(world, SheetStatus.FILLING)
    return {"chosen": [str(own.pk)], "last_day": "2022-12-01"}


@ready("enrollment:sheet-merge-many")
def some_handed_in(world: World, built: Target) -> dict[str, Any]:
    own, _foreign = sheets(world, SheetStatus.HANDED_IN)
    _faultless(own.pk)
    return {"chosen": [str(own.pk)]}


@ready("enrollment:applicant-take", "enrollment:applicant-refuse")
def applied(world: World, built: Target) -> dict[str, Any]:
    (own, _secret), _foreign = applicants(world)
    said = {**cells(1), "institution": InstitutionFactory(region=world.hebei).name}
    Applicant.objects.filter(pk=own.pk).update(cells=json.dumps(said))
    return {"chosen": [str(own.pk)], "reason": "名额已满"}


@ready("enrollment_open:line-create", "enrollment_open:line-edit")
def somebody(world: World, built: Target) -> dict[str, Any]:
    return typed(1)


@ready("enrollment_open:application-create")
def oneself(world: World, built: Target) -> dict[str, Any]:
    place = InstitutionFactory(region=world.hebei)
    return {**typed(1), "institution": str(place.pk), "consent": "on"}


@ready("enrollment_open:sheet-upload")
def book(world: World, built: Target) -> dict[str, Any]:
    return {"file": SimpleUploadedFile("名单.xlsx", sheet(line(1, institution="")))}
