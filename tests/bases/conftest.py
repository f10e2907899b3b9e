import pytest

from bases.models import Call
from tests.bases import factories as make
from tests.factories import HENAN, Persona


@pytest.fixture
def call(db: None) -> Call:
    """The 2024 call exactly as its notice prints it."""
    return make.call_2024()


@pytest.fixture
def expert_of_hebei(db: None) -> Persona:
    """Of the same province as the applicant: never reviews it."""
    return make.expert("of-hebei", "130000")


@pytest.fixture
def expert_of_henan(db: None) -> Persona:
    return make.expert("of-henan", HENAN)
