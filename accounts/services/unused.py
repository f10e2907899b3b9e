"""Rows that an act made and nothing refers to any more."""

import datetime as dt
from collections.abc import Collection

from django.db import models, transaction

from accounts.actors import Actor
from accounts.models import Institution, Person
from core.events import record_many
from core.references import pointed_at


@transaction.atomic
def remove_unused(
    *, model: type[Person] | type[Institution], rows: Collection[int], actor: Actor, now: dt.datetime
) -> int:
    """Delete those of `rows` (numbers of people or institutions) that nothing points at; returns how many.

    The caller, who undoes what made them, has checked that the actor may.
    """
    manager: models.Manager = model._default_manager
    locked = list(manager.select_for_update().filter(pk__in=rows).order_by("pk"))
    kept = pointed_at(model, [row.pk for row in locked])
    gone = [row for row in locked if row.pk not in kept]
    record_many("remove_unused", gone, actor=actor, now=now)
    manager.filter(pk__in=[row.pk for row in gone]).delete()
    return len(gone)
