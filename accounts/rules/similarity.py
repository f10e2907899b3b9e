"""How likely two names mean one institution (E17): place, number and ending are weighed apart; pure."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz

# of 100; set on the labelled pairs of tests/accounts/test_similarity.py
LIKELY = 74.0
_PLACE, _ENDING = 0.7, 0.3
_OF_ONE_FAMILY = 70.0
_ONE_NUMBER_MISSING = 0.7
_DIVISION = re.compile(r".{2,8}?(?:自治区|自治州|自治县|省|市|县|旗|(?<!社)(?<!院)区)")
_SUFFIX = re.compile(r"自治区|自治州|自治县|[省市县旗区镇乡]")
_NUMBER = re.compile(r"第?([一二三四五六七八九十]{1,3}|[0-9]{1,2})(?=医院|人民医院|中心医院|附属医院|院|$)")
_DIGITS = dict(zip("123456789", "一二三四五六七八九", strict=True)) | {"10": "十"}
_BRANCH = re.compile(r"\(([^()]*)\)$")
_OTHER_BRANCH, _ONE_BRANCH = 0.7, 0.95
_WORDS = (("疾控中心", "疾病预防控制中心"), ("妇幼保健计划生育服务中心", "妇幼保健院"), ("妇保院", "妇幼保健院"), ("医大", "医科大学"),
          ("大附院", "大学附属医院"), ("附院", "附属医院"), ("卫生服务站", "卫生服务中心"), ("有限责任公司", ""), ("有限公司", ""))  # fmt: skip
_ENDINGS = (
    "疾病预防控制中心",
    "社区卫生服务中心",
    "妇幼保健院",
    "健康管理中心",
    "中西医结合医院",
    "中心卫生院",
    "人民医院",
    "中医医院",
    "中心医院",
    "附属医院",
    "肿瘤医院",
    "体检中心",
    "中医院",
    "卫生院",
    "医院",
    "院",
)
_FAMILIES = (
    {"医院", "人民医院", "中心医院"},
    {"中医院", "中医医院"},
    {"卫生院", "中心卫生院"},
    {"医院", "附属医院"},
)


@dataclass(frozen=True, slots=True)
class Parts:
    """`place` is what tells it from others of its kind, `number` its 第 …, `ending` its kind, `branch` what stands in brackets."""

    whole: str
    place: str
    number: str
    ending: str
    branch: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    pk: int
    score: float


def fold(text: str) -> str:
    """Width, case and spaces folded, so that a word typed two ways is one word."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


def parts_of(name: str) -> Parts:
    """Width, spaces, signs, upper divisions and common short forms folded away."""
    folded = fold(name)
    branch = _BRANCH.search(folded)
    text = "".join(char for char in _BRANCH.sub("", folded) if char.isalnum())
    for short, full in _WORDS:
        if not full or full not in text:
            text = text.replace(short, full)
    whole = text
    number = ""
    found = _NUMBER.search(text)
    if found and found.start():
        number = _DIGITS.get(found[1], found[1])
        text = text[: found.start()] + text[found.end() :]
    ending = next((one for one in _ENDINGS if text.endswith(one)), "")
    place = _place(text.removesuffix(ending))
    return Parts(whole, place, number, "医院" if ending == "院" else ending, branch[1] if branch else "")


def _place(text: str) -> str:
    """The name of the lowest division and what follows it; those above it are dropped."""
    start = 0
    while found := _DIVISION.match(text, start):
        if not _DIVISION.match(text, found.end()):
            break
        start = found.end()
    return _SUFFIX.sub("", text[start:]) or text


def likeness(one: Parts, other: Parts) -> float:
    """0 to 100; two different numbers are two different institutions."""
    if one.number and other.number and one.number != other.number:
        return 0.0
    if one.ending and other.ending:
        score = _PLACE * fuzz.ratio(one.place, other.place) + _ENDING * _ending_likeness(one, other)
    else:
        # a mistyped ending is none that is known
        score = fuzz.ratio(one.whole, other.whole)
    if one.branch != other.branch:
        score *= _OTHER_BRANCH if one.branch and other.branch else _ONE_BRANCH
    return score if one.number == other.number else score * _ONE_NUMBER_MISSING


def _ending_likeness(one: Parts, other: Parts) -> float:
    if one.ending == other.ending:
        return 100.0
    return _OF_ONE_FAMILY if any({one.ending, other.ending} <= family for family in _FAMILIES) else 0.0


def suggestions(name: str, known: Iterable[tuple[int, Parts]], limit: int = 3) -> list[Suggestion]:
    """The likeliest of `known` (an institution may stand there under several names), best first."""
    asked = parts_of(name)
    best: dict[int, float] = {}
    for pk, parts in known:
        score = likeness(asked, parts)
        if score >= LIKELY and score > best.get(pk, 0.0):
            best[pk] = score
    ranked = sorted(best.items(), key=lambda entry: (-entry[1], entry[0]))
    return [Suggestion(pk, score) for pk, score in ranked[:limit]]
