"""The pure decisions of the exam: drawing, scoring, windows, eligibility."""

import datetime as dt
from collections import Counter
from decimal import Decimal

import pytest

from core.enums import FindingStatus, Severity
from core.findings import blocking
from exams.enums import Condition
from exams.rules import (
    BlueprintLine,
    ConditionRow,
    Drawn,
    Limits,
    PastAttempt,
    PoolItem,
    ScoredItem,
    Shortage,
    Shortfall,
    Span,
    StartBar,
    as_value,
    available,
    chosen,
    draw,
    eligibility,
    score,
    standing,
    stocked,
)

FIVE = tuple("ABCDE")
SINGLE = frozenset({"a1", "a2", "b1", "b2"})
BLUEPRINT = (
    BlueprintLine("single", SINGLE, 60, 1),
    BlueprintLine("multiple", frozenset({"x"}), 20, 2),
    BlueprintLine("true-false", frozenset({"tf"}), 20, 1),
)


def items(kind: str, count: int, first: int, labels: tuple[str, ...] = FIVE) -> list[PoolItem]:
    return [
        PoolItem(version_id=number * 10, item_id=number, kind=kind, labels=labels)
        for number in range(first, first + count)
    ]


def groups(kind: str, sizes: list[int], first: int) -> list[PoolItem]:
    pool, number = [], first
    for group, size in enumerate(sizes, start=first):
        for place in range(1, size + 1):
            pool.append(PoolItem(number * 10, number, kind, FIVE, group, place))
            number += 1
    return pool


def full_pool() -> list[PoolItem]:
    return [
        *items("a1", 60, 1),
        *items("a2", 20, 100),
        *groups("b1", [3] * 10, 200),
        *groups("b2", [6] * 4, 300),
        *items("x", 45, 400),
        *items("tf", 45, 500, ("T", "F")),
    ]


def paper_points(paper: list[Drawn]) -> dict[str, int]:
    points: Counter[str] = Counter()
    for place in paper:
        points[place.line] += place.points
    return dict(points)


# Drawing


def test_x3_a_thousand_papers_are_exact_and_hold_groups_whole() -> None:
    pool = full_pool()
    stock = stocked(pool)
    group_of = {item.item_id: item.group for item in pool}
    members = Counter(item.group for item in pool if item.group)
    for seed in range(1000):
        paper = draw(BLUEPRINT, stock, str(seed))
        assert paper_points(paper) == {"single": 60, "multiple": 40, "true-false": 20}
        ids = [place.item_id for place in paper]
        assert len(set(ids)) == 100
        drawn = Counter(group_of[item] for item in ids if group_of[item])
        assert all(count == members[group] for group, count in drawn.items())
        order = [group_of[item] for item in ids]
        assert all(order[i] == order[i + 1] or order[i] not in order[i + 1 :] for i in range(99) if order[i])


def test_x3_the_same_seed_draws_the_same_paper_whatever_the_order_of_the_pool() -> None:
    pool = full_pool()
    assert draw(BLUEPRINT, stocked(pool), "seed") == draw(BLUEPRINT, stocked(pool[::-1]), "seed")
    assert draw(BLUEPRINT, stocked(pool), "seed") != draw(BLUEPRINT, stocked(pool), "other")


def test_x3_option_ids_mean_nothing_and_the_right_place_is_uniform() -> None:
    line = (BlueprintLine("single", SINGLE, 1, 1),)
    pool = items("a1", 1, 1)
    where: Counter[int] = Counter()
    ids: set[str] = set()
    for seed in range(2000):
        options = draw(line, stocked(pool), str(seed))[0].options
        assert sorted(label for _, label in options) == list(FIVE)
        assert len({key for key, _ in options}) == 5
        where[[label for _, label in options].index("A")] += 1
        ids |= {key for key, _ in options}
    # 400 expected at each of 5 places; 5 standard deviations are 90
    assert all(310 < where[place] < 490 for place in range(5)), where
    assert len(ids) > 5000


def test_x2_true_and_false_keep_their_order_and_a_group_shares_one() -> None:
    paper = draw(BLUEPRINT, stocked(full_pool()), "seed")
    true_false = [place for place in paper if place.line == "true-false"]
    assert {tuple(label for _, label in place.options) for place in true_false} == {("T", "F")}
    shown = {place.item_id: place.options for place in paper}
    for group in {item.group for item in full_pool() if item.group}:
        orders = {
            shown[item.item_id] for item in full_pool() if item.group == group and item.item_id in shown
        }
        assert len(orders) <= 1


def test_x5_a_later_paper_avoids_the_earlier_ones_while_the_bank_allows() -> None:
    pool = [
        *items("a1", 130, 1),
        *groups("b1", [3] * 20, 200),
        *items("x", 60, 400),
        *items("tf", 60, 500, ("T", "F")),
    ]
    seen: set[int] = set()
    for attempt in range(3):
        paper = {place.item_id for place in draw(BLUEPRINT, stocked(pool), str(attempt), seen)}
        assert not paper & seen
        seen |= paper


