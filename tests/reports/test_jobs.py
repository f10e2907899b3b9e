"""Building a report: figure by figure, frozen, then on paper; a killed worker leaves one report (R1)."""

import datetime as dt

import pytest
from django.conf import settings

from accounts.enums import NoticeKind
from accounts.models import Membership, Notice
from core import jobs
from core.enums import JobStatus
from core.exceptions import Refusal
from core.jobs import run
from core.models import Event, Job
from reports import jobs as report_jobs
from reports.enums import ReportStatus
from reports.selection import shown_codes
from reports.services import build_report, keep_snapshot
from tests.factories import HEBEI, HENAN, NOW
from tests.reports.factories import built, trainees, written

pytestmark = pytest.mark.django_db
LATER = NOW + dt.timedelta(seconds=settings.JOB_LEASE_SECONDS + 1)


class Killed(BaseException):
    """What no handler of the portal catches: the worker is gone."""


def at(now: dt.datetime):
    return lambda: now


def figures(report) -> dict[str, list]:
    return {entry["code"]: entry["value"] for entry in report.snapshot["figures"]}


def test_the_report_takes_every_figure_of_its_place(hebei_coordinator):
    trainees(3)
    trainees(2, HENAN)
    report = built(hebei_coordinator)
    taken = figures(report)
    assert list(taken) == shown_codes()
    assert taken["enrollment.approved"] == [3, None]
    assert taken["programs.seats"] == [200, None]
    assert taken["enrollment.quota_use"] == [0, 200]
    assert (report.status, report.built_at) == (ReportStatus.BUILT, NOW)
    assert report.snapshot["place"] == report.region.name


def test_the_country_has_the_parts_of_every_province(national_officer):
    trainees(3)
    trainees(2, HENAN)
    report = built(national_officer, None)
    entry = next(one for one in report.snapshot["figures"] if one["code"] == "enrollment.approved")
    assert entry["value"] == [5, None]
    assert entry["by"] == {HEBEI: [3, None], HENAN: [2, None]}
    assert len(report.snapshot["members"]) == 31


def test_progress_names_the_figure_and_ends_with_all(hebei_coordinator, monkeypatch):
    notes = []
    step = report_jobs.build_step

    def listen(job, now):
        found = step(job, now)
        notes.append((found.done, found.total, found.note))
        return found

    report = written(hebei_coordinator)
    job = build_report(report=report, actor=hebei_coordinator.actor, now=NOW)
    monkeypatch.setattr(
        jobs.JOB_KINDS,
        "_entries",
        {**jobs.JOB_KINDS._entries, "reports.build": jobs.JobKind("reports.build", "x", listen)},
    )
    done = run(job.pk, at(NOW))
    total = len(shown_codes()) + 2
    assert [number for number, _total, _note in notes] == list(range(1, total + 1))
    assert {whole for _number, whole, _note in notes} == {total}
    assert all(note for *_rest, note in notes)
    assert (done.status, done.percent) == (JobStatus.DONE, 100)


@pytest.mark.parametrize(
    "place", ["in the figures", "before freezing", "freezing", "before printing", "while storing"]
)
def test_a_killed_worker_leaves_one_report(hebei_coordinator, monkeypatch, settings, tmp_path, place):
    """Where it was killed the next worker goes on; files and events are there once."""
    settings.MEDIA_ROOT = tmp_path
    report = written(hebei_coordinator)
    job = build_report(report=report, actor=hebei_coordinator.actor, now=NOW)
    with monkeypatch.context() as patch:
        _kill(patch, place)
        with pytest.raises(Killed):
            run(job.pk, at(NOW))
    report.refresh_from_db()
    assert (report.status, bool(report.pdf)) == (ReportStatus.BUILDING, False)
    assert run(job.pk, at(NOW)) is None, "the dead worker's lease still runs"
    done = run(job.pk, at(LATER))
    report.refresh_from_db()
    assert (done.status, done.fence, report.status, report.builds) == (
        JobStatus.DONE,
        2,
        ReportStatus.BUILT,
        1,
    )
    assert Event.objects.of(report).filter(verb="finish_report").count() == 1
    stored = report.pdf.storage.listdir("reports")[1]
    assert sorted(name for name in stored if name.startswith(f"{report.pk}-")) == [
        f"{report.pk}-1.docx",
        f"{report.pk}-1.pdf",
    ]


