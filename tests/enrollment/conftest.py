import pytest

from core.enums import JobStatus
from enrollment.models import RosterImport
from enrollment.services.imports import stage_import
from tests.enrollment.factories import AUGUST
from tests.enrollment.sheets import sheet, upload
from tests.factories import InstitutionFactory


@pytest.fixture
def act(hebei_coordinator):
    return {"actor": hebei_coordinator.actor, "now": AUGUST}


@pytest.fixture
def read(year_2022, hebei, act, work_jobs):
    """Upload and have a worker read it; returns the import with its preview."""

    def run(*lines: dict[str, str], data: bytes = b"") -> RosterImport:
        staged = stage_import(year=year_2022, region=hebei, file=upload(data or sheet(*lines)), **act)
        (job,) = work_jobs()
        assert job.status == JobStatus.DONE, job.error
        return RosterImport.objects.get(pk=staged.pk)

    return run


@pytest.fixture
def known_hospital(hebei):
    return InstitutionFactory(name="测试县医院", region=hebei)
