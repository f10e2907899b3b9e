"""R2: a figure's number is the count of the rows it opens, whole and in every cut."""

from decimal import Decimal

import pytest
from django.db.models import Sum

from core.enums import JobStatus, Lane, Measure
from core.figures import Figure, FigureValue
from core.models import Job
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def mine(scope, where):
    return Job.objects.filter(user_number=scope, realm=where)


def finished(scope, where):
    return mine(scope, where).filter(status=JobStatus.DONE)


ALL = Figure("jobs.all", "Jobs", "all of them", rows=mine, by={"lane": "lane", "status": "status"})
SHARE = Figure(
    "jobs.finished",
    "Finished",
    "of all",
    rows=finished,
    unit=Measure.SHARE,
    base_rows=mine,
    by={"lane": "lane"},
)
STEPS = Figure("jobs.steps", "Steps", "done", rows=mine, aggregate=Sum("done"), by={"lane": "lane"})


@pytest.fixture(autouse=True)
def jobs_of_one_and_another():
    rows = [(1, Lane.NOW, JobStatus.DONE, 5), (1, Lane.NOW, JobStatus.QUEUED, 2), (1, Lane.BULK, JobStatus.QUEUED, 4),
            (2, Lane.NOW, JobStatus.DONE, 100)]  # fmt: skip
    for user, lane, status, done in rows:
        Job.objects.create(
            kind="any", user_number=user, lane=lane, status=status, done=done, realm="r", created_at=NOW
        )


def test_the_value_is_the_number_of_rows_in_scope_and_cut():
    assert ALL.value(1, "r") == FigureValue(3)
    assert ALL.value(1, "r").amount == ALL.rows(1, "r").count()
    assert ALL.value(2, "r").amount == 1
    assert ALL.value(1, "elsewhere").amount == 0


def test_values_by_dimension_add_up_and_each_is_the_number_of_its_rows():
    values = ALL.values(1, "r", by="lane")
    assert values == {Lane.NOW: FigureValue(2), Lane.BULK: FigureValue(1)}
    for lane, value in values.items():
        assert value.amount == ALL.rows(1, "r").filter(lane=lane).count()
    assert sum(value.amount for value in values.values()) == ALL.value(1, "r").amount


def test_an_unknown_dimension_is_an_error():
    with pytest.raises(KeyError):
        ALL.values(1, "r", by="province")


def test_a_share_has_the_counted_part_and_the_whole():
    assert SHARE.value(1, "r") == FigureValue(1, 3)
    assert SHARE.value(1, "r").percent == Decimal("33.3")


def test_a_member_of_whom_nothing_counts_still_has_its_whole():
    assert SHARE.values(1, "r", by="lane") == {Lane.NOW: FigureValue(1, 2), Lane.BULK: FigureValue(0, 1)}


def test_a_share_of_nothing_has_no_percent():
    assert SHARE.value(1, "elsewhere").percent is None
    assert FigureValue(5).percent is None
    assert FigureValue(None, 5).percent is None


def test_an_aggregate_other_than_counting():
    assert STEPS.value(1, "r").amount == 11
    assert STEPS.values(1, "r", by="lane") == {Lane.NOW: FigureValue(7), Lane.BULK: FigureValue(4)}


def test_values_cost_one_query_and_two_for_a_share(django_assert_num_queries):
    with django_assert_num_queries(1):
        ALL.values(1, "r", by="status")
    with django_assert_num_queries(2):
        SHARE.values(1, "r", by="lane")


def test_a_member_reached_over_several_rows_counts_once():
    doubled = Figure(
        "jobs.twice",
        "Jobs",
        "listed twice",
        rows=lambda scope, where: mine(scope, where) | mine(scope, where),
    )
    assert doubled.value(1, "r").amount == 3
