"""Every personal field is declared: how it is shown, what becomes of it, for how long (T48)."""

import re

import pytest
from django.apps import apps
from django.db import models

from accounts.personal import PERSONAL_FIELDS
from core.fields import DerivedField, DerivingModel, EncryptedTextField, KeyedIndexField
from tests.registries.rooms import all_models, ids, label

# what a column's name says of a person, wherever it stands
TELLING = re.compile(
    r"(^|_)(phone|mobile|e?mail|sex|gender|age|birth\w*|id_number|nationality|address|signature|contact\w*)($|_)|^person_name$"
)
# columns whose names sound personal and are not: column → why
NOT_PERSONAL = {
    "accounts.mailpreference.by_mail": "yes or no",
    "accounts.notice.mail": "whether it was sent",
    "accounts.notice.mail_tries": "how often it was tried",
    "bases.application.address": "of the hospital",
    "enrollment.sheet.contact": "whom hospitals may ask, told to them with the link",
    "enrollment.sheet.token": "a secret address, of nobody",
    "enrollment.invitation.token": "a secret address, of nobody",
    "supervision.provincialfile.contact": "the office's phone or mailbox",
    "core.event.signature": "a keyed digest of the event",
    "core.eventmark.signature": "a keyed digest of the mark",
    "bases.call.contacts": "published with the call",
}


def personal_columns() -> set[str]:
    found = set()
    for model in all_models():
        for field in model._meta.concrete_fields:
            encrypted = isinstance(field, EncryptedTextField | KeyedIndexField | models.EmailField)
            if encrypted or TELLING.search(field.name):
                found.add(f"{label(model)}.{field.name}")
    return found


def test_every_personal_column_is_declared():
    found = personal_columns()
    assert "accounts.person.id_number" in found
    assert found - set(PERSONAL_FIELDS.codes()) - set(NOT_PERSONAL) == set()


def test_what_is_declared_exists():
    for code in [*PERSONAL_FIELDS.codes(), *NOT_PERSONAL]:
        name, column = code.rsplit(".", 1)
        apps.get_model(name)._meta.get_field(column)


def test_a_person_is_declared_whole():
    person = apps.get_model("accounts.person")
    columns = {
        f"accounts.person.{field.name}" for field in person._meta.concrete_fields if not field.primary_key
    }
    assert columns <= set(PERSONAL_FIELDS.codes())


@pytest.mark.parametrize("entry", PERSONAL_FIELDS, ids=lambda entry: entry.code)
def test_a_declaration_says_why_and_for_how_long(entry):
    assert str(entry.label)
    assert str(entry.reason)
    assert entry.term_days is None or 0 < entry.term_days <= 3660


DERIVED = [
    model
    for model in all_models()
    if any(isinstance(field, DerivedField) for field in model._meta.concrete_fields)
]


@pytest.mark.parametrize("model", DERIVED, ids=ids(DERIVED))
def test_a_derived_field_is_saved_with_the_value_beside_it(model):
    assert issubclass(model, DerivingModel)
    for field in model._meta.concrete_fields:
        if isinstance(field, DerivedField):
            assert hasattr(model, field.source), f"{label(model)}.{field.name}"
