"""The .xlsx template of items, its reading and its writing, on the import framework (I2).

One row an item; the stems of a group stand on consecutive rows, its options on the first of them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core.exceptions import Text
from core.imports import ImportColumn, Problem, Template, marked_file, read_list, template_file
from core.tables import ReadRow, ReadSheet
from exams.enums import GROUPED, ItemKind
from exams.formats.reading import Vocabulary, code_in, codes_in, difficulty_of, key_of, kind_of
from exams.formats.reports import (
    DIFFICULTIES,
    Collector,
    Outcome,
    Place,
    Read,
    Refused,
    Report,
    Unit,
    Written,
)
from exams.rules.entries import CODE, LABELS, MIDDLE, Entry, Option, Stem

STAMP = "items|1"
_OFFERED = 8
_OPTION = "option_"
_LISTED = "、"


def _column(
    code: str, label: Text, hint: Text, width: int, also: str = "", *, required: bool = False
) -> ImportColumn:
    return ImportColumn(code, label, hint, width, required, also)


def _option_column(at: int, label: str) -> ImportColumn:
    name = format_lazy(gettext_lazy("Option {label}"), label=label)
    hint = (
        gettext_lazy("Five options, B2 has more. A group has them in its first row only.") if at == 0 else ""
    )
    return ImportColumn(
        f"{_OPTION}{label}", name, hint, 18, also=f"{label},选项{label}", offered=at < _OFFERED
    )


COLUMNS: tuple[ImportColumn, ...] = (
    _column("type", gettext_lazy("Type"), gettext_lazy("Choose from the list."), 8, "题型,试题类型,类型", required=True),
    _column(
        "group",
        gettext_lazy("Group"),
        gettext_lazy("B1 and B2 only: the same word on each row of a group, one below the other."),
        12,
        "题组,组号,题组编号",
    ),
    _column("code", pgettext_lazy("of an item", "Code"), gettext_lazy("May stay empty: the portal gives one."), 16, "编号,试题编号,题号"),
    _column("case", gettext_lazy("Case"), gettext_lazy("A2 only: age, sex, complaint and findings."), 40, "病例,病历摘要,病例摘要"),
    _column("stem", gettext_lazy("Stem"), gettext_lazy("One row for each stem of a group."), 44, "题干,试题,题目", required=True),
    *(_option_column(at, label) for at, label in enumerate(LABELS)),
    _column(
        "key",
        gettext_lazy("Key"),
        gettext_lazy("Letters only, such as C or ABD; for true/false T or F."),
        10,
        "答案,正确答案,参考答案,标准答案",
        required=True,
    ),
    _column("explanation", gettext_lazy("Explanation"), gettext_lazy("Why the key is right."), 40, "解析,答案解析,试题解析"),
    _column("source", gettext_lazy("Source"), gettext_lazy("Guideline, textbook or article."), 30, "依据,出处,来源,参考文献"),
    _column("theme", gettext_lazy("Theme"), gettext_lazy("One of the themes of the year."), 16, "主题,课程主题"),
    _column("specialties", gettext_lazy("Specialties"), gettext_lazy("Empty is all of them; part several with 、"), 18, "专业方向,专业"),
    _column("outline", gettext_lazy("Outline"), gettext_lazy("The entry of the outline it belongs to."), 12, "大纲,大纲条目"),
    _column("difficulty", gettext_lazy("Difficulty"), gettext_lazy("1 easy to 5 hard; empty is 3."), 8, "难度,难易度"),
)  # fmt: skip
BY_CODE = {column.code: column for column in COLUMNS}


# Out


def template(words: Vocabulary | None = None, heading: str = "") -> bytes:
    """The empty template with the drop-down lists of the year."""
    return template_file(_template(words or Vocabulary(), heading))


def write(entries: Sequence[Entry], words: Vocabulary | None = None, heading: str = "") -> Written:
    """All entries in the columns of the template; nothing is lost."""
    words = words or Vocabulary()
    lines = ((cells, ()) for entry in entries for cells in _rows_of(entry, words))
    return Written(marked_file(_template(words, heading), lines))


def marked(data: bytes, reports: Sequence[Report], words: Vocabulary | None = None) -> bytes:
    """The rows of an upload as typed, with what is reported at the cell concerned."""
    sheet = read_list(data, COLUMNS, STAMP)
    letters = {letter: code for code, letter in sheet.letters.items()}
    lines = [
        (row.cells, [_problem(one, letters) for one in reports if one.place.number == row.number])
        for row in sheet.rows
    ]
    return marked_file(_template(words or Vocabulary(), ""), lines)


def _problem(report: Report, letters: Mapping[str, str]) -> Problem:
    code = letters.get(report.place.cell.rstrip("0123456789"), "stem")
    return Problem(
        number=report.place.number,
        cell=report.place.cell,
        person=report.place.name,
        column=str(BY_CODE[code].label),
        code=report.code,
        cause=report.cause,
        remedy=report.remedy,
        is_notice=report.severity != Outcome.REFUSED,
    )


def _template(words: Vocabulary, heading: str) -> Template:
    lists: dict[str, Sequence[str]] = {
        "type": [_short(kind) for kind in ItemKind],
        "theme": list(words.themes.values()),
        "outline": list(words.outline.values()),
        "difficulty": [str(level) for level in DIFFICULTIES],
    }
    return Template(
        _("Items"),
        heading or _("Items"),
        STAMP,
        COLUMNS,
        lambda column: lists.get(column.code, ()),
        note=heading,
    )


def _short(kind: str) -> str:
    return _("true/false") if kind == ItemKind.TRUE_FALSE else kind.upper()


def _rows_of(entry: Entry, words: Vocabulary) -> Iterator[dict[str, str]]:
    shared = {
        "case": entry.case,
        **{f"{_OPTION}{option.label}": option.text for option in entry.options},
        "source": entry.source,
        "theme": words.themes.get(entry.theme, entry.theme),
        "specialties": _LISTED.join(words.specialties.get(one, one) for one in entry.specialties),
        "outline": words.outline.get(entry.outline, entry.outline),
        "difficulty": str(entry.difficulty),
    }
    for part in entry.parts:
        group = entry.code if entry.is_group else ""
        own = {
            "code": part.code,
            "stem": part.stem,
            "key": "".join(part.key),
            "explanation": part.explanation,
        }
        yield {"type": _short(entry.kind), "group": group, **shared, **own}
        shared = {}


# In


def read(data: bytes, words: Vocabulary | None = None) -> Read:
    """Raises Refusal as `core.imports.read_list` does, and for too many items."""
    sheet = read_list(data, COLUMNS, STAMP)
    collector = Collector()
    reader = _Reader(sheet, collector, words or Vocabulary())
    for rows in _chunks(sheet.rows):
        reader.take(rows)
    return collector.done()


def _chunks(rows: Sequence[ReadRow]) -> Iterator[list[ReadRow]]:
    """Single rows, and the rows of one group together."""
    chunk: list[ReadRow] = []
    for row in rows:
        if chunk and _continues(row, chunk[0]):
            chunk.append(row)
            continue
        if chunk:
            yield chunk
        chunk = [row]
    if chunk:
        yield chunk


def _continues(row: ReadRow, first: ReadRow) -> bool:
    """The same name, or none and no options of its own; without a type it takes that of the group."""
    if kind_of(first.cells.get("type", "")) not in GROUPED:
        return False
    told = row.cells.get("type", "")
    if told and kind_of(told) not in GROUPED:
        return False
    name = row.cells.get("group", "")
    return name == first.cells.get("group", "") if name else not _options(row)


def _options(row: ReadRow) -> tuple[Option, ...]:
    texts = ((label, row.cells.get(f"{_OPTION}{label}", "")) for label in LABELS)
    return tuple(Option(label, text) for label, text in texts if text)


class _Reader:
    def __init__(self, sheet: ReadSheet, collector: Collector, words: Vocabulary) -> None:
        self.letters, self.collector, self.words = sheet.letters, collector, words
        self._groups: set[str] = set()

    def take(self, rows: list[ReadRow]) -> None:
        try:
            entry = self._entry(rows)
        except _At as at:
            self.collector.refuse(self._place(at.row, at.column), at.code, **at.params)
            return
        self.collector.take(self._place(rows[0], "stem"), entry)

    def _place(self, row: ReadRow, column: str) -> Place:
        letter = self.letters.get(column, "")
        name = row.cells.get("code") or row.cells.get("group") or row.cells.get("stem", "")
        return Place(Unit.ROW, row.number, f"{letter}{row.number}" if letter else "", name[:40])

    def _entry(self, rows: list[ReadRow]) -> Entry:
        row = rows[0]
        kind = _kind(row)
        shared = Entry(
            kind=kind,
            case=self._shared(rows, "case"),
            options=_options(row),
            source=self._shared(rows, "source"),
            theme=code_in(self.words.themes, self._shared(rows, "theme")),
            specialties=codes_in(self.words.specialties, self._shared(rows, "specialties")),
            outline=code_in(self.words.outline, self._shared(rows, "outline")),
            difficulty=self._difficulty(rows),
        )
        if kind in GROUPED:
            return self._group(rows, shared)
        group = row.cells.get("group", "")
        if group:
            self.collector.say(self._place(row, "group"), "group_name", group=group[:60])
        options = shared.options
        if kind == ItemKind.TRUE_FALSE and options:
            self.collector.say(self._place(row, f"{_OPTION}{options[0].label}"), "options_dropped")
            options = ()
        stem = _stem(row, kind)
        return replace(
            shared,
            options=options,
            code=stem.code,
            stem=stem.stem,
            key=stem.key,
            explanation=stem.explanation,
        )

    def _shared(self, rows: Sequence[ReadRow], column: str) -> str:
        """What the first row says that says something; another word further down is said."""
        told = [row for row in rows if row.cells.get(column)]
        for row in told[1:]:
            if row.cells[column] != told[0].cells[column]:
                group = rows[0].cells.get("group", "")
                self.collector.say(self._place(row, column), "group_field", field=column, group=group)
        return told[0].cells[column] if told else ""

    def _difficulty(self, rows: Sequence[ReadRow]) -> int:
        told = self._shared(rows, "difficulty")
        level = difficulty_of(told)
        if told and level is None:
            self.collector.say(self._place(rows[0], "difficulty"), "difficulty_unread", text=told[:20])
        return level or MIDDLE

    def _group(self, rows: Sequence[ReadRow], shared: Entry) -> Entry:
        name = rows[0].cells.get("group", "")
        if name and name in self._groups:
            raise _At(rows[0], "group", "group_apart", group=name[:60])
        self._groups.add(name)
        for row in rows[1:]:
            if row.cells.get("type") and _kind(row) != shared.kind:
                raise _At(row, "type", "group_mixed", group=name[:60])
            if _options(row) not in {(), shared.options}:
                raise _At(row, f"{_OPTION}{_options(row)[0].label}", "group_options", group=name[:60])
        stems = tuple(_stem(row, shared.kind) for row in rows)
        return replace(shared, code=name if CODE.fullmatch(name) else "", stems=stems)


class _At(Refused):
    """Refused for what stands in one cell."""

    def __init__(self, row: ReadRow, column: str, code: str, **params: object) -> None:
        super().__init__(code, **params)
        self.row, self.column = row, column


def _kind(row: ReadRow) -> ItemKind:
    told = row.cells.get("type", "")
    kind = kind_of(told)
    if kind is None:
        raise _At(row, "type", "kind_unknown", text=told[:40]) if told else _At(row, "type", "no_kind")
    return kind


def _stem(row: ReadRow, kind: str) -> Stem:
    told = row.cells.get("key", "")
    key = key_of(told, kind)
    if key is None:
        raise _At(row, "key", "key_unreadable", text=told[:40])
    code, stem, explanation = (row.cells.get(name, "") for name in ("code", "stem", "explanation"))
    return Stem(code, stem, key, explanation)
