"""What reading or writing a file has to say about single items: where, what, why, and what to do (I2)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.exceptions import Refusal
from core.spreadsheets import MAX_UPLOAD
from exams.formats.wording import FIELDS, WORDS
from exams.rules.entries import CODE, LABELS, MIDDLE, Entry, Option, Stem, clean, clean_line

# a province owes 150 items; whoever brings thousands brings a bank
MAX_ITEMS = 5000
# beyond what the bank keeps (rules.validity.Limits.stored_text), so that validity can say what is too long
MAX_TEXT = 8000
# markup of one text as word processors bloat it, and signs of markup in all texts of a file
MAX_MARKUP, MAX_MARKS = 100_000, 200_000
CODE_LENGTH, GROUP_CODE_LENGTH = 80, 60
DIFFICULTIES = range(1, 6)


class Outcome(TextChoices):
    REFUSED = "refused", gettext_lazy("Not taken")
    REDUCED = "reduced", gettext_lazy("Taken with a loss")
    NOTICE = "notice", gettext_lazy("To know")


class Unit(TextChoices):
    """How places in a file are counted; the number of a place fills the gap."""

    ROW = "row", gettext_lazy("row %(number)s")
    LINE = "line", gettext_lazy("line %(number)s")
    PARAGRAPH = "paragraph", gettext_lazy("paragraph %(number)s")
    ITEM = "item", gettext_lazy("item %(number)s")


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the file: `cell` in a workbook, `name` the code or name that the item has there."""

    unit: Unit
    number: int
    cell: str = ""
    name: str = ""

    def __str__(self) -> str:
        where = str(self.unit.label) % {"number": self.number}
        return " · ".join(filter(None, (where, self.cell, self.name)))


@dataclass(frozen=True, slots=True)
class Report:
    """One thing to say about an item; `code` is stable, the sentences are made in the reader's language.

    `item` is the place in `Read.entries`, None for an item that was not taken.
    """

    place: Place
    code: str
    severity: Outcome
    params: Mapping[str, Any] = field(default_factory=dict)
    item: int | None = None

    @property
    def cause(self) -> str:
        return str(WORDS[self.code][0]) % self._worded()

    @property
    def remedy(self) -> str:
        return str(WORDS[self.code][1]) % self._worded()

    def _worded(self) -> dict[str, Any]:
        """The name of a field is said in the reader's language too."""
        return {name: FIELDS[value] if name == "field" else value for name, value in self.params.items()}


@dataclass(frozen=True, slots=True)
class Read:
    """`places` stand beside `entries`; `reports` are in the order of the file."""

    entries: tuple[Entry, ...] = ()
    reports: tuple[Report, ...] = ()
    places: tuple[Place, ...] = ()

    def of(self, severity: Outcome) -> list[Report]:
        return [report for report in self.reports if report.severity == severity]


@dataclass(frozen=True, slots=True)
class Written:
    """A file of entries; `reports` name what the format could not carry."""

    data: bytes
    reports: tuple[Report, ...] = ()


