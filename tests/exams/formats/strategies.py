"""Entries as hypothesis makes them: every type, rare characters, signs that mean something in a format."""

from dataclasses import replace

from hypothesis import strategies as st

from exams.enums import ItemKind
from exams.rules.entries import LABELS, Entry, Option, Stem, clean, clean_line
from exams.rules.validity import folded

# what GIFT, XML, HTML and spreadsheet programs take for their own
SIGNS = [
    *"=~{}#:\\%[]<>&\"'/-",
    "->",
    "::",
    "####",
    "//",
    "]]>",
    "<![CDATA[",
    "&amp;",
    "&#10;",
    "<p>",
    "<b>5",
    "<img src=x>",
    "%50%",
    "[plain]",
    "[html]",
    "$CATEGORY: x",
    "[tag:x]",
    "\\n",
    "\n",
    "=1+1",
    "_x0041_",
    "＝＋－＠",
    "Ａ．",
    "A. ",
    "1. ",
    "依据：",
    "答案：A",
    "𠮷䶮",
    "m²",
    "👩\u200d⚕️",
    "\u3000",
    "٣",
]
CHARS = st.characters(exclude_categories=["Cs", "Cc"])
WORDS = st.lists(
    st.one_of(st.sampled_from(SIGNS), st.text(CHARS, max_size=6), st.sampled_from(["胃镜", "CT", "x"])),
    min_size=1,
    max_size=6,
)
TEXTS = WORDS.map("".join).map(clean).filter(bool)
LINES = WORDS.map("".join).map(clean_line).filter(bool)
MAYBE = st.one_of(st.just(""), TEXTS)
CODES = st.from_regex(r"[a-z0-9]{1,6}(-[a-z0-9]{1,6}){0,2}", fullmatch=True)


def _options(texts: list[str]) -> tuple[Option, ...]:
    return tuple(Option(label, text) for label, text in zip(LABELS, texts, strict=False))


def _choices(size: int) -> st.SearchStrategy[tuple[Option, ...]]:
    return st.lists(TEXTS, min_size=2, max_size=size, unique_by=folded).map(_options)


@st.composite
def entries(draw: st.DrawFn, kinds: tuple[ItemKind, ...] = tuple(ItemKind)) -> Entry:
    kind = draw(st.sampled_from(kinds))
    grouped, judged = kind in (ItemKind.B1, ItemKind.B2), kind == ItemKind.TRUE_FALSE
    options = () if judged else draw(_choices(12 if kind == ItemKind.B2 else 6))
    labels = ["T", "F"] if judged else [option.label for option in options]
    one = st.sampled_from(labels).map(lambda label: (label,))
    many = st.sets(st.sampled_from(labels), min_size=1).map(lambda found: tuple(sorted(found)))
    stems = st.builds(Stem, st.just(""), TEXTS, one, MAYBE)
    return Entry(
        kind=kind,
        case=draw(MAYBE),
        stem="" if grouped else draw(TEXTS),
        options=options,
        key=() if grouped else draw(many if kind == ItemKind.X else one),
        explanation="" if grouped else draw(MAYBE),
        source=draw(st.one_of(st.just(""), LINES)),
        specialties=tuple(draw(st.lists(CODES, max_size=2, unique=True))),
        theme=draw(st.one_of(st.just(""), LINES)),
        outline=draw(st.one_of(st.just(""), LINES)),
        difficulty=draw(st.integers(1, 5)),
        stems=tuple(draw(st.lists(stems, min_size=1, max_size=4))) if grouped else (),
    )


@st.composite
def files(draw: st.DrawFn) -> list[Entry]:
    """Several entries, half of them with codes, each code once."""
    found = draw(st.lists(entries(), min_size=1, max_size=4))
    codes = draw(st.lists(CODES, min_size=20, max_size=20, unique=True))
    if draw(st.booleans()):
        found = [
            replace(
                entry,
                code=codes.pop(),
                stems=tuple(replace(stem, code=codes.pop()) for stem in entry.stems),
            )
            for entry in found
        ]
    return found
