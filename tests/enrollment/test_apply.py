"""E11: what was previewed is taken in whole or not at all, once, whatever happens to the worker."""

import datetime as dt

import pytest

from accounts.actors import system_actor
from accounts.models import Institution, InstitutionAlias, Person
from accounts.services.erasure import purge
from core import jobs
from core.enums import JobStatus
from core.exceptions import NotAllowed, Refusal
from core.models import Event, Job
from enrollment.enums import ImportStatus, RosterStatus
from enrollment.models import Enrollment, Roster, RosterImport
from enrollment.personal import UPLOAD_DAYS
from enrollment.services import taking_in as services
from enrollment.services.imports import (
    confirm_import,
    discard_import,
    stage_import,
)
from enrollment.services.taking_in import apply_import
from tests.enrollment.factories import AUGUST
from tests.enrollment.sheets import FLOOD, line, sheet, upload
from tests.factories import InstitutionFactory, PersonFactory, id_number
from tests.helpers import workbook

pytestmark = pytest.mark.django_db
TERM = dt.timedelta(days=UPLOAD_DAYS)


def test_taking_in_makes_people_and_applications(read, act, hebei, work_jobs, year_2022):
    known = PersonFactory(name="赵1", id_number=id_number(1))
    staged = read(line(1), line(2, institution="新医院"), line(3, institution=" 新医院 "))
    confirm_import(staged=staged, only_good=False, **act)
    (job,) = work_jobs()
    assert job.result == {"taken": 3}
    rows = list(Enrollment.objects.order_by("pk").select_related("person", "institution"))
    assert [row.person.name for row in rows] == ["赵1", "赵2", "赵3"]
    assert rows[0].person == known
    assert {(row.status, row.roster_import_id) for row in rows} == {("applied", staged.pk)}
    assert Institution.objects.filter(name="新医院", region=hebei).count() == 1
    assert rows[1].institution_level == "county"
    assert (rows[1].health_management, rows[1].specialty.name, rows[1].fine_specialty.name) == (
        True,
        "临床",
        "健康管理",
    )
    person = Person.objects.get(id_number_index=rows[2].person.id_number_index)
    assert (person.id_number, person.sex, person.birth_date) == (id_number(3), "male", dt.date(1985, 4, 12))


def test_e17_what_was_merged_or_named_since_the_preview_leads_to_what_stays(
    read, act, known_hospital, hebei, work_jobs
):
    staged = read(line(1), line(2, institution="新医院"))
    stays = InstitutionFactory(name="合并后的医院", region=hebei)
    Institution.objects.filter(pk=known_hospital.pk).update(merged_into=stays)
    InstitutionAlias.objects.create(institution=stays, name="新医院")
    confirm_import(staged=staged, only_good=False, **act)
    work_jobs()
    assert [row.institution_id for row in Enrollment.objects.all()] == [stays.pk] * 2
    assert not Institution.objects.filter(name="新医院").exists()


def test_all_or_nothing_and_the_good_rows_alone(read, act, known_hospital, work_jobs):
    staged = read(line(1), line(2, phone="1"))
    with pytest.raises(Refusal):
        confirm_import(staged=staged, only_good=False, **act)
    confirm_import(staged=staged, only_good=True, **act)
    work_jobs()
    assert [row.person.name for row in Enrollment.objects.all()] == ["赵1"]
    with pytest.raises(Refusal):
        confirm_import(staged=RosterImport.objects.get(pk=staged.pk), only_good=True, **act)


def test_nothing_good_nothing_taken(read, act, known_hospital):
    with pytest.raises(Refusal):
        confirm_import(staged=read(line(1, phone="1")), only_good=True, **act)


def test_the_same_file_twice_doubles_nobody(read, act, known_hospital, work_jobs):
    first, second = read(line(1), line(2)), read(line(1), line(2))
    for staged in (first, second):
        confirm_import(staged=staged, only_good=False, **act)
    work_jobs()
    assert (Enrollment.objects.count(), Person.objects.filter(name__startswith="赵").count()) == (2, 2)
    assert RosterImport.objects.get(pk=second.pk).taken_count == 0


