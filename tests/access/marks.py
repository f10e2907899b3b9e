"""Every personal field of every person and row with a value that stands nowhere else, and what of it a text holds."""

import datetime as dt
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.db import models

from accounts.models import Person, User
from accounts.personal import PERSONAL_FIELDS
from bases.models import Application, Director, Objection, Trainer
from core.templatetags.portal import mask_id, mask_phone
from tests.factories import UserFactory

SHOWN, MASKED = "shown", "masked"
_FIRST_DAY = dt.date(1901, 1, 1)  # no date of the portal is as old
_AGE = 70_000  # and no amount of this world as large
_TEXT = re.compile(r"〔(\d+):(\d+)〕|f(\d+)p(\d+)@mark\.example")
_VALUE = re.compile(
    r"[0-9a-f]{64}|\d{17}[\dX]|1\d{10}|\d{3,6}\*+[\dX]{4}|19\d\d[-/年]\d\d?[-/月]\d\d?|(?<!\d)7\d{4}(?!\d)"
)
_MASKS = {"accounts.person.id_number": mask_id, "accounts.person.phone": mask_phone}
_MASKS |= {"bases.director.phone": mask_phone, "bases.trainer.phone": mask_phone}
# what they hold are values of the other fields: an account's address once more, a file, what it changed, a line of one
CARRIERS = {
    "account.emailaddress.email",
    "accounts.disclosure.file",
    "enrollment.rosterimport.source",
    "enrollment.rosterimport.made",
    "enrollment.importrow.cells",
    "enrollment.importrow.values",
}


@dataclass(frozen=True)
class Mark:
    """A field's value of one row, in full or masked; `key` is the row's."""

    code: str
    key: int
    state: str = SHOWN


def codes() -> list[str]:
    return [field.code for field in PERSONAL_FIELDS]


def field_of(code: str) -> tuple[Any, models.Field]:
    app, model, name = code.split(".")
    found = apps.get_model(app, model)
    return found, found._meta.get_field(name)


def fill() -> None:
    """Rows for the fields that no target of the access tests brings along."""
    for user in User.objects.filter(emailaddress=None):
        user.email = f"f{codes().index('accounts.user.email')}p{user.pk}@mark.example"
        EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    Authenticator.objects.create(user=UserFactory(), type=Authenticator.Type.TOTP, data={"secret": "x"})
    for one in Application.objects.all():
        Director.objects.get_or_create(application=one)
        Trainer.objects.create(application=one, order=1)
        if not one.objections.exists():
            Objection.objects.create(application=one, received_on=_FIRST_DAY, sender="x", text="不实")


def _numbered(place: int, field: models.Field, row: Any) -> Any:
    """The value that a row is given: by its kind, from the field's place in the register and the row's number."""
    if field.name in {"id_number", "id_number_index", "phone_index"}:
        return getattr(row, field.name)  # nobody else has it as it is
    if field.name == "phone":
        # the last four stand in the masked form, too
        return f"1{3 + place // 100}{row.pk:05d}{place % 100:02d}{row.pk % 100:02d}"
    if isinstance(field, models.EmailField):
        return f"f{place}p{row.pk}@mark.example"
    if isinstance(field, models.DateField):
        return _FIRST_DAY + dt.timedelta(days=row.pk)
    if isinstance(field, models.IntegerField):
        return _AGE + row.pk
    text = f"〔{place}:{row.pk}〕"
    if isinstance(field, models.JSONField):
        return {**getattr(row, field.name), "name": text}
    return json.dumps({"name": text}) if field.name in {"values", "cells"} else text


def _forms(value: Any) -> Iterable[str]:
    """How a value is written."""
    if isinstance(value, dt.date):
        return (f"{value:%Y-%m-%d}", f"{value:%Y/%m/%d}", f"{value.year}年{value.month}月{value.day}日")
    return (str(value),)


def mark() -> dict[str, Mark]:
    """Give every row its marks; what is written how, for values that do not say it themselves."""
    known: dict[str, Mark] = {}
    for place, code in enumerate(codes()):
        model, field = field_of(code)
        for row in model._base_manager.all() if code not in CARRIERS else ():
            value = _numbered(place, field, row)
            model._base_manager.filter(pk=row.pk).update(**{field.name: value})
            known |= {form: Mark(code, row.pk) for form in _forms(value)}
            if code in _MASKS:
                known.setdefault(_MASKS[code](value), Mark(code, row.pk, MASKED))
    return known


def found_in(text: str, known: Mapping[str, Mark]) -> set[Mark]:
    """What a text tells of the marked rows."""
    told = {known[value] for value in set(_VALUE.findall(text)) & set(known)}
    for groups in set(_TEXT.findall(text)):
        place, key = (int(number) for number in groups if number)
        told.add(Mark(codes()[place], key))
    return told


def owner(one: Mark) -> int | None:
    """The number of the person that the row is about, None where it is about nobody with an account."""
    model, _field = field_of(one.code)
    if model is Person:
        return one.key
    if model is User:
        return User.objects.get(pk=one.key).person_id
    return None
