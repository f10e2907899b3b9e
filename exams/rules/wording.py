"""What a text of an item says, apart from how it is typed: pure functions on strings (X1)."""

import re
import unicodedata
from collections.abc import Iterable

from exams.rules import terms

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"两": 2}
_SUPERSCRIPT = re.compile(r"(?<=\d)[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
# 一 before other words is seldom a number
_CHINESE_NUMBER = re.compile(
    r"(?<![第百千万十一二三四五六七八九])(?:[两二三四五六七八九十][一二三四五六七八九十]{0,2}(?=个月|小时|分钟|[年周天日岁次名种类枚剂])|一(?=个月|小时|[年周天日]))"
)
_PERCENT = re.compile(r"百分之(\d+(?:\.\d+)?)")
_THOUSANDS = re.compile(r"(?<=\d)[,\s](?=\d{3}(?!\d))")
DASHES = "-~‐‑‒–—−至到"
_RANGE = re.compile(rf"(?<=[\d%])\s*[{DASHES}]+\s*(?=\d)")
_BETWEEN_DIGITS = re.compile(r"(?<=\d)(?![.:/~^%]\d)[^\w<>≤≥=+%±/^]+(?=\d)")
# two Latin names beside each other stay two
_BETWEEN_NAMES = re.compile(r"(?<=[a-z])\s*[、,;:。()]+\s*(?=[a-z])")
_DROPPED = re.compile(r"[^\w<>≤≥=+%±/]+|_+")
_DROPPED_AMONG_DIGITS = re.compile(r"(?<!\d)[.:~,^]+|[.:~,^]+(?!\d)|[^\w.:~,<>≤≥=+%±/^]+|_+")
_DIGIT = re.compile(r"\d")
UNITS = {
    "毫米": "mm", "厘米": "cm", "微米": "μm", "分钟": "min", "小时": "h", "毫克": "mg", "微克": "μg", "千克": "kg", "公斤": "kg", "毫升": "ml",
}  # fmt: skip
_UNIT = re.compile(rf"(?<=\d)({'|'.join(UNITS)})")


def normalised(text: str) -> str:
    """Width, case, spaces, punctuation, and the ways of writing a number with its unit folded away.

    What bears meaning between digits stays: 1.5 is not 15, 3~5 not 35, 16,18 not 1618; so do < > ≤ ≥ = + % ± /.
    """
    folded = unicodedata.normalize("NFKC", _SUPERSCRIPT.sub(r"^\g<0>", text)).casefold().strip()
    folded = _BETWEEN_NAMES.sub("/", _CHINESE_NUMBER.sub(_as_digits, folded))
    if not _DIGIT.search(folded):
        return _DROPPED.sub("", folded)
    folded = _RANGE.sub("~", _THOUSANDS.sub("", _PERCENT.sub(r"\1%", folded)))
    folded = _DROPPED_AMONG_DIGITS.sub("", _BETWEEN_DIGITS.sub(",", folded))
    return _UNIT.sub(lambda found: UNITS[found[1]], folded)


def _as_digits(found: re.Match[str]) -> str:
    tens, ten, ones = found[0].rpartition("十")
    value = 10 * _DIGITS.get(tens, 1) if ten else 0
    return str(value + _DIGITS.get(ones, 0))


def _either(words: Iterable[str]) -> str:
    """A pattern of any of the words, the longest first; a Latin word only as a whole."""
    ordered = sorted(words, key=lambda word: (-len(word), word))
    first = "".join(sorted({word[0] for word in ordered}))
    choice = "|".join(
        rf"(?<![a-z]){word}(?![a-z])" if word.isascii() and word.isalpha() else word for word in ordered
    )
    # most places of a text are passed over by their first character
    return f"(?=[{first}])(?:{choice})"


_MEANING = {word: row[0] for row in terms.SYNONYMS for word in row}
_SYNONYM = re.compile(_either(_MEANING))
_EDGE = "\x00"
_BESIDE = re.compile(rf"(?<=[a-z]){_EDGE}+(?=[a-z])")
# an abbreviation beside its full name says it once
_TWICE = re.compile(r"([a-z]{2,8}|[\u4e00-\u9fff]{2,8})/?\1")


def one_word(text: str) -> str:
    """A normalised text with one word for what has several."""
    return _TWICE.sub(r"\1", _BESIDE.sub("/", _SYNONYM.sub(_meant, text)).replace(_EDGE, ""))


def _meant(found: re.Match[str]) -> str:
    """The word, with its edges marked where it is Latin: what stands beside it is not part of it."""
    word = _MEANING[found[0]]
    return f"{_EDGE}{word}{_EDGE}" if word.isascii() else word


def canonical(text: str) -> str:
    return one_word(normalised(text))


_FRAME = re.compile(rf"{_either(terms.FRAMES)}|(?:是|为|有|应|宜)$")


def bare(text: str) -> str:
    """A canonical text without the words in which any question is put."""
    return _FRAME.sub("", text) or text


_SENTENCE = re.compile(r"[。；！？!?;]")
_ASIDE = re.compile(r"[（(][^（()）]*[)）]|《[^《》]*》")
_PATIENT = re.compile(r"^(?:患者|病人)?[,，]?(?:[男女]性?)?[,，]?\d+岁")


def question(case: str, stem: str) -> str:
    """What is asked: the last sentence, without what stands in brackets, titles of books and the patient's age."""
    last = [part for part in _SENTENCE.split(_ASIDE.sub("", stem)) if part.strip()][-1:]
    return _PATIENT.sub("", (stem if case else "".join(last)).strip())


_TO_BASE = {
    "mm": 1000.0, "cm": 10_000.0, "μm": 1.0, "mg": 1000.0, "μg": 1.0, "g": 1e6, "kg": 1e9, "年": 12.0, "周": 7.0, "h": 60.0, "min": 1.0,
}  # fmt: skip
_HALF_YEAR, _EVERY_YEAR = re.compile(r"半年"), re.compile(r"每年")
_MARK = re.compile(
    r"(?P<number>(?<![a-z\d.])\d+(?:\.\d+)?)(?P<unit>mm|cm|μm|mg|μg|kg(?![a-z/])|g(?![a-z/])|年|周|h|min)?"
    r"|(?P<name>[a-z]{2,}(?:[\d~./,]*\d[a-z]?)?|[a-z][\d~./,]*\d[a-z]?|[ivx](?=[期级型类度]))"
)


def marks(text: str) -> frozenset[str]:
    """The numbers of a canonical text, brought to one unit, and its Latin names: BRCA1, T1b, Ⅱ.

    A 1 alone tells nothing (1次, 1项); 每年 and 半年 count as 12 and 6 months.
    """
    text = _EVERY_YEAR.sub("每1年", _HALF_YEAR.sub("6个月", text))
    found = set()
    for mark in _MARK.finditer(text):
        if mark["name"]:
            found.add(mark["name"])
        else:
            found.add(f"{float(mark['number']) * _TO_BASE.get(mark['unit'], 1.0):g}")
    return frozenset(found - {"1"})


_HARMLESS = re.compile(_either(terms.HARMLESS))
_NEGATION = re.compile(rf"除[^除]{{0,6}}?外|{_either(terms.NEGATIONS)}")


def negated(text: str) -> bool:
    """Whether a canonical question is put in the negative; twice negated is not."""
    return len(_NEGATION.findall(_HARMLESS.sub("", text))) % 2 == 1


_ORGAN = re.compile(
    rf"{'|'.join(terms.ORGANS)}|[{terms.SHORT_ORGANS}](?=(?:小?细胞|鳞|腺)?(?:{'|'.join(terms.DISEASES)}))"
)
_ROW_OF = {word: number for number, row in enumerate(terms.CONTRASTS) for word in row}
_WORD = re.compile(_either(_ROW_OF))
_SIDE = re.compile(f"(?P<down>{'|'.join(terms.DOWNWARD)})|(?P<up>{'|'.join(terms.UPWARD)})")


def subjects(text: str) -> frozenset[tuple[str, str]]:
    """What a canonical text is about, as (row of things that exclude each other, thing)."""
    organs = {("organ", terms.ONE_ORGAN.get(found, found)) for found in _ORGAN.findall(text)}
    words = {(str(_ROW_OF[found]), found) for found in _WORD.findall(text)}
    return frozenset(organs | words | {("side", found.lastgroup or "") for found in _SIDE.finditer(text)})


def contradict(one: frozenset[tuple[str, str]], other: frozenset[tuple[str, str]]) -> bool:
    """Whether each side has, of one row, something that the other has not; less said is no contradiction."""
    return bool({row for row, _ in one - other} & {row for row, _ in other - one})


def differ(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether each side has a mark that the other has not; a mark left out is no difference."""
    return bool(one - other) and bool(other - one)
