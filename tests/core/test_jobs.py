"""Long work: a step's effect and the job's progress are one commit; who has the work is settled by lease and fence."""

import datetime as dt
import threading

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from core import jobs
from core.enums import JobStatus, Lane
from core.exceptions import Refusal
from core.jobs import JobKind, Step, enqueue, run
from core.models import Job
from tests.core.job_kinds import COUNT, counting, effect, effects
from tests.factories import NOW
from tests.helpers import undone

LATER = NOW + dt.timedelta(minutes=5)
pytestmark = pytest.mark.django_db


class Killed(BaseException):
    """What no handler of the portal catches: the worker is gone."""


def at(now: dt.datetime):
    return lambda: now


def test_the_row_says_who_asked_what_when_and_in_which_language(
    start, nudges, django_capture_on_commit_callbacks
):
    with translation.override("en"), django_capture_on_commit_callbacks(execute=True):
        job = start(counting(), steps=3)
    job.refresh_from_db()
    assert (job.kind, job.lane, job.params, job.status) == (COUNT, Lane.NOW, {"steps": 3}, JobStatus.QUEUED)
    assert (job.user_number, job.membership_number, job.realm, job.language) == (5, 6, "7", "en")
    assert (job.created_at, job.percent, job.is_over) == (NOW, 0, False)
    assert nudges == [(job.pk, Lane.NOW)]


def test_work_goes_step_by_step_to_its_end(start):
    seen = []
    job = start(counting(seen.append), steps=3)
    done = run(job.pk, at(NOW))
    assert seen == ["compute 1", "apply 1", "compute 2", "apply 2", "compute 3", "apply 3"]
    assert effects(job.pk) == [1, 1, 1]
    assert (done.status, done.done, done.total, done.percent, done.note) == (
        JobStatus.DONE,
        3,
        3,
        100,
        "step 3",
    )
    assert (done.state, done.result, done.finished_at) == ({"last": 3}, {"effects": 3}, NOW)
    assert done.is_over


def test_work_that_is_over_is_not_done_again(start):
    job = start(counting(), steps=2)
    run(job.pk, at(NOW))
    assert run(job.pk, at(LATER)) is None
    assert effects(job.pk) == [1, 1]


def test_progress_never_says_all_before_the_end():
    assert Job(done=3, total=3, status=JobStatus.RUNNING).percent == 99
    assert Job(done=1, total=3, status=JobStatus.RUNNING).percent == 33


@pytest.mark.parametrize("place", ["compute 1", "apply 1", "compute 3", "apply 3", "apply 5"])
def test_a_killed_worker_loses_nothing_and_doubles_nothing(start, place):
    def die(where: str) -> None:
        if where == place and not deaths:
            deaths.append(where)
            raise Killed

    deaths: list[str] = []
    job = start(counting(die), steps=5)
    with pytest.raises(Killed):
        run(job.pk, at(NOW))
    reached = int(place.split()[1]) - 1
    job.refresh_from_db()
    assert (job.status, job.done, effects(job.pk)) == (JobStatus.RUNNING, reached, [1] * reached)
    assert run(job.pk, at(NOW)) is None, "the lease still runs"
    done = run(job.pk, at(LATER))
    assert (done.status, done.fence) == (JobStatus.DONE, 2)
    assert effects(job.pk) == [1] * 5


def test_a_worker_that_comes_back_after_its_lease_cannot_write(start):
    """The stale worker stands in the middle of step 3 while another takes over and finishes."""

    def overtaken(where: str) -> None:
        if where == "compute 3" and not rivals:
            rivals.append(None)
            rivals.append(run(job.pk, at(LATER)))

    rivals: list[Job | None] = []
    job = start(counting(overtaken), steps=5)
    assert run(job.pk, at(NOW)) is None
    assert rivals[1].status == JobStatus.DONE
    assert effects(job.pk) == [1] * 5
    job.refresh_from_db()
    assert (job.status, job.fence, job.done) == (JobStatus.DONE, 2, 5)