def test_a_failure_on_the_way_takes_nothing_in(read, act, known_hospital, monkeypatch):
    staged = read(line(1), line(2, institution="新医院"))

    def broken(*args):
        raise RuntimeError("power failure")

    monkeypatch.setattr(services, "_application", broken)
    with pytest.raises(RuntimeError):
        apply_import(staged=staged, only_good=False, **act)
    assert not Enrollment.objects.exists()
    assert not Institution.objects.filter(name="新医院").exists()
    assert not Person.objects.filter(name__startswith="赵").exists()
    assert RosterImport.objects.get(pk=staged.pk).status == ImportStatus.PREVIEW


def test_a_killed_worker_reads_on_where_it_stopped(year_2022, hebei, act, known_hospital, monkeypatch):
    staged = stage_import(
        year=year_2022, region=hebei, file=upload(sheet(*(line(number) for number in range(FLOOD)))), **act
    )
    job = Job.objects.get(pk=staged.job_number)
    plain, steps = jobs._take_step, []

    def dying(current, clock):
        steps.append(current.done)
        if len(steps) == 3:
            raise SystemExit  # as killed: no handler runs
        return plain(current, clock)

    monkeypatch.setattr(jobs, "_take_step", dying)
    with pytest.raises(SystemExit):
        jobs.run(job.pk)
    half = Job.objects.get(pk=job.pk)
    assert (half.status, half.done) == (JobStatus.RUNNING, 200)
    assert RosterImport.objects.get(pk=staged.pk).status == ImportStatus.READING
    monkeypatch.setattr(jobs, "_take_step", plain)
    after = half.lease_until + dt.timedelta(seconds=1)
    finished = jobs.run(job.pk, clock=lambda: after)
    assert finished.status == JobStatus.DONE
    assert staged.rows.count() == FLOOD
    assert RosterImport.objects.get(pk=staged.pk).row_count == FLOOD
    assert Event.objects.filter(verb="read_import").count() == 1


def test_the_preview_knows_the_job_of_someone_whose_role_ended(
    year_2022, hebei, hebei_coordinator, act, work_jobs
):
    stage_import(year=year_2022, region=hebei, file=upload(sheet(line(1))), **act)
    hebei_coordinator.membership.delete()
    (job,) = work_jobs()
    assert job.status == JobStatus.FAILED


def test_discarding_forgets_the_file_at_once(read, act, known_hospital):
    staged = discard_import(staged=read(line(1)), **act)
    staged = RosterImport.objects.get(pk=staged.pk)
    assert (staged.status, staged.data, staged.rows.count()) == (ImportStatus.DISCARDED, b"", 0)


def test_old_uploads_are_forgotten_after_their_term(read, act, known_hospital, work_jobs):
    waiting, taken = read(line(1)), read(line(2))
    confirm_import(staged=taken, only_good=False, **act)
    work_jobs()
    assert purge(actor=system_actor(), now=AUGUST + TERM) == {}
    forgotten = purge(actor=system_actor(), now=AUGUST + TERM + dt.timedelta(seconds=1))
    assert forgotten == {"enrollment.rosterimport": 2}
    assert purge(actor=system_actor(), now=AUGUST + TERM * 2) == {}
    states = {row.pk: (row.status, row.data) for row in RosterImport.objects.all()}
    assert states == {waiting.pk: (ImportStatus.DISCARDED, b""), taken.pk: (ImportStatus.APPLIED, b"")}
    assert Enrollment.objects.count() == 1


def test_uploads_rest_encrypted(read, known_hospital):
    staged = read(line(1))
    from_database = RosterImport.objects.raw("SELECT id, hex(source) AS secret FROM enrollment_rosterimport")[
        0
    ]
    assert "PK" not in bytes.fromhex(from_database.secret).decode("latin-1")[:4]
    assert staged.data[:2] == b"PK"


@pytest.mark.parametrize("data", [b"not a workbook", b"PK\x03\x04 broken"])
def test_what_is_no_workbook_is_refused_at_once(year_2022, hebei, act, data):
    with pytest.raises(Refusal):
        stage_import(year=year_2022, region=hebei, file=upload(data), **act)
    assert not RosterImport.objects.exists()


