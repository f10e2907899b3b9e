import pytest

from enrollment.models import Placement
from tests.access.table import ANONYMOUS, everyone
from tests.access.world import World
from tests.factories import NOW


@pytest.fixture
def world(request, autumn_2022, year_2022, year_2024, hebei, henan) -> World:
    people = {name: request.getfixturevalue(name) for name in everyone() if name != ANONYMOUS}
    base, enrollment = people["base_coordinator"].unit, people["trainee"].enrollment
    Placement.objects.create(enrollment=enrollment, base=base, placed_at=NOW)
    return World(people, year_2022, year_2024, hebei, henan)
