"""T29, T35: 3,000 workbooks gone wrong, from the upload to the roster: each is refused with a sentence or previewed.

Every one is really uploaded, read by its job, previewed and, where a line is good, taken in. What makes it fast: they
are read by forks of one warm process, which bind themselves and read as the real one does (tests.enrollment.reader_server);
a sample of 154, every mutation several times, goes through the pages and the real process, with nothing stood in for.
Pieces of the 3,000 run side by side.
"""

import json
import logging
from collections import Counter
from functools import partial
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import Institution, Person
from core import jobs, spreadsheets
from core.enums import JobStatus
from core.exceptions import Refusal
from core.models import Job
from enrollment.enums import ImportStatus
from enrollment.imports.preview import counts_by_kind, worded_rows
from enrollment.imports.problems import worded_of_list
from enrollment.imports.workbooks import template
from enrollment.models import Enrollment, ImportRow, RosterImport
from enrollment.services.imports import confirm_import, stage_import
from tests.enrollment.factories import AUGUST
from tests.enrollment.generated import filled
from tests.enrollment.mutants import MUTATIONS, Mutant, mutant, with_shared_strings
from tests.enrollment.reader_server import Reader, Server
from tests.enrollment.sheets import line, sheet, upload
from tests.helpers import undone

pytestmark = pytest.mark.django_db
COUNT, PIECES = 3000, 12
SAMPLE = 7 * len(MUTATIONS)
ENDS = {"refused at once", "refused by the reader", "nothing good", "taken in"}


@pytest.fixture
def bases(year_2022, hebei, known_hospital):
    """A filled template as the portal makes it, the same as office programs save it, a list without a template."""
    lines = [line(1), line(2, institution="新来的医院"), line(3, track="online_only", specialty="", fine_specialty=""), line(4, phone="1")]  # fmt: skip
    made = filled(template(year_2022, hebei), lines)
    return [made, with_shared_strings(made), with_shared_strings(sheet(*lines))]


@pytest.fixture
def server(monkeypatch):
    server = Server(str(spreadsheets._READER))
    stand_in = SimpleNamespace(Popen=partial(Reader, server), PIPE=None, DEVNULL=None)
    monkeypatch.setattr(spreadsheets, "subprocess", stand_in)
    yield server
    server.close()


def world() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Person, Institution, Enrollment))


def ended(number: int) -> Job:
    """The job at its end: done, or failed with a sentence; an error nobody foresaw would leave it queued."""
    job = jobs.run(number, clock=lambda: AUGUST)
    assert job is not None
    assert job.status in {JobStatus.DONE, JobStatus.FAILED}, "an unforeseen error"
    assert (job.status == JobStatus.FAILED) == bool(job.error)
    return job


def check_preview(staged: RosterImport) -> None:
    """Counts and lines agree, and whatever is wrong is said."""
    rows = list(staged.rows.all())
    bad = [row for row in rows if row.is_bad]
    assert (staged.status, staged.row_count, staged.bad_count) == (ImportStatus.PREVIEW, len(rows), len(bad))
    of_list = worded_of_list(staged)
    assert all(row.problems or of_list for row in bad)
    assert all(fault.cell and fault.cause and fault.remedy for fault in [*worded_rows(rows), *of_list])
    assert sum(count for kind, count in counts_by_kind(staged).items() if kind != "missing") == len(rows)


def check_taken(staged: RosterImport, before: tuple[int, ...]) -> None:
    """Exactly the good lines, each with its own person."""
    good = [json.loads(row.values) for row in staged.rows.good()]
    taken = Enrollment.objects.filter(roster_import=staged).select_related("person", "institution")
    assert sorted((row.person.id_number, row.person.name, row.track) for row in taken) == sorted(
        (one["id_number"], one["name"], one["track"]) for one in good
    )
    new = {one["institution"] for one in good if one["institution_id"] is None}
    people, places, enrollments = (after - then for after, then in zip(world(), before, strict=True))
    assert (people, places, enrollments) == (len(good), len(new), len(good))


def live(one: Mutant, act, year, region) -> str:
    """The whole path of one workbook; returns how it ended."""
    before = world()
    try:
        staged = stage_import(year=year, region=region, file=upload(one.data), **act)
    except Refusal as refusal:
        return "" if RosterImport.objects.exists() else refusal.message and "refused at once"
    job = ended(staged.job_number)
    staged.refresh_from_db()
    assert world() == before
    if job.status == JobStatus.FAILED:
        assert (staged.status, ImportRow.objects.count()) == (ImportStatus.READING, 0)
        return "refused by the reader"
    check_preview(staged)
    try:
        confirm_import(staged=staged, only_good=True, **act)
    except Refusal:
        assert not staged.rows.good().exists()
        return "nothing good"
    assert ended(staged.job_number).status == JobStatus.DONE
    check_taken(staged, before)
    return "taken in"


@pytest.mark.no_cover  # others measure the same lines
@pytest.mark.parametrize("piece", range(PIECES))
def test_t29_whatever_is_uploaded_is_refused_or_previewed_and_never_half_saved(
    piece, bases, server, act, year_2022, hebei, caplog
):
    ends: Counter[str] = Counter()
    for seed in range(piece, COUNT, PIECES):
        one = mutant(seed, bases)
        try:
            end = undone(lambda one=one: live(one, act, year_2022, hebei))
        except Exception as error:
            raise AssertionError(f"seed {one.seed}: {one.how}") from error
        ends[end] += 1
    assert set(ends) <= ENDS
    assert all(ends[end] > 5 for end in ("refused at once", "refused by the reader", "taken in")), ends
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


@pytest.mark.parametrize("part", range(7))
def test_t29_a_sample_through_the_pages_and_the_real_reader(
    part, bases, hebei_coordinator, act, year_2022, caplog
):
    url = lambda name, **more: reverse(f"enrollment:{name}", kwargs={**year_2022.url_kwargs, **more})  # noqa: E731
    client = hebei_coordinator.client

    def visit(one: Mutant) -> str:
        before = world()
        file = SimpleUploadedFile("名单.xlsx", one.data)
        response = client.post(url("import-create"), {"file": file})
        if response.status_code == 200:
            assert response.context["form"].errors["file"]
            return "refused at once"
        staged = RosterImport.objects.get()
        job = ended(staged.job_number)
        page = client.get(url("import-show", pk=staged.pk))
        assert page.status_code == 200
        if job.status == JobStatus.FAILED:
            assert job.error in page.content.decode()
            return "refused by the reader"
        staged.refresh_from_db()
        check_preview(staged)
        assert client.get(url("import-marked", pk=staged.pk)).status_code == 200
        client.post(url("import-apply", pk=staged.pk), {"rows": "good"})
        if not staged.rows.good().exists():
            return "nothing good"
        staged.refresh_from_db()
        assert ended(staged.job_number).status == JobStatus.DONE
        check_taken(staged, before)
        return "taken in"

    for seed in range(COUNT + part, COUNT + SAMPLE, 7):
        one = mutant(seed, bases)
        try:
            assert undone(lambda one=one: visit(one))
        except Exception as error:
            raise AssertionError(f"seed {one.seed}: {one.how}") from error
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []
