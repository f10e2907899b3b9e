"""Who writes a report and who decides on it (R1)."""

import pytest

from core.exceptions import NotAllowed
from reports.permissions import (
    can_decide,
    can_write,
    can_write_report,
    check_decide,
    check_write,
    check_write_report,
)
from tests.factories import HEBEI
from tests.reports.factories import begun

pytestmark = pytest.mark.django_db
EVERYBODY = (
    "national_officer", "nuclear_officer", "hebei_coordinator", "henan_coordinator", "hebei_administrator",
    "base_coordinator", "expert", "auditor", "trainee",
)  # fmt: skip


@pytest.mark.parametrize("name", EVERYBODY)
def test_only_the_provinces_own_lead_unit_writes_its_report(request, year_2022, name):
    actor = request.getfixturevalue(name).actor
    assert can_write(actor, year_2022, HEBEI) is (name == "hebei_coordinator")


@pytest.mark.parametrize("name", EVERYBODY)
def test_only_the_office_writes_the_countrys_report(request, year_2022, name):
    actor = request.getfixturevalue(name).actor
    assert can_write(actor, year_2022, "") is (name == "national_officer")


@pytest.mark.parametrize("name", EVERYBODY)
def test_only_the_office_decides_and_only_on_provinces(request, hebei_coordinator, name):
    who = request.getfixturevalue(name)
    assert can_decide(who.actor, begun(hebei_coordinator)) is (name == "national_officer")


def test_nobody_decides_on_the_countrys_report(national_officer):
    assert not can_decide(national_officer.actor, begun(national_officer, None))


def test_the_system_may_write_everything(year_2022, system):
    assert can_write(system, year_2022, HEBEI)
    assert can_write(system, year_2022, "")


def test_a_coordinator_of_another_owner_does_not_write(year_2024, hebei_coordinator):
    assert not can_write(hebei_coordinator.actor, year_2024, HEBEI)


def test_a_check_says_why(year_2022, hebei_coordinator, henan_coordinator):
    report = begun(hebei_coordinator)
    assert can_write_report(hebei_coordinator.actor, report)
    check_write(hebei_coordinator.actor, year_2022, HEBEI)
    check_write_report(hebei_coordinator.actor, report)
    with pytest.raises(NotAllowed):
        check_write_report(henan_coordinator.actor, report)
    with pytest.raises(NotAllowed):
        check_decide(henan_coordinator.actor, report)


def test_the_office_passes_the_check_of_decisions(national_officer, hebei_coordinator):
    check_decide(national_officer.actor, begun(hebei_coordinator))
