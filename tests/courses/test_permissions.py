"""Who may do what, as one table: every persona on every act."""

import pytest

from accounts.actors import system_actor
from core.exceptions import NotAllowed
from courses import permissions
from tests.courses.factories import FacultyFactory, LessonFactory, SessionFactory
from tests.factories import HEBEI, UnitFactory, trainee_persona

pytestmark = pytest.mark.django_db

PEOPLE = (
    "national_officer", "nuclear_officer", "hebei_coordinator", "henan_coordinator", "hebei_administrator",
    "base_coordinator", "applicant", "expert", "nuclear_expert", "auditor", "trainee", "other_trainee",
)  # fmt: skip
OFFICE, HEBEI_UNIT, BASE = {"national_officer"}, {"hebei_coordinator"}, {"base_coordinator"}
LISTERS = {
    "national_officer",
    "nuclear_officer",
    "hebei_coordinator",
    "henan_coordinator",
    "base_coordinator",
}
ALLOWED = {
    "study": {"trainee"},
    "manage_plan": OFFICE,
    "supply": OFFICE | HEBEI_UNIT,
    "review": OFFICE | {"expert"},
    "hold_sessions": HEBEI_UNIT,
    "hold_sessions_of_base": HEBEI_UNIT | BASE,
    "record_attendance": HEBEI_UNIT,
    "record_results": HEBEI_UNIT | BASE,
    "list_faculty": LISTERS,
    "confirm_faculty": OFFICE,
}


@pytest.fixture
def arguments(year_2022, trainee, base_coordinator):
    session = SessionFactory()
    return {
        "study": (trainee.enrollment,),
        "manage_plan": (year_2022,),
        "supply": (year_2022, HEBEI),
        "review": (LessonFactory(),),
        "hold_sessions": (year_2022, HEBEI, None),
        "hold_sessions_of_base": (year_2022, HEBEI, base_coordinator.unit.pk),
        "record_attendance": (session,),
        "record_results": (year_2022, HEBEI),
        "list_faculty": (),
        "confirm_faculty": (FacultyFactory(),),
    }


@pytest.mark.parametrize("act", ALLOWED)
def test_each_act_is_open_to_exactly_these_people(request, arguments, act):
    name = act.removesuffix("_of_base")
    can, check = getattr(permissions, f"can_{name}"), getattr(permissions, f"check_{name}")
    found = set()
    for person in PEOPLE:
        actor = request.getfixturevalue(person).actor
        if can(actor, *arguments[act]):
            check(actor, *arguments[act])
            found.add(person)
        else:
            with pytest.raises(NotAllowed):
                check(actor, *arguments[act])
    assert found == ALLOWED[act]


@pytest.mark.parametrize("act", ALLOWED)
def test_the_portal_itself_may(arguments, act):
    assert getattr(permissions, f"can_{act.removesuffix('_of_base')}")(system_actor(), *arguments[act])


def test_a_base_holds_no_session_of_another_base(year_2022, base_coordinator):
    other = UnitFactory()
    assert not permissions.can_hold_sessions(base_coordinator.actor, year_2022, HEBEI, other.pk)


def test_a_trainee_of_another_year_is_still_the_same_person(year_2022, trainee):
    other = trainee_persona("third")
    assert not permissions.can_study(other.actor, trainee.enrollment)
