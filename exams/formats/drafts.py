"""What was typed of one item, before it is known what each part means; and the entries made of all of them (I2)."""

import re
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from exams.enums import GROUPED, ItemKind
from exams.formats.reading import Vocabulary, code_in, codes_in, difficulty_of, key_of, says_true_or_false
from exams.formats.reports import Collector, Outcome, Place, Refused
from exams.rules.entries import MIDDLE, Entry, Option, Stem
from exams.rules.validity import looks_like_case

_BRACKETS = re.compile(r"[（(]\s*([A-LＡ-Ｌ][A-LＡ-Ｌ、,，\s]{0,23}|[√×✓✗]|对|错)\s*[）)]")
# where the question begins after the case, and what may stand at its end
_STOP, _TAIL = "。；;", "。？?（）() \u3000:："
_EMPTY = "（ ）"


@dataclass(slots=True)
class Draft:
    """`fields` are lines by name; `at` is the field or option that a further line belongs to."""

    place: Place
    kind: ItemKind | None
    number: int | None = None
    is_group: bool = False
    fields: dict[str, list[str]] = field(default_factory=dict)
    options: list[tuple[str, list[str]]] = field(default_factory=list)
    stems: list["Draft"] = field(default_factory=list)
    at: str = ""

    @property
    def last(self) -> "Draft":
        """Where fields go: the latest stem of a group."""
        return self.stems[-1] if self.stems else self

    def told(self, name: str) -> str:
        return "\n".join(self.fields.get(name, [])).strip()

    def start(self, text: str) -> None:
        self.start_field("stem", text)

    def start_field(self, name: str, text: str) -> None:
        self.at = name
        self.fields.setdefault(name, []).append(text)

    def add_options(self, options: Iterable[tuple[str, str]]) -> None:
        self.options += [(label, [text]) for label, text in options]
        self.at = "option"

    def append(self, text: str) -> None:
        """A line that begins nothing of its own continues what stands before it."""
        draft = self.last
        if draft.at == "option":
            draft.options[-1][1].append(text)
        else:
            draft.fields.setdefault(draft.at or "stem", []).append(text)

    def shown_options(self) -> tuple[Option, ...]:
        return tuple(Option(label, "\n".join(lines)) for label, lines in self.options)


@dataclass(frozen=True, slots=True)
class Gathered:
    """All drafts in order, the answers of lists at the end (place, number, key, type), text of no item, and what was
    lost of which paragraph."""

    drafts: Sequence[Draft]
    keys: Sequence[tuple[Place, int, str, ItemKind | None]]
    strays: Sequence[tuple[Place, str]]
    losses: Sequence[tuple[Place, str]] = ()


def emit(gathered: Gathered, collector: Collector, words: Vocabulary) -> None:
    """The entries in the order of the document; text of no item is said before them."""
    for place, text in gathered.strays:
        collector.loose(place, "stray", text=text[:80])
    _give_keys(gathered, collector)
    losses = deque(gathered.losses)
    starts = [draft.place.number for draft in gathered.drafts]
    while losses and losses[0][0].number < min(starts, default=losses[0][0].number + 1):
        collector.loose(*losses.popleft(), Outcome.REDUCED)
    for draft, end in zip(gathered.drafts, [*starts[1:], float("inf")], strict=False):
        while losses and losses[0][0].number < end:
            collector.say(*losses.popleft())
        place = replace(draft.place, name=draft.told("code") or (f"{draft.number}" if draft.number else ""))
        try:
            entry = _group(draft, place, collector) if draft.is_group else _single(draft, place, collector)
        except Refused as why:
            collector.refuse(place, why.code, **why.params)
            continue
        collector.take(place, _placed(entry, draft, words, place, collector))


def _give_keys(gathered: Gathered, collector: Collector) -> None:
    """A number of a list is that of one draft without a key, of the list's type where numbers begin anew."""
    stems = [stem for draft in gathered.drafts for stem in (draft.stems or [draft]) if not stem.told("key")]
    by_number: dict[int, list[Draft]] = {}
    for stem in stems:
        if stem.number is not None:
            by_number.setdefault(stem.number, []).append(stem)
    for place, number, key, kind in gathered.keys:
        named = by_number.get(number, [])
        of_kind = [stem for stem in named if kind is None or stem.kind == kind]
        chosen = of_kind if len(of_kind) == 1 else named
        if len(chosen) == 1 and not chosen[0].told("key"):
            chosen[0].start_field("key", key)
        else:
            collector.loose(place, "key_list", number=number)


