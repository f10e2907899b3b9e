"""All models of the portal, as the totality tests walk them."""

from django.apps import apps
from django.db import models

from tests.repository.tree import ROOMS


def all_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model._meta.app_label in ROOMS]


def label(model: type[models.Model]) -> str:
    return str(model._meta.label_lower)


def fields_of(model: type[models.Model]) -> list[models.Field]:
    """The model's own columns and many-to-many tables."""
    return [*model._meta.concrete_fields, *model._meta.many_to_many]


def keys_to(model: type[models.Model], *targets: type[models.Model]) -> list[models.Field]:
    return [field for field in fields_of(model) if field.is_relation and field.related_model in targets]


def ids(values) -> list[str]:
    return [value if isinstance(value, str) else label(value) for value in values]
