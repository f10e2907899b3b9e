"""A bank that fills papers, and what the provinces handed up."""

import datetime as dt
import random
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

from accounts.actors import Actor, system_actor
from accounts.models import Unit
from core.demo import DemoContext
from enrollment.models import Enrollment
from exams.bank import look_alikes, to_compare
from exams.enums import ItemKind, ItemStatus
from exams.jobs import COMPARED_AT_ONCE
from exams.loading import load_practice
from exams.queries import blueprint_of
from exams.rules import BlueprintLine
from exams.services import import_items, submit_items
from exams.services.items import Home
from exams.services.pairs import keep_pairs
from exams.services.supply import QUOTAS
from programs.models import Participation
from programs.queries import settings_of

FOLDER = Path(settings.BASE_DIR) / "fixtures" / "items"
# what three papers need of each form, so that nobody meets an item twice
PAPERS = 3
# the share of trainees who have done everything by exam time
READY = 0.72
LABELS = "ABCDE"
# of every eight provinces the one at this place has not handed up yet
LATE = 7
GROUP_SIZES = {ItemKind.B1: 4, ItemKind.B2: 5}


def build(context: DemoContext) -> None:
    """The bank and the submissions; who will have done everything is chosen here for the rooms above."""
    office = context.exam_year.program.owner
    load_genuine(office, context.actor, context.now)
    load_practice(office=office, actor=context.actor, now=context.now)
    samples = Home(unit=office, status=ItemStatus.IN_BANK, is_sample=True)
    import_items(rows=_fill(context), home=samples, actor=context.actor, now=context.now)
    _hand_up(context)
    context.shared["exam_ready"] = _choose_ready(context)


def genuine_rows(province: str = "") -> list[dict[str, Any]]:
    """The office's written items, or those of a province that has a folder of its own."""
    return [
        row
        for path in sorted((FOLDER / province).glob("*.yaml"))
        for row in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]


def load_genuine(office: Unit, actor: Actor, now: dt.datetime) -> None:
    """The written items, into the bank; safe to repeat."""
    home = Home(unit=office, status=ItemStatus.IN_BANK)
    import_items(rows=genuine_rows(), home=home, actor=actor, now=now)


def _sample(code: str, kind: str, chance: random.Random, number: int) -> dict[str, Any]:
    """A stand-in that says so; nobody should learn medicine from it."""
    row: dict[str, Any] = {
        "code": code,
        "type": kind,
        "stem": f"〔样例试题 {number}〕本题仅用于演示组卷，请选择标有“正确”的选项。",
    }
    if kind == ItemKind.TRUE_FALSE:
        right = chance.choice("TF")
        return row | {
            "stem": f"〔样例判断题 {number}〕本题答案为“{'正确' if right == 'T' else '错误'}”。",
            "key": [right],
        }
    key = sorted(chance.sample(LABELS, 3 if kind == ItemKind.X else 1))
    case = {"case": f"〔样例病例 {number}〕演示用病例，内容从略。"} if kind == ItemKind.A2 else {}
    return row | case | {"options": _options(key), "key": key}


def _options(key: Iterable[str]) -> list[dict[str, str]]:
    right = set(key)
    return [
        {"label": label, "text": f"选项{label}（{'正确' if label in right else '干扰项'}）"}
        for label in LABELS
    ]


def _sample_group(code: str, kind: ItemKind, chance: random.Random) -> dict[str, Any]:
    options = [{"label": label, "text": f"共用选项{label}"} for label in LABELS]
    keys = [chance.choice(LABELS) for _ in range(GROUP_SIZES[kind])]
    stems = [
        {"code": f"{code}-{place}", "stem": f"〔样例题组〕请选择共用选项{key}。", "key": [key]}
        for place, key in enumerate(keys, start=1)
    ]
    return {"code": code, "type": kind.value, "options": options, "stems": stems}


def _fill(context: DemoContext) -> Iterator[dict[str, Any]]:
    """Samples up to three papers of each part, for every specialty."""
    for line in blueprint_of(context.exam_year):
        for number in range(_genuine_count(line), line.count * PAPERS):
            kind = min(line.kinds)
            yield _sample(f"sample-{line.code}-{number:03d}", kind, context.random, number)


def _genuine_count(line: BlueprintLine) -> int:
    """Genuine items that serve every specialty in this part of the paper."""
    fitting = [row for row in genuine_rows() if row["type"] in line.kinds and not row.get("specialties")]
    return sum(len(row.get("stems", [row])) for row in fitting)


def _hand_up(context: DemoContext) -> None:
    """Nearly every province has sent its 150 items; the two shown in full still work on theirs or have just sent them."""
    values = settings_of(context.exam_year)
    due = context.now - dt.timedelta(days=60)
    rows = Participation.objects.filter(year=context.exam_year).select_related("region", "technical_unit")
    for place, row in enumerate(rows.order_by("order")):
        genuine = genuine_rows(row.code)
        home = Home(
            unit=row.technical_unit,
            region=row.region,
            year=context.exam_year,
            status=ItemStatus.APPROVED,
            is_sample=not genuine,
        )
        items = genuine or list(_province_items(row.code, values, context.random))
        late = place % 8 == LATE and not genuine
        import_items(rows=items[:-3] if late else items, home=home, actor=context.actor, now=due)
        if place == LATE:
            _repeat(home, context.actor, due)
        _compare(due)
        if not late:
            submit_items(
                year=context.exam_year,
                region=row.region,
                unit=row.technical_unit,
                actor=system_actor(),
                now=due,
            )


def _repeat(home: Home, actor: Actor, now: dt.datetime) -> None:
    """Two of the province's items look like the bank's: one with its options in another order, one in other words."""
    first, second = (row for row in genuine_rows()[:2])
    turned = first | {"options": first["options"][::-1]}
    reworded = second | {"stem": f"下列选项中，{second['stem']}"}
    rows = [
        row | {"code": f"repeat-{home.unit.pk}-{number}"} for number, row in enumerate((turned, reworded), 1)
    ]
    import_items(rows=rows, home=replace(home, is_sample=False), actor=actor, now=now)


def _compare(now: dt.datetime) -> None:
    """What the job does each minute."""
    waiting = to_compare(COMPARED_AT_ONCE)
    if waiting:
        keep_pairs(compared=waiting, pairs=look_alikes(waiting), now=now)


def _province_items(province: str, values: dict[str, Any], chance: random.Random) -> Iterator[dict[str, Any]]:
    for kind, code in QUOTAS.items():
        count = int(values[code])
        size = GROUP_SIZES.get(ItemKind(kind), 1)
        for number in range(count // size):
            name = f"{province}-{kind}-{number:02d}"
            yield (
                _sample_group(name, ItemKind(kind), chance)
                if size > 1
                else _sample(name, kind, chance, number)
            )


def _choose_ready(context: DemoContext) -> set[int]:
    people = (
        Enrollment.objects.filter(year=context.exam_year).active().order_by("pk").values_list("pk", flat=True)
    )
    return {pk for pk in people if context.random.random() < READY}
