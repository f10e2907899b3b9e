"""Random sittings over a bad network, and the plain model of what the portal must then hold (T22).

A history is one candidate with two devices whose requests and replies are delayed, doubled, lost and reordered. It knows
nothing of the portal: it yields what reaches the server and is told what the server said.
"""

import random
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from typing import Any

PLACES = 5
VALUES = ("", "a", "b", "a,b", "c,d")
MINUTES, GRACE = 90, 30
LAST = MINUTES * 60 + GRACE  # seconds after the start at which an answer is still taken

Row = tuple[int, str, int]  # place, value, sequence
Result = list[Any]  # place, sequence, word, sequence held


class Diverged(AssertionError):
    """The portal and the model differ; the history says how it came to that."""


@dataclass(frozen=True, slots=True)
class Request:
    generation: int
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Save:
    """Requests that reach the server at one moment, `at` seconds after the start."""

    requests: tuple[Request, ...]
    at: int


@dataclass(frozen=True, slots=True)
class TakeOver:
    device: str
    at: int


@dataclass(frozen=True, slots=True)
class HandIn:
    at: int


Act = Save | TakeOver | HandIn
Acts = Generator[Act, list[list[Result]], None]


@dataclass(slots=True)
class Sheet:
    """What the portal must hold: per place the highest (generation, sequence) that came in time from the newest device."""

    is_practice: bool = False
    generation: int = 1
    is_open: bool = True
    held: dict[int, tuple[int, int, str]] = field(default_factory=dict)
    pile: dict[tuple[int, int, int], tuple[str, str]] = field(default_factory=dict)

    def take(self, save: Save) -> list[list[Result]]:
        words = [[self._enter(one.generation, row, save.at) for row in one.rows] for one in save.requests]
        return [
            [self._result(one.generation, row, word) for row, word in zip(one.rows, said, strict=True)]
            for one, said in zip(save.requests, words, strict=True)
        ]

    def _enter(self, generation: int, row: Row, at: int) -> str:
        place, value, sequence = row
        if place > PLACES:
            return "refused"
        if at > LAST or not self.is_open:
            word = "late" if at > LAST else "closed"
            if not self.is_practice:
                self.pile.setdefault((place, generation, sequence), (value, word))
            return word
        if generation != self.generation:
            return "stale"
        if place not in self.held or (generation, sequence) > self.held[place][:2]:
            self.held[place] = (generation, sequence, value)
        return "taken"

    def _result(self, generation: int, row: Row, word: str) -> Result:
        place, value, sequence = row
        if word != "taken":
            return [place, sequence, word, None]
        held = self.held[place]
        return (
            [place, sequence, "saved", None]
            if held == (generation, sequence, value)
            else [place, sequence, "newer", held[1]]
        )

    def value(self, place: int) -> str:
        return self.held[place][2] if place in self.held else ""


@dataclass(slots=True)
class Page:
    """An open exam room as static/exam keeps it: what stands on the screen, and what is not acknowledged yet."""

    generation: int
    sequence: int
    memory: dict[int, tuple[int, dict[int, tuple[str, int]]]] | None
    screen: dict[int, str]
    waiting: dict[int, tuple[str, int]] = field(default_factory=dict)
    awaited: Request | None = None
    is_readonly: bool = False

    def load(self) -> None:
        """What this device still holds comes back on top of what the server holds."""
        sequence, waiting = (self.memory or {}).get(self.generation, (0, {}))
        self.sequence = max(self.sequence, sequence)
        self.waiting = dict(waiting)
        self.screen.update({place: value for place, (value, _) in waiting.items()})

    def keep(self) -> None:
        if self.memory is not None:
            self.memory[self.generation] = (self.sequence, dict(self.waiting))

    def choose(self, place: int, value: str) -> None:
        self.screen[place] = value
        self.put(place, value)

    def put(self, place: int, value: str) -> None:
        self.sequence += 1
        self.waiting[place] = (value, self.sequence)
        self.keep()

    def request(self) -> Request:
        rows = tuple((place, value, sequence) for place, (value, sequence) in self.waiting.items())
        self.awaited = Request(self.generation, rows)
        return self.awaited

    def settle(self, results: list[Result]) -> None:
        self.awaited = None
        for place, sequence, word, held in results:
            if word == "stale":
                continue
            value, latest = self.waiting.get(place, ("", 0))
            if word == "newer" and latest == sequence:
                self.sequence = max(self.sequence, held)
                self.put(place, value)
            elif latest and latest <= sequence:
                del self.waiting[place]
                self.keep()
        self.is_readonly = any(word in {"stale", "closed", "late"} for _, _, word, _ in results)