def test_a_stale_worker_that_fails_does_not_fail_the_work_of_another(start):
    def overtaken_then_broken(where: str) -> None:
        if where == "compute 2" and not turns:
            turns.append(where)
            run(job.pk, at(LATER))
            raise Refusal("too late")

    turns: list[str] = []
    job = start(counting(overtaken_then_broken), steps=3)
    run(job.pk, at(NOW))
    job.refresh_from_db()
    assert effects(job.pk) == [1, 1, 1]
    assert (job.status, job.error) == (JobStatus.DONE, "")


def test_a_canceled_job_writes_nothing_more(start):
    def cancel(where: str) -> None:
        if where == "compute 2":
            Job.objects.filter(pk=job.pk).update(status=JobStatus.CANCELED)

    job = start(counting(cancel), steps=3)
    assert run(job.pk, at(NOW)) is None
    assert effects(job.pk) == [1]


def test_each_step_renews_the_lease(start, settings):
    leases = []
    times = iter(NOW + dt.timedelta(seconds=30 * number) for number in range(100))

    def look(where: str) -> None:
        if where.startswith("compute"):
            leases.append(Job.objects.get(pk=job.pk).lease_until)

    job = start(counting(look), steps=3)
    run(job.pk, lambda: next(times))
    assert leases == sorted(leases)
    assert len(set(leases)) == 3


def test_a_fault_in_a_step_leaves_neither_effect_nor_progress_and_is_tried_again(start):
    def step(job: Job, now: dt.datetime) -> Step:
        def apply() -> None:
            effect(job, 1)
            raise ZeroDivisionError

        return Step(done=1, total=1, apply=apply, finished=True)

    job = start(JobKind("test.fault", "Fault", step))
    for _attempt in range(jobs.MAX_ATTEMPTS - 1):
        again = run(job.pk, at(NOW))
        assert (again.status, again.done, again.lease_until) == (JobStatus.QUEUED, 0, None)
    with translation.override("en"):
        Job.objects.filter(pk=job.pk).update(language="en")
        given_up = run(job.pk, at(NOW))
    assert given_up.status == JobStatus.FAILED
    assert f"number {job.pk}" in given_up.error
    assert effects(job.pk) == []
    assert run(job.pk, at(LATER)) is None


def test_work_that_kills_every_worker_is_given_up(start):
    def die(where: str) -> None:
        if where == "compute 2":
            deaths.append(where)
            raise Killed

    deaths: list[str] = []
    job = start(counting(die), steps=3)
    now = NOW
    for _worker in range(jobs.MAX_ATTEMPTS):
        with pytest.raises(Killed):
            run(job.pk, at(now))
        now += dt.timedelta(minutes=5)
    given_up = run(job.pk, at(now))
    assert (given_up.status, len(deaths), effects(job.pk)) == (JobStatus.FAILED, jobs.MAX_ATTEMPTS, [1])
    assert given_up.finished_at == now
    assert str(job.pk) in given_up.error


def test_attempts_count_from_the_last_progress(start):
    """Five deaths, each after a step: slow work on a bad day, not poison."""

    def die(where: str) -> None:
        if where.startswith("compute") and where not in deaths:
            deaths.append(where)
            raise Killed

    deaths: list[str] = []
    job = start(counting(die), steps=5)
    now = NOW
    for _worker in range(5):
        with pytest.raises(Killed):
            run(job.pk, at(now))
        now += dt.timedelta(minutes=5)
    assert run(job.pk, at(now)).status == JobStatus.DONE
    assert effects(job.pk) == [1] * 5


def test_a_refusal_ends_the_work_with_its_sentence_in_the_language_of_who_asked(start):
    def step(job: Job, now: dt.datetime) -> Step:
        raise Refusal(_("The workbook is encrypted."), remedy="Save it.")

    job = start(JobKind("test.refusal", "Refusal", step))
    Job.objects.filter(pk=job.pk).update(language="en")
    refused = run(job.pk, at(NOW))
    assert (refused.status, refused.error) == (JobStatus.FAILED, "The workbook is encrypted. Save it.")
    assert refused.finished_at == NOW


