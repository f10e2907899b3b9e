"""The register of personal data: every personal field, how it is shown, what becomes of it (design §3)."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.exceptions import Text
from core.registry import Registry


class OnErase(models.TextChoices):
    KEEP = "keep", _("Keep")
    ERASE = "erase", _("Erase")
    PSEUDONYMIZE = "pseudonymize", _("Pseudonymize")


class Secret(models.TextChoices):
    """What lists mask: a column of the person."""

    ID_NUMBER = "id_number", _("Identity number")
    PHONE = "phone", _("Mobile phone")


@dataclass(frozen=True, slots=True)
class PersonalField:
    """`code` is app.model.field; `term_days` counts from the end of the program year, None is for as long as kept."""

    code: str
    label: Text
    on_erase: OnErase
    reason: Text
    term_days: int | None = None


PERSONAL_FIELDS: Registry[PersonalField] = Registry("personal data")


@dataclass(frozen=True, slots=True)
class PersonalRows:
    """How the rows of a model with personal fields are found, for erasing and for seeing one's own data.

    `code` is the model's label. `of(person)` gives the rows of one person, None where a row belongs to nobody who has
    an account; `past(since)` those that nobody needs since that instant. Where blanking columns is not enough, `forget`
    takes the rows out as the room does it and says how many. `part_of` names the model whose rows take these along.
    `shown` stands on the page of one's own data where the value itself is of no use to the person; `worded` puts the
    named columns into the person's words.
    """

    code: str
    of: Callable[[Any], models.QuerySet[Any]] | None = None
    past: Callable[[dt.datetime], models.QuerySet[Any]] | None = None
    forget: Callable[[models.QuerySet[Any], dt.datetime], int] | None = None
    part_of: str = ""
    shown: Text = ""
    worded: Mapping[str, Callable[[Any], str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PersonUse:
    """What a person is needed for: `people(since)` are the numbers of those who were at or after that instant."""

    code: str
    people: Callable[[dt.datetime], models.QuerySet[Any]]


@dataclass(frozen=True, slots=True)
class OwnSection:
    """What is held about a person beside the declared fields: `rows(person)` of a model (`code`), shown by `fields`."""

    code: str
    title: Text
    rows: Callable[[Any], models.QuerySet[Any]]
    fields: tuple[str, ...]


PERSONAL_ROWS: Registry[PersonalRows] = Registry("rows with personal data")
PERSON_USES: Registry[PersonUse] = Registry("uses of a person")
OWN_SECTIONS: Registry[OwnSection] = Registry("own data")