def _kill(patch, place: str) -> None:
    def die(*args, **kwargs):
        raise Killed

    def after(function):
        def act(*args, **kwargs):
            function(*args, **kwargs)
            raise Killed

        return act

    name, kill = {
        "in the figures": ("figure_entry", die),
        "before freezing": ("snapshot_of", die),
        "freezing": ("keep_snapshot", after(report_jobs.keep_snapshot)),
        "before printing": ("report_pdf", die),
        "while storing": ("finish_report", after(report_jobs.finish_report)),
    }[place]
    patch.setattr(report_jobs, name, kill)


def test_a_worker_that_comes_back_after_its_lease_stores_nothing(hebei_coordinator, monkeypatch):
    """It printed while another took the job over and finished it."""
    report = written(hebei_coordinator)
    job = build_report(report=report, actor=hebei_coordinator.actor, now=NOW)
    printing = report_jobs.report_pdf
    rivals = []

    def overtaken(found):
        if not rivals:
            rivals.append(None)
            rivals.append(run(job.pk, at(LATER)))
        return printing(found)

    monkeypatch.setattr(report_jobs, "report_pdf", overtaken)
    assert run(job.pk, at(NOW)) is None
    assert rivals[1].status == JobStatus.DONE
    assert Event.objects.of(report).filter(verb="finish_report").count() == 1


def test_a_job_that_no_longer_builds_the_report_writes_nothing(hebei_coordinator):
    report = written(hebei_coordinator)
    former = build_report(report=report, actor=hebei_coordinator.actor, now=NOW)
    Job.objects.filter(pk=former.pk).update(status=JobStatus.FAILED)
    build_report(report=report, actor=hebei_coordinator.actor, now=NOW)
    with pytest.raises(Refusal):
        keep_snapshot(report=report, job=former, snapshot={"figures": []})
    report.refresh_from_db()
    assert report.snapshot == {}


def test_whoever_lost_the_role_gets_no_report(hebei_coordinator):
    report = written(hebei_coordinator)
    job = build_report(report=report, actor=hebei_coordinator.actor, now=NOW)
    Membership.objects.filter(pk=hebei_coordinator.membership.pk).update(ends_at=NOW)
    failed = run(job.pk, at(NOW + dt.timedelta(seconds=1)))
    report.refresh_from_db()
    assert (failed.status, bool(failed.error), report.snapshot) == (JobStatus.FAILED, True, {})


def test_whoever_asked_is_told_that_the_report_is_ready(hebei_coordinator):
    report = built(hebei_coordinator)
    told = Notice.objects.get()
    assert told.membership == hebei_coordinator.membership
    assert told.subject == "2022年度总结报告已生成，请核对 PDF 后报送。"
    assert told.url.endswith(f"/reports/{report.pk}/")


def test_whoever_asked_is_told_that_the_report_failed(hebei_coordinator, monkeypatch):
    report = written(hebei_coordinator)
    job = build_report(report=report, actor=hebei_coordinator.actor, now=NOW)

    def refuse(*_given: object) -> None:
        raise Refusal("no")

    monkeypatch.setattr(report_jobs, "check_write_report", refuse)
    run(job.pk, at(NOW))
    told = Notice.objects.get()
    assert (told.membership, told.kind) == (hebei_coordinator.membership, NoticeKind.WORK)
    assert told.subject == "2022年度总结报告生成失败，请打开查看原因。"


def test_building_again_replaces_the_documents(hebei_coordinator, django_capture_on_commit_callbacks):
    report = built(hebei_coordinator)
    former = report.pdf.name
    with django_capture_on_commit_callbacks(execute=True):
        again = build_report(report=report, actor=hebei_coordinator.actor, now=NOW)
        run(again.pk, at(NOW))
    report.refresh_from_db()
    assert report.pdf.name != former
    assert report.pdf.storage.exists(report.pdf.name)
    assert not report.pdf.storage.exists(former)