@pytest.mark.parametrize("fault", ["refusal", "crash"])
def test_work_that_is_given_up_is_told_once(start, fault):
    told = []

    def step(job: Job, now: dt.datetime) -> Step:
        if fault == "crash":
            raise ValueError
        raise Refusal("no")

    def tell(job: Job, now: dt.datetime) -> None:
        told.append((job.pk, now))

    job = start(JobKind("test.told", "Told", step, failed=tell))
    for _attempt in range(jobs.MAX_ATTEMPTS + 1):
        run(job.pk, at(NOW))
    assert told == [(job.pk, NOW)]


def test_work_that_ends_is_told_once_and_with_its_end(start):
    told = []

    def step(job: Job, now: dt.datetime) -> Step:
        return Step(state={"n": job.state.get("n", 0) + 1}, finished=job.state.get("n") == 1)

    def tell(job: Job, now: dt.datetime) -> None:
        told.append((job.status, now))

    job = start(JobKind("test.ended", "Ended", step, ended=tell))
    run(job.pk, at(NOW))
    run(job.pk, at(NOW))
    assert told == [(JobStatus.DONE, NOW)]


def test_work_has_failed_even_when_nobody_can_be_told(start):
    def step(job: Job, now: dt.datetime) -> Step:
        raise Refusal("no")

    def tell(job: Job, now: dt.datetime) -> None:
        raise ValueError

    job = start(JobKind("test.untold", "Untold", step, failed=tell))
    assert run(job.pk, at(NOW)).status == JobStatus.FAILED


def test_steps_speak_the_language_of_who_asked(start):
    spoken = []
    job = start(counting(lambda _where: spoken.append(translation.get_language())), steps=1)
    Job.objects.filter(pk=job.pk).update(language="en")
    with translation.override("zh-hans"):
        run(job.pk, at(NOW))
    assert set(spoken) == {"en"}


def test_a_file_is_kept_with_the_job(start):
    def step(job: Job, now: dt.datetime) -> Step:
        return Step(done=1, total=1, finished=True, file=ContentFile(b"%PDF-"), file_name="报告.pdf")

    done = run(start(JobKind("test.file", "File", step)).pk, at(NOW))
    assert done.file.read() == b"%PDF-"
    assert done.file_name == "报告.pdf"
    done.file.close()


def test_the_same_key_gives_the_same_job(kind, nudges, django_capture_on_commit_callbacks, asker):
    code = kind(counting())
    with django_capture_on_commit_callbacks(execute=True):
        first = enqueue(code, {"steps": 1}, actor=asker, now=NOW, key="report:1")
        second = enqueue(code, {"steps": 9}, actor=asker, now=LATER, key="report:1")
        other = enqueue(code, {"steps": 1}, actor=asker, now=NOW, key="report:2")
    assert first.pk == second.pk != other.pk
    assert second.params == {"steps": 1}
    assert [job_id for job_id, _lane in nudges] == [first.pk, other.pk]


def test_an_unknown_kind_is_an_error(asker):
    with pytest.raises(KeyError):
        enqueue("no.such", {}, actor=asker, now=NOW)


def test_work_asked_for_in_an_act_that_is_rolled_back_is_not_asked_for(
    kind, nudges, django_capture_on_commit_callbacks, asker
):
    code = kind(counting())
    with django_capture_on_commit_callbacks(execute=True):
        assert undone(lambda: enqueue(code, {"steps": 1}, actor=asker, now=NOW)).pk
    assert not Job.objects.filter(kind=code).exists()
    assert nudges == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("vendor", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_of_several_workers_nudged_at_once_one_works(start, on_database, vendor):
    on_database(vendor)
    job = start(counting(), steps=5)
    together = threading.Barrier(4)
    results = []

    def work() -> None:
        try:
            together.wait(10)
            results.append(run(job.pk, at(NOW)))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(result is not None for result in results) == [False, False, False, True]
    assert effects(job.pk) == [1] * 5
