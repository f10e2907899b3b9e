"""A file or a pasted text, whatever its format: recognized by what it holds, read, its places named by the year (I2)."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from core.archives import check_archive
from core.spreadsheets import XLSX
from exams.enums import ItemFormat
from exams.formats import docx, gift, moodle, pasted, xlsx
from exams.formats.reading import Vocabulary, code_in, codes_in
from exams.formats.reports import Outcome, Place, Read, Report, Unit, Written
from exams.formats.texts import decoded
from exams.rules.entries import Entry, clean_line

_ZIP, _OLE = b"PK", b"\xd0\xcf\x11\xe0"
_XML = re.compile(r"\s*<[?!a-zA-Z]")
_BRACES = re.compile(r"\{([^{}]*)\}")
_ANSWERS = re.compile(r"\s*(?:T|F|TRUE|FALSE)\b|.*[=~]", re.DOTALL)
# GIFT shows itself early; a long text without it is not searched to its end
_HEAD = 20_000
_BRACKETS = str.maketrans("[]", "（）")


def recognized(data: bytes) -> ItemFormat:
    """The format by what the file holds, never by its name; raises Refusal for what is neither archive nor text."""
    if data.startswith(_OLE):
        return ItemFormat.XLSX
    if data.startswith(_ZIP):
        return ItemFormat.DOCX if docx.BODY in check_archive(data) else ItemFormat.XLSX
    text = decoded(data)
    if _XML.match(text):
        return ItemFormat.MOODLE
    answers = any(_ANSWERS.match(inside) for inside in _BRACES.findall(text[:_HEAD]))
    return ItemFormat.GIFT if answers else ItemFormat.DOCX


def _document(data: bytes, words: Vocabulary) -> Read:
    if data.startswith((_ZIP, _OLE)):
        return docx.read(data, words)
    return pasted.read_text(decoded(data), words)


_READERS: Mapping[ItemFormat, Callable[[bytes, Vocabulary], Read]] = {
    ItemFormat.XLSX: xlsx.read,
    ItemFormat.DOCX: _document,
    ItemFormat.MOODLE: lambda data, words: moodle.read(data),
    ItemFormat.GIFT: lambda data, words: gift.read(data),
}


def read_as(form: ItemFormat, data: bytes, words: Vocabulary) -> Read:
    """All entries with codes for theme, specialties and outline; what the year does not know is left out and reported.

    Raises Refusal as the reader of the format does.
    """
    read = _READERS[form](data, words)
    entries, reports = [], list(read.reports)
    for at, (entry, place) in enumerate(zip(read.entries, read.places, strict=True)):
        placed, unknown = _placed(entry, words)
        entries.append(placed)
        reports += [
            Report(place, "place_unknown", Outcome.REDUCED, {"field": name, "text": text[:60]}, at)
            for name, text in unknown
        ]
    return Read(tuple(entries), tuple(reports), read.places)


def _placed(entry: Entry, words: Vocabulary) -> tuple[Entry, list[tuple[str, str]]]:
    """The entry with what the year knows of its places, and what it does not know."""
    theme, outline = code_in(words.themes, entry.theme), code_in(words.outline, entry.outline)
    specialties = codes_in(words.specialties, "、".join(entry.specialties))
    unknown = [("theme", theme)] if theme and theme not in words.themes else []
    unknown += [("outline", outline)] if outline and outline not in words.outline else []
    unknown += [("specialties", one) for one in specialties if one not in words.specialties]
    placed = replace(
        entry,
        theme=theme if theme in words.themes else "",
        outline=outline if outline in words.outline else "",
        specialties=tuple(one for one in specialties if one in words.specialties),
    )
    return placed, unknown


def without(read: Read, kinds: Collection[str], code: str) -> Read:
    """The entries but those of some types, which are reported as refused for the reason `code`."""
    kept = [at for at, entry in enumerate(read.entries) if entry.kind not in kinds]
    moved = {old: new for new, old in enumerate(kept)}
    reports = [
        replace(one, item=moved.get(one.item) if one.item is not None else None) for one in read.reports
    ]
    reports += [
        Report(read.places[at], code, Outcome.REFUSED)
        for at, entry in enumerate(read.entries)
        if entry.kind in kinds
    ]
    return Read(tuple(read.entries[at] for at in kept), tuple(reports), tuple(read.places[at] for at in kept))


# Out

_WRITERS: Mapping[str, Callable[[Sequence[Entry]], Written]] = {
    ItemFormat.MOODLE: moodle.write,
    ItemFormat.GIFT: gift.write,
}
# the formats that are written, with their endings and media types
WRITTEN: Mapping[str, tuple[str, str]] = {
    ItemFormat.XLSX: ("xlsx", XLSX),
    ItemFormat.MOODLE: ("xml", "application/xml; charset=utf-8"),
    ItemFormat.GIFT: ("gift", "text/plain; charset=utf-8"),
}
_END = "?>\n"


def losses_of(form: str, entries: Sequence[Entry]) -> tuple[Report, ...]:
    """What a format cannot carry of them; the workbook carries all."""
    return _WRITERS[form](entries).reports if form in _WRITERS else ()


def write_as(form: str, entries: Sequence[Entry], words: Vocabulary, mark: str) -> Written:
    """The file with `mark` where a reader of it sees it, and with what the format could not carry."""
    if form not in _WRITERS:
        return xlsx.write(entries, words, heading=mark)
    written = _WRITERS[form](entries)
    notes = [mark, *(f"{one.place}: {one.cause}" for one in written.reports)]
    # neither a line end nor the end of a comment may stand in one; a bracket would be a tag to GIFT
    lines = [clean_line(note).replace("--", "—").translate(_BRACKETS) for note in notes]
    text = written.data.decode()
    if form == ItemFormat.GIFT:
        text = "".join(f"// {line}\n" for line in lines) + f"\n{text}"
    else:
        head, end, rest = text.partition(_END)
        comment = "\n".join(lines)
        text = f"{head}{end}<!--\n{comment}\n-->\n{rest}"
    return replace(written, data=text.encode())


# Kept with an upload


def frozen(report: Report) -> dict[str, Any]:
    """As plain data; the sentences are made anew for each reader."""
    return {
        "place": asdict(report.place),
        "code": report.code,
        "severity": str(report.severity),
        # a word of the portal among them is kept as it is read now
        "params": {
            name: value if isinstance(value, int) else str(value) for name, value in report.params.items()
        },
        "item": report.item,
    }


def thawed(data: Mapping[str, Any]) -> Report:
    place = place_of(data["place"])
    return Report(place, data["code"], Outcome(data["severity"]), data["params"], data["item"])


def place_of(data: Mapping[str, Any]) -> Place:
    return Place(Unit(data["unit"]), data["number"], data["cell"], data["name"])
