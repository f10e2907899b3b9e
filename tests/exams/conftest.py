from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from enrollment.models import Enrollment
from exams import answers
from exams.models import Attempt
from tests.exams.factories import make_bank, started
from tests.factories import Persona


def pytest_markeval_namespace() -> dict[str, Any]:
    """What the condition of a module's mark may name: it is read where the test was written, not where it is collected."""
    return {"connection": connection}


@pytest.fixture
def bank(db: None) -> None:
    """Enough items for a paper, few enough for a second one to repeat some."""
    make_bank()


@pytest.fixture
def enrollment(trainee: Persona) -> Enrollment:
    assert trainee.enrollment is not None
    return trainee.enrollment


@pytest.fixture
def attempt(bank: None, enrollment: Enrollment) -> Attempt:
    """A running attempt of the trainee."""
    return started(enrollment)


@pytest.fixture
def prepared_anew(db: None) -> Iterator[None]:
    """The connection knows no statement from before the test, and keeps none of it (PostgreSQL)."""
    _forget_statements()
    yield
    _forget_statements()


def _forget_statements() -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("DEALLOCATE ALL")
        answers._prepared.discard(connection.connection)
