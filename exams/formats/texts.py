"""Bytes to text, and marked-up text to plain words with the list of what was lost on the way (I2).

Nothing here fetches or runs anything. Each text is passed over once, so that the time grows with its length and no
faster; a general HTML parser does not promise that for broken markup.
"""

import codecs
import html
import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from core.exceptions import Refusal
from exams.formats.reports import check_size

_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_TAG = re.compile(r"(/?)([a-zA-Z][a-zA-Z0-9]*)(\s[^>]*)?/?>")
_SPACES = re.compile(r"[ \t\r\n\f]+")
_PARAGRAPHS = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre"}
_LINES = {"br", "div", "li", "ul", "ol", "tr", "table", "hr"}
_PLAIN = {
    "b",
    "i",
    "u",
    "em",
    "strong",
    "span",
    "font",
    "small",
    "big",
    "tbody",
    "thead",
    "tfoot",
    "code",
    "s",
    "strike",
    "center",
    "label",
}
_LOST = {
    "img": "image",
    "svg": "image",
    "a": "link",
    "table": "table",
    "math": "formula",
    "audio": "media",
    "video": "media",
    "iframe": "media",
    "object": "media",
    "embed": "media",
    "script": "media",
}
# what stands inside them is no text
_SILENT = {"script", "style", "svg", "audio", "video", "iframe", "object"}
_KNOWN = _PLAIN | _PARAGRAPHS | _LINES | _LOST.keys() | _SILENT | {"sup", "sub", "td", "th"}
_RAISED = dict(zip("0123456789+-=()ni−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ⁻", strict=True))
_LOWERED = dict(zip("0123456789+-=()−", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎₋", strict=True))
_BAR = " | "


def decoded(data: bytes) -> str:
    """The text of a file as people save it: UTF-8 with or without a mark, UTF-16 with one, GBK; raises Refusal."""
    check_size(data)
    marked = next((name for mark, name in _MARKS.items() if data.startswith(mark)), None)
    for encoding in [marked] if marked else ["utf-8", "gb18030"]:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Refusal(
        _("The file is not a text file."), remedy=_("Save it as text in UTF-8 and upload it again.")
    )


def raised(text: str) -> tuple[str, bool]:
    """10⁹ for a raised 9 (as a plain digit the number would be another one), and whether that says it all."""
    return _shifted(text, _RAISED, "^")


def lowered(text: str) -> tuple[str, bool]:
    """The same below the line: H₂O."""
    return _shifted(text, _LOWERED, "_")


def _shifted(text: str, signs: dict[str, str], mark: str) -> tuple[str, bool]:
    bare = text.strip()
    if all(char in signs for char in bare):
        return "".join(signs[char] for char in bare), True
    return (f"{mark}{bare}" if len(bare) == 1 else f"{mark}({bare})"), False


def plain(text: str, *, lines: bool = False) -> tuple[str, set[str]]:
    """The words of HTML, paragraphs parted by a blank line, and the codes of what was lost.

    With `lines` the ends of lines count as such (Moodle's own format). What is no tag stays as it is typed: 5<6.
    """
    reducer = _Reducer(lines)
    head, *chunks = "".join(_without_comments(text)).split("<")
    reducer.words(head)
    for chunk in chunks:
        tag = _tag(chunk)
        if tag:
            reducer.tag(tag[2].lower(), closes=bool(tag[1]))
        reducer.words(chunk[tag.end() :] if tag else "<" + chunk)
    return reducer.result()


def _tag(chunk: str) -> re.Match[str] | None:
    """A tag as editors write them: a known name, then nothing or attributes; "a<b and c>d" has none."""
    found = _TAG.match(chunk)
    if not found or found[2].lower() not in _KNOWN:
        return None
    rest = (found[3] or "").strip(" /\t\r\n")
    return found if not rest or "=" in rest else None


def _without_comments(text: str) -> Iterator[str]:
    at = 0
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start + 4)) >= 0:
        yield text[at:start]
        at = end + 3
    yield text[at:]


class _Reducer:
    """Takes words and tags in turn; `_shift` gathers what stands above or below the line."""

    def __init__(self, lines: bool) -> None:
        self._lost: set[str] = set()
        self._lines = lines
        self._out: list[str] = []
        self._silent = ""
        self._shift: list[str] = []
        self._shifting = ""

    def words(self, text: str) -> None:
        if self._silent:
            return
        text = html.unescape(text)
        text = text.replace("\r\n", "\n") if self._lines else _SPACES.sub(" ", text)
        (self._shift if self._shifting else self._out).append(text)

    def tag(self, name: str, *, closes: bool) -> None:
        if self._silent:
            self._silent = "" if closes and name == self._silent else self._silent
            return
        if not closes and name in _LOST:
            self._lost.add(_LOST[name])
        if not closes and name in _SILENT:
            self._silent = name
        elif name in {"sup", "sub"}:
            self._shift_ends()
            self._shifting = "" if closes else name
        else:
            self._breaks(name, closes)

    def _breaks(self, name: str, closes: bool) -> None:
        if name in _PARAGRAPHS:
            self._out.append("\n\n")
        elif name in _LINES:
            self._out.append("\n")
        elif name in {"td", "th"} and closes:
            self._out.append(_BAR)

    def _shift_ends(self) -> None:
        if self._shift:
            shifted, whole = (raised if self._shifting == "sup" else lowered)("".join(self._shift))
            self._lost |= set() if whole else {"formula"}
            self._out.append(shifted)
        self._shift, self._shifting = [], ""

    def result(self) -> tuple[str, set[str]]:
        self._shift_ends()
        text = "".join(self._out)
        if "table" in self._lost:
            text = "\n".join(line.strip().removesuffix(_BAR.strip()) for line in text.split("\n"))
        return text, self._lost


def paragraphs(text: str) -> list[str]:
    """The parts between blank lines."""
    lines = [line.strip() for line in text.replace("\r\n", "\n").split("\n")]
    return [part.strip("\n") for part in "\n".join(lines).split("\n\n") if part.strip("\n")]


def marked_up(text: str) -> str:
    """HTML that `plain` turns back into the text."""
    parts = (html.escape(part, quote=False).replace("\n", "<br />") for part in paragraphs(text))
    return "".join(f"<p>{part}</p>" for part in parts)
