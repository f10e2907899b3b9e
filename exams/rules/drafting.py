"""What a writer does to an item on the screen, before anything is kept: rows come and go, keys follow them (X2)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from core.findings import Finding
from exams.enums import ItemKind
from exams.rules.entries import LABELS, Entry, Option, Stem, clean, clean_line
from exams.rules.validity import LIMITS

PRINTED, LARGER = LIMITS.options, LIMITS.options + 3
MAX_STEMS = 8
_FIRST_STEMS = 2


def blank(kind: str) -> Entry:
    """An empty item of a type, with as many rows as its printed form has."""
    count = {ItemKind.TRUE_FALSE: 0, ItemKind.B2: LARGER}.get(ItemKind(kind), PRINTED)
    entry = Entry(kind, options=tuple(Option(label, "") for label in LABELS[:count]))
    return replace(entry, stems=(Stem(),) * _FIRST_STEMS) if entry.is_group else entry


def lettered(entry: Entry) -> Entry:
    """The options lettered A, B, C … in their order; keys name the same options as before."""
    letters = dict(zip(entry.labels, LABELS, strict=False))
    if entry.kind == ItemKind.TRUE_FALSE:
        return entry
    options = tuple(Option(letters[one.label], one.text) for one in entry.options)
    return _with_keys(replace(entry, options=options), letters)


def _with_keys(entry: Entry, letters: Mapping[str, str]) -> Entry:
    """Every key in the new letters; what has none any more is no key."""

    def moved(key: Sequence[str]) -> tuple[str, ...]:
        return tuple(letters[label] for label in key if label in letters)

    stems = tuple(replace(stem, key=moved(stem.key)) for stem in entry.stems)
    return replace(entry, key=moved(entry.key), stems=stems)


def add_option(entry: Entry, at: int = 0) -> Entry:
    count = len(entry.options)
    if entry.kind == ItemKind.TRUE_FALSE or count >= len(LABELS):
        return entry
    return replace(entry, options=(*entry.options, Option(LABELS[count], "")))


def drop_option(entry: Entry, at: int) -> Entry:
    """The options behind it move up, keys with them."""
    if not 0 <= at < len(entry.options):
        return entry
    kept = entry.options[:at] + entry.options[at + 1 :]
    letters = {one.label: label for one, label in zip(kept, LABELS, strict=False)}
    options = tuple(Option(letters[one.label], one.text) for one in kept)
    return _with_keys(replace(entry, options=options), letters)


def add_stem(entry: Entry, at: int = 0) -> Entry:
    if not entry.is_group or len(entry.stems) >= MAX_STEMS:
        return entry
    return replace(entry, stems=(*entry.stems, Stem()))


def drop_stem(entry: Entry, at: int) -> Entry:
    if not 0 <= at < len(entry.stems):
        return entry
    return replace(entry, stems=entry.stems[:at] + entry.stems[at + 1 :])


ACTS: Mapping[str, Callable[[Entry, int], Entry]] = {
    "add-option": add_option,
    "drop-option": drop_option,
    "add-stem": add_stem,
    "drop-stem": drop_stem,
}


def done(act: str, entry: Entry) -> Entry | None:
    """The entry after an act such as `drop-option:2`; None for what is no such act."""
    name, _colon, number = act.partition(":")
    if name not in ACTS:
        return None
    return ACTS[name](entry, int(number) if number.isdigit() else -1)


def trimmed(entry: Entry) -> Entry:
    """As it is kept: clean words, without the rows at the end and the stems that nobody filled in."""
    options = tuple(Option(one.label, clean(one.text)) for one in entry.options)
    while options and not options[-1].text:
        options = options[:-1]
    stems = tuple(
        replace(one, stem=clean(one.stem), explanation=clean(one.explanation)) for one in entry.stems
    )
    texts: dict[str, Any] = {name: clean(getattr(entry, name)) for name in ("case", "stem", "explanation")}
    kept = tuple(one for one in stems if one.stem or one.key or one.explanation or one.code)
    return replace(entry, options=options, stems=kept, source=clean_line(entry.source), **texts)


def is_empty(entry: Entry) -> bool:
    """Nobody has written a word of it."""
    texts = [entry.case, *(one.text for one in entry.options)]
    return not any([*texts, *(text for part in entry.parts for text in (part.stem, part.explanation))])


# Where a finding stands in the form

_OPTION = {"option_count", "empty_option", "equal_options", "equal_labels", "all_or_none"}
_KEY = {"no_key", "key_unknown", "key_twice", "key_of_many", "x_of_one", "x_of_all"}
_CASE = {"no_case", "thin_case"}


def field_of(finding: Finding) -> str:
    """The name of the form's field that a finding is about."""
    params = finding.params
    at = max(params.get("stem", 0) - 1, 0)
    label = (params.get("label") or params.get("labels") or "A")[0]
    option = f"option-{max(LABELS.find(label), 0)}"
    what = params.get("what", "")
    if finding.code in _CASE or what in {"case", "source"}:
        return what or "case"
    if finding.code in _KEY:
        return f"key-{at}"
    if finding.code in _OPTION or what == "option" or params.get("label"):
        return option
    return f"explanation-{at}" if what == "explanation" else f"stem-{at}"
