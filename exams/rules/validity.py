"""What is wrong with an item as it is written (X2): some defects block it, some ask the writer to look again.

One kind of finding, `item_validity`; its code is the defect, `params` name the place (`stem`, counted from 1 within a
group, 0 for the whole entry) and what was found.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from core.enums import FindingStatus, Operator, Severity
from core.findings import Finding
from exams.enums import ItemKind
from exams.rules.entries import WIDTH, Entry, Stem

KIND = "item_validity"


@dataclass(frozen=True, slots=True)
class Limits:
    """Thresholds with their reasons; a length is counted in characters."""

    # five are the printed form of A1, A2, X and B1; B2 is the larger set, so it has more
    options: int = 5
    # with less no question is asked
    shortest_stem: int = 4
    # the longest stems of the bank have some 60, and 90 seconds are there for reading and answering
    long_stem: int = 200
    long_case: int = 400
    long_option: int = 80
    long_explanation: int = 1000
    # what the bank stores of a source, and what no page of an exam can show
    stored_source: int = 300
    stored_text: int = 4000
    # a key this much longer than the next option, by share and by characters, is guessed by its length alone
    longer_times: tuple[int, int] = (5, 4)
    longer_by: int = 4


LIMITS = Limits()
_SINGLE = frozenset({ItemKind.A1, ItemKind.A2, ItemKind.B1, ItemKind.B2, ItemKind.TRUE_FALSE})
_CUED = frozenset({ItemKind.A1, ItemKind.A2})

_TAIL = "。.;；,，、"
_ABSOLUTE = re.compile(
    r"总是|从不|从来不|绝不|绝对(?!值|数|压|湿度|计数)|永远|所有|任何|无一例外|只能"
    r"|(?<!不)一定(?!的?(?:程度|数量|范围|比例|时间|量|条件|距离|影响|作用|意义|要求))"
    r"|(?<!不)必须|(?<!不)完全(?!性|缓解|切除|流产|钙化|梗阻|肠外)|\b(?:always|never|must|only|all|none)\b",
    re.IGNORECASE,
)
_WHOLE = re.compile(
    r"^以上(?:都|均|全|各项|选项)|^以上.{0,4}(?:都|均)|^(?:all|none) of the above", re.IGNORECASE
)
# 6个月 alone is how long something lasts
_AGE = re.compile(
    r"[\d〇零一二两三四五六七八九十]\s*(?:余|多)?\s*周?岁|[月日]龄|新生儿|婴儿|[男女][婴孩童]?[，,\s]*\d+\s*(?:个月|天|日)"
    r"|\d[\s-]*(?:years?|months?|y/?o)\b",
    re.IGNORECASE,
)
_SEX = re.compile(
    r"[男女]|孕妇|产妇|孕\d|妊娠|绝经|月经|母亲|父亲|丈夫|妻子|先生|女士|\b(?:fe)?male\b|\b(?:wo)?man\b|\bboy\b|\bgirl\b",
    re.IGNORECASE,
)
# what brought the patient: a complaint, a finding, a result, a history
_COMPLAINT = re.compile(
    r"[痛疼痒咳喘热血泻吐肿块胀晕昏乏瘤癌灶影结息溃]|发现|发热|出现|检查|体检|查体|筛查|检出|检测|检验|示[：:，]?|提示|主诉|因|诊断|随访"
    r"|术后|病史|家族史|吸烟|饮酒|感染|阳性|阴性|升高|下降|降低|无症状|不适|消瘦|症状|[+＋]|[≥≤<>]"
    r"|\b(?:pain|complain|present|found|shows?|history|screening|positive|negative)",
    re.IGNORECASE,
)


def findings(entry: Entry, limits: Limits = LIMITS) -> list[Finding]:
    """Every defect of the entry, in reading order; nothing for a sound one."""
    return [
        *_structure(entry, limits),
        *_options(entry, limits),
        *_case(entry, limits),
        *_source(entry, limits),
        *(finding for at, stem in _numbered(entry) for finding in _stem(entry, at, stem, limits)),
    ]


def _numbered(entry: Entry) -> Iterator[tuple[int, Stem]]:
    return ((at if entry.is_group else 0, stem) for at, stem in enumerate(entry.parts, 1))


def _found(code: str, severity: Severity, stem: int = 0, **params: Any) -> Finding:
    return Finding(KIND, FindingStatus.FAILED, severity, code=code, params={"stem": stem, **params})


def _too_long(
    what: str, text: str, warn: int, block: int, stem: int = 0, label: str = ""
) -> Iterator[Finding]:
    """`block` characters cannot be kept; more than `warn` are hard to read in an exam."""
    length = len(text)
    if length > warn:
        limit = block if length > block else warn
        yield Finding(
            KIND,
            FindingStatus.FAILED,
            Severity.HARD if length > block else Severity.WARN,
            value=length,
            threshold=limit,
            operator=Operator.LE,
            code="too_long",
            params={"stem": stem, "what": what, "label": label},
        )


# The whole


def _structure(entry: Entry, limits: Limits) -> Iterator[Finding]:
    if entry.is_group and len(entry.stems) < 2:
        yield _found("group_of_one", Severity.HARD, count=len(entry.stems))
    texts = [folded(stem.stem) for stem in entry.stems]
    for at, text in enumerate(texts, 1):
        if text and text in texts[: at - 1]:
            yield _found("equal_stems", Severity.HARD, at, other=texts.index(text) + 1)


def _options(entry: Entry, limits: Limits) -> Iterator[Finding]:
    if entry.kind == ItemKind.TRUE_FALSE:
        return
    yield from _option_count(entry, limits)
    for option in entry.options:
        if not folded(option.text):
            yield _found("empty_option", Severity.HARD, label=option.label)
        yield from _too_long(
            "option", option.text, limits.long_option, limits.stored_text, label=option.label
        )
        if _WHOLE.search(option.text):
            yield _found("all_or_none", Severity.WARN, label=option.label, word=option.text)
        else:
            yield from _absolute(option.text, label=option.label)
    for labels in _equal(entry):
        yield _found("equal_options", Severity.HARD, labels=labels)
    if len(set(entry.labels)) < len(entry.labels):
        yield _found("equal_labels", Severity.HARD, labels=_twice(entry.labels))


def _option_count(entry: Entry, limits: Limits) -> Iterator[Finding]:
    count, larger = len(entry.options), entry.kind == ItemKind.B2
    wrong = count <= limits.options if larger else count != limits.options
    if count < 2 or wrong:
        yield Finding(
            KIND,
            FindingStatus.FAILED,
            Severity.HARD if count < 2 else Severity.WARN,
            value=count,
            threshold=limits.options,
            operator=Operator.GT if larger else Operator.EQ,
            code="option_count",
            params={"stem": 0},
        )


def _equal(entry: Entry) -> list[str]:
    """The labels of options that say the same, one text per set of them."""
    sets: dict[str, str] = {}
    for option in entry.options:
        text = folded(option.text)
        sets[text] = sets.get(text, "") + option.label
    return [labels for text, labels in sets.items() if text and len(labels) > 1]


def _twice(labels: Sequence[str]) -> str:
    return "".join(sorted({label for label in labels if labels.count(label) > 1}))


def folded(text: str) -> str:
    """The text by which options are told apart: width, spaces and the last stop do not count; case does (m, M)."""
    return "".join(text.translate(WIDTH).split()).rstrip(_TAIL)


def _absolute(text: str, stem: int = 0, label: str = "") -> Iterator[Finding]:
    word = _ABSOLUTE.search(text)
    if word:
        yield _found("absolute_word", Severity.WARN, stem, label=label, word=word[0])


def _case(entry: Entry, limits: Limits) -> Iterator[Finding]:
    yield from _too_long("case", entry.case, limits.long_case, limits.stored_text)
    if entry.kind != ItemKind.A2:
        return
    if not entry.case:
        yield _found("no_case", Severity.HARD)
        return
    wanted = {"age": _AGE, "sex": _SEX, "complaint": _COMPLAINT}
    missing = [name for name, pattern in wanted.items() if not pattern.search(entry.case)]
    if missing:
        yield _found("thin_case", Severity.WARN, missing=missing)


def _source(entry: Entry, limits: Limits) -> Iterator[Finding]:
    return _too_long("source", entry.source, limits.stored_source, limits.stored_source)


def looks_like_case(text: str) -> bool:
    """A person of some age or sex with something found: a case rather than the beginning of a question."""
    return bool((_AGE.search(text) or _SEX.search(text)) and _COMPLAINT.search(text))


# Each stem


def _stem(entry: Entry, at: int, stem: Stem, limits: Limits) -> Iterator[Finding]:
    length = len(stem.stem)
    if not length:
        yield _found("no_stem", Severity.HARD, at)
    elif length < limits.shortest_stem:
        yield _found("short_stem", Severity.WARN, at, count=length, least=limits.shortest_stem)
    yield from _too_long("stem", stem.stem, limits.long_stem, limits.stored_text, at)
    yield from _too_long("explanation", stem.explanation, limits.long_explanation, limits.stored_text, at)
    if entry.kind == ItemKind.TRUE_FALSE:
        yield from _absolute(stem.stem, at)
    yield from _key(entry, at, stem.key)
    if entry.kind in _CUED:
        yield from _longest(entry, stem.key, limits)


def _key(entry: Entry, at: int, key: Sequence[str]) -> Iterator[Finding]:
    unknown = sorted(set(key) - set(entry.labels))
    if not key:
        yield _found("no_key", Severity.HARD, at)
    elif unknown:
        yield _found("key_unknown", Severity.HARD, at, labels="".join(unknown))
    elif len(set(key)) < len(key):
        yield _found("key_twice", Severity.HARD, at, labels=_twice(key))
    elif entry.kind in _SINGLE and len(key) > 1:
        yield _found("key_of_many", Severity.HARD, at, labels="".join(key))
    elif entry.kind == ItemKind.X and len(key) == 1:
        yield _found("x_of_one", Severity.HARD, at, labels=key[0])
    elif entry.kind == ItemKind.X and len(key) == len(entry.options):
        yield _found("x_of_all", Severity.WARN, at)


def _longest(entry: Entry, key: Sequence[str], limits: Limits) -> Iterator[Finding]:
    lengths = {option.label: len(option.text) for option in entry.options}
    if len(key) != 1 or key[0] not in lengths or len(lengths) < 2:
        return
    mine = lengths.pop(key[0])
    other = max(lengths.values())
    times, over = limits.longer_times
    if mine * over >= other * times and mine - other >= limits.longer_by:
        yield _found("longest_key", Severity.WARN, label=key[0], count=mine, other=other)


def blocked(entries: Iterable[Entry], limits: Limits = LIMITS) -> list[int]:
    """The places (from 0) of entries that may not go in as they are."""
    return [at for at, entry in enumerate(entries) if any(one.blocks for one in findings(entry, limits))]
