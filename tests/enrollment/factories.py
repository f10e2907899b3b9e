"""Rosters in one line."""

import datetime as dt
from typing import Any

from accounts.enums import InstitutionLevel
from accounts.models import Institution, Person, Region
from core.values import CHINA
from enrollment.enums import Profession
from enrollment.models import Enrollment, PastInstitution
from programs.enums import Track
from programs.models import PriorityProgram, ProgramYear
from tests.factories import HEBEI, EnrollmentFactory, InstitutionFactory, PersonFactory, cancer_2022

AUGUST = dt.datetime(2022, 8, 20, 10, tzinfo=CHINA)


def applicants(count: int, track: str = Track.COMPREHENSIVE, **fields: Any) -> list[Enrollment]:
    """People of one county hospital who wait for approval, unless told otherwise."""
    institution = fields.pop("institution", None) or InstitutionFactory(
        region=fields.get("region") or Region.objects.get(pk=HEBEI)
    )
    return [
        EnrollmentFactory(applied=True, track=track, institution=institution, applied_at=AUGUST, **fields)
        for _ in range(count)
    ]


def priority_program(year: ProgramYear | None = None) -> PriorityProgram:
    row = PriorityProgram.objects.filter(year=year or cancer_2022()).order_by("order").first()
    assert row is not None
    return row


def healthy_roster(region: str = HEBEI, *, approved: bool = True) -> list[Enrollment]:
    """Twenty people of sixteen institutions and fifty online-only ones: every printed rule of the province passes."""
    place = Region.objects.get(pk=region)
    places = [InstitutionFactory(region=place) for _ in range(16)]
    PastInstitution.objects.create(year=cancer_2022(), region=place, name=places[0].name)
    made = [
        EnrollmentFactory(
            applied=not approved,
            region=place,
            institution=places[number % 16],
            health_management=number < 5,
            priority_program=priority_program() if number < 8 else None,
            profession=Profession.NURSE if number == 19 else Profession.PHYSICIAN,
        )
        for number in range(20)
    ]
    made += [
        EnrollmentFactory(applied=not approved, region=place, track=Track.ONLINE_ONLY, institution=places[0])
        for _ in range(50)
    ]
    return made


def city_hospital(region: str = HEBEI) -> Institution:
    return InstitutionFactory(region=Region.objects.get(pk=region), level=InstitutionLevel.CITY)


def people(count: int) -> list[Person]:
    return PersonFactory.create_batch(count)
