import pytest

from enrollment.models import Enrollment
from exams.models import Attempt
from tests.exams.factories import make_bank, started
from tests.factories import Persona


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
