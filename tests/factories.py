"""Valid objects in one line, and the people of the portal by name.

The real regions, units and program years already stand in the test database (tests/conftest.py); factories add what a
test needs beside them: institutions, people, accounts, bases, enrollments.
"""

import datetime as dt
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import factory
from django.test import Client
from factory.django import DjangoModelFactory

from accounts.actors import Actor, actor_of
from accounts.enums import InstitutionKind, InstitutionLevel, Role, Sex, UnitKind
from accounts.models import Institution, Membership, Person, Region, Unit, User
from accounts.rules import check_digit
from accounts.scope import Scope
from core.values import CHINA
from enrollment.enums import EnrollmentStatus, Profession
from enrollment.models import Enrollment, Registration
from programs.enums import Generation, Track
from programs.models import ProgramYear, Specialty

HEBEI, HENAN = "130000", "410000"
# inside the 2022 year: recruitment is over, study runs, the exam is ahead
NOW = dt.datetime(2022, 9, 15, 10, tzinfo=CHINA)
YEAR_START = dt.datetime(2022, 1, 1, tzinfo=CHINA)
PASSWORD = "correct-horse-battery"


def id_number(sequence: int, born: dt.date = dt.date(1985, 4, 12), region: str = "130102") -> str:
    """A valid number that belongs to no one: the sequence 000–999 within a birthday, then the next day."""
    day = born + dt.timedelta(days=sequence // 1000)
    first17 = f"{region}{day:%Y%m%d}{sequence % 1000:03d}"
    return first17 + check_digit(first17)


def cancer_2022() -> ProgramYear:
    return ProgramYear.objects.select_related("program__owner").get(program__code="cancer", year=2022)


def nuclear_2024() -> ProgramYear:
    return ProgramYear.objects.select_related("program__owner").get(program__code="nuclear", year=2024)


def office_of(program: str) -> Unit:
    return Unit.objects.get(programs__code=program)


class RegionFactory(DjangoModelFactory):
    """A county of Hebei; provinces are fixtures."""

    class Meta:
        model = Region
        django_get_or_create = ("code",)

    code = factory.Sequence(lambda n: f"13{9900 - n:04d}")
    name = factory.Sequence(lambda n: f"测试县{n}")
    short_name = factory.SelfAttribute("name")
    kind = "county"
    parent = factory.LazyFunction(lambda: Region.objects.get(pk=HEBEI))


class InstitutionFactory(DjangoModelFactory):
    class Meta:
        model = Institution

    name = factory.Sequence(lambda n: f"测试县人民医院{n}")
    level = InstitutionLevel.COUNTY
    kind = InstitutionKind.GENERAL_HOSPITAL
    region = factory.LazyFunction(lambda: Region.objects.get(pk=HEBEI))


class UnitFactory(DjangoModelFactory):
    """A training base of Hebei under the office of the cancer program."""

    class Meta:
        model = Unit

    code = factory.Sequence(lambda n: f"base-{n}")
    kind = UnitKind.TRAINING_BASE
    name = factory.Sequence(lambda n: f"测试培训基地{n}")
    region = factory.LazyFunction(lambda: Region.objects.get(pk=HEBEI))
    owner = factory.LazyFunction(lambda: office_of("cancer"))


class PersonFactory(DjangoModelFactory):
    class Meta:
        model = Person

    name = factory.Sequence(lambda n: f"测试{'甲乙丙丁戊己庚辛壬癸'[n % 10]}{n}")
    # of another county than the numbers that tests type by hand
    id_number = factory.Sequence(lambda number: id_number(number, region="130104"))
    phone = factory.Sequence(lambda n: f"139{n:08d}")
    sex = Sex.FEMALE
    birth_date = dt.date(1985, 4, 12)


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"user-{n}")
    person = factory.SubFactory(PersonFactory)
    password = factory.django.Password(PASSWORD)
    created_at = YEAR_START


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    unit = factory.SubFactory(UnitFactory)
    role = Role.BASE_COORDINATOR
    starts_at = YEAR_START


class RegistrationFactory(DjangoModelFactory):
    class Meta:
        model = Registration

    program = factory.LazyFunction(lambda: cancer_2022().program)
    person = factory.SubFactory(PersonFactory)
    number = factory.Sequence(lambda n: f"T{n:09d}")
    issued_at = NOW


class EnrollmentFactory(DjangoModelFactory):
    """Approved, comprehensive, in Hebei's list of 2022; `applied=True` for one that waits."""

    class Meta:
        model = Enrollment

    class Params:
        applied = factory.Trait(status=EnrollmentStatus.APPLIED, registration=None, approved_at=None)

    year = factory.LazyFunction(cancer_2022)
    person = factory.SubFactory(PersonFactory)
    region = factory.LazyFunction(lambda: Region.objects.get(pk=HEBEI))
    track = Track.COMPREHENSIVE
    status = EnrollmentStatus.APPROVED
    registration = factory.SubFactory(
        RegistrationFactory,
        person=factory.SelfAttribute("..person"),
        program=factory.SelfAttribute("..year.program"),
    )
    specialty = factory.LazyAttribute(lambda e: specialty_of(e.year, e.track))
    institution = factory.SubFactory(InstitutionFactory, region=factory.SelfAttribute("..region"))
    institution_level = factory.SelfAttribute("institution.level")
    profession = Profession.PHYSICIAN
    applied_at = NOW
    approved_at = NOW


def lead_unit(region: str, kind: UnitKind = UnitKind.TECHNICAL_LEAD) -> Unit:
    """The unit of 任务表 1 (or the administrative one) of a province."""
    return Unit.objects.get(region=region, kind=kind, owner=office_of("cancer"))


def specialty_of(year: ProgramYear, track: str = Track.COMPREHENSIVE) -> Specialty:
    """The first old specialty; that of online-only trainees for them (E12)."""
    old = Specialty.objects.filter(year=year, generation=Generation.OLD)
    chosen = old.filter(online_only=track == Track.ONLINE_ONLY).order_by("order").first()
    assert chosen is not None
    return chosen


@dataclass
class Persona:
    """Someone who signs in: `client` is their browser, `actor` what services are called with."""

    user: User
    membership: Membership
    enrollment: Enrollment | None = None
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def unit(self) -> Unit:
        return self.membership.unit

    @property
    def person(self) -> Person:
        assert self.user.person is not None
        return self.user.person

    @property
    def role(self) -> str:
        return self.membership.role

    @cached_property
    def actor(self) -> Actor:
        return actor_of(self.membership)

    @property
    def scope(self) -> Scope:
        return self.actor.scope

    @cached_property
    def client(self) -> Client:
        client = Client()
        client.force_login(self.user)
        return client


def persona(username: str, role: Role, unit: Unit, **person: Any) -> Persona:
    """A person with an account and one role that began with the year."""
    user = UserFactory(username=username, person=PersonFactory(**person))
    return Persona(user, MembershipFactory(user=user, unit=unit, role=role))


def trainee_persona(
    username: str, region: str = HEBEI, year: ProgramYear | None = None, **enrollment: Any
) -> Persona:
    """A trainee of a province with an approved place in the year."""
    someone = persona(username, Role.TRAINEE, lead_unit(region))
    someone.enrollment = EnrollmentFactory(
        year=year or cancer_2022(),
        person=someone.person,
        region=Region.objects.get(pk=region),
        **enrollment,
    )
    return someone
