"""What is held about one person, from the registers: nothing is forgotten that a room declares (PIPL 45, T48b)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.translation import gettext as _

from accounts.models import Person
from accounts.personal import OWN_SECTIONS, PERSONAL_FIELDS, PERSONAL_ROWS, PersonalField, PersonalRows
from core.exceptions import Text
from core.fields import DerivedField
from core.templatetags.portal import display, name_of
from core.words import word


@dataclass(frozen=True, slots=True)
class OwnFact:
    """One value; `code` is app.model.field."""

    code: str
    label: Text
    value: str


@dataclass(frozen=True, slots=True)
class OwnPart:
    """The rows of one model, each as its facts."""

    title: Text
    rows: list[list[OwnFact]] = field(default_factory=list)


def own_data(person: Person) -> list[OwnPart]:
    """The declared personal fields and what the rooms hold besides; parts without a row are left out."""
    declared = [_declared(rows, person) for rows in PERSONAL_ROWS if rows.of is not None]
    sections = [
        OwnPart(
            section.title,
            [[_fact(row, name) for name in section.fields] for row in section.rows(person)],
        )
        for section in OWN_SECTIONS
    ]
    return [part for part in [*declared, *sections] if part.rows]


def _declared(rows: PersonalRows, person: Person) -> OwnPart:
    fields = [one for one in PERSONAL_FIELDS if one.code.rpartition(".")[0] == rows.code]
    found = rows.of(person) if rows.of else []
    return OwnPart(word(rows.code), [list(_declared_facts(row, fields, rows)) for row in found])


def _declared_facts(row: Any, fields: list[PersonalField], rows: PersonalRows) -> Iterator[OwnFact]:
    for one in fields:
        name = one.code.rpartition(".")[2]
        column = row._meta.get_field(name)
        if isinstance(column, DerivedField):
            value = _("computed from “%(field)s”, for searching") % {
                "field": label_of(f"{rows.code}.{column.source}")
            }
        elif name in rows.worded:
            value = rows.worded[name](row)
        else:
            value = str(rows.shown) if rows.shown else _text(row, column)
        yield OwnFact(one.code, one.label, value)


def label_of(code: str) -> str:
    return str(PERSONAL_FIELDS[code].label)


def _fact(row: models.Model, name: str) -> OwnFact:
    column: Any = row._meta.get_field(name)
    return OwnFact(f"{row._meta.label_lower}.{name}", _label(column), _text(row, column))


def _label(column: Any) -> Text:
    """The column's own label; a key that has none is called after what it leads to."""
    unnamed = column.verbose_name == column.name.replace("_", " ")
    return (
        word(column.related_model._meta.label_lower)
        if column.is_relation and unnamed
        else column.verbose_name
    )


def _text(row: Any, column: Any) -> str:
    value = getattr(row, column.name)
    if column.choices and value not in (None, ""):
        return str(getattr(row, f"get_{column.name}_display")())
    if isinstance(value, models.Model):
        return name_of(value)
    if isinstance(value, dict):
        return "；".join(f"{key}: {display(one)}" for key, one in value.items())
    return display(value, "code" if isinstance(value, str) else "text")


def register_rows() -> list[PersonalField]:
    """Every declared field by room and model."""
    return sorted(PERSONAL_FIELDS, key=lambda entry: entry.code)


def place_of(entry: PersonalField) -> str:
    """The table in words."""
    label = entry.code.rpartition(".")[0]
    apps.get_model(label)
    return word(label)