def test_x5_a_small_bank_repeats_as_few_items_as_possible() -> None:
    pool = [*items("a1", 80, 1), *items("x", 20, 400), *items("tf", 25, 500, ("T", "F"))]
    first = {place.item_id for place in draw(BLUEPRINT, stocked(pool), "1")}
    second = {place.item_id for place in draw(BLUEPRINT, stocked(pool), "2", first)}
    # 20 of 80 singles are new, all X come again, 5 of 25 true/false are new
    assert len(first & second) == 40 + 20 + 15


def test_x3_a_group_is_not_broken_to_fill_a_line() -> None:
    line = (BlueprintLine("single", SINGLE, 4, 1),)
    with pytest.raises(Shortfall) as caught:
        draw(line, stocked(groups("b1", [3, 3], 1)), "seed")
    assert caught.value.shortages == (Shortage("single", 4, 1, held=6),)
    assert "single: 1 of 4 missing" in str(caught.value)


def test_x3_seen_groups_come_back_only_when_needed() -> None:
    line = (BlueprintLine("single", SINGLE, 4, 1),)
    pool = [*groups("b1", [3], 1), *items("a1", 4, 10)]
    assert {place.item_id for place in draw(line, stocked(pool), "s", {1})} == {10, 11, 12, 13}
    assert len({place.item_id for place in draw(line, stocked(pool), "s", {10, 11, 12, 13})} & {1, 2, 3}) == 3


def test_x3_two_lines_of_one_kind_share_no_item() -> None:
    lines = (BlueprintLine("one", SINGLE, 3, 1), BlueprintLine("two", SINGLE, 3, 1))
    paper = draw(lines, stocked(items("a1", 6, 1)), "seed")
    assert len({place.item_id for place in paper}) == 6
    assert [s.missing for s in available(lines, stocked(items("a1", 5, 1)))] == [0, 1]


def test_x3_available_names_what_each_line_lacks() -> None:
    pool = [*items("a1", 59, 1), *items("x", 20, 400)]
    assert available(BLUEPRINT, stocked(pool)) == [
        Shortage("single", 60, 1, held=59),
        Shortage("multiple", 20, 0, held=20),
        Shortage("true-false", 20, 20, held=0),
    ]


# Scoring


@pytest.mark.parametrize(
    ("answer", "earned"),
    [
        pytest.param("a,c", 2, id="X2-exactly-right"),
        pytest.param("c,a", 2, id="X2-any-order"),
        pytest.param("a", 0, id="X2-one-missing"),
        pytest.param("a,b,c", 0, id="X2-one-too-many"),
        pytest.param("", 0, id="X2-nothing"),
        pytest.param("zzzz", 0, id="X2-not-an-option"),
    ],
)
def test_x3_an_item_is_all_or_nothing(answer: str, earned: int) -> None:
    result = score([ScoredItem(1, frozenset("ac"), 2, "multiple")], {1: chosen(answer)})
    assert (result.total, result.earned, result.parts) == (earned, {1: earned}, {"multiple": earned})


def test_x3_unanswered_and_keyless_items_earn_nothing() -> None:
    result = score([ScoredItem(1, frozenset("a"), 1), ScoredItem(2, frozenset(), 1)], {2: frozenset()})
    assert result.total == 0


def test_an_answer_has_one_text_for_one_set_of_choices() -> None:
    assert as_value(["c", "a"]) == as_value({"a", "c"}) == "a,c"
    assert chosen("a,c") == chosen("c,a,") == {"a", "c"}


# Attempts

UTC = dt.UTC
FIRST = dt.datetime(2022, 12, 5, 9, tzinfo=UTC)
WINDOW = Span(dt.datetime(2022, 12, 1, tzinfo=UTC), dt.datetime(2023, 1, 1, tzinfo=UTC))
LIMITS = Limits(attempts=3, days=14)
SECOND = dt.timedelta(seconds=1)
FAILED = PastAttempt(FIRST)


