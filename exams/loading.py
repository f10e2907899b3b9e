"""The practice items of fixtures/items/practice, into rows. What stands already is left as the office has made it."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

from accounts.actors import Actor
from accounts.models import Unit
from exams.enums import ItemOrigin, ItemStatus
from exams.models import Item
from exams.services.items import Home, import_items

FOLDER = Path(settings.BASE_DIR) / "fixtures" / "items" / "practice"


def load_practice(*, office: Unit, actor: Actor, now: dt.datetime) -> int:
    """The practice items that the office has not got yet; how many entries were new."""
    rows = list(practice_rows(office))
    known = set(Item.objects.filter(owner=office, origin=ItemOrigin.PRACTICE).values_list("code", flat=True))
    fresh = [row for row in rows if known.isdisjoint(_codes(row))]
    if fresh:
        home = Home(office, origin=ItemOrigin.PRACTICE, status=ItemStatus.IN_BANK)
        import_items(rows=fresh, home=home, actor=actor, now=now)
    return len(fresh)


def practice_rows(office: Unit) -> Iterator[dict[str, Any]]:
    """The written items under codes of this office's own, since a code names one item in all of the portal."""
    for path in sorted(FOLDER.glob("*.yaml")):
        for row in yaml.safe_load(path.read_text(encoding="utf-8")):
            stems = [{**stem, "code": _code(office, stem["code"])} for stem in row.get("stems", ())]
            yield {**row, "code": _code(office, row["code"])} | ({"stems": stems} if stems else {})


def _code(office: Unit, code: str) -> str:
    return f"practice-{office.pk}-{code}"


def _codes(row: dict[str, Any]) -> set[str]:
    return {stem["code"] for stem in row.get("stems", (row,))}