def _placed(entry: Entry, draft: Draft, words: Vocabulary, place: Place, collector: Collector) -> Entry:
    """With source, theme and the like: of a group, what any of its stems says."""
    told = {
        name: next(filter(None, (one.told(name) for one in (draft, *draft.stems))), "")
        for name in ("source", "theme", "specialties", "outline", "difficulty")
    }
    level = difficulty_of(told["difficulty"])
    if told["difficulty"] and level is None:
        collector.say(place, "difficulty_unread", text=told["difficulty"][:20])
    return replace(
        entry,
        code=draft.told("code"),
        source=told["source"],
        theme=code_in(words.themes, told["theme"]),
        specialties=codes_in(words.specialties, told["specialties"]),
        outline=code_in(words.outline, told["outline"]),
        difficulty=level or MIDDLE,
    )


def _group(draft: Draft, place: Place, collector: Collector) -> Entry:
    if not draft.options:
        raise Refused("no_options")
    stems = []
    for one in draft.stems:
        text, told = _stem_and_key(one, place, collector)
        stems.append(Stem(one.told("code"), text, _key(told, ItemKind.B1), one.told("explanation")))
    if not stems:
        raise Refused("no_stem")
    kind = draft.kind if draft.kind in GROUPED else ItemKind.B1
    return Entry(kind, case=draft.told("case"), options=draft.shown_options(), stems=tuple(stems))


def _single(draft: Draft, place: Place, collector: Collector) -> Entry:
    if draft.kind in GROUPED:
        raise Refused("no_options")
    stem, told = _stem_and_key(draft, place, collector)
    kind = draft.kind or _assumed(draft, stem, told, place, collector)
    options = draft.shown_options()
    if kind == ItemKind.TRUE_FALSE and options:
        collector.say(place, "options_dropped")
        options = ()
    if kind != ItemKind.TRUE_FALSE and not options:
        raise Refused("no_options")
    case = draft.told("case")
    if kind == ItemKind.A2 and not case:
        case, stem = _split(stem, place, collector)
    return Entry(
        kind,
        case=case,
        stem=stem,
        options=options,
        key=_key(told, kind),
        explanation=draft.told("explanation"),
    )


def _key(told: str, kind: str) -> tuple[str, ...]:
    key = key_of(told, kind)
    if key is None:
        raise Refused("key_unreadable", text=told[:40])
    return key


def _stem_and_key(draft: Draft, place: Place, collector: Collector) -> tuple[str, str]:
    """The key of its own line, or the only one that stands in brackets in the question: 首选（ A ）."""
    stem, told = draft.told("stem"), draft.told("key")
    found = _BRACKETS.findall(stem)
    if told or len(found) != 1:
        return stem, told
    collector.note(place, "key_in_stem")
    return _BRACKETS.sub(_EMPTY, stem), found[0]


def _assumed(draft: Draft, stem: str, told: str, place: Place, collector: Collector) -> ItemKind:
    key = key_of(told, ItemKind.X) or ()
    if not draft.options and says_true_or_false(told):
        kind = ItemKind.TRUE_FALSE
    elif len(key) > 1:
        kind = ItemKind.X
    else:
        kind = ItemKind.A2 if draft.told("case") or looks_like_case(_parted(stem)[0]) else ItemKind.A1
    collector.note(place, "kind_assumed", kind=kind.label)
    return kind


def _parted(stem: str) -> tuple[str, str]:
    """Case and question: lines before the last one, or sentences before the last one."""
    before, _line, last = stem.rpartition("\n")
    if before:
        return before, last
    body = stem.rstrip(_TAIL)
    at = max(body.rfind(stop) for stop in _STOP) + 1
    return stem[:at], stem[at:]


def _split(stem: str, place: Place, collector: Collector) -> tuple[str, str]:
    case, question = _parted(stem)
    if case:
        collector.note(place, "case_split")
    return case, question
