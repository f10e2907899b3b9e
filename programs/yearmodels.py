"""Which models make up a year; one generic copier opens the next one from them (P1)."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from core.findings import Finding
from core.registry import Registry
from programs.models import ProgramYear, YearRow


@dataclass(frozen=True, slots=True)
class YearModel:
    """A model whose rows are copied into the next year, after those it points to.

    `shifted` names date fields moved by the distance of the years; `adapt` may change a copy before it is saved;
    `check` answers whether the rows of a year hold together, for the review before it opens; with `guarded` a change
    after which they do not is refused at once; `page` names the office's list of the rows.
    """

    model: type[YearRow]
    shifted: tuple[str, ...] = ()
    adapt: Callable[[Any, ProgramYear], None] | None = None
    check: Callable[[ProgramYear], Iterable[Finding]] | None = None
    page: str = ""
    guarded: bool = False

    @property
    def code(self) -> str:
        return str(self.model._meta.label_lower)


@dataclass
class Copies:
    """Old primary key → new object, by model."""

    of: dict[type[models.Model], dict[Any, models.Model]] = field(default_factory=dict)

    def moved(self, model: type[models.Model], old_pk: Any) -> Any:
        """The copy's key where the target belongs to the year, else the key itself."""
        if old_pk is None or model not in self.of:
            return old_pk
        return self.of[model][old_pk].pk


YEAR_MODELS: Registry[YearModel] = Registry("year models")
# models with a key to the year that are lived, not copied: label → why
LIVE_MODELS: Registry["LiveModel"] = Registry("live models")


@dataclass(frozen=True, slots=True)
class LiveModel:
    code: str
    reason: str


def copy_rows(source: ProgramYear, target: ProgramYear, shift: dt.timedelta) -> Copies:
    """Copy every registered row of `source` into `target`; dates move by `shift`."""
    copies = Copies()
    for entry in YEAR_MODELS:
        copies.of[entry.model] = {}
        for row in _parents_first(entry.model, source):
            copies.of[entry.model][row.pk] = _copy(entry, row, target, shift, copies)
    return copies


def _parents_first(model: type[YearRow], source: ProgramYear) -> Iterator[YearRow]:
    """The year's rows, each after the rows of its own model that it hangs under."""
    keys = [column.attname for column in model._meta.concrete_fields if column.related_model is model]
    waiting = list(model._default_manager.filter(year=source).order_by("pk"))
    placed: set[Any] = {None}
    while waiting:
        ready = [row for row in waiting if all(getattr(row, key) in placed for key in keys)]
        if not ready:
            raise ValueError(f"{model._meta.label}: rows hang under each other in a circle")
        yield from ready
        placed |= {row.pk for row in ready}
        waiting = [row for row in waiting if row.pk not in placed]


def _copy(
    entry: YearModel, row: YearRow, target: ProgramYear, shift: dt.timedelta, copies: Copies
) -> YearRow:
    values: dict[str, Any] = {}
    for column in entry.model._meta.concrete_fields:
        if column.primary_key or column.generated or column.name == "year":
            continue
        value = getattr(row, column.attname)
        if column.is_relation:
            value = copies.moved(column.related_model, value)  # type: ignore[arg-type]
        if column.name in entry.shifted and value is not None:
            value += shift
        values[column.attname] = value
    copy = entry.model(year=target, **values)
    if entry.adapt:
        entry.adapt(copy, target)
    copy.save(force_insert=True)
    for relation in entry.model._meta.many_to_many:
        old = getattr(row, relation.name).values_list("pk", flat=True)
        getattr(copy, relation.name).set([copies.moved(relation.related_model, pk) for pk in old])
    return copy
