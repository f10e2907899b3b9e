"""P3: a unit's page tells the years whose participation rows name it."""

import pytest
from django.urls import reverse

from core.templatetags.portal import name_of
from programs.models import Participation
from programs.queries import years_of_unit
from tests.factories import HENAN, lead_unit

pytestmark = pytest.mark.django_db


def test_the_page_tells_the_years_in_which_the_unit_takes_part(hebei_coordinator, year_2022, autumn_2022):
    unit = hebei_coordinator.unit
    assert years_of_unit(unit.pk) == [name_of(year_2022)]
    page = reverse("accounts:unit-show", kwargs={"pk": unit.pk})
    assert hebei_coordinator.client.get(page).context["years"] == [name_of(year_2022)]
    Participation.objects.filter(year=year_2022, technical_unit=unit).update(technical_unit=lead_unit(HENAN))
    assert hebei_coordinator.client.get(page).context["years"] == []


def test_the_administrative_unit_takes_part_as_well(hebei_administrator, year_2022):
    Participation.objects.filter(year=year_2022, region=hebei_administrator.unit.region).update(
        administrative_unit=hebei_administrator.unit
    )
    assert years_of_unit(hebei_administrator.unit.pk) == [name_of(year_2022)]
