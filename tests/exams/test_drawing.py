"""X3: ten thousand papers from a bank that grows, by fixed seeds: exact, groups whole, nothing twice, nothing worn out."""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from functools import cache

import pytest

from exams.rules import BlueprintLine, Drawn, PoolItem, Shortfall, draw, stocked, worn_out
from tests.exams.test_rules import BLUEPRINT, SINGLE, full_pool, groups, items

PAPERS, YOUNG, COUNTED_EVERY, ATTEMPTS = 10_000, 3_000, 100, 3
CAP = Decimal("0.20")
# other tests measure the same lines
unmeasured = pytest.mark.no_cover


def grown_pool() -> list[PoolItem]:
    """What the bank has after its first months: three times as much."""
    return [
        *full_pool(),
        *items("a1", 120, 1000),
        *groups("b1", [3] * 40, 1200),
        *groups("b2", [6] * 10, 1400),
        *items("x", 120, 2000),
        *items("tf", 120, 3000, ("T", "F")),
    ]


def drawn_papers(
    cap: Decimal, blueprint: Sequence[BlueprintLine] = BLUEPRINT, count: int = PAPERS
) -> list[list[Drawn]]:
    """Three sittings of each person, uses counted now and then as the portal's job does."""
    young, grown = stocked(full_pool()), stocked(grown_pool())
    uses: Counter[int] = Counter()
    papers: list[list[Drawn]] = []
    worn: frozenset[int] = frozenset()
    seen: set[int] = set()
    for number in range(count):
        if number % COUNTED_EVERY == 0:
            worn = worn_out(uses, number, cap)
        if number % ATTEMPTS == 0:
            seen = set()
        paper = draw(blueprint, young if number < YOUNG else grown, f"paper {number}", seen, worn)
        seen |= {place.item_id for place in paper}
        uses.update(place.item_id for place in paper)
        papers.append(paper)
    return papers


@cache
def the_papers() -> list[list[Drawn]]:
    return drawn_papers(CAP)


@unmeasured
def test_x3_every_paper_has_exactly_120_points_and_no_item_twice() -> None:
    assert len(the_papers()) == PAPERS
    for paper in the_papers():
        assert sum(place.points for place in paper) == 120
        assert len({place.item_id for place in paper}) == len(paper) == 100


@unmeasured
def test_x2_groups_are_drawn_whole_and_stay_together() -> None:
    group_of = {item.item_id: item.group for item in grown_pool()}
    size = Counter(item.group for item in grown_pool() if item.group)
    found = 0
    for paper in the_papers():
        order = [group_of[place.item_id] for place in paper]
        runs = [group for at, group in enumerate(order) if group and (at == 0 or order[at - 1] != group)]
        assert len(runs) == len(set(runs))
        assert all(order.count(group) == size[group] for group in runs)
        found += len(runs)
    assert found > PAPERS


@unmeasured
def test_x5_no_item_comes_back_to_a_person_while_the_bank_allows() -> None:
    """The young bank of two papers has to repeat in the third, the grown one never does."""
    starts = range(YOUNG, PAPERS - ATTEMPTS, ATTEMPTS)
    for start in starts:
        ids = [place.item_id for paper in the_papers()[start : start + ATTEMPTS] for place in paper]
        assert len(set(ids)) == len(ids), start


@unmeasured
def test_x3_the_right_option_stands_anywhere_alike() -> None:
    """The option written first is taken for the right one: 5 standard deviations around a fifth."""
    where: Counter[int] = Counter()
    for paper in the_papers():
        where.update([label for _, label in place.options].index("A") for place in paper[:80])
    total = sum(where.values())
    spread = 5 * (total * 0.2 * 0.8) ** 0.5
    assert set(where) == set(range(5))
    assert all(abs(count - total / 5) < spread for count in where.values()), where


@unmeasured
def test_x3_no_item_is_worn_out() -> None:
    """At most the cap, and what may come between two counts; without the cap the first items stand on more."""
    most = CAP * PAPERS + COUNTED_EVERY
    uses = Counter(place.item_id for paper in the_papers() for place in paper if place.line == "single")
    assert max(uses.values()) <= most
    few = PAPERS // 10
    free = drawn_papers(Decimal(1), BLUEPRINT[:1], few)
    most = CAP * few + COUNTED_EVERY
    assert max(Counter(place.item_id for paper in free for place in paper).values()) > most


# What is shunned, at its boundary

LINE = (BlueprintLine("single", SINGLE, 2, 1),)


@pytest.mark.parametrize(
    ("avoid", "worn", "taken"),
    [
        pytest.param({1}, {2}, {3, 4}, id="X3-neither-while-there-are-others"),
        pytest.param({1}, {2, 3}, None, id="X3-a-worn-one-before-a-seen-one"),
        pytest.param({1, 2, 3, 4}, {1}, None, id="X3-a-full-paper-before-everything"),
    ],
)
def test_x3_worn_items_come_before_seen_ones(avoid: set[int], worn: set[int], taken: set[int] | None) -> None:
    for seed in range(20):
        paper = {place.item_id for place in draw(LINE, stocked(items("a1", 4, 1)), str(seed), avoid, worn)}
        assert len(paper) == 2
        if taken:
            assert paper == taken
        elif avoid == {1}:
            assert 4 in paper
            assert 1 not in paper


def test_x3_a_bank_too_small_is_told_whatever_is_shunned() -> None:
    with pytest.raises(Shortfall):
        draw(LINE, stocked(items("a1", 1, 1)), "seed", {1}, {1})


@pytest.mark.parametrize(
    ("used", "papers_drawn", "worn"),
    [
        pytest.param(19, 99, False, id="X3-the-next-paper-reaches-the-cap"),
        pytest.param(20, 99, True, id="X3-the-next-paper-goes-beyond"),
        pytest.param(4, 4, False, id="X3-too-few-papers-to-judge"),
        pytest.param(5, 5, True, id="X3-enough-papers-to-judge"),
    ],
)
def test_x3_worn_out_at_its_boundary(used: int, papers_drawn: int, worn: bool) -> None:
    assert (7 in worn_out({7: used}, papers_drawn, CAP)) is worn
