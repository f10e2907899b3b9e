"""The paragraphs of a .docx, read from its own markup without any of its programs, links or attached parts (I2, T30)."""

import io
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from core.archives import check_archive
from core.exceptions import Refusal
from exams.formats.markup import Node, tree
from exams.formats.pasted import Line, Vocabulary, read_lines
from exams.formats.reports import Collector, Place, Read, Unit, check_size
from exams.formats.texts import lowered, raised

BODY, NUMBERS = "word/document.xml", "word/numbering.xml"
# a document of 5,000 items has some 12 MB of markup
MAX_MARKUP = 20 * 2**20
# what an archive that passed the check can still turn out to be: its sums do not agree
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, RuntimeError)
_OLE = b"\xd0\xcf\x11\xe0"
_LOST = {
    "w:drawing": "image",
    "w:pict": "image",
    "w:object": "media",
    "w:footnoteReference": "footnote",
    "w:endnoteReference": "footnote",
    "w:del": "deleted",
    "w:moveFrom": "deleted",
    "m:oMath": "formula",
}
_SILENT = {
    "w:drawing",
    "w:pict",
    "w:object",
    "w:del",
    "w:moveFrom",
    "w:instrText",
    "mc:Fallback",
    "w:pPr",
    "w:rPr",
}
_SIGNS = {"w:tab": " ", "w:br": "\n", "w:cr": "\n", "w:noBreakHyphen": "-"}
_CHINESE = "〇一二三四五六七八九十"


def read(data: bytes, words: Vocabulary | None = None) -> Read:
    """Raises Refusal for what is no document, encrypted, dangerous, too large or holds too many items."""
    parts = _parts(data)
    collector = Collector()
    reader = _Reader(_numbering(parts.get(NUMBERS)))
    lines = list(reader.lines(tree(parts[BODY])))
    read_lines(lines, Unit.PARAGRAPH, collector, words, reader.losses)
    return collector.done()


def _parts(data: bytes) -> dict[str, str]:
    check_size(data)
    if data.startswith(_OLE):
        raise Refusal(
            _("The document is encrypted or of an old format."),
            remedy=_("Save it as .docx without a password and upload it again."),
        )
    names = check_archive(data)
    if BODY not in names:
        raise Refusal(_("This is not a document."), remedy=_("Save it as .docx and upload it again."))
    # the check lets only UTF-8 through
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        wanted = [archive.getinfo(name) for name in (BODY, NUMBERS) if name in names]
        if sum(entry.file_size for entry in wanted) > MAX_MARKUP:
            raise Refusal(
                _("The document is too large."),
                remedy=_("Divide it and upload the parts one after the other."),
            )
        try:
            return {entry.filename: archive.read(entry).decode("utf-8-sig", "replace") for entry in wanted}
        except _BROKEN as error:
            raise Refusal(
                _("The document is damaged."),
                remedy=_("Open it, save it again as .docx and upload it again."),
            ) from error


# Numbers that Word writes by itself


@dataclass(slots=True)
class _Level:
    form: str = "decimal"
    pattern: str = "%1."
    start: int = 1


@dataclass(slots=True)
class _Numbering:
    """Levels by list and depth; `counts` are how far each list has come."""

    levels: dict[str, dict[int, _Level]] = field(default_factory=dict)
    counts: dict[tuple[str, int], int] = field(default_factory=lambda: defaultdict(int))

    def prefix(self, name: str, depth: int) -> str:
        """What Word shows before the paragraph; bullets show nothing."""
        levels = self.levels.get(name, {})
        level = levels.get(depth)
        if level is None or level.form in {"bullet", "none"}:
            return ""
        self.counts[name, depth] = self.counts.get((name, depth), level.start - 1) + 1
        for deeper in [key for key in self.counts if key[0] == name and key[1] > depth]:
            del self.counts[deeper]
        text = level.pattern
        for at in range(depth + 1):
            shown = levels.get(at, level)
            text = text.replace(f"%{at + 1}", _shown(self.counts.get((name, at), shown.start), shown.form))
        return f"{text} "


def _shown(number: int, form: str) -> str:
    if form in {"upperLetter", "lowerLetter"} and 1 <= number <= 26:
        letter = chr(64 + number)
        return letter if form == "upperLetter" else letter.lower()
    if "hinese" in form or form.startswith("ideograph"):
        return _CHINESE[number] if number <= 10 else str(number)
    return str(number)


def _numbering(markup: str | None) -> _Numbering:
    if markup is None:
        return _Numbering()
    root = tree(markup)
    abstract = {
        one.attributes.get("w:abstractNumId", ""): _levels(one) for one in root.children("w:abstractNum")
    }
    found = {}
    for one in root.children("w:num"):
        found[one.attributes.get("w:numId", "")] = abstract.get(_value(one.child("w:abstractNumId")), {})
    return _Numbering(found)


def _value(node: Node | None, default: str = "") -> str:
    return node.attributes.get("w:val", default) if node else default


def _levels(node: Node) -> dict[int, _Level]:
    found = {}
    for one in node.children("w:lvl"):
        start = _value(one.child("w:start"), "1")
        found[_number(one.attributes.get("w:ilvl", ""))] = _Level(
            _value(one.child("w:numFmt"), "decimal"), _value(one.child("w:lvlText"))[:20], _number(start) or 1
        )
    return found


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0


# Paragraphs


class _Reader:
    """Paragraphs in reading order, those of a table cell by cell; `losses` are where something was left out."""

    def __init__(self, numbering: _Numbering) -> None:
        self.losses: list[tuple[Place, str]] = []
        self._numbering = numbering
        self._at = 0

    def lines(self, node: Node) -> Iterator[Line]:
        for one in node.children():
            if one.tag == "w:p":
                self._at += 1
                yield Line(self._at, self._prefix(one) + self._text(one))
            elif one.tag not in _SILENT:
                if one.tag == "w:tbl":
                    self._lost("table", self._at + 1)
                yield from self.lines(one)

    def _prefix(self, paragraph: Node) -> str:
        properties = paragraph.child("w:pPr")
        numbered = properties.child("w:numPr") if properties else None
        if numbered is None:
            return ""
        return self._numbering.prefix(
            _value(numbered.child("w:numId")), _number(_value(numbered.child("w:ilvl"), "0"))
        )

    def _lost(self, code: str, number: int) -> None:
        self.losses.append((Place(Unit.PARAGRAPH, number), code))

    def _text(self, node: Node) -> str:
        pieces = []
        for one in node.children():
            if one.tag in _LOST:
                self._lost(_LOST[one.tag], self._at)
            if one.tag in {"w:t", "m:t"}:
                pieces.append(one.text())
            elif one.tag == "w:r":
                pieces.append(self._run(one))
            elif one.tag not in _SILENT:
                pieces.append(_SIGNS.get(one.tag, "") or self._text(one))
        return "".join(pieces)

    def _run(self, node: Node) -> str:
        """The text of a run, above or below the line as Unicode has it."""
        text = self._text(node)
        properties = node.child("w:rPr")
        shift = _value(properties.child("w:vertAlign")) if properties else ""
        if shift not in {"superscript", "subscript"} or not text.strip():
            return text
        shifted, whole = (raised if shift == "superscript" else lowered)(text)
        if not whole:
            self._lost("formula", self._at)
        return shifted
