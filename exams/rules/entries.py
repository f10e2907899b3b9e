"""An item or a group of items as it is written, whatever file it comes from: no code of a database row (X2, I2)."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from exams.enums import GROUPED, ItemKind

# B2 is the larger set; nobody writes more answers over one group
LABELS = "ABCDEFGHIJKL"
TRUE, FALSE = "T", "F"
MIDDLE = 3
CODE = re.compile(r"[A-Za-z0-9_-]+")
_LINE_END = re.compile(r"\r\n|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")
_BLANK = re.compile(r"[ \t\xa0]+")
_EMPTY = {"Cc", "Cs"}
# a mark at the head of a file that some programs leave in the text, what no XML may hold, and what Unicode keeps for
# the inside of programs
_NEVER = {"\ufeff", "\ufffe", "\uffff", *map(chr, range(0xFDD0, 0xFDF0))}
# full-width letters, digits and signs to the plain ones: ² and ₂ stay what they are, they change what is said
WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: " "}
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Option:
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Stem:
    """One stem of a group, over the options of the group."""

    code: str = ""
    stem: str = ""
    key: tuple[str, ...] = ()
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A single item, or a group of B1 or B2 with its shared `options` and its `stems` in order.

    A true/false item has no options; its key is T or F. A code may be empty: then nobody has given one yet.
    """

    kind: str
    code: str = ""
    case: str = ""
    stem: str = ""
    options: tuple[Option, ...] = ()
    key: tuple[str, ...] = ()
    explanation: str = ""
    source: str = ""
    specialties: tuple[str, ...] = ()
    theme: str = ""
    outline: str = ""
    difficulty: int = MIDDLE
    stems: tuple[Stem, ...] = ()

    @property
    def is_group(self) -> bool:
        return self.kind in GROUPED

    @property
    def labels(self) -> tuple[str, ...]:
        """What a key may name, in the written order."""
        if self.kind == ItemKind.TRUE_FALSE:
            return TRUE, FALSE
        return tuple(option.label for option in self.options)

    @property
    def parts(self) -> tuple[Stem, ...]:
        """The stems of a group; a single item is its own one stem."""
        if self.is_group:
            return self.stems
        return (Stem(self.code, self.stem, self.key, self.explanation),)


def clean(text: str) -> str:
    """The words as every format can carry them: lines without blank ones between, single spaces, nothing invisible
    that a file format forbids. Two paragraphs of an entry can therefore be parted by a blank line.
    """
    kept = ("".join(filter(_allowed, line)) for line in _LINE_END.split(text))
    return "\n".join(filter(None, (_BLANK.sub(" ", line).strip() for line in kept)))


def _allowed(char: str) -> bool:
    return char == "\t" or (char not in _NEVER and unicodedata.category(char) not in _EMPTY)


def clean_line(text: str) -> str:
    """The same on one line: codes, names, a source."""
    return " ".join(clean(text).split("\n"))


def to_row(entry: Entry) -> Row:
    """The row as fixtures/items write it and `import_items` takes it: only what the type has."""
    row: Row = {"code": entry.code, "type": str(entry.kind)}
    if entry.case:
        row["case"] = entry.case
    if not entry.is_group:
        row["stem"] = entry.stem
    if entry.kind != ItemKind.TRUE_FALSE:
        row["options"] = [{"label": option.label, "text": option.text} for option in entry.options]
    if entry.is_group:
        row["stems"] = [_stem_row(stem) for stem in entry.stems]
    else:
        row |= {"key": list(entry.key), "explanation": entry.explanation}
    row |= {"specialties": list(entry.specialties), "theme": entry.theme, "difficulty": entry.difficulty}
    if entry.outline:
        row["outline"] = entry.outline
    return row | {"source": entry.source}


def _stem_row(stem: Stem) -> Row:
    return {"code": stem.code, "stem": stem.stem, "key": list(stem.key), "explanation": stem.explanation}


def of_row(row: Mapping[str, Any]) -> Entry:
    """The entry of such a row; other columns of it do not matter."""
    words = {name: row[name] for name in ("case", "stem", "explanation", "source") if name in row}
    places = {name: row[name] for name in ("theme", "outline", "difficulty") if name in row}
    return Entry(
        kind=ItemKind(row["type"]),
        code=row["code"],
        options=tuple(Option(one["label"], str(one["text"])) for one in row.get("options", ())),
        key=tuple(row.get("key", ())),
        specialties=tuple(row.get("specialties", ())),
        stems=tuple(
            Stem(one["code"], one["stem"], tuple(one["key"]), one.get("explanation", ""))
            for one in row.get("stems", ())
        ),
        **words,
        **places,
    )


def count(entries: Iterable[Entry]) -> int:
    """Items, as a quota counts them: each stem of a group is one."""
    return sum(len(entry.parts) for entry in entries)
