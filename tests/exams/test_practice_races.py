"""Practices begun at the same moment, on real connections (X8)."""

import pytest
from django.db import connection

from accounts.actors import system_actor
from core.models import Event
from exams.loading import load_practice
from exams.models import Attempt, SignUp
from exams.services import confirm_rules, start_practice
from tests.exams.factories import EXAM_TIME
from tests.exams.test_races import together
from tests.factories import office_of, trainee_persona

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs PostgreSQL"),
]


def test_x8_ten_practices_at_once_leave_one_open(transactional_db: None) -> None:
    someone = trainee_persona("racer").enrollment
    assert someone is not None
    load_practice(office=office_of("cancer"), actor=system_actor(), now=EXAM_TIME)

    def start() -> Attempt:
        return start_practice(enrollment=someone, device="d", actor=system_actor(), now=EXAM_TIME)

    together(*[start] * 10)
    rows = Attempt.sittings.filter(enrollment=someone)
    assert sorted(rows.values_list("number", flat=True)) == list(range(1, 11))
    assert rows.open().count() == 1


def test_x4_rules_confirmed_twice_at_once_are_confirmed_once(transactional_db: None) -> None:
    someone = trainee_persona("racer").enrollment
    assert someone is not None
    SignUp.objects.create(enrollment=someone, signed_up_at=EXAM_TIME)

    def confirm() -> SignUp:
        return confirm_rules(enrollment=someone, actor=system_actor(), now=EXAM_TIME)

    assert {entry.rules_read_at for entry in together(*[confirm] * 8)} == {EXAM_TIME}
    assert Event.objects.filter(verb="confirm_rules").count() == 1
