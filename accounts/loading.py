"""The divisions below the provinces (GB/T 2260), from their file into rows."""

import csv
import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from accounts.actors import Actor
from accounts.models import Region
from core.events import record


@dataclass(frozen=True, slots=True)
class Loaded:
    added: int
    renamed: tuple[str, ...]


@transaction.atomic
def load_divisions(path: Path, *, actor: Actor, now: dt.datetime) -> Loaded:
    """Add new codes and rename those that were renamed; a code that is gone stays, its institutions stand there.

    The provinces must be loaded. The file has the columns code, name, kind, parent; parents come before children.
    """
    standing = Region.objects.in_bulk()
    with path.open(encoding="utf-8", newline="") as file:
        listed = [_division(row, standing) for row in csv.DictReader(file)]
    fresh = [region for region in listed if region.pk not in standing]
    renamed = [region for region in listed if _old_name(region, standing) not in {"", region.name}]
    Region.objects.bulk_create(fresh, batch_size=1000)
    Region.objects.bulk_create(
        renamed,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "short_name", "search_key"],
    )
    loaded = Loaded(len(fresh), tuple(f"{one.pk} {_old_name(one, standing)} → {one.name}" for one in renamed))
    if fresh or renamed:
        record(
            "load_divisions",
            None,
            actor=actor,
            now=now,
            data={"added": loaded.added, "renamed": loaded.renamed},
        )
    return loaded


def _division(row: dict[str, str], standing: dict[str, Region]) -> Region:
    """Divisions stand in the order of their province, then by code."""
    province = standing[f"{row['code'][:2]}0000"]
    return Region(
        code=row["code"],
        name=row["name"],
        short_name=row["name"],
        kind=row["kind"],
        parent_id=row["parent"],
        order=province.order,
    )


def _old_name(region: Region, standing: dict[str, Region]) -> str:
    before = standing.get(region.pk)
    return before.name if before else ""
