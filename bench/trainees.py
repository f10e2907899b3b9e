"""Virtual trainees: they sign in, start, read their paper, answer, and hand in, over real HTTP.

Each keeps an outbox as the exam's page does (bench.outbox) and writes down what it did and saw (bench.history). What the
server does not answer, or answers with 5xx, is tried again; everything else that is not as it should be is an error.
"""

import asyncio
import random
import re
from dataclasses import dataclass, field
from typing import Any

from bench.browser import Browser, Lost, Page
from bench.history import History
from bench.outbox import Outbox, pause
from bench.serving import HOST

# as long as the page waits (static/exam/net.js)
SAVE_PATIENCE = 10.0
PULSE_EVERY = 20.0
_DATA = re.compile(r'\bdata-(attempt|generation|token|save-url|pulse-url|sequence)="([^"]*)"')
_PLACE = re.compile(r'data-place="(\d+)"')
_INPUT = re.compile(r'<input[^>]*\btype="(radio|checkbox)"[^>]*>')
_VALUE = re.compile(r'\bvalue="([^"]*)"')
_HAND_IN = re.compile(r'id="hand-in-form" action="([^"]+)"')
_RECEIPT = re.compile(r"\bE\d{4}-\d{8}\b")


_TITLE = re.compile(r"<h1[^>]*>(.*?)</h1>", re.DOTALL)


def _title(page: Page) -> str:
    """What the page is about, for a message."""
    found = _TITLE.search(page.text)
    return found[1].strip() if found else ""


class Unfit(Exception):
    """The portal answered what it must not answer."""


