"""T48: keys rotate while the portal runs; a killed rotation goes on; what no key opens is named, never guessed."""

import io

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from accounts.adapter import MFAAdapter
from accounts.models import Person
from accounts.services import rotation
from accounts.services.rotation import encrypted_fields, rotate
from core.crypto import decrypt
from core.fields import EncryptedTextField
from core.models import Event
from tests.factories import NOW, PersonFactory, UserFactory

pytestmark = pytest.mark.django_db
OLD, NEW, GONE = "1:" + "p" * 48, "2:" + "n" * 48, "9:" + "g" * 48


@pytest.fixture
def people(settings):
    settings.PERSONAL_DATA_KEYS = [OLD]
    people = PersonFactory.create_batch(7)
    PersonFactory(id_number="", phone="")
    settings.PERSONAL_DATA_KEYS = [NEW, OLD]
    return people


def key_ids(column: str = "id_number") -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM accounts_person")  # noqa: S608
        return {bytes(blob)[1] for (blob,) in cursor.fetchall() if bytes(blob)}


def test_every_value_comes_under_the_newest_key(people, settings, system):
    found = rotate(actor=system, now=NOW, chunk=3)
    assert (found.rewritten, found.unreadable) == (14, [])
    assert key_ids() == key_ids("phone") == {2}
    # the old key may go: 0 unreadable
    settings.PERSONAL_DATA_KEYS = [NEW]
    for person in people:
        assert Person.objects.get(pk=person.pk).id_number == person.id_number
    assert Event.objects.get(verb="rotate_keys").data == {"rows": 14}


def test_a_second_run_has_nothing_to_do(people, system):
    rotate(actor=system, now=NOW)
    assert rotate(actor=system, now=NOW).rewritten == 0


def test_a_killed_rotation_goes_on_where_it_stopped(people, system, monkeypatch):
    """The kill comes inside the second chunk: the first stays done, the second is undone whole."""
    real, calls = rotation._rewrite, []

    def dies(*args):
        calls.append(args)
        if len(calls) == 5:
            raise KeyboardInterrupt
        real(*args)

    monkeypatch.setattr(rotation, "_rewrite", dies)
    with pytest.raises(KeyboardInterrupt):
        rotate(actor=system, now=NOW, chunk=3)
    monkeypatch.setattr(rotation, "_rewrite", real)
    assert key_ids() == {1, 2}
    assert rotate(actor=system, now=NOW, chunk=3).rewritten == 14 - 3
    assert key_ids() == {2}


def test_what_people_write_meanwhile_stays(people, system, monkeypatch):
    """A value saved by a running portal between two chunks is not overwritten with the older one."""
    last, new = people[-1], "13700000001"
    real = rotation._rewrite

    def in_between(*args):
        Person.objects.filter(pk=last.pk).update(phone=new)
        real(*args)

    monkeypatch.setattr(rotation, "_rewrite", in_between)
    rotate(actor=system, now=NOW, chunk=1)
    assert Person.objects.get(pk=last.pk).phone == new


def test_a_value_of_a_dropped_key_is_named_and_left(people, settings, system):
    settings.PERSONAL_DATA_KEYS = [GONE]
    lost = PersonFactory()
    settings.PERSONAL_DATA_KEYS = [NEW, OLD]
    found = rotate(actor=system, now=NOW, chunk=2)
    assert found.unreadable == [f"accounts.person.id_number {lost.pk}", f"accounts.person.phone {lost.pk}"]
    assert found.rewritten == 14
    assert key_ids() == {2, 9}
    with pytest.raises(CommandError, match=f"accounts.person.phone {lost.pk}"):
        call_command("rotate_personal_data", stdout=io.StringIO())
    # with the key back nothing was lost
    settings.PERSONAL_DATA_KEYS = [NEW, OLD, GONE]
    call_command("rotate_personal_data", stdout=io.StringIO())
    assert Person.objects.get(pk=lost.pk).phone == lost.phone


def test_second_factors_are_rewritten_too(settings, system):
    settings.PERSONAL_DATA_KEYS = [OLD]
    adapter, user = MFAAdapter(), UserFactory()
    data = {"secret": adapter.encrypt("JBSWY3DPEHPK3PXP")}
    codes = {"seed": adapter.encrypt("seed"), "migrated_codes": [adapter.encrypt("1234")], "used_mask": 0}
    totp = Authenticator.objects.create(user=user, type="totp", data=data)
    recovery = Authenticator.objects.create(user=user, type="recovery_codes", data=codes)
    settings.PERSONAL_DATA_KEYS = [NEW, OLD]
    before = rotate(actor=system, now=NOW)
    assert before.rewritten == 4, "the factors and the person's two values"
    settings.PERSONAL_DATA_KEYS = [NEW]
    totp.refresh_from_db()
    recovery.refresh_from_db()
    assert adapter.decrypt(totp.data["secret"]) == "JBSWY3DPEHPK3PXP"
    assert adapter.decrypt(recovery.data["migrated_codes"][0]) == "1234"
    assert recovery.data["used_mask"] == 0
    assert rotate(actor=system, now=NOW).rewritten == 0, "what is under the newest key stays as it is"


def test_an_unreadable_second_factor_is_named(settings, system):
    settings.PERSONAL_DATA_KEYS = [GONE]
    factor = Authenticator.objects.create(
        user=UserFactory(), type="totp", data={"secret": MFAAdapter().encrypt("S")}
    )
    settings.PERSONAL_DATA_KEYS = [NEW]
    assert f"mfa.authenticator {factor.pk}" in rotate(actor=system, now=NOW).unreadable


def test_every_encrypted_column_is_walked():
    walked = {column.purpose for column in encrypted_fields()}
    assert {"accounts.person.phone", "enrollment.importrow.cells", "bases.director.phone"} <= walked
    assert all(isinstance(column, EncryptedTextField) for column in encrypted_fields())


def test_the_rewrite_reads_back(people, system):
    rotate(actor=system, now=NOW)
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute("SELECT phone FROM accounts_person WHERE id = %s", [people[0].pk])
        assert decrypt(bytes(cursor.fetchone()[0]), "accounts.person.phone") == people[0].phone
