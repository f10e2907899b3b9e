"""Moodle XML as Moodle exports and takes it (I2): choice, true/false and matching questions; all others are refused."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from xml.sax.saxutils import escape, quoteattr

from django.utils.translation import gettext as _

from core.exceptions import Refusal
from exams.formats import questions as q
from exams.formats.gift import CODE_LIKE, category_of, category_path
from exams.formats.markup import Node, tree
from exams.formats.questions import Answer, Question
from exams.formats.reports import Collector, Place, Read, Refused, Unit, Written
from exams.formats.texts import decoded, marked_up, plain
from exams.rules.entries import Entry, clean_line

_TYPES = {"multichoice": q.CHOICE, "truefalse": q.JUDGEMENT, "matching": q.PAIRS, "match": q.PAIRS}
_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")
# what Moodle writes into every question unless somebody changes it
_USUAL = {
    "Your answer is correct.",
    "Your answer is partially correct.",
    "Your answer is incorrect.",
    "您的回答正确",
    "您的回答部分正确",
    "您的回答不正确",
    "回答正确",
    "回答部分正确",
    "回答不正确",
}
_COMBINED = ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback")


# In


def read(data: bytes) -> Read:
    """Raises Refusal for what is no quiz in XML, dangerous, too large or too many."""
    root = tree(_DECLARATION.sub("", decoded(data), count=1))
    if root.tag != "quiz":
        raise Refusal(
            _("This is XML, but no quiz of Moodle."),
            remedy=_("In the question bank of Moodle choose Export, then Moodle XML format."),
        )
    collector = Collector()
    category = ""
    for node in root.children("question"):
        if node.attributes.get("type") == "category":
            category = category_of(_inner(node.child("category")))
        else:
            _Reader(node, collector).take(category)
    return collector.done()


def _inner(node: Node | None) -> str:
    """The text of an element that has it in a <text> of its own, or not."""
    if node is None:
        return ""
    return (node.child("text") or node).text().strip()


class _Reader:
    """One question: `place` is where it begins."""

    def __init__(self, node: Node, collector: Collector) -> None:
        self.node, self.collector = node, collector
        self.place = Place(Unit.LINE, node.line)

    def take(self, category: str) -> None:
        name = clean_line(_inner(self.node.child("name")))
        code = clean_line(_inner(self.node.child("idnumber"))) or (name if CODE_LIKE.fullmatch(name) else "")
        self.place = Place(Unit.LINE, self.node.line, name=code or name[:40])
        try:
            question = self._question()
        except Refused as why:
            self.collector.refuse(self.place, why.code, **why.params)
            return
        self._dropped()
        q.take(replace(question, code=code, category=category), self.place, self.collector)

    def _question(self) -> Question:
        kind = self.node.attributes.get("type", "")
        if kind not in _TYPES:
            raise Refused("not_supported", type=clean_line(kind)[:40])
        tags = self.node.child("tags")
        return Question(
            _TYPES[kind],
            text=self._words(self.node.child("questiontext")),
            feedback=self._words(self.node.child("generalfeedback")),
            tags=tuple(_inner(tag) for tag in tags.children("tag")) if tags else (),
            answers=tuple(self._answer(one) for one in self._answers(kind)),
            pairs=tuple(self._pair(one) for one in self.node.children("subquestion")),
            single=_inner(self.node.child("single")).lower() not in {"false", "0"},
        )

    def _answers(self, kind: str) -> Iterable[Node]:
        """Those of a true/false question with the true one first."""
        answers = list(self.node.children("answer"))
        if kind == "truefalse":
            answers.sort(key=lambda one: _inner(one).lower() != "true")
        return answers

    def _answer(self, node: Node) -> Answer:
        try:
            share = float(node.attributes.get("fraction", "0"))
        except ValueError:
            share = 0
        return Answer(self._words(node), share, self._words(node.child("feedback")))

    def _pair(self, node: Node) -> tuple[str, str]:
        """Moodle keeps the answers of a matching question as plain text, its questions as HTML."""
        return self._words(node), self._words(node.child("answer"), "plain_text")

    def _words(self, node: Node | None, usual: str = "moodle_auto_format") -> str:
        """The plain words of a text in its declared form; what is lost of it is said."""
        if node is None:
            return ""
        for file in node.children("file"):
            self.collector.say(self.place, "file", name=clean_line(file.attributes.get("name", ""))[:80])
        inner = node.child("text") or node
        form = node.attributes.get("format", usual)
        text = _with_markup(inner)
        self.collector.weigh(text)
        if form in {"plain_text", "markdown"}:
            return text
        text, lost = plain(text, lines=form != "html")
        for code in sorted(lost):
            self.collector.say(self.place, code)
        return text

    def _dropped(self) -> None:
        """What else stands in the question and has no place in an item."""
        if any(_inner(hint) for hint in self.node.children("hint")):
            self.collector.say(self.place, "hints")
        if _inner(self.node.child("shuffleanswers")).lower() in {"false", "0"}:
            self.collector.note(self.place, "fixed_order")
        for name in _COMBINED:
            text = clean_line(self._words(self.node.child(name)))
            if text and text not in _USUAL and text.rstrip("。.") not in _USUAL:
                self.collector.say(self.place, "combined", text=text[:200])


def _with_markup(node: Node) -> str:
    """The text, with tags that stand in it as elements (not in CDATA) as some programs write them."""
    pieces = []
    for one in node.pieces:
        if isinstance(one, str):
            pieces.append(one)
        elif one.tag not in {"file", "feedback", "answer", "text"}:
            given = "".join(f" {name}={quoteattr(text)}" for name, text in one.attributes.items())
            pieces.append(f"<{one.tag}{given}>{_with_markup(one)}</{one.tag}>")
    return "".join(pieces)


# Out


def write(entries: Sequence[Entry]) -> Written:
    """UTF-8, each group one matching question; what Moodle cannot carry is reported."""
    found, reports = q.questions_of(entries, lambda at, entry: Place(Unit.ITEM, at, name=entry.code))
    parts = ['<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n']
    category = ""
    for question in found:
        if question.category != category:
            category = question.category
            path = f"$course$/top/{category_path(category)}"
            parts.append(f'<question type="category"><category>{_text(path)}</category></question>\n')
        parts.append("".join(_written(question)))
    parts.append("</quiz>\n")
    return Written("".join(parts).encode(), tuple(reports))


def _text(text: str) -> str:
    return f"<text>{escape(text)}</text>"


def _html(tag: str, text: str, *, inside: str = "", given: str = "") -> str:
    """An element whose text is HTML; a CDATA section that would end too early is not used: all is escaped."""
    return f'<{tag}{given} format="html">{_text(marked_up(text))}{inside}</{tag}>\n'


def _written(question: Question) -> Iterator[str]:
    yield f'<question type="{question.type}">\n<name>{_text(q.name_of(question))}</name>\n'
    yield _html("questiontext", question.text)
    yield _html("generalfeedback", question.feedback)
    yield "<defaultgrade>1.0000000</defaultgrade>\n<penalty>0.3333333</penalty>\n<hidden>0</hidden>\n"
    yield f"<idnumber>{escape(question.code)}</idnumber>\n"
    if question.type == q.CHOICE:
        yield f"<single>{str(question.single).lower()}</single>\n<answernumbering>ABCD</answernumbering>\n"
    if question.type != q.JUDGEMENT:
        yield "<shuffleanswers>true</shuffleanswers>\n"
    for answer in question.answers:
        given = f' fraction="{_fraction(answer.share)}"'
        yield _html(
            "answer", answer.text, given=given, inside='<feedback format="html"><text></text></feedback>'
        )
    for stem, text in question.pairs:
        yield _html("subquestion", stem, inside=f"<answer>{_text(text)}</answer>")
    yield f"<tags>{''.join(f'<tag>{_text(tag)}</tag>' for tag in question.tags)}</tags>\n</question>\n"


def _fraction(share: float) -> str:
    """As Moodle's own list of marks has them: 100, 33.33333, 0."""
    return f"{share:.5f}".rstrip("0").rstrip(".")
