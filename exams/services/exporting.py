"""Items out: every file says who took it when, for which unit and under which number of the record (I2)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import Unit
from core.events import record
from core.exceptions import Refusal
from core.submissions import digest
from exams.bank import entries_of
from exams.enums import ItemStatus
from exams.formats.files import WRITTEN, write_as
from exams.formats.reports import Report
from exams.models import Item
from exams.permissions import check_write_items
from exams.rules.entries import Entry, count, to_row
from exams.services.writing import home_of
from exams.vocabulary import vocabulary_of
from programs.models import ProgramYear


@dataclass(frozen=True, slots=True)
class Exported:
    data: bytes
    ending: str
    media_type: str
    reports: Sequence[Report] = ()


def exported_entries(items: "QuerySet[Item]", actor: Actor) -> list[Entry]:
    """What the actor may see of the items, groups whole."""
    visible = Item.objects.visible_to(actor.scope)
    chosen = visible.filter(pk__in=items.values("pk"))
    stems = visible.filter(group__in=chosen.exclude(group=None).values("group"))
    live = stems.exclude(status=ItemStatus.RETIRED).values("pk")
    return entries_of(visible.filter(pk__in=chosen.values("pk")) | visible.filter(pk__in=live))


@transaction.atomic
def export_items(
    *,
    items: "QuerySet[Item]",
    form: str,
    filters: Sequence[str] = (),
    year: ProgramYear,
    unit: Unit,
    actor: Actor,
    now: dt.datetime,
) -> Exported:
    """The items in a format that is written, marked and recorded; `filters` are those in force, in words."""
    region = home_of(year, unit).region
    check_write_items(actor, year, region.pk if region else None)
    entries = exported_entries(items, actor)
    if not entries:
        raise Refusal(_("There is no item to write."), remedy=_("Change the search of the list."))
    event = record(
        "export",
        None,
        actor=actor,
        now=now,
        data={
            "list": "exams.items",
            "format": str(form),
            "rows": count(entries),
            "filters": list(filters),
            "sha256": digest([to_row(entry) for entry in entries]),
        },
    )
    time = timezone.localtime(now).strftime("%Y-%m-%d %H:%M")
    mark = _("%(unit)s · %(who)s · %(time)s · record %(number)s · not to be passed on") % {
        "unit": unit.name,
        "who": actor.label,
        "time": time,
        "number": event.pk,
    }
    written = write_as(form, entries, vocabulary_of(year), mark)
    ending, media_type = WRITTEN[form]
    return Exported(written.data, ending, media_type, written.reports)
