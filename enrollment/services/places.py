"""Workplaces of an upload that the registry does not know: which institution is meant, or a new one (E17)."""

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import Institution
from accounts.rules import fold
from accounts.services.institutions import add_alias, create_institution
from core.events import record
from core.exceptions import Refusal
from enrollment.enums import ImportStatus
from enrollment.imports.again import judge_again
from enrollment.models import ImportRow, RosterImport
from enrollment.permissions import check_keep_roster
from enrollment.rules.rows import KnownInstitution, settle


@transaction.atomic
def settle_place(
    *, staged: RosterImport, name: str, institution: Institution, keep: bool, actor: Actor, now: dt.datetime
) -> int:
    """Every line with this workplace means `institution`; with `keep` the name leads to it ever after.

    Returns how many lines; raises Refusal where the upload no longer waits or no line has the name.
    """
    locked = _waiting(staged, actor)
    if keep:
        add_alias(institution=institution, name=name, actor=actor, now=now)
    return _settle(locked, name, institution, actor, now)


@transaction.atomic
def add_place(
    *,
    staged: RosterImport,
    name: str,
    values: Mapping[str, Any],
    aliases: list[str],
    actor: Actor,
    now: dt.datetime,
) -> int:
    """Enter a new institution, and every line with this workplace means it; the name as written leads to it too."""
    locked = _waiting(staged, actor)
    institution = create_institution(values=values, aliases=[*aliases, name], actor=actor, now=now)
    return _settle(locked, name, institution, actor, now)


def _waiting(staged: RosterImport, actor: Actor) -> RosterImport:
    check_keep_roster(actor, staged.year, staged.region_id)
    locked: RosterImport = RosterImport.objects.select_for_update().get(pk=staged.pk)
    if locked.status != ImportStatus.PREVIEW:
        raise Refusal(_("This upload is not waiting to be confirmed."), remedy=_("Reload the page."))
    return locked


def _settle(staged: RosterImport, name: str, institution: Institution, actor: Actor, now: dt.datetime) -> int:
    known = KnownInstitution(institution.pk, institution.level)
    rows = [row for row in staged.rows.all() if _settled(row, name, known)]
    if not rows:
        raise Refusal(
            _("No row of this upload has the workplace “%(name)s” unsettled.") % {"name": name},
            remedy=_("Go back to the upload."),
        )
    judge_again(rows, staged)
    ImportRow.objects.bulk_update(rows, ["values", "problems", "is_bad", "effect"], batch_size=200)
    staged.bad_count = staged.rows.bad().count()
    staged.save(update_fields=["bad_count"])
    data = {"institution": institution.name, "settled": len(rows)}
    record("settle_workplace", staged, actor=actor, now=now, data=data)
    return len(rows)


def _settled(row: ImportRow, name: str, known: KnownInstitution) -> bool:
    values = json.loads(row.values)
    if fold(values["institution"]) != fold(name) or values["institution_id"] is not None:
        return False
    reading = settle(values, row.problems, known)
    row.values = json.dumps(reading.values, ensure_ascii=False)
    row.problems, row.is_bad = reading.problems, reading.is_bad
    return True
