"""People of the bench: approved trainees of one province in bulk."""

import datetime as dt

from accounts.enums import InstitutionKind, InstitutionLevel
from accounts.models import Institution, Person, Region
from enrollment.enums import EnrollmentStatus, Profession
from enrollment.models import Enrollment, Registration
from programs.enums import Track
from programs.models import ProgramYear, Specialty


def enroll(year: ProgramYear, count: int, now: dt.datetime) -> list[Enrollment]:
    """`count` approved comprehensive trainees with registration numbers."""
    region = Region.objects.provinces().earliest("order")
    institution = Institution.objects.create(
        name="bench", level=InstitutionLevel.COUNTY, kind=InstitutionKind.GENERAL_HOSPITAL, region=region
    )
    specialty = Specialty.objects.filter(year=year).earliest("order")
    people = Person.objects.bulk_create(Person(name=f"bench {number}") for number in range(count))
    registrations = Registration.objects.bulk_create(
        Registration(program=year.program, person=person, number=f"B{number:06d}", issued_at=now)
        for number, person in enumerate(people)
    )
    return Enrollment.objects.bulk_create(
        Enrollment(
            year=year, person=person, registration=registration, region=region, track=Track.COMPREHENSIVE,
            specialty=specialty, institution=institution, institution_level=institution.level,
            profession=Profession.PHYSICIAN, status=EnrollmentStatus.APPROVED, applied_at=now, approved_at=now,
        )
        for person, registration in zip(people, registrations, strict=True)
    )  # fmt: skip
