"""E11 on PostgreSQL: a list is taken back or worked on, never both, whoever comes first."""

import pytest

from core import jobs
from core.exceptions import Refusal
from core.models import Job
from enrollment.enums import ImportStatus
from enrollment.models import ChangeRequest, Enrollment, RosterImport
from enrollment.services.approval import approve
from enrollment.services.imports import confirm_import, stage_import
from enrollment.services.undoing import undo_import
from tests.enrollment.factories import AUGUST
from tests.enrollment.sheets import line, sheet, upload
from tests.enrollment.test_parallel import _real_postgresql, at_once
from tests.factories import InstitutionFactory

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
__all__ = ["_real_postgresql"]


@pytest.fixture
def send(year_2022, hebei, hebei_coordinator):
    """Upload a list and have it read."""

    InstitutionFactory(name="测试县医院", region=hebei)

    def run(*lines) -> RosterImport:
        staged = stage_import(
            year=year_2022,
            region=hebei,
            file=upload(sheet(*lines)),
            actor=hebei_coordinator.actor,
            now=AUGUST,
        )
        jobs.run(staged.job_number)
        return RosterImport.objects.get(pk=staged.pk)

    return run


def take(staged, act) -> RosterImport:
    confirm_import(staged=staged, only_good=False, **act)
    jobs.run(RosterImport.objects.get(pk=staged.pk).job_number)
    return RosterImport.objects.get(pk=staged.pk)


def unforeseen(results) -> list[object]:
    return [one for one in results if isinstance(one, Exception) and not isinstance(one, Refusal)]


def test_a_list_is_taken_back_or_approved_never_half(send, year_2022, hebei, hebei_coordinator):
    act = {"actor": hebei_coordinator.actor, "now": AUGUST}
    for round_ in range(6):
        staged = take(send(*(line(10 * round_ + number) for number in range(1, 6))), act)
        people = list(Enrollment.objects.filter(roster_import=staged).values_list("pk", flat=True))
        results = at_once(
            [
                lambda staged=staged: undo_import(staged=staged, reason="传错了文件", **act),
                lambda staged=staged: undo_import(staged=staged, reason="传错了文件", **act),
                *(
                    lambda pk=pk: approve(year=year_2022, region=hebei, people=[pk], **act)
                    for pk in people[:2]
                ),
            ]
        )
        assert unforeseen(results) == []
        staged = RosterImport.objects.get(pk=staged.pk)
        left = Enrollment.objects.filter(roster_import=staged)
        if staged.status == ImportStatus.UNDONE:
            assert left.count() == 0
        else:
            assert (left.count(), left.active().count() > 0) == (5, True)


def test_the_same_changed_list_twice_at_once_asks_once(send, year_2022, hebei, hebei_coordinator):
    act = {"actor": hebei_coordinator.actor, "now": AUGUST}
    take(send(*(line(number) for number in range(1, 11))), act)
    approve(year=year_2022, region=hebei, people=list(Enrollment.objects.values_list("pk", flat=True)), **act)
    for staged in [send(*(line(number, department="内科") for number in range(1, 11))) for _ in range(3)]:
        confirm_import(staged=staged, only_good=False, **act)
    waiting = list(Job.objects.filter(status="queued").values_list("pk", flat=True))
    results = at_once([lambda pk=pk: jobs.run(pk) for pk in waiting])
    assert unforeseen(results) == []
    assert set(Job.objects.filter(pk__in=waiting).values_list("status", flat=True)) == {"done"}
    assert ChangeRequest.objects.count() == 10
    assert sorted(RosterImport.objects.values_list("changed_count", flat=True)) == [0, 0, 0, 10]
