"""T48: whoever carries the database and the media away reads no identity number and no phone."""

import zipfile
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from accounts.disclosures import DISCLOSABLE
from accounts.enums import Role
from accounts.models import Disclosure, Person
from accounts.personal import Secret
from accounts.services.disclosure import approve_in_full, ask_in_full
from enrollment.models import Enrollment
from enrollment.services.access import reveal_of
from enrollment.services.changes import ask_for_change
from enrollment.services.imports import confirm_import, stage_import
from tests.enrollment.sheets import line, sheet, upload
from tests.factories import HEBEI, NOW, lead_unit, persona, trainee_persona

pytestmark = pytest.mark.django_db(transaction=True)
LINES, NEW_PHONE = 60, "13711110001"


@pytest.fixture
def busy(hebei, year_2022, hebei_coordinator, work_jobs, autumn_2022):
    """A roster uploaded and taken in, a list in full, a reveal, a correction: every way on which numbers travel."""
    act = {"actor": hebei_coordinator.actor, "now": NOW}
    file = upload(sheet(*(line(number) for number in range(800, 800 + LINES))))
    staged = stage_import(year=year_2022, region=hebei, file=file, **act)
    work_jobs()
    staged.refresh_from_db()
    confirm_import(staged=staged, only_good=False, **act)
    work_jobs()
    row = Enrollment.objects.order_by("pk").first()
    reveal_of(enrollment=row, secret=Secret.ID_NUMBER, reason="核对", **act)
    someone = trainee_persona("T1")
    ask_for_change(
        enrollment=someone.enrollment,
        values={"phone": NEW_PHONE},
        reason=f"新手机号 {NEW_PHONE}",
        actor=someone.actor,
        now=NOW,
    )
    asked = ask_in_full(
        of=DISCLOSABLE["enrollment.roster"],
        year_number=year_2022.pk,
        query="",
        secrets=Secret.values,
        purpose="上报",
        **act,
    )
    colleague = persona("hebei-2", Role.TECHNICAL_LEAD, lead_unit(HEBEI), name="冀二")
    approve_in_full(disclosure=asked, actor=colleague.actor, now=NOW)
    work_jobs()


def unfolded(path: Path) -> bytes:
    """A file as whoever carried it away would read it: a workbook is unpacked."""
    if not zipfile.is_zipfile(path):
        return path.read_bytes()
    with zipfile.ZipFile(path) as packed:
        return b"\n".join(packed.read(part) for part in packed.namelist())


def test_a_dump_of_database_and_media_shows_no_number(on_database, busy):
    on_database("sqlite")
    assert Disclosure.objects.get().file, "the list in full lies in the media"
    people = list(Person.objects.all())
    assert len(people) > LINES
    known = {person.id_number for person in people} | {person.phone for person in people} | {NEW_PHONE}
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    name = Path(connection.settings_dict["NAME"])
    media = [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]
    assert media
    written = b"\n".join(unfolded(path) for path in [*name.parent.glob(f"{name.name}*"), *media])
    assert people[0].name.encode() in written, "the rows were not in the file"
    assert [number for number in known - {""} if number.encode() in written] == []
