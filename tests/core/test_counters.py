"""Numbers of a series: from 1, without a gap, whatever is rolled back."""

import threading

import pytest
from django.db import connection, transaction

from core.counters import next_numbers
from core.models import Counter
from tests.helpers import undone


def test_numbers_count_from_one_series_by_series(db):
    assert [next_numbers("a")[0], next_numbers("a")[0], next_numbers("b")[0]] == [1, 2, 1]


def test_a_block_of_numbers_is_taken_at_once(db):
    assert list(next_numbers("a", 3)) == [1, 2, 3]
    assert list(next_numbers("a", 2)) == [4, 5]


def test_a_rollback_leaves_no_gap(db):
    next_numbers("a")
    assert undone(lambda: list(next_numbers("a", 10))) == list(range(2, 12))
    assert next_numbers("a")[0] == 2
    assert undone(lambda: list(next_numbers("new"))) == [1]
    assert not Counter.objects.filter(key="new").exists()
    assert next_numbers("new")[0] == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("vendor", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_two_at_once_never_take_the_same_number(vendor, on_database):
    on_database(vendor)
    taken: list[int] = []

    def take() -> None:
        try:
            for _ in range(10):
                with transaction.atomic():
                    taken.extend(next_numbers("contended"))
        finally:
            connection.close()

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(taken) == list(range(1, 41))
