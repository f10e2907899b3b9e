"""Items as Chinese item writers type them, in a document or pasted (I2).

Headings name the type (一、A1型题); stems are numbered (1. 1、 （1）); options stand on lines of their own or several on
one; 答案： 解析： and the like follow; B1 and B2 have their options first. Answers may also stand in a list at the end.
Signs are recognized in any width: `_same` has them narrow at the same places.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from exams.enums import GROUPED, ItemKind
from exams.formats.drafts import Draft, Gathered, Vocabulary, emit
from exams.formats.reading import kind_of
from exams.formats.reports import Collector, Place, Read, Unit, too_large
from exams.rules.entries import LABELS, WIDTH

# 5,000 items of some ten lines; a paragraph as long as a text may be, with several options on it
MAX_LINES, MAX_LINE = 60_000, 20_000
_ORDINAL = r"(?:第?[一二三四五六七八九十]{1,3}(?:部分|大题)?[、.:\s]\s*|\([一二三四五六七八九十]{1,3}\)\s*)?"
_NAMED = (
    r"(A1|A2|B1|B2|B|X)\s*型?(?:选择)?题|(?:标准|扩展)?配伍(?:选择)?题|单项?选择?题|多项?选择?题"
    r"|判断题|是非题|病[例历]摘要型最佳选择题|最佳选择题|(A1|A2|B1|B2|X)\s*型"
)
_HEADING = re.compile(rf"{_ORDINAL}[【\[]?\s*({_NAMED})\s*[】\]]?(?=$|[\s(:,。、;])", re.IGNORECASE)
_SHARED = re.compile(
    r"[(\[【]?\s*(?:第?\s*\d+\s*[~\-—–至到]\s*\d+\s*题)?\s*(?:题?共用)(?:备选)?(?:答案|选项)"
)
_STEM = re.compile(r"(\d{1,4})\s*(?:[.、]\s*(?!\d)|[.、]\s+)|\((\d{1,4})\)\s*")
_OPTION = re.compile(rf"\(?([{LABELS}])\s{{0,2}}([.、:)])\s*")
_LABELS = {
    "key": "(?:参考|标准|正确|试题)?答案",
    "explanation": "(?:答案|试题)?(?:解析|详解|题解|分析)",
    "source": "依据|出处|来源|参考文献|参考依据|命题依据",
    "difficulty": "难度|难易度|难易程度",
    "theme": "主题|课程主题",
    "specialties": "专业方向|专业",
    "outline": "大纲|大纲条目",
    "code": "编号|试题编号",
    "case": "病例|病历|病例摘要|病历摘要|案例|病情摘要",
    "type": "题型|试题类型",
}
_FIELD = re.compile(
    "|".join(
        rf"(?P<{name}>[【\[(]\s*(?:{words})\s*[】\])]\s*:?|(?:{words})\s*:)"
        for name, words in _LABELS.items()
    )
)
_KEY_LIST = re.compile(r"(?:参考|标准|试题)?答案(?:及解析|一览|汇总)?\s*:?")
_PAIR = r"(\d{1,4}) ?[.、:)]? ?([A-L]{1,12}|[√×✓✗对错])"
_SPAN = r"(\d{1,4}) ?[-~—–至] ?(\d{1,4}) ?[.、:)]? ?([A-L]{2,60}|[√×✓✗对错]{2,60})"
_ALL_PAIRS = re.compile(rf"(?:(?:{_SPAN}|{_PAIR})(?: |$))+")
_PARTS = re.compile(rf"{_SPAN}|{_PAIR}")
_KEY = re.compile(r"(?:[A-L][A-L、, ]*(?![A-Za-z])|[√×✓✗]|正确|错误|对|错)")


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph with its number in the document."""

    number: int
    text: str


def read_text(text: str, words: Vocabulary | None = None) -> Read:
    """Pasted text: what stands on each line. Raises Refusal for too many items."""
    if len(text) > MAX_LINES * 40:
        raise too_large()
    lines = [Line(number, line) for number, line in enumerate(re.split(r"\r\n|[\r\n\v\f\u2028]", text), 1)]
    collector = Collector()
    read_lines(lines, Unit.LINE, collector, words)
    return collector.done()