def test_a_workbook_without_the_headings_fails_with_a_sentence(year_2022, hebei, act, work_jobs):
    staged = stage_import(
        year=year_2022, region=hebei, file=upload(workbook(["a", "b"], [["1", "2"]])), **act
    )
    (job,) = work_jobs()
    assert (job.status, bool(job.error)) == (JobStatus.FAILED, True)
    assert (
        discard_import(staged=RosterImport.objects.get(pk=staged.pk), **act).status == ImportStatus.DISCARDED
    )


def test_a_roster_handed_in_takes_no_upload(year_2022, hebei, act):
    Roster.objects.create(year=year_2022, region=hebei, status=RosterStatus.SUBMITTED)
    with pytest.raises(Refusal):
        stage_import(year=year_2022, region=hebei, file=upload(sheet(line(1))), **act)


def test_only_the_provinces_coordinator_uploads(year_2022, hebei, read, known_hospital, henan_coordinator):
    staged = read(line(1))
    act = {"actor": henan_coordinator.actor, "now": AUGUST}
    for attempt in (
        lambda: stage_import(year=year_2022, region=hebei, file=upload(sheet(line(1))), **act),
        lambda: confirm_import(staged=staged, only_good=True, **act),
        lambda: apply_import(staged=staged, only_good=True, **act),
        lambda: discard_import(staged=staged, **act),
    ):
        with pytest.raises(NotAllowed):
            attempt()


def test_a_slow_worker_that_lost_its_lease_writes_nothing(year_2022, hebei, act, known_hospital):
    staged = stage_import(
        year=year_2022, region=hebei, file=upload(sheet(line(1), line(2, phone="1"))), **act
    )
    slow = jobs._take_step(jobs._claim(staged.job_number, AUGUST), lambda: AUGUST)
    later = slow.lease_until + dt.timedelta(seconds=1)
    assert jobs.run(staged.job_number, clock=lambda: later).status == JobStatus.DONE
    with pytest.raises(jobs.LeaseLost):
        jobs._take_step(slow, lambda: later)
    done = RosterImport.objects.get(pk=staged.pk)
    assert (done.row_count, done.bad_count, done.rows.count()) == (2, 1, 2)
    assert Job.objects.get(pk=staged.job_number).status == JobStatus.DONE
    assert Event.objects.filter(verb="read_import").count() == 1


def test_a_worker_killed_while_taking_in_leaves_one_import(read, act, known_hospital, monkeypatch):
    staged = confirm_import(staged=read(line(1), line(2)), only_good=False, **act)
    plain = jobs._keep

    def killed(*args):
        raise SystemExit  # after the rows are written, before the commit

    monkeypatch.setattr(jobs, "_keep", killed)
    with pytest.raises(SystemExit):
        jobs.run(staged.job_number)
    assert not Enrollment.objects.exists()
    monkeypatch.setattr(jobs, "_keep", plain)
    after = Job.objects.get(pk=staged.job_number).lease_until + dt.timedelta(seconds=1)
    assert jobs.run(staged.job_number, clock=lambda: after).result == {"taken": 2}
    assert jobs.run(staged.job_number, clock=lambda: after) is None
    assert Enrollment.objects.count() == 2
    assert Event.objects.filter(verb="apply_import").count() == 1


def test_the_daily_duty_forgets_old_uploads(read, known_hospital):
    read(line(1))
    job = Job.objects.create(kind="accounts.purge", created_at=AUGUST)
    done = jobs.run(job.pk, clock=lambda: AUGUST + TERM + dt.timedelta(days=1))
    assert done.result == {"purged": {"enrollment.rosterimport": 1}}


def test_an_upload_that_was_never_read_is_forgotten_too(year_2022, hebei, act):
    staged = stage_import(year=year_2022, region=hebei, file=upload(sheet(line(1))), **act)
    purge(actor=system_actor(), now=AUGUST + TERM + dt.timedelta(days=1))
    staged.refresh_from_db()
    assert (staged.status, staged.source) == (ImportStatus.DISCARDED, "")
