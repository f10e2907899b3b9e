"""The guarded upsert on PostgreSQL, where a batch is one prepared statement: the same guards, and what is its own (X8)."""

import threading
from typing import Any

import pytest
from django.db import connection

from core import hot
from exams.answers import DOOR
from exams.models import Attempt, LateAnswer
from tests.exams.factories import row_of
from tests.exams.racing import together
from tests.exams.test_answers import (  # noqa: F401 - they run here too
    SECOND,
    held,
    save,
    test_x8_a_batch_of_many_people_gives_each_its_own_verdict,
    test_x8_a_late_answer_sent_twice_lies_in_the_pile_once,
    test_x8_a_newer_device_wins_over_a_higher_sequence,
    test_x8_a_place_that_is_not_on_the_paper_is_refused,
    test_x8_after_hand_in_an_answer_is_kept_apart,
    test_x8_an_answer_is_saved_and_a_later_one_replaces_it,
    test_x8_an_emptied_answer_is_an_answer,
    test_x8_an_older_device_is_told_so_and_changes_nothing,
    test_x8_an_older_sequence_never_replaces_a_newer_one,
    test_x8_an_unknown_or_void_attempt_is_refused,
    test_x8_late_with_the_higher_sequence_the_timely_one_is_saved,
    test_x8_one_bad_row_spoils_only_itself,
    test_x8_one_persons_token_cannot_write_into_anothers_paper,
    test_x8_the_deadline_by_the_servers_arrival_time,
    test_x8_the_same_save_again_is_acknowledged_again,
    test_x8_twice_in_a_batch_the_highest_stays_and_both_hear_the_truth,
    test_x8_values_and_instants_arrive_exactly,
)

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="needs PostgreSQL"),
]


def prepared() -> list[tuple[str, int]]:
    """The statements that this connection keeps, and the columns each takes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, cardinality(parameter_types) FROM pg_prepared_statements WHERE from_sql")
        return list(cursor.fetchall())


def words(*rows: Any) -> list[str]:
    return [verdict.word for verdict in hot.commit(DOOR, rows)]


# What the database cannot take


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param({"value": "a\x00"}, id="X8-nul"),
        pytest.param({"sequence": 2**70}, id="X8-sequence-too-large"),
        pytest.param({"value": "a" * 121}, id="X8-value-too-long"),
        pytest.param({"ordinal": 2**15}, id="X8-place-too-far"),
    ],
)
def test_x8_what_the_database_cannot_take_spoils_only_itself(
    transactional_db: None, attempt: Attempt, bad: dict[str, Any]
) -> None:
    late = row_of(attempt, ordinal=4, arrived_at=attempt.accept_until + SECOND)
    rows = [row_of(attempt, ordinal=1), row_of(attempt, **{"ordinal": 2} | bad), row_of(attempt, 3), late]
    assert words(*rows) == ["saved", "refused", "saved", "late"]
    assert (set(held(attempt)), LateAnswer.objects.count()) == ({1, 3}, 1)
    assert words(row_of(attempt, ordinal=2)) == ["saved"], "the connection is as good as before"


def test_x8_a_late_one_that_cannot_be_kept_leaves_the_saved_ones_saved(
    transactional_db: None, attempt: Attempt
) -> None:
    """The others are committed by then, and are acknowledged again."""
    late = row_of(attempt, 2, "a" * 121, arrived_at=attempt.accept_until + SECOND)
    assert words(row_of(attempt, 1), late, row_of(attempt, 3)) == ["saved", "refused", "saved"]
    assert (set(held(attempt)), LateAnswer.objects.count()) == ({1, 3}, 0)


# No transaction around it


def test_x8_what_is_called_saved_is_committed(transactional_db: None, attempt: Attempt) -> None:
    assert words(row_of(attempt, value="a,b")) == ["saved"]
    assert connection.connection.info.transaction_status == 0, "a transaction was left open"
    [seen] = together(lambda: held(attempt))
    assert seen == {1: "a,b"}


# One statement, planned once per connection


def test_x8_a_batch_takes_one_statement_however_large(
    prepared_anew: None, attempt: Attempt, django_assert_num_queries: Any
) -> None:
    rows = [row_of(attempt, ordinal=number) for number in range(1, 101)]
    with django_assert_num_queries(2) as first:
        assert save(rows[0]) == ["saved"]
    assert [query["sql"].split()[0] for query in first.captured_queries] == ["PREPARE", "EXECUTE"]
    with django_assert_num_queries(1):
        assert save(*rows[1:]) == ["saved"] * 99
    # what another one holds already is asked for once more
    with django_assert_num_queries(2):
        assert save(*rows) == ["saved"] * 100
    assert prepared() == [("save_answers", 7)]


def test_x8_each_connection_prepares_once(
    transactional_db: None, prepared_anew: None, attempt: Attempt
) -> None:
    def twice() -> Any:
        before = prepared()
        return threading.get_ident(), before, words(row_of(attempt)), words(row_of(attempt)), prepared()

    told = [twice(), *together(twice, twice)]
    assert len({one[0] for one in told}) == 3
    assert [one[1:] for one in told] == [([], ["saved"], ["saved"], [("save_answers", 7)])] * 3


def test_x8_a_connection_lost_is_prepared_again(
    transactional_db: None, prepared_anew: None, attempt: Attempt
) -> None:
    assert words(row_of(attempt)) == ["saved"]
    connection.close()
    assert prepared() == []
    assert words(row_of(attempt, value="b", sequence=2)) == ["saved"]
    assert (prepared(), held(attempt)) == ([("save_answers", 7)], {1: "b"})