@pytest.mark.parametrize(
    ("now", "past", "bar"),
    [
        pytest.param(WINDOW.opens_at - SECOND, [], StartBar.NOT_OPEN, id="X5-before-the-window"),
        pytest.param(WINDOW.opens_at, [], StartBar.NONE, id="X5-window-opens"),
        pytest.param(WINDOW.closes_at - SECOND, [], StartBar.NONE, id="X5-last-second-of-the-window"),
        pytest.param(WINDOW.closes_at, [], StartBar.WINDOW_OVER, id="X5-window-closed"),
        pytest.param(
            FIRST + dt.timedelta(days=14) - SECOND, [FAILED], StartBar.NONE, id="X5-last-second-of-14-days"
        ),
        pytest.param(FIRST + dt.timedelta(days=14), [FAILED], StartBar.TIME_OVER, id="X5-14-days-over"),
        pytest.param(FIRST + SECOND, [FAILED, FAILED], StartBar.NONE, id="X5-third-attempt"),
        pytest.param(FIRST + SECOND, [FAILED] * 3, StartBar.USED_UP, id="X5-no-fourth"),
        pytest.param(
            FIRST + SECOND, [PastAttempt(FIRST, passed=True)], StartBar.PASSED, id="X5-any-pass-ends-it"
        ),
        pytest.param(
            FIRST + SECOND, [PastAttempt(FIRST, is_open=True)], StartBar.RUNNING, id="X5-one-is-running"
        ),
    ],
)
def test_x5_when_an_attempt_may_start(now: dt.datetime, past: list[PastAttempt], bar: StartBar) -> None:
    found = standing(LIMITS, past, [WINDOW], now)
    assert found.bar == bar
    assert found.may_start == (bar is StartBar.NONE)
    assert found.failed_for_good == (bar is StartBar.USED_UP)
    assert found.left == max(0, 3 - len(past))


def test_x5_the_end_is_the_earlier_of_window_and_fourteen_days() -> None:
    late = PastAttempt(dt.datetime(2022, 12, 25, tzinfo=UTC))
    assert standing(LIMITS, [], [WINDOW], FIRST).ends_at == WINDOW.closes_at
    assert standing(LIMITS, [FAILED], [WINDOW], FIRST + SECOND).ends_at == FIRST + dt.timedelta(days=14)
    assert standing(LIMITS, [late], [WINDOW], late.started_at + SECOND).ends_at == WINDOW.closes_at


def test_x5_without_a_window_nothing_starts_and_the_next_window_is_named() -> None:
    none = standing(LIMITS, [], [], FIRST)
    assert (none.bar, none.ends_at) == (StartBar.NOT_OPEN, None)
    later = Span(dt.datetime(2023, 3, 1, tzinfo=UTC), dt.datetime(2023, 4, 1, tzinfo=UTC))
    between = standing(LIMITS, [], [later, WINDOW], dt.datetime(2023, 2, 1, tzinfo=UTC))
    assert (between.bar, between.opens_at) == (StartBar.NOT_OPEN, later.opens_at)
    assert (
        standing(LIMITS, [], [WINDOW, later], dt.datetime(2023, 5, 1, tzinfo=UTC)).bar == StartBar.WINDOW_OVER
    )


# Eligibility


def condition(
    kind: str, value: object, *, required: bool = True, setting: Decimal | None = None
) -> ConditionRow:
    return ConditionRow(
        code="row", condition=kind, required=required, value=value, setting=setting, clause="000 三(五)1"
    )


@pytest.mark.parametrize(
    ("row", "status"),
    [
        pytest.param(
            condition("online_hours", Decimal("169.9"), setting=Decimal(170)), "failed", id="X4-hours-below"
        ),
        pytest.param(
            condition("online_hours", Decimal(170), setting=Decimal(170)), "passed", id="X4-hours-at"
        ),
        pytest.param(
            condition("offline_hours", Decimal("70.1"), setting=Decimal(70)), "passed", id="X4-hours-above"
        ),
        pytest.param(condition("online_hours", None, setting=Decimal(170)), "no_data", id="X4-nobody-knows"),
        pytest.param(condition("online_hours", Decimal(170)), "no_data", id="X4-no-threshold"),
        pytest.param(condition("homework_done", 1, setting=Decimal(0)), "failed", id="X4-a-lesson-open"),
        pytest.param(
            condition("homework_done", 0, setting=Decimal("0.6")), "passed", id="X4-setting-is-not-the-count"
        ),
        pytest.param(condition("offline_passed", 0), "failed", id="X4-not-passed"),
        pytest.param(condition("offline_passed", 1), "passed", id="X4-offline-passed"),
    ],
)
def test_x4_conditions_at_below_and_above(row: ConditionRow, status: str) -> None:
    [finding] = eligibility([row])
    assert finding.status == status
    assert finding.blocks == (status != "passed")
    assert (finding.kind, finding.clause) == (f"exam_{row.condition}", "000 三(五)1")


def test_x4_a_row_switched_off_informs_and_does_not_bind() -> None:
    [finding] = eligibility([condition("offline_hours", 0, required=False, setting=Decimal(70))])
    assert (finding.status, finding.severity) == (FindingStatus.FAILED, Severity.INFO)
    assert blocking([finding]) == []


def test_x4_every_condition_is_measured() -> None:
    rows = [condition(kind, None) for kind in Condition.values]
    assert [finding.kind for finding in eligibility(rows)] == [f"exam_{kind}" for kind in Condition.values]
