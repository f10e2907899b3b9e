"""Drawing a paper: exactly the blueprint, groups whole, the trainee's earlier items avoided (X3)."""

import random
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

_ID_ALPHABET = "bcdfghjkmnpqrstvwxz23456789"
_ID_LENGTH = 4


@dataclass(frozen=True, slots=True)
class BlueprintLine:
    """A part of the paper: `count` items of the `kinds`, `points` each."""

    code: str
    kinds: frozenset[str]
    count: int
    points: int


@dataclass(frozen=True, slots=True)
class PoolItem:
    """A drawable item version; items of one `group` are drawn together, in `group_order`."""

    version_id: int
    item_id: int
    kind: str
    labels: tuple[str, ...]
    group: int | None = None
    group_order: int = 0

    @property
    def keeps_order(self) -> bool:
        """True and false are not shuffled."""
        return len(self.labels) <= 2


@dataclass(frozen=True, slots=True)
class Drawn:
    """A place of the drawn paper; `options` are (opaque id, label) in the order shown."""

    version_id: int
    item_id: int
    line: str
    points: int
    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Shortage:
    """A line that the pool cannot fill: `missing` of `count`, though it has `held` that fit: whole groups make no more."""

    line: str
    count: int
    missing: int
    held: int

    @property
    def made(self) -> int:
        """The most items, at most `count`, that whole groups and single items make."""
        return self.count - self.missing


class Shortfall(ValueError):
    """The bank does not hold a paper of this blueprint."""

    def __init__(self, shortages: Sequence[Shortage]) -> None:
        super().__init__(", ".join(f"{s.line}: {s.missing} of {s.count} missing" for s in shortages))
        self.shortages = tuple(shortages)


Unit = tuple[PoolItem, ...]


@dataclass(frozen=True, slots=True)
class Stock:
    """A pool put in order once for many draws: single items and whole groups, each group of one type."""

    units: tuple[Unit, ...]


def stocked(pool: Iterable[PoolItem]) -> Stock:
    """The same stock in whatever order the items come."""
    units: dict[int, list[PoolItem]] = {}
    for item in sorted(pool, key=lambda item: (item.group or 0, item.group_order, item.version_id)):
        units.setdefault(item.group or -item.version_id, []).append(item)
    return Stock(tuple(map(tuple, units.values())))


def available(blueprint: Sequence[BlueprintLine], stock: Stock) -> list[Shortage]:
    """For every line how many items are missing; 0 where the stock fills it exactly, with groups kept whole."""
    found, taken = [], set[int]()
    for line in blueprint:
        units = _units(line, stock, taken)
        shortage = _shortage(line, units)
        found.append(shortage)
        taken |= {item.item_id for unit in _pick(units, shortage.made) for item in unit}
    return found


def worn_out(uses: Mapping[int, int], papers: int, cap: Decimal) -> frozenset[int]:
    """Items that stand on more than the share `cap` of `papers` papers, or would with the next one.

    The first few papers wear nothing out: as long as 1 / cap of them are not drawn, one use alone is over the share.
    """
    if papers * cap < 1:
        return frozenset()
    return frozenset(item for item, used in uses.items() if used + 1 > cap * (papers + 1))


def draw(
    blueprint: Sequence[BlueprintLine],
    stock: Stock,
    seed: str,
    avoid: Collection[int] = (),
    worn: Collection[int] = (),
) -> list[Drawn]:
    """A paper that the same seed draws again: every line exact, groups whole, no item twice.

    Items of `avoid` (the person's earlier papers) come only where a line cannot be filled without them, and then as few
    as possible; among the others as few of `worn` as possible. Raises Shortfall when the stock does not suffice.
    """
    # reproducible by design: the seed itself is secret and random
    chance = random.Random(seed)  # noqa: S311
    shunned, taken = (frozenset(worn), frozenset(avoid)), set[int]()
    paper: list[Drawn] = []
    for line in blueprint:
        units = _fill(line, _units(line, stock, taken), shunned, chance)
        taken |= {item.item_id for unit in units for item in unit}
        paper += [place for unit in units for place in _shown(unit, line, chance)]
    return paper


