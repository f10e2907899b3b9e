"""Who trains where."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.enums import UnitKind
from accounts.models import Region, Unit
from core.events import record_many
from core.exceptions import Refusal
from enrollment.models import Enrollment, Placement
from enrollment.permissions import check_keep_roster
from programs.enums import Track
from programs.models import ProgramYear


@transaction.atomic
def place(
    *, year: ProgramYear, region: Region, people: Iterable[int], base: Unit, actor: Actor, now: dt.datetime
) -> int:
    """Give approved comprehensive trainees of the province to a base of the province; returns how many moved.

    A trainee is with one base at a time; being placed again moves them.
    """
    check_keep_roster(actor, year, region.pk)
    if (
        base.kind != UnitKind.TRAINING_BASE
        or base.region_id != region.pk
        or base.owner_id != year.program.owner_id
    ):
        raise Refusal(_("This is not a training base of the province."), remedy=_("Choose another base."))
    rows = list(
        Enrollment.objects.select_for_update(of=("self",))
        .of(year)
        .active()
        .filter(region=region, track=Track.COMPREHENSIVE, pk__in=set(people))
        .exclude(placements__base=base)
    )
    Placement.objects.filter(enrollment__in=rows).delete()
    Placement.objects.bulk_create(
        [Placement(enrollment=row, base=base, placed_at=now) for row in rows], batch_size=500
    )
    record_many("place", rows, actor=actor, now=now)
    return len(rows)
