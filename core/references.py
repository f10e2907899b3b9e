"""Which rows others point at, whatever room those are in."""

from collections.abc import Collection, Iterator
from typing import Any

from django.db import models


def relations(model: type[models.Model]) -> Iterator[tuple[Any, str]]:
    """Model and field of everything that may point at a row of `model`; hidden ones and tables of pairs too."""
    for relation in model._meta.get_fields(include_hidden=True):
        if relation.auto_created and not relation.concrete and (relation.one_to_many or relation.one_to_one):
            yield relation.related_model, relation.field.name  # type: ignore[union-attr]


def pointed_at(
    model: type[models.Model], rows: Collection[int], *, besides: Collection[str] = ()
) -> set[int]:
    """Those of `rows` (numbers) that any row points at; models in `besides` (labels) do not count."""
    found: set[int] = set()
    for other, name in relations(model):
        if other._meta.label_lower not in besides:
            pointing = other._base_manager.filter(**{f"{name}__in": rows})
            found.update(pointing.values_list(name, flat=True))
    return found
