"""The fixture files of a program year, into rows. What stands already is left as the office has made it."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from django.apps import apps
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import IntegrityError, models, transaction

from accounts.actors import Actor
from core.events import record
from core.values import CHINA, day_end
from programs.models import Program, ProgramYear, YearRow
from programs.yearmodels import YEAR_MODELS

_FIRST = ("accounts.region", "accounts.unit", "programs.program")


class BadFixture(ValueError):
    """A fixture row cannot be loaded; the message names file, row and cause."""


@dataclass(frozen=True, slots=True)
class Row:
    file: str
    model: type[models.Model]
    values: dict[str, Any]


@transaction.atomic
def load_folder(folder: Path, *, actor: Actor, now: dt.datetime) -> ProgramYear | None:
    """Load every file of `folder`; the year of its `year.yaml`, or None for a folder of timeless rows."""
    rows = sorted(_read(folder), key=lambda row: _rank(row.model))
    timeless = [row for row in rows if not issubclass(row.model, YearRow)]
    for row in timeless:
        _load(row, None)
    head = folder / "year.yaml"
    if not head.exists():
        return None
    year, created = _load_year(yaml.safe_load(head.read_text(encoding="utf-8")))
    counts: dict[str, int] = {}
    for row in rows:
        if issubclass(row.model, YearRow) and _load(row, year):
            counts[row.model._meta.label_lower] = counts.get(row.model._meta.label_lower, 0) + 1
    if created or counts:
        record("load_year", year, actor=actor, now=now, data={"rows": counts})
    return year


def _rank(model: type[models.Model]) -> int:
    label = model._meta.label_lower
    order = [*_FIRST, *YEAR_MODELS.codes()]
    return order.index(label) if label in order else len(order)


def _read(folder: Path) -> Iterator[Row]:
    for path in sorted(folder.glob("*.yaml")):
        if path.name == "year.yaml":
            continue
        for block in yaml.safe_load(path.read_text(encoding="utf-8")):
            model = apps.get_model(block["model"])
            for values in block["rows"]:
                yield Row(f"{folder.name}/{path.name}", model, {**block.get("defaults", {}), **values})


def _load_year(head: dict[str, Any]) -> tuple[ProgramYear, bool]:
    program = Program.objects.get(code=head.pop("program"))
    return ProgramYear.objects.get_or_create(program=program, year=head.pop("year"), defaults=head)


def _load(row: Row, year: ProgramYear | None) -> bool:
    """True when the row was new."""
    scope = {"year": year} if year else {}
    values = dict(row.values)
    key = {**scope, "code": str(values.pop("code"))}
    many = {f.name: values.pop(f.name) for f in row.model._meta.many_to_many if f.name in values}
    try:
        fields = {name: _value(row.model, name, value, year) for name, value in values.items()}
        obj, created = row.model._default_manager.get_or_create(**key, defaults=fields)
        if created:
            obj.full_clean()
            for name, codes in many.items():
                target = row.model._meta.get_field(name).related_model
                getattr(obj, name).set([_find(target, code, year) for code in codes])
    except (
        FieldDoesNotExist,
        IntegrityError,
        models.ObjectDoesNotExist,
        ValidationError,
        ValueError,
        TypeError,
    ) as error:
        raise BadFixture(f"{row.file}, {row.model._meta.label_lower} {key['code']}: {error}") from error
    return created


def _value(model: type[models.Model], name: str, value: Any, year: ProgramYear | None) -> Any:
    field = model._meta.get_field(name)
    if value is None:
        return None
    if isinstance(field, models.ForeignKey):
        return _find(field.related_model, value, year)
    if isinstance(field, models.DateTimeField):
        return _instant(str(value))
    return field.to_python(value)  # type: ignore[union-attr]


def _instant(text: str) -> dt.datetime:
    """A bare date lasts until its 24:00 in Beijing, a time of day is exact (P2)."""
    if "T" in text:
        return dt.datetime.fromisoformat(text).replace(tzinfo=CHINA)
    return day_end(dt.date.fromisoformat(text))


def _find(model: Any, code: Any, year: ProgramYear | None) -> models.Model:
    manager = model._default_manager
    return manager.get(year=year, code=code) if issubclass(model, YearRow) else manager.get(code=str(code))
