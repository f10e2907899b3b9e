"""E3, E11 on PostgreSQL: many at once get exactly the seats there are, and each number once."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from core import jobs
from core.exceptions import Refusal
from core.models import Job
from enrollment.enums import FundingKind, ImportStatus
from enrollment.models import Enrollment, Registration, RosterImport
from enrollment.services.approval import approve
from enrollment.services.imports import confirm_import, stage_import
from enrollment.services.quotas import approve_transfer, ask_for_transfer
from programs.enums import Track, TransferStatus
from programs.models import Quota, QuotaTransfer
from tests.enrollment.factories import AUGUST, applicants
from tests.enrollment.sheets import line, sheet, upload
from tests.factories import InstitutionFactory

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
SEATS, PEOPLE, THREADS = 30, 200, 20


@pytest.fixture(autouse=True)
def _real_postgresql(transactional_db):
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")


def at_once(acts: list[Callable[[], object]]) -> list[object]:
    """Start all acts together, each on a connection of its own; errors come back as results."""
    gate = threading.Barrier(min(THREADS, len(acts)))

    def run(act: Callable[[], object]) -> object:
        try:
            gate.wait(5)
            return act()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts) if len(acts) < THREADS else THREADS) as pool:
        return list(pool.map(run, acts))


@pytest.mark.parametrize("known", [False, True], ids=["new-numbers", "numbers-of-an-earlier-year"])
def test_e3_parallel_approvals_fill_the_funded_seats_exactly(year_2022, hebei, hebei_coordinator, known):
    Quota.objects.filter(year=year_2022, region=hebei, track=Track.COMPREHENSIVE).update(seats=SEATS)
    people = applicants(PEOPLE)
    if known:
        # no new number is drawn, so only the roster's lock orders the approvals
        rows = [
            Registration(program=year_2022.program, person=row.person, issued_at=AUGUST) for row in people
        ]
        for number, row in enumerate(rows, 1):
            row.number = f"CA2213{number:04d}"
        Registration.objects.bulk_create(rows)
    waiting = [row.pk for row in people]
    shares = [waiting[number::THREADS] for number in range(THREADS)]

    def act(people: list[int]) -> Callable[[], object]:
        return lambda: approve(
            year=year_2022, region=hebei, people=people, actor=hebei_coordinator.actor, now=AUGUST
        )

    results = at_once([act(share) for share in shares])
    assert [result for result in results if isinstance(result, Exception)] == []
    funded = Enrollment.objects.active().filter(funding=FundingKind.FUNDED).count()
    assert (funded, Enrollment.objects.active().count()) == (SEATS, PEOPLE)
    numbers = sorted(Registration.objects.values_list("number", flat=True))
    assert numbers == [f"CA2213{number:04d}" for number in range(1, PEOPLE + 1)]


def test_the_same_people_approved_twice_at_once_are_approved_once(year_2022, hebei, hebei_coordinator):
    people = [row.pk for row in applicants(10)]
    act = {
        "year": year_2022,
        "region": hebei,
        "people": people,
        "actor": hebei_coordinator.actor,
        "now": AUGUST,
    }
    results = at_once([lambda: approve(**act)] * 4)
    assert sum(not isinstance(result, Exception) for result in results) == 1
    assert Registration.objects.count() == 10


def test_the_same_file_twice_at_once_doubles_nobody(year_2022, hebei, hebei_coordinator):
    InstitutionFactory(name="测试县医院", region=hebei)
    act = {"actor": hebei_coordinator.actor, "now": AUGUST}
    data = sheet(*(line(number) for number in range(1, 21)))
    staged = [stage_import(year=year_2022, region=hebei, file=upload(data), **act) for _ in range(2)]
    for job in Job.objects.filter(status="queued"):
        jobs.run(job.pk)
    for one in staged:
        confirm_import(staged=RosterImport.objects.get(pk=one.pk), only_good=False, **act)
    waiting = list(Job.objects.filter(status="queued").values_list("pk", flat=True))
    results = at_once([lambda pk=pk: jobs.run(pk) for pk in waiting])
    assert [result for result in results if isinstance(result, Exception)] == []
    assert Enrollment.objects.count() == 20
    assert sorted(RosterImport.objects.values_list("taken_count", flat=True)) == [0, 20]
    assert set(RosterImport.objects.values_list("status", flat=True)) == {ImportStatus.APPLIED}


def test_e1_a_seat_is_never_both_filled_and_moved(
    year_2022, hebei, henan, hebei_coordinator, national_officer
):
    """One seat free: approvals and transfers of it race; whoever wins, seats and people add up."""
    Quota.objects.filter(year=year_2022, region=hebei, track=Track.COMPREHENSIVE).update(seats=3)
    people = [row.pk for row in applicants(6)]
    act = {"actor": hebei_coordinator.actor, "now": AUGUST}
    wanted = {"year": year_2022, "track": Track.COMPREHENSIVE, "giver": hebei, "taker": henan, "seats": 1}
    transfers = [ask_for_transfer(**wanted, reason="本省招生困难", **act) for _ in range(6)]
    office = {"actor": national_officer.actor, "now": AUGUST}
    acts = [
        *(lambda pk=pk: approve(year=year_2022, region=hebei, people=[pk], **act) for pk in people),
        *(lambda row=row: approve_transfer(transfer=row, **office) for row in transfers),
    ]
    results = at_once(acts)
    assert [one for one in results if isinstance(one, Exception) and not isinstance(one, Refusal)] == []
    quota = Quota.objects.get(year=year_2022, region=hebei, track=Track.COMPREHENSIVE)
    funded = Enrollment.objects.active().filter(funding=FundingKind.FUNDED).count()
    moved = QuotaTransfer.objects.filter(status=TransferStatus.APPROVED).count()
    assert (quota.moved, funded + moved, Enrollment.objects.active().count()) == (-moved, 3, 6)
