"""XML from outside, read into a small tree: no document type, no entities of its own, nothing fetched (T30).

What expat alone would make of them is not asked: a document type ends the reading. Depth and number of elements are
bounded while the file is read, so that no small file becomes a large tree.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from django.utils.translation import gettext as _

from core.exceptions import Refusal

# a question of Moodle has some 40 elements, a paragraph of a document some 20
MAX_ELEMENTS = 300_000
MAX_DEPTH = 100


@dataclass(slots=True)
class Node:
    """An element: `pieces` are its texts and children in order; `line` is where it begins."""

    tag: str
    attributes: dict[str, str]
    line: int
    pieces: list["str | Node"] = field(default_factory=list)

    def children(self, tag: str = "") -> Iterator["Node"]:
        return (one for one in self.pieces if isinstance(one, Node) and (not tag or one.tag == tag))

    def child(self, tag: str) -> "Node | None":
        return next(self.children(tag), None)

    def text(self) -> str:
        """The texts of the element and of all below it."""
        return "".join(one if isinstance(one, str) else one.text() for one in self.pieces)


class _Stopped(Exception):
    """Raised inside the parser, which passes it on."""


class _Builder:
    def __init__(self) -> None:
        self.top = Node("", {}, 0)
        self._open = [self.top]
        self._count = 0
        self.parser = parser = expat.ParserCreate("utf-8")
        parser.buffer_text = True
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = self._forbidden
        parser.EntityDeclHandler = self._forbidden
        parser.ExternalEntityRefHandler = self._forbidden

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if self._count > MAX_ELEMENTS or len(self._open) > MAX_DEPTH:
            raise _Stopped
        node = Node(tag, attributes, self.parser.CurrentLineNumber)
        self._open[-1].pieces.append(node)
        self._open.append(node)

    def _end(self, _tag: str) -> None:
        self._open.pop()

    def _text(self, text: str) -> None:
        self._open[-1].pieces.append(text)

    def _forbidden(self, *_arguments: Any) -> int:
        raise _Stopped


def tree(text: str) -> Node:
    """The root element of XML as text, whatever encoding it declares; raises Refusal for broken or dangerous XML."""
    builder = _Builder()
    try:
        # surrogates alone cannot be encoded; they come from broken UTF-16
        builder.parser.Parse(text.encode("utf-8", "replace"), True)
    except _Stopped as error:
        raise Refusal(
            _("The file declares a document type, or is too large once read."),
            remedy=_("Export it again from the program it comes from, in smaller parts."),
        ) from error
    except expat.ExpatError as error:
        raise Refusal(
            _("The file is not complete XML: line %(line)s.") % {"line": error.lineno},
            remedy=_("Export it again from the program it comes from."),
        ) from error
    return next(builder.top.children())
