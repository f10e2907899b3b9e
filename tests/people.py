"""The portal's people by name: each is a fixture of the suite, and all of them stand in the world of tests/access."""

from collections.abc import Callable

from accounts.enums import Role, UnitKind
from tests import factories
from tests.factories import HEBEI, HENAN, Persona, lead_unit, office_of, persona, trainee_persona


def national_officer() -> Persona:
    return persona("national", Role.NATIONAL_OFFICE, office_of("cancer"), name="张国安")


def nuclear_officer() -> Persona:
    """The officer of the other program's owner: sees nothing of the cancer program."""
    return persona("nuclear", Role.NATIONAL_OFFICE, office_of("nuclear"), name="何医管")


def hebei_coordinator() -> Persona:
    return persona("hebei", Role.TECHNICAL_LEAD, lead_unit(HEBEI), name="冀明")


def henan_coordinator() -> Persona:
    """The outsider: the same role in another province."""
    return persona("henan", Role.TECHNICAL_LEAD, lead_unit(HENAN), name="余豫")


def hebei_administrator() -> Persona:
    return persona("hebei-admin", Role.ADMINISTRATIVE, lead_unit(HEBEI, UnitKind.ADMINISTRATIVE), name="管卫")


def base_coordinator() -> Persona:
    return persona("base", Role.BASE_COORDINATOR, factories.UnitFactory(name="测试培训基地"), name="季蒂")


def applicant() -> Persona:
    """A hospital of Hebei that applies under the 2024 call."""
    hospital = factories.UnitFactory(kind=UnitKind.HOSPITAL, name="测试申报医院", owner=office_of("nuclear"))
    return persona("hospital", Role.APPLICANT, hospital, name="申抱")


def expert() -> Persona:
    return persona("expert", Role.EXPERT, office_of("cancer"), name="钟佳")


def nuclear_expert() -> Persona:
    return persona("nuclear-expert", Role.EXPERT, office_of("nuclear"), name="贺艺")


def auditor() -> Persona:
    return persona("auditor", Role.AUDITOR, office_of("cancer"), name="沈济")


def trainee() -> Persona:
    """An approved comprehensive trainee of Hebei in 2022."""
    return trainee_persona("trainee")


def other_trainee() -> Persona:
    """Another trainee of the same province: sees nothing of the first."""
    return trainee_persona("other-trainee")


PEOPLE: dict[str, Callable[[], Persona]] = {
    make.__name__: make
    for make in (
        national_officer,
        nuclear_officer,
        hebei_coordinator,
        henan_coordinator,
        hebei_administrator,
        base_coordinator,
        applicant,
        expert,
        nuclear_expert,
        auditor,
        trainee,
        other_trainee,
    )
}