class History:
    """One candidate. `log` tells what happened, in order; the same seed makes the same history."""

    def __init__(self, seed: int, length: int = 26, gathered: int = 3) -> None:
        self.random = random.Random(seed)
        self.length, self.gathered = length, gathered
        self.log: list[str] = [f"seed {seed}"]
        self.sheet = Sheet(is_practice=self.random.random() < 0.1)
        # a device may be without memory, and two windows may be open on it: then only the server's side can be foretold
        self.remembers = self.random.random() < 0.8
        self.windows = 1 if self.random.random() < 0.8 else 2
        self.memories: dict[str, Any] = {
            name: {} if self.remembers else None for name in ("computer", "phone")
        }
        self.generations = {"computer": 1, "phone": 0}
        self.pages: list[tuple[str, Page]] = []
        self.road: list[tuple[Page, Request]] = []
        self.replies: list[tuple[Page, Request, list[Result]]] = []
        self.at = 0
        self.jumps = self.random.random() < 0.3
        self._open("computer")

    def life(self) -> Acts:
        steps = [
            (self._choose, 9), (self._send, 7), (self._arrive, 8), (self._hear, 3), (self._lose, 1), (self._give_up, 2),
            (self._reload, 1), (self._take_over, 1), (self._hand_in, 0.3), (self._wait, 1),
        ]  # fmt: skip
        names, weights = [step for step, _ in steps], [weight for _, weight in steps]
        for step in self.random.choices(names, weights, k=self.length):
            self.at += 1
            yield from step()
        yield from self._settle_all()

    def _note(self, *words: Any) -> None:
        self.log.append(" ".join([f"{self.at:5}", *map(str, words)]))

    def _open(self, device: str) -> None:
        sheet = self.sheet
        screen = {place: sheet.value(place) for place in range(1, PLACES + 1)}
        base = max((held[1] for held in sheet.held.values()), default=0)
        page = Page(sheet.generation, base, self.memories[device], screen)
        page.load()
        mine = [one for one in self.pages if one[0] == device]
        if len(mine) >= self.windows:
            self.pages.remove(mine[0])
        self.pages.append((device, page))
        self._note("page on", device, "generation", sheet.generation, "sequence", page.sequence)

    def _page(self, sending: bool = False) -> Page | None:
        fit = [
            page
            for _, page in self.pages
            if not page.is_readonly and (not sending or (page.waiting and not page.awaited))
        ]
        return self.random.choice(fit) if fit else None

    # What may happen

    def _choose(self) -> Iterator[Act]:
        page = self._page()
        if page is not None:
            # a window that knows no memory may also send what is not on the paper
            place = self.random.randint(1, PLACES + (self.windows - 1))
            page.choose(place, self.random.choice(VALUES))
            self._note("chooses", place, page.waiting[place], "generation", page.generation)
        yield from ()

    def _send(self) -> Iterator[Act]:
        page = self._page(sending=True)
        if page is not None:
            self.road.append((page, page.request()))
            self._note("sends", page.awaited)
        yield from ()

    def _arrive(self) -> Acts:
        """Up to `gathered` requests at one moment, in any order; some are on their way a second time."""
        if not self.road:
            return
        count = min(len(self.road), self.random.choice((1, 1, 1, 2, 3)), self.gathered)
        arriving = self.random.sample(self.road, count)
        for one in arriving:
            if self.random.random() > 0.15:
                self.road.remove(one)
        told = yield from self._at_server(tuple(request for _, request in arriving))
        for (page, request), results in zip(arriving, told, strict=True):
            fate = self.random.random()
            if fate < 0.6:
                self._tell(page, request, results)
            elif fate < 0.85:
                self.replies.append((page, request, results))
            else:
                self._note("reply lost", request)

    def _at_server(
        self, requests: tuple[Request, ...]
    ) -> Generator[Act, list[list[Result]], list[list[Result]]]:
        save = Save(requests, self.at)
        foretold = self.sheet.take(save)
        told = yield save
        self._note("arrive", requests, "told", told)
        if told != foretold:
            raise Diverged("\n".join([*self.log, f"foretold {foretold}"]))
        return told

    def _tell(self, page: Page, request: Request, results: list[Result]) -> None:
        is_there = any(page is one for _, one in self.pages)
        if not is_there or page.awaited is not request:
            return
        page.settle(results)
        self._check_shown(page)

    def _check_shown(self, page: Page) -> None:
        """What a page shows as saved is what the server holds, unless another device has taken over."""
        if not self.is_plain or page.is_readonly or page.generation != self.sheet.generation:
            return
        shown = {place: value for place, value in page.screen.items() if place not in page.waiting}
        if shown != {place: self.sheet.value(place) for place in shown}:
            raise Diverged("\n".join([*self.log, f"shown as saved {shown}", f"held {self.sheet.held}"]))

    @property
    def is_plain(self) -> bool:
        return self.remembers and self.windows == 1

    def _hear(self) -> Iterator[Act]:
        if self.replies:
            self._tell(*self.replies.pop(self.random.randrange(len(self.replies))))
        yield from ()

    def _lose(self) -> Iterator[Act]:
        if self.road:
            self._note("lost", self.road.pop(self.random.randrange(len(self.road)))[1])
        yield from ()

    def _give_up(self) -> Iterator[Act]:
        """The client waits no longer and will send again."""
        for _, page in self.pages:
            page.awaited = None
        yield from ()

    def _reload(self) -> Iterator[Act]:
        device = self.random.choice(list(self.generations))
        if self.generations[device] == self.sheet.generation and self._is_sitting:
            self._open(device)
        yield from ()

    @property
    def _is_sitting(self) -> bool:
        return self.sheet.is_open and self.at <= LAST

    def _take_over(self) -> Acts:
        device = next(name for name, number in self.generations.items() if number != self.sheet.generation)
        if self._is_sitting:
            self._note("take-over by", device)
            yield TakeOver(device, self.at)
            self.sheet.generation += 1
            self.generations[device] = self.sheet.generation
            self._open(device)

    def _hand_in(self) -> Acts:
        if self._is_sitting:
            self._note("hand-in")
            yield HandIn(self.at)
            self.sheet.is_open = False

    def _wait(self) -> Iterator[Act]:
        self.at += self.random.randint(1, 40)
        if self.jumps and self.random.random() < 0.4:
            self.at = max(self.at, LAST + self.random.randint(-6, 2))
        yield from ()

    def _settle_all(self) -> Acts:
        """The network is back: the newest device sends what waits, then its screen is the sheet."""
        for _, page in self.pages:
            while (
                self._is_sitting
                and page.generation == self.sheet.generation
                and page.waiting
                and not page.is_readonly
            ):
                self.at += 1
                request = page.request()
                told = yield from self._at_server((request,))
                self._tell(page, request, told[0])
                if self.windows == 2:
                    break