def read_lines(
    lines: Sequence[Line],
    unit: Unit,
    collector: Collector,
    words: Vocabulary | None = None,
    losses: Sequence[tuple[Place, str]] = (),
) -> None:
    """Into the collector; `losses` are what was left out of which paragraph before. Raises Refusal beyond the limits."""
    if len(lines) > MAX_LINES or any(len(line.text) > MAX_LINE for line in lines):
        raise too_large()
    parser = _Parser(unit)
    kept = [(line, line.text.strip()) for line in lines if line.text.strip()]
    for at, (line, text) in enumerate(kept):
        parser.line(line.number, text, kept[at + 1][1] if at + 1 < len(kept) else "")
    emit(parser.gathered(losses), collector, words or Vocabulary())


def _same(text: str) -> str:
    """The text with narrow signs, each at its place."""
    return text.translate(WIDTH)


def _first_option(text: str) -> str:
    found = _OPTION.match(_same(text))
    return found[1] if found else ""


def options_in(text: str, following: str) -> list[tuple[str, str]]:
    """The options of a line, none if it does not begin with one. Letters count in turn, and only up to the one with
    which the following line begins: 维生素B. within option A is no option B then.
    """
    narrow = _same(text)
    marks = list(_OPTION.finditer(narrow))
    if not marks or marks[0].start():
        return []
    chosen = [marks[0]]
    until = _first_option(following) or "~"
    for mark in marks[1:]:
        parted = narrow[mark.start() - 1].isspace() or mark[2] == "."
        if parted and ord(mark[1]) == ord(chosen[-1][1]) + 1 and mark[1] < until:
            chosen.append(mark)
    ends = [mark.start() for mark in chosen[1:]] + [len(text)]
    return [(mark[1], text[mark.end() : end].strip()) for mark, end in zip(chosen, ends, strict=True)]


def keys_in(text: str) -> list[tuple[int, str]]:
    """Number and key of a line that is nothing but answers: 1.C 2.ABD, 1-5 CDBEA; none for any other line."""
    flat = re.sub(r"[\s,;，；]+", " ", _same(text)).strip()
    if not _ALL_PAIRS.fullmatch(flat):
        return []
    found: list[tuple[int, str]] = []
    for first, last, letters, number, key in _PARTS.findall(flat):
        if number:
            found.append((int(number), key))
        elif int(last) - int(first) + 1 == len(letters):
            found += list(zip(range(int(first), int(last) + 1), letters, strict=True))
    return found


