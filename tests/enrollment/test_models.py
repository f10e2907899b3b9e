"""What a row of this room says of itself, and what the database refuses."""

import pytest
from django.db import IntegrityError, transaction

from core.exceptions import Refusal
from enrollment.enums import EnrollmentStatus
from enrollment.models import Enrollment, ImportRow, PastInstitution, Placement, Roster, RosterImport, Rule
from programs.services import edit_row
from tests.enrollment.factories import AUGUST
from tests.factories import EnrollmentFactory

pytestmark = pytest.mark.django_db


def test_a_rule_that_cannot_be_measured_is_refused(year_2022, national_officer):
    rule = Rule.objects.get(year=year_2022, code="county-share")
    for values in ({"threshold": 2}, {"operator": "le"}, {"unit": "count"}):
        with pytest.raises(Refusal):
            edit_row(row=rule, values=values, reason="try", actor=national_officer.actor, now=AUGUST)
    edited = edit_row(
        row=rule,
        values={"threshold": "0.6"},
        reason="plan of the year",
        actor=national_officer.actor,
        now=AUGUST,
    )
    assert edited.row.threshold == Rule.objects.get(pk=rule.pk).threshold


def test_approved_without_a_number_is_refused_by_the_database(year_2022):
    row = EnrollmentFactory(applied=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        Enrollment.objects.filter(pk=row.pk).update(status=EnrollmentStatus.APPROVED)


def test_names(year_2022, hebei, base_coordinator):
    row = EnrollmentFactory()
    rows = [
        (Rule.objects.filter(year=year_2022).first(), ""),
        (row, row.person.name),
        (row.registration, row.registration.number),
        (Roster(year=year_2022, region=hebei), "2022"),
        (RosterImport(file_name="八月.xlsx"), "八月.xlsx"),
        (ImportRow(number=3), "3"),
        (PastInstitution(name="甲医院"), "甲医院"),
        (Placement(enrollment=row, base=base_coordinator.unit), base_coordinator.unit.name),
    ]
    for one, part in rows:
        assert str(one)
        assert part in str(one)


def test_staged_lines_are_seen_by_the_province_alone(year_2022, hebei, hebei_coordinator, henan_coordinator):
    staged = RosterImport.objects.create(year=year_2022, region=hebei, file_name="x", created_at=AUGUST)
    row = ImportRow.objects.create(roster_import=staged, number=2)
    assert list(ImportRow.objects.visible_to(hebei_coordinator.scope)) == [row]
    assert not ImportRow.objects.visible_to(henan_coordinator.scope).exists()
