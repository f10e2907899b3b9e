"""Of an upload that is discarded while it is read nothing stays: no line with anybody's number."""

import pytest

from core import jobs
from core.enums import JobStatus
from core.models import Job
from enrollment.enums import ImportStatus
from enrollment.models import ImportRow, RosterImport
from enrollment.services.imports import discard_import, stage_import
from tests.enrollment.conftest import AUGUST
from tests.enrollment.sheets import line, sheet, upload

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("moment", ["while the sheet is read", "while a line is checked"])
def test_an_upload_discarded_while_it_is_read_leaves_no_line(
    year_2022, hebei, act, known_hospital, monkeypatch, moment
):
    staged = stage_import(year=year_2022, region=hebei, file=upload(sheet(line(1))), **act)
    kind = jobs.JOB_KINDS.get("enrollment.read_roster")
    at = {"while the sheet is read": 0, "while a line is checked": 1}[moment]
    steps = []

    def step(job, now):
        found = kind.step(job, now)
        if len(steps) == at:
            discard_import(staged=RosterImport.objects.get(pk=staged.pk), **act)
        steps.append(found)
        return found

    monkeypatch.setattr(jobs, "JOB_KINDS", {kind.code: jobs.JobKind(kind.code, kind.label, step)})
    job = jobs.run(Job.objects.get().pk, lambda: AUGUST)
    assert len(steps) > at
    assert job.status == JobStatus.FAILED
    assert RosterImport.objects.get().status == ImportStatus.DISCARDED
    assert not ImportRow.objects.exists()
