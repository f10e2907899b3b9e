"""T22 on PostgreSQL, where the guards of an answer stand in SQL as well: the same histories, the same controls (X8)."""

import pytest

from exams import answers
from tests.exams.histories import Diverged
from tests.exams.test_histories import (
    RANK,
    run,
    test_x8_five_thousand_random_histories_end_as_the_model_says,  # noqa: F401 - runs here too
    test_x8_histories_find_a_broken_rule,  # noqa: F401 - runs here too
)

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="needs PostgreSQL"),
]

# What the statement alone decides: Python judges as it always does


@pytest.mark.parametrize(
    ("words", "instead"),
    [
        pytest.param("l.state = 'open' AND ", "", id="X8-closed-is-written"),
        pytest.param(" AND l.generation = a.generation", "", id="X8-any-device-is-written"),
        pytest.param(" AND a.ordinal <= l.item_count", "", id="X8-beyond-the-paper-is-written"),
        pytest.param(" AND a.arrived_at <= l.accept_until", "", id="X8-late-is-written"),
        pytest.param(RANK, "true", id="X8-last-batch-wins"),
        pytest.param("a.sequence DESC", "a.sequence ASC", id="X8-oldest-of-a-batch-wins"),
    ],
)
def test_x8_histories_find_a_rule_that_the_statement_lacks(
    prepared_anew: None, monkeypatch: pytest.MonkeyPatch, words: str, instead: str
) -> None:
    assert words in answers._PREPARE
    monkeypatch.setattr(answers, "_PREPARE", answers._PREPARE.replace(words, instead))
    with pytest.raises(Diverged):
        run(1000)
