"""An item as candidates will see it, before it is kept: the same shape as a part of a paper, without a key (X2)."""

from exams.enums import ItemKind
from exams.papers import Block, Place, letter
from exams.rules.entries import Entry, Stem


def preview_of(entry: Entry, first: int = 1) -> Block:
    """`first` is the number of its first question on the page."""
    return Block([_place(entry, at, part) for at, part in enumerate(entry.parts, first)])


def _place(entry: Entry, ordinal: int, part: Stem) -> Place:
    texts = {option.label: option.text for option in entry.options}
    return Place(
        ordinal=ordinal,
        case=entry.case,
        stem=part.stem,
        points=1,
        options=[
            (label, letter(at), texts.get(label, label), False) for at, label in enumerate(entry.labels)
        ],
        multiple=entry.kind == ItemKind.X,
    )