@dataclass(frozen=True, slots=True)
class Paper:
    """What the exam's page says to its script: places with the option ids, and whether several may be chosen."""

    attempt: int
    generation: int
    token: str
    save_url: str
    pulse_url: str
    sequence: int
    hand_in: str
    places: dict[int, tuple[list[str], bool]]

    @classmethod
    def of(cls, page: str) -> "Paper":
        data = dict(_DATA.findall(page))
        places = {}
        starts = [(int(found[1]), found.start()) for found in _PLACE.finditer(page)]
        ends = [start for _, start in starts[1:]] + [len(page)]
        for (place, start), end in zip(starts, ends, strict=False):
            inputs = [(found[1], found[0]) for found in _INPUT.finditer(page, start, end)]
            values = [value[1] for _, text in inputs if (value := _VALUE.search(text))]
            places[place] = (values, bool(inputs) and inputs[0][0] == "checkbox")
        form = _HAND_IN.search(page)
        if not form or not places or not all(values for values, _ in places.values()):
            raise Unfit("not an exam page")
        return cls(
            attempt=int(data["attempt"]),
            generation=int(data["generation"]),
            token=data["token"],
            save_url=data["save-url"],
            pulse_url=data.get("pulse-url", ""),
            sequence=int(data["sequence"]),
            hand_in=form[1],
            places=places,
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """Seconds after the beginning of the run when a person opens the exam's page, starts and hands in, and between two
    answers.
    """

    arrive: float
    start: float
    hand_in: float
    every: float
    pulses: bool = True
    signs_in: bool = False


@dataclass
class Trainee:
    """One person at one device. `seconds` collects how long each kind of request took, by kind."""

    number: int
    browser: Browser
    exam: str
    history: History
    chance: random.Random
    username: str = ""
    password: str = ""
    outbox: Outbox = field(default_factory=Outbox)
    fresh: asyncio.Event = field(default_factory=asyncio.Event)
    seconds: dict[str, list[float]] = field(default_factory=dict)
    paper: Paper | None = None
    receipt: str = ""
    done: bool = False

    async def sit(self, plan: Plan) -> None:
        """The whole sitting, from the exam's page to the receipt."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        await asyncio.sleep(plan.arrive)
        if plan.signs_in:
            await self.sign_in()
        await self.arrive()
        await asyncio.sleep(began + plan.start - loop.time())
        self.paper = await self.enter()
        self.outbox.sequence = max(self.outbox.sequence, self.paper.sequence)
        works = [
            self._send_for_ever(),
            *([self._pulse_for_ever()] if plan.pulses and self.paper.pulse_url else []),
        ]
        tasks = [asyncio.create_task(work) for work in works]
        try:
            while loop.time() < began + plan.hand_in:
                self.answer()
                await asyncio.sleep(plan.every * self.chance.uniform(0.5, 1.5))
            await self._emptied(tasks)
        finally:
            for task in tasks:
                task.cancel()
        await self.hand_in()

    async def _emptied(self, tasks: list[asyncio.Task[None]]) -> None:
        """Once nothing waits; what ended one of the tasks is raised here."""
        while self.outbox.waiting or any(task.done() for task in tasks):
            for task in tasks:
                if task.done():
                    task.result()
            await asyncio.sleep(0.1)

    # Pages

    async def sign_in(self) -> None:
        """By the real form."""
        self.browser.cookies.pop("sessionid", None)
        await self._page("sign-in page", "GET", "/account/login/")
        fields = {"login": self.username, "password": self.password}
        page = await self._page("sign-in", "POST", "/account/login/", fields)
        if page.status != 302 or "sessionid" not in self.browser.cookies:
            raise Unfit(f"not signed in: {page.status}")

    async def arrive(self) -> None:
        """The exam's page, where the button is."""
        page = await self._page("exam page", "GET", self.exam)
        if page.status != 200:
            raise Unfit(f"exam page: {page.status} {page.location}")

    async def enter(self) -> Paper:
        """The start and the paper; a start that was perhaps done already gives the same attempt."""
        page = await self._page("start", "POST", f"{self.exam}start/", {})
        if page.status != 302 or page.location == self.exam:
            raise Unfit(f"start: {page.status} {page.location}")
        page = await self._page("paper", "GET", page.location)
        if page.status != 200:
            raise Unfit(f"paper: {page.status} {page.location}")
        return Paper.of(page.text)

    async def hand_in(self) -> None:
        """Press the button until the receipt is there; a hand-in whose answer was lost is pressed again."""
        paper = self._paper()
        self.history.note(self.number, "hand_in", attempt=paper.attempt)
        page = await self._page("hand-in", "POST", paper.hand_in, {})
        if page.status != 302 or not page.location.endswith("/result/"):
            raise Unfit(f"hand-in: {page.status} {page.location} {_title(page)}")
        page = await self._page("result", "GET", page.location)
        found = _RECEIPT.search(page.text)
        if page.status != 200 or not found:
            raise Unfit(f"result: {page.status}")
        self.receipt, self.done = found[0], True
        self.history.note(self.number, "over", attempt=paper.attempt, receipt=self.receipt)

    async def _page(self, kind: str, method: str, path: str, fields: dict[str, str] | None = None) -> Page:
        """The answer that is one: what is lost or away is asked for again, as a person presses the button again."""
        failures = 0
        while True:
            try:
                page = await (
                    self.browser.get(path) if method == "GET" else self.browser.post_form(path, fields or {})
                )
            except Lost as lost:
                self.history.note(self.number, "lost", what=kind, why=str(lost))
                told = 0.0
            else:
                if page.status < 500:
                    self._took(kind, page)
                    return page
                told = self._away(kind, page)
            failures += 1
            await asyncio.sleep(min(3.0, pause(failures, told)))

    def _took(self, kind: str, page: Page) -> None:
        self.seconds.setdefault(kind, []).append(page.seconds)
        self.history.note(self.number, "page", what=kind, status=page.status)

    def _away(self, kind: str, page: Page) -> float:
        """Notes an answer of 5xx; the seconds it asks for."""
        told = page.headers.get("retry-after", "")
        trace = b"Traceback" in page.body
        self.history.note(
            self.number,
            "away",
            what=kind,
            status=page.status,
            retry_after=told,
            **({"trace": 1} if trace else {}),
        )
        return float(told) if told.isdigit() else 0.0

    # Answers

    def answer(self) -> None:
        """Choose at one place, perhaps anew."""
        paper = self._paper()
        place = self.chance.choice(list(paper.places))
        options, several = paper.places[place]
        picked = self.chance.sample(options, self.chance.randint(1, len(options)) if several else 1)
        value = ",".join(sorted(picked))
        self._note_put(place, value, self.outbox.put(place, value))
        self.fresh.set()

    def _note_put(self, place: int, value: str, sequence: int) -> None:
        paper = self._paper()
        self.history.note(
            self.number, "put", attempt=paper.attempt, generation=paper.generation,
            place=place, value=value, sequence=sequence,
        )  # fmt: skip

    async def _send_for_ever(self) -> None:
        failures = 0
        while True:
            if not self.outbox.waiting:
                self.fresh.clear()
                await self.fresh.wait()
            told = await self.send()
            failures = 0 if told is None else failures + 1
            if told is not None:
                await asyncio.sleep(pause(failures, told))

    async def send(self) -> float | None:
        """One request with all that waits. None when the server took it, else the seconds it asks to wait."""
        paper = self._paper()
        rows = self.outbox.batch(paper.token)
        self.history.note(self.number, "sent", attempt=paper.attempt, rows=[(row[0], row[2]) for row in rows])
        try:
            data = {"token": paper.token, "answers": rows}
            page = await self.browser.post_json(paper.save_url, data, patience=SAVE_PATIENCE)
        except Lost as lost:
            self.history.note(self.number, "lost", what="save", why=str(lost))
            return 0.0
        if page.status >= 500:
            return self._away("save", page)
        if page.status != 200:
            raise Unfit(f"save: {page.status} {page.body[:80]!r}")
        results = [tuple(result) for result in page.json()["results"]]
        self.seconds.setdefault("save", []).append(page.seconds)
        self.history.note(
            self.number, "ok", attempt=paper.attempt, generation=paper.generation, results=results
        )
        for place, value, sequence in self.outbox.settle(results):
            self._note_put(place, value, sequence)
        return None

    async def _pulse_for_ever(self) -> None:
        await asyncio.sleep(self.chance.uniform(0, PULSE_EVERY))
        while True:
            await self.pulse()
            await asyncio.sleep(PULSE_EVERY)

    async def pulse(self) -> None:
        """The sign of life; one that is lost is followed by the next."""
        paper = self._paper()
        data: dict[str, Any] = {"token": paper.token, "waiting": len(self.outbox.waiting), "evidence": []}
        try:
            page = await self.browser.post_json(paper.pulse_url, data, patience=SAVE_PATIENCE)
        except Lost as lost:
            self.history.note(self.number, "lost", what="pulse", why=str(lost))
            return
        if page.status >= 500:
            self._away("pulse", page)
        elif page.status != 200:
            raise Unfit(f"pulse: {page.status}")
        else:
            self.seconds.setdefault("pulse", []).append(page.seconds)

    def _paper(self) -> Paper:
        if self.paper is None:
            raise Unfit("no paper yet")
        return self.paper


def everybody(seeded: dict[str, Any], port: int, history: History) -> list[Trainee]:
    """Everybody who was seeded, each with a signed-in browser."""
    return [
        Trainee(
            number=number,
            browser=Browser(HOST, port, {seeded["cookie"]: person["session"]}),
            exam=seeded["exam"],
            history=history,
            chance=random.Random(number),  # noqa: S311 - answers, no secret
            username=person["username"],
            password=seeded["password"],
        )
        for number, person in enumerate(seeded["people"])
    ]
