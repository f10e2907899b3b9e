"""T09: however many starts meet, on real connections, there is one attempt and never one too many (X5)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.db.models import QuerySet

from accounts.actors import system_actor
from core.exceptions import Refusal
from core.models import Event
from enrollment.models import Enrollment
from exams.models import Attempt, AttemptItem
from exams.services import hand_in, start_attempt
from tests.exams.factories import EXAM_TIME, handed_in, make_bank, signed_up, started
from tests.exams.racing import Racers, sound
from tests.factories import trainee_persona

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="needs PostgreSQL"),
]
STARTS, PEOPLE = 50, 40
CONSTRAINTS = [
    one for one in Attempt._meta.constraints if one.name in {"one_open_attempt", "attempt_number_once"}
]


def people(count: int) -> list[Enrollment]:
    found = [trainee_persona(f"racer-{number}").enrollment for number in range(count)]
    enrollments = [enrollment for enrollment in found if enrollment is not None]
    for enrollment in enrollments:
        signed_up(enrollment)
    return enrollments


def starts(enrollment: Enrollment, count: int) -> list[Callable[[], Attempt]]:
    def start() -> Attempt:
        return start_attempt(enrollment=enrollment, device="d", actor=system_actor(), now=EXAM_TIME)

    return [start] * count


@pytest.fixture
def racers(transactional_db: None) -> Iterator[Racers]:
    make_bank()
    with Racers(STARTS) as found:
        yield found


def test_x5_fifty_starts_of_each_of_forty_people_make_one_attempt_each(racers: Racers) -> None:
    for enrollment in people(PEOPLE):
        attempts = sound(racers.together(*starts(enrollment, STARTS)))
        assert {attempt.pk for attempt in attempts} == {Attempt.objects.get(enrollment=enrollment).pk}
    assert Attempt.objects.count() == PEOPLE
    assert AttemptItem.objects.count() == 100 * PEOPLE
    assert Event.objects.filter(verb="start_attempt").count() == PEOPLE


@pytest.mark.parametrize("used", [pytest.param(2, id="X5-the-last"), pytest.param(3, id="X5-none-left")])
def test_x5_however_many_ask_there_is_never_a_fourth_attempt(racers: Racers, used: int) -> None:
    for enrollment in people(5):
        for number in range(1, used + 1):
            handed_in(enrollment, number)
        results = racers.together(*starts(enrollment, STARTS))
        numbers = list(Attempt.objects.filter(enrollment=enrollment).values_list("number", flat=True))
        assert numbers == [1, 2, 3]
        if used == 3:
            assert {type(result) for result in results} == {Refusal}
        else:
            assert len({attempt.pk for attempt in sound(results)}) == 1


@pytest.mark.parametrize(
    "used", [pytest.param(0, id="X5-first-sitting-ends"), pytest.param(2, id="X5-third-sitting-ends")]
)
def test_x5_starts_beside_the_hand_in_of_the_sitting_before(racers: Racers, used: int) -> None:
    """A start finds the sitting that runs, or the next one, or that none is left; the one handed in has one result."""
    for enrollment in people(8):
        for number in range(1, used + 1):
            handed_in(enrollment, number)
        running = started(enrollment)

        def end(running: Attempt = running) -> Attempt:
            return hand_in(attempt=running, actor=system_actor(), now=EXAM_TIME)

        results = racers.together(*starts(enrollment, 20), *[end] * 5, *starts(enrollment, 20))
        attempts = Attempt.objects.filter(enrollment=enrollment)
        assert {result.pk for result in results if isinstance(result, Attempt)} <= {
            one.pk for one in attempts
        }
        refused = [result for result in results if not isinstance(result, Attempt)]
        assert {type(result) for result in refused} <= ({Refusal} if used == 2 else set())
        assert attempts.get(pk=running.pk).state == "closed"
        assert attempts.count() <= min(used + 2, 3)
        assert attempts.open().count() == attempts.count() - used - 1
    assert Event.objects.filter(verb="close_attempt").count() == 8


# Each protection alone is enough; without both the test above can fail

# without the lock another's attempt can appear between a start's two looks: a bar it has no words for
UNLOCKED = {Attempt, IntegrityError, KeyError}


@contextmanager
def without_constraints() -> Iterator[None]:
    """In the test's own database; duplicates are gone before they come back."""
    with connection.schema_editor() as editor:
        for constraint in CONSTRAINTS:
            editor.remove_constraint(Attempt, constraint)
    try:
        yield
    finally:
        AttemptItem.objects.all().delete()
        Attempt.objects.all().delete()
        with connection.schema_editor() as editor:
            for constraint in CONSTRAINTS:
                editor.add_constraint(Attempt, constraint)


def unlocked(patch: pytest.MonkeyPatch) -> None:
    def plain(self: QuerySet[Any], **kwargs: Any) -> QuerySet[Any]:
        return self.all()

    patch.setattr(QuerySet, "select_for_update", plain)


def test_x5_the_lock_alone_makes_one_attempt(racers: Racers) -> None:
    someone = people(1)[0]
    with without_constraints():
        sound(racers.together(*starts(someone, STARTS)))
        assert Attempt.objects.count() == 1


def test_x5_the_constraint_alone_makes_one_attempt(racers: Racers, monkeypatch: pytest.MonkeyPatch) -> None:
    someone = people(1)[0]
    unlocked(monkeypatch)
    results = racers.together(*starts(someone, STARTS))
    assert {type(result) for result in results} <= UNLOCKED
    assert Attempt.objects.count() == 1


def test_x5_without_lock_and_constraint_the_race_makes_several(
    racers: Racers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: the race is a real one."""
    someone = people(1)[0]
    with without_constraints():
        unlocked(monkeypatch)
        results = racers.together(*starts(someone, STARTS))
        assert {type(result) for result in results} <= UNLOCKED
        assert Attempt.objects.count() > 1