@dataclass(slots=True)
class _Parser:
    """Lines in, drafts out; `kind` is what the last heading says, `pending` what stands before the next stem."""

    unit: Unit
    kind: ItemKind | None = None
    found: list[Draft] = field(default_factory=list)
    current: Draft | None = None
    pending: dict[str, list[str]] = field(default_factory=dict)
    strays: list[tuple[Place, str]] = field(default_factory=list)
    keys: list[tuple[Place, int, str, ItemKind | None]] = field(default_factory=list)
    listing: bool = False
    bracketed: bool | None = None

    def gathered(self, losses: Sequence[tuple[Place, str]]) -> Gathered:
        return Gathered(self.found, self.keys, self.strays, losses)

    def line(self, number: int, text: str, following: str) -> None:
        place = Place(self.unit, number)
        narrow = _same(text)
        if self._heading(narrow) or self._list(place, text, narrow, following) or self._group(place, narrow):
            return
        labeled = _FIELD.match(narrow)
        if labeled:
            self._field(place, labeled.lastgroup or "", text[labeled.end() :].strip())
            return
        options = options_in(text, following)
        if options and self._options(place, options):
            return
        stem = _STEM.match(narrow)
        if stem and self._starts(stem):
            self._new(place, text[stem.end() :], int(stem[1] or stem[2]))
        elif self._unnumbered(following):
            self._new(place, text, None)
        elif self.current:
            self.current.append(text)
        else:
            self.strays.append((place, text))

    def _heading(self, narrow: str) -> bool:
        found = _HEADING.match(narrow)
        kind = kind_of(found[1]) if found else None
        if kind is None:
            return False
        self.kind, self.bracketed = kind, None
        if not self.listing:
            self._close()
        return True

    def _close(self) -> None:
        self.current, self.pending = None, {}

    def _list(self, place: Place, text: str, narrow: str, following: str) -> bool:
        """A list of answers: its heading, then lines of numbers and letters."""
        alone = _KEY_LIST.match(narrow)
        body = text[alone.end() :] if alone else text
        pairs = keys_in(body) if alone or self.listing else []
        if (alone and not body.strip() and keys_in(following)) or (
            alone and not body.strip() and _HEADING.match(_same(following))
        ):
            self.listing = True
            return True
        if not pairs or (alone and len(pairs) < 2 and self.current):
            self.listing = False
            return False
        self.listing = True
        self.keys += [(place, number, key, self.kind) for number, key in pairs]
        return True

    def _group(self, place: Place, narrow: str) -> bool:
        if not _SHARED.match(narrow):
            return False
        kind = self.kind if self.kind in GROUPED else ItemKind.B1
        self._open(place, kind)
        return True

    def _open(self, place: Place, kind: ItemKind | None) -> Draft:
        self.current = Draft(place, kind, is_group=True)
        self.current.fields.update(self.pending)
        self.pending = {}
        self.found.append(self.current)
        return self.current

    def _options(self, place: Place, options: list[tuple[str, str]]) -> bool:
        """Of a group before its stems, of an item after its stem; a key ends both."""
        current = self.current
        if self.kind in GROUPED or (current and current.is_group):
            if current is None or not current.is_group or current.stems:
                current = self._open(place, self.kind or ItemKind.B1)
        elif current is None or (current.told("key") and options[0][0] == "A"):
            return False
        current.add_options(options)
        return True

    def _starts(self, stem: re.Match[str]) -> bool:
        """Numbers are written one way throughout a section: （1） within an item whose stems are 1. is a list."""
        bracketed = stem[1] is None
        if self.bracketed is None:
            self.bracketed = bracketed
        return bracketed == self.bracketed

    def _unnumbered(self, following: str) -> bool:
        """A line without a number begins an item where the one before has its key and options or a key follow."""
        done = self.current is None or bool(self.current.last.told("key"))
        label = _FIELD.match(_same(following))
        return done and (_first_option(following) == "A" or bool(label and label.lastgroup == "key"))

    def _new(self, place: Place, text: str, number: int | None) -> None:
        draft = Draft(place, self.kind, number=number)
        draft.fields.update(self.pending)
        self.pending = {}
        draft.start(text)
        if self.current and self.current.is_group and (self.kind in GROUPED or self.kind is None):
            self.current.stems.append(draft)
            return
        self.current = draft
        self.found.append(draft)

    def _field(self, place: Place, name: str, text: str) -> None:
        current = self.current.last if self.current else None
        if name == "type" and (current is None or current.told("key")):
            self._close()
            self.kind = kind_of(text)
        elif name in {"code", "case"} and (current is None or current.told("key")):
            self.pending[name] = [text]
        elif current is None:
            self.strays.append((place, text))
        elif name == "key":
            self._key(place, current, text)
        else:
            current.start_field(name, text)

    def _key(self, place: Place, draft: Draft, text: str) -> None:
        """The letters; what follows them on the line is another field, or explains."""
        found = _KEY.match(_same(text))
        rest = text[found.end() :].lstrip(" 。.；;，,、\u3000").rstrip() if found else ""
        draft.start_field("key", text[: found.end()] if rest and found else text)
        if not rest:
            return
        labeled = _FIELD.match(_same(rest))
        if labeled:
            self._field(place, labeled.lastgroup or "", rest[labeled.end() :].strip())
        else:
            draft.start_field("explanation", rest)