def check_size(data: bytes) -> None:
    if len(data) > MAX_UPLOAD:
        raise Refusal(
            _("The file is larger than %(mb)s MB.") % {"mb": MAX_UPLOAD // 2**20},
            remedy=_("Divide it and upload the parts one after the other."),
        )


def too_large() -> Refusal:
    return Refusal(
        _("The file is too large once read."), remedy=_("Divide it and upload the parts one after the other.")
    )


class Refused(Exception):
    """The item at hand, not the file, is not taken, for the reason `code`."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code, self.params = code, params


class Collector:
    """Gathers what a reader finds, makes it clean, and counts; raises Refusal beyond the number of items.

    What is said between two items belongs to the one that ends with `take` or `refuse`.
    """

    def __init__(self) -> None:
        self._entries: list[Entry] = []
        self._places: list[Place] = []
        self._reports: list[Report] = []
        self._said: list[Report] = []
        self._codes: set[str] = set()
        self._seen = 0
        self._marks = 0

    def say(self, place: Place, code: str, severity: Outcome = Outcome.REDUCED, **params: Any) -> None:
        report = Report(place, code, severity, params)
        if report not in self._said:
            self._said.append(report)

    def note(self, place: Place, code: str, **params: Any) -> None:
        self.say(place, code, Outcome.NOTICE, **params)

    def loose(self, place: Place, code: str, severity: Outcome = Outcome.NOTICE, **params: Any) -> None:
        """Said of no item."""
        self._reports.append(Report(place, code, severity, params))

    def refuse(self, place: Place, code: str, **params: Any) -> None:
        self._count()
        self._reports += [*self._said, Report(place, code, Outcome.REFUSED, params)]
        self._said = []

    def take(self, place: Place, entry: Entry) -> None:
        """The entry with clean texts and with codes that nobody else has; refused where a text is beyond all keeping."""
        try:
            entry = self._kept(place, _cleaned(entry))
        except Refused as why:
            self.refuse(place, why.code, **why.params)
            return
        self._count(len(entry.parts))
        self._reports += [replace(one, item=len(self._entries)) for one in self._said]
        self._said = []
        self._entries.append(entry)
        self._places.append(place)

    def weigh(self, markup: str) -> None:
        """Before a text is reduced to its words: raises Refused or Refusal for what would take long."""
        if len(markup) > MAX_MARKUP:
            raise Refused("text_long", field="stem", count=MAX_MARKUP)
        self._marks += markup.count("<") + markup.count("&")
        if self._marks > MAX_MARKS:
            raise too_large()

    def done(self) -> Read:
        return Read(tuple(self._entries), (*self._reports, *self._said), tuple(self._places))

    def _count(self, items: int = 1) -> None:
        self._seen += max(items, 1)
        if self._seen > MAX_ITEMS:
            raise Refusal(
                _("The file holds more than %(count)s items.") % {"count": MAX_ITEMS},
                remedy=_("Divide it and upload the parts one after the other."),
            )

    def _kept(self, place: Place, entry: Entry) -> Entry:
        _check_texts(entry)
        difficulty = entry.difficulty
        if difficulty not in DIFFICULTIES:
            self.say(place, "difficulty_unread", text=str(difficulty)[:20])
            difficulty = MIDDLE
        return replace(
            entry,
            code=self._own_code(place, entry.code, GROUP_CODE_LENGTH if entry.is_group else CODE_LENGTH),
            difficulty=difficulty,
            stems=tuple(
                replace(one, code=self._own_code(place, one.code, CODE_LENGTH)) for one in entry.stems
            ),
        )

    def _own_code(self, place: Place, code: str, length: int) -> str:
        if not code:
            return ""
        if not CODE.fullmatch(code) or len(code) > length:
            self.say(place, "code_unusable", text=code[:100])
            return ""
        if code in self._codes:
            self.say(place, "code_twice", text=code)
            return ""
        self._codes.add(code)
        return code


def _cleaned(entry: Entry) -> Entry:
    return replace(
        entry,
        code=clean_line(entry.code),
        case=clean(entry.case),
        stem=clean(entry.stem),
        options=tuple(Option(option.label, clean(option.text)) for option in entry.options),
        explanation=clean(entry.explanation),
        source=clean_line(entry.source),
        specialties=tuple(dict.fromkeys(filter(None, map(clean_line, entry.specialties)))),
        theme=clean_line(entry.theme),
        outline=clean_line(entry.outline),
        stems=tuple(
            Stem(clean_line(one.code), clean(one.stem), one.key, clean(one.explanation))
            for one in entry.stems
        ),
    )


def _check_texts(entry: Entry) -> None:
    """Raises Refused for what no screen could show; an item without a question is none."""
    if len(entry.options) > len(LABELS):
        raise Refused("many_options", count=len(LABELS))
    texts = [("option", one.text) for one in entry.options]
    texts += [(name, getattr(entry, name)) for name in ("case", "source", "theme", "outline")]
    texts += [("specialties", one) for one in entry.specialties]
    for part in entry.parts:
        if not part.stem:
            raise Refused("no_stem")
        texts += [("stem", part.stem), ("explanation", part.explanation)]
    for name, text in texts:
        if len(text) > MAX_TEXT:
            raise Refused("text_long", field=name, count=MAX_TEXT)
