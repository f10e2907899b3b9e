"""The fewest people whose leaving covers what several rules need of leavers; exact, by branch and bound."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

# beyond this the best found so far stands: it is right, perhaps a person too many; the first way down always ends
MAX_NODES = 20_000
Cover = dict[frozenset[str], int]


@dataclass(frozen=True, slots=True)
class Supply:
    """People alike in `traits`; each of them counts for every rule in `counts_for`."""

    traits: frozenset[str]
    counts_for: frozenset[str]
    people: int


@dataclass(slots=True)
class _Search:
    """`classes` are (rules, people), those that count for most first."""

    classes: list[tuple[frozenset[str], int]]
    limit: int
    best: Cover | None = None
    nodes: int = 0
    taken: Cover = field(default_factory=dict)

    def run(self, index: int, need: Mapping[str, int], used: int) -> None:
        """Take people of class `index` and on, until nothing is needed or the limit is passed."""
        self.nodes += 1
        if not need:
            self.limit, self.best = used - 1, {rules: count for rules, count in self.taken.items() if count}
            return
        if used + max(need.values()) > self.limit or not self._enough(index, need):
            return
        rules, people = self.classes[index]
        most = min(people, max((need.get(rule, 0) for rule in rules), default=0))
        for count in range(most, -1, -1):
            if count < most and self.nodes > MAX_NODES:
                break
            self.taken[rules] = count
            self.run(index + 1, _less(need, rules, count), used + count)
        self.taken.pop(rules, None)

    def _enough(self, index: int, need: Mapping[str, int]) -> bool:
        left = self.classes[index:]
        return all(
            sum(people for rules, people in left if rule in rules) >= count for rule, count in need.items()
        )


def _less(need: Mapping[str, int], rules: frozenset[str], count: int) -> dict[str, int]:
    left = {rule: amount - count if rule in rules else amount for rule, amount in need.items()}
    return {rule: amount for rule, amount in left.items() if amount > 0}


def smallest_cover(
    need: Mapping[str, int], supplies: Sequence[Supply], limit: int, at_least: int = 0
) -> Cover | None:
    """Whom to let go, by traits: fewest people, no more than `limit` and no fewer than `at_least`; None if impossible."""
    if limit < max(0, at_least, *need.values()) or sum(supply.people for supply in supplies) < at_least:
        return None
    classes: Cover = {}
    for supply in supplies:
        rules = supply.counts_for.intersection(need)
        classes[rules] = classes.get(rules, 0) + supply.people
    search = _Search(sorted(classes.items(), key=lambda one: (-len(one[0]), sorted(one[0]))), limit)
    search.run(0, dict(need), 0)
    return None if search.best is None else _named(search.best, need, supplies, at_least)


def _named(best: Cover, need: Mapping[str, int], supplies: Sequence[Supply], at_least: int) -> Cover:
    """The cover by traits, filled up to `at_least` people: newcomers of new institutions need somebody's place."""
    ordered = sorted(supplies, key=lambda supply: (-len(supply.counts_for), sorted(supply.traits)))
    missing = at_least - sum(best.values())
    cover: Cover = {}
    for supply in ordered:
        rules = supply.counts_for.intersection(need)
        cover[supply.traits] = min(supply.people, best.get(rules, 0))
        best[rules] = best.get(rules, 0) - cover[supply.traits]
    for supply in ordered:
        more = max(0, min(supply.people - cover[supply.traits], missing))
        cover[supply.traits] += more
        missing -= more
    return {traits: count for traits, count in cover.items() if count}