def _units(line: BlueprintLine, stock: Stock, taken: set[int]) -> list[Unit]:
    """Single items and whole groups that may stand in the line."""
    return [unit for unit in stock.units if unit[0].kind in line.kinds and unit[0].item_id not in taken]


def _fill(
    line: BlueprintLine, units: list[Unit], shunned: Sequence[frozenset[int]], chance: random.Random
) -> list[Unit]:
    """Random units of exactly `count` items, with as few of the later sets of `shunned` as can be, then of the earlier."""
    chance.shuffle(units)
    tiers = _tiers(units, shunned)
    shares = _shares([_reachable(tier, line.count)[0] for tier in tiers], line.count)
    if shares is None:
        raise Shortfall([_shortage(line, units)])
    chosen = [unit for tier, share in zip(tiers, shares, strict=True) for unit in _pick(tier, share)]
    chance.shuffle(chosen)
    return chosen


def _shortage(line: BlueprintLine, units: Sequence[Unit]) -> Shortage:
    best = _best(units, line.count)
    return Shortage(line.code, line.count, line.count - best, sum(map(len, units)))


def _tiers(units: list[Unit], shunned: Sequence[frozenset[int]]) -> list[list[Unit]]:
    """The units with nothing shunned, then those of each set."""
    if not any(shunned):
        return [units]
    tiers: list[list[Unit]] = [[] for _ in range(len(shunned) + 1)]
    for unit in units:
        tiers[_tier(unit, shunned)].append(unit)
    return tiers


def _tier(unit: Unit, shunned: Sequence[frozenset[int]]) -> int:
    """0 for a unit without shunned items, else the place of the last set that has one of its items, from 1."""
    hit = [at for at, items in enumerate(shunned, 1) if items and any(item.item_id in items for item in unit)]
    return max(hit, default=0)


def _shares(sums: Sequence[int], count: int) -> list[int] | None:
    """How many items each tier gives, the last ones as few as can be; None when no shares make exactly `count`."""
    *earlier, last = sums
    if not earlier:
        return [count] if last >> count & 1 else None
    for share in range(count + 1):
        if last >> share & 1 and (rest := _shares(earlier, count - share)) is not None:
            return [*rest, share]
    return None


def _best(units: Sequence[Unit], count: int) -> int:
    """The most items, at most `count`, that whole units can make."""
    return _reachable(units, count)[0].bit_length() - 1


def _reachable(units: Sequence[Unit], count: int) -> list[int]:
    """Bit n of entry i is set when units[i:] can make exactly n items."""
    limit = (1 << count + 1) - 1
    sums = [1]
    for unit in reversed(units):
        if sums[-1] == limit:
            break
        sums.append((sums[-1] | sums[-1] << len(unit)) & limit)
    return [sums[-1]] * (len(units) + 1 - len(sums)) + sums[::-1]


def _pick(units: Sequence[Unit], count: int) -> list[Unit]:
    """The first units, in their order, that make exactly `count`; the caller knows it can be made."""
    sums = _reachable(units, count)
    picked, left = [], count
    for index, unit in enumerate(units):
        if len(unit) <= left and sums[index + 1] >> (left - len(unit)) & 1:
            picked.append(unit)
            left -= len(unit)
    return picked


def _shown(unit: Unit, line: BlueprintLine, chance: random.Random) -> list[Drawn]:
    """Options in a random order under ids of this paper; a group shares one order."""
    options = _options(unit[0], chance)
    return [Drawn(item.version_id, item.item_id, line.code, line.points, options) for item in unit]


def _options(item: PoolItem, chance: random.Random) -> tuple[tuple[str, str], ...]:
    labels = list(item.labels)
    if not item.keeps_order:
        chance.shuffle(labels)
    numbers = chance.sample(range(len(_ID_ALPHABET) ** _ID_LENGTH), len(labels))
    return tuple(zip(map(_opaque_id, numbers), labels, strict=True))


def _opaque_id(number: int) -> str:
    """A short code without look-alikes; nothing about the item can be read from it."""
    code = ""
    for _ in range(_ID_LENGTH):
        number, place = divmod(number, len(_ID_ALPHABET))
        code += _ID_ALPHABET[place]
    return code
