"""The fixture files of the lessons: titles, homework, and the plan of a year. What stands already is left alone."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from accounts.actors import Actor
from accounts.models import Unit
from core.events import record
from courses.enums import LessonStatus, Requirement
from courses.models import HomeworkItem, Lesson, OutlineNode, PlanEntry
from exams.enums import ItemOrigin, ItemStatus
from exams.models import Item
from exams.services.items import Home, import_items
from programs.loading import BadFixture
from programs.models import ProgramYear, Specialty, Theme

# the shared recording, static/player/sample.mp4
SAMPLE_SECONDS = 75
_SPAN = re.compile(r"(?P<stem>.*?)(?P<first>\d+)\.\.(?P=stem)(?P<last>\d+)")


@transaction.atomic
def load_lessons(folder: Path, year: ProgramYear, *, actor: Actor, now: dt.datetime) -> int:
    """Load `titles.yaml`, `homework.yaml` and `plan.yaml` for a year; the number of new plan entries.

    Lessons are timeless and shared by years; a lesson without homework of its own borrows that of its theme.
    """
    office = year.program.owner
    titles, homework, plan = (_read(folder / f"{name}.yaml") for name in ("titles", "homework", "plan"))
    lessons = _lessons(titles, office, now)
    _homework(homework, lessons, office, actor, now)
    entries = _entries(plan, year, lessons)
    PlanEntry.objects.bulk_create(entries, batch_size=500)
    if entries:
        record(
            "load_lessons",
            year,
            actor=actor,
            now=now,
            data={"lessons": len(lessons), "entries": len(entries)},
        )
    return len(entries)


def _read(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506


def _lessons(titles: Sequence[Mapping[str, Any]], office: Unit, now: dt.datetime) -> dict[str, Lesson]:
    known = set(Lesson.objects.values_list("code", flat=True))
    Lesson.objects.bulk_create(
        Lesson(
            code=row["code"],
            title=row["title"],
            theme=row["theme"],
            is_sample=row["sample"],
            status=LessonStatus.PUBLISHED,
            owner=office,
            unit=office,
            seconds=SAMPLE_SECONDS,
            created_at=now,
            published_at=now,
        )
        for row in titles
        if row["code"] not in known
    )
    return Lesson.objects.in_bulk([row["code"] for row in titles], field_name="code")


def _homework(
    blocks: Sequence[Mapping[str, Any]],
    lessons: Mapping[str, Lesson],
    office: Unit,
    actor: Actor,
    now: dt.datetime,
) -> None:
    """Genuine homework where it is written, else that of the theme's first lesson with any, marked as borrowed."""
    rows = [item for block in blocks for item in block["items"]]
    import_items(
        rows=rows,
        home=Home(office, origin=ItemOrigin.HOMEWORK, status=ItemStatus.IN_BANK),
        actor=actor,
        now=now,
    )
    items = Item.objects.in_bulk([row["code"] for row in rows], field_name="code")
    own = {block["lesson"]: [items[row["code"]] for row in block["items"]] for block in blocks}
    of_theme: dict[str, list[Item]] = {}
    for block in blocks:
        of_theme.setdefault(block["theme"], own[block["lesson"]])
    equipped = set(HomeworkItem.objects.values_list("lesson", flat=True))
    wanted = [lesson for lesson in lessons.values() if lesson.pk not in equipped]
    HomeworkItem.objects.bulk_create(
        (
            HomeworkItem(lesson=lesson, item=item, order=order, borrowed=lesson.code not in own)
            for lesson in wanted
            for order, item in enumerate(own.get(lesson.code) or of_theme.get(lesson.theme, []), 1)
        ),
        batch_size=500,
    )


def _entries(plan: Mapping[str, Any], year: ProgramYear, lessons: Mapping[str, Lesson]) -> list[PlanEntry]:
    specialties = {row.code: row for row in Specialty.objects.filter(year=year)}
    themes = {row.code: row for row in Theme.objects.filter(year=year)}
    outline = {row.code: row for row in OutlineNode.objects.filter(year=year)}
    known = set(PlanEntry.objects.filter(year=year).values_list("code", flat=True))
    source = {"clause": plan["clause"], "assumed": plan["assumed"]}
    entries = []
    for specialty, lists in plan["specialties"].items():
        for order, (requirement, code) in enumerate(_listed(lists), 1):
            if code not in lessons:
                raise BadFixture(f"plan.yaml, {specialty}: no lesson {code}")
            entries.append(
                PlanEntry(
                    year=year,
                    code=f"{specialty}-{code}",
                    specialty=specialties[specialty],
                    lesson=lessons[code],
                    requirement=requirement,
                    theme=themes.get(lessons[code].theme),
                    outline=outline.get(lessons[code].theme) or outline.get(f"{lessons[code].theme}-cancer"),
                    order=order,
                    **source,
                )
            )
    return [entry for entry in entries if entry.code not in known]


def _listed(lists: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str]]:
    for requirement in Requirement.values:
        for span in lists.get(requirement, ()):
            for code in unfolded(span):
                yield requirement, code


def unfolded(span: str) -> list[str]:
    """“lesson-001..lesson-003” as its three codes; a single code as itself."""
    found = _SPAN.fullmatch(span)
    if not found:
        return [span]
    first, last = found["first"], found["last"]
    return [f"{found['stem']}{number:0{len(first)}d}" for number in range(int(first), int(last) + 1)]
