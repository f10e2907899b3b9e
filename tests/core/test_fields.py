"""The encrypted field and its index, on the model that holds people."""

from pathlib import Path

import pytest
from django.db import IntegrityError, NotSupportedError, connection

from accounts.models import Person
from core.crypto import Undecipherable, keyed_index
from tests.factories import PersonFactory

ID, PHONE = "130102198504120024", "13912345678"


def _stored(person: Person, column: str) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM accounts_person WHERE id = %s", [person.pk])  # noqa: S608
        return bytes(cursor.fetchone()[0])


def test_text_in_python_ciphertext_in_the_database(db):
    person = PersonFactory(id_number=ID)
    assert Person.objects.get(pk=person.pk).id_number == ID
    assert ID.encode() not in _stored(person, "id_number")
    assert Person.objects.values_list("id_number", flat=True).get(pk=person.pk) == ID


def test_nothing_is_stored_for_nothing(db):
    person = PersonFactory(id_number="", phone="")
    assert _stored(person, "id_number") == b""
    person.refresh_from_db()
    assert (person.id_number, person.id_number_index) == ("", "")
    PersonFactory(id_number="")  # several people without a number may stand beside each other


def test_the_index_follows_every_save(db):
    person = PersonFactory(phone=PHONE)
    assert Person.objects.get(phone_index=keyed_index(PHONE, "phone")) == person
    person.phone = "13900000009"
    person.save()
    assert not Person.objects.filter(phone_index=keyed_index(PHONE, "phone")).exists()
    assert Person.objects.get(phone_index=keyed_index("13900000009", "phone")) == person


def test_the_index_follows_a_save_of_the_value_alone(db):
    person = PersonFactory(phone=PHONE)
    person.phone = "13900000009"
    person.save(update_fields=["phone"])
    assert Person.objects.get(phone_index=keyed_index("13900000009", "phone")) == person


def test_the_index_is_made_for_rows_created_together(db):
    Person.objects.bulk_create([Person(name="甲", phone=PHONE), Person(name="乙", phone="13900000009")])
    assert Person.objects.get(phone_index=keyed_index("13900000009", "phone")).name == "乙"


def test_one_person_per_identity_number(db):
    PersonFactory(id_number=ID)
    with pytest.raises(IntegrityError):
        PersonFactory(id_number=f" {ID} ")


@pytest.mark.parametrize(
    "lookup", ["id_number", "id_number__exact", "id_number__contains", "phone__in", "phone__gt"]
)
def test_ciphertext_is_compared_with_nothing(db, lookup):
    with pytest.raises(NotSupportedError, match="search by its index"):
        list(Person.objects.filter(**{lookup: [ID]}))


def test_a_value_copied_from_another_column_does_not_open(db):
    person = PersonFactory(id_number=ID, phone=PHONE)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_person SET phone = id_number WHERE id = %s", [person.pk])
    with pytest.raises(Undecipherable):
        Person.objects.get(pk=person.pk)


@pytest.mark.django_db(transaction=True)
def test_the_database_file_shows_no_number(on_database):
    on_database("sqlite")
    person = PersonFactory(name="可见的名字", id_number=ID, phone=PHONE)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    file = Path(connection.settings_dict["NAME"])
    written = b"".join(path.read_bytes() for path in file.parent.glob(f"{file.name}*"))
    assert "可见的名字".encode() in written, "the row was not in the file"
    for secret in (ID, PHONE):
        assert secret.encode() not in written
    assert Person.objects.get(pk=person.pk).phone == PHONE
