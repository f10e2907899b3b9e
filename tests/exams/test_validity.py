"""Defects of an item as it is written: what blocks, what warns, and where the line runs (X2)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from core.enums import Severity
from exams.rules.entries import Entry, Option, Stem, of_row
from exams.rules.validity import KIND, LIMITS, Limits, blocked, findings, folded, looks_like_case
from tests.exams.entry_samples import A1, A2, B1, B2, CASE, SOUND, TF, X, options, spoiled
from tests.exams.item_content import bank_rows, homework_rows

HARD, WARN = Severity.HARD, Severity.WARN


def found(entry: Entry, **changes: Any) -> list[tuple[str, str]]:
    return [(one.code, one.severity) for one in findings(spoiled(entry, **changes))]


def with_option(text: str) -> tuple[Option, ...]:
    return (*A1.options[:4], Option("E", text))


@pytest.mark.parametrize("entry", SOUND, ids=lambda entry: entry.kind)
def test_a_sound_item_has_no_defect(entry: Entry):
    assert findings(entry) == []


SPOILED: dict[str, tuple[Callable[[], Entry], str]] = {
    "no_stem": (lambda: spoiled(A1, stem=""), HARD),
    "short_stem": (lambda: spoiled(A1, stem="病因是"), WARN),
    "no_key": (lambda: spoiled(A1, key=()), HARD),
    "key_unknown": (lambda: spoiled(A1, key=("F",)), HARD),
    "key_twice": (lambda: spoiled(X, key=("A", "A")), HARD),
    "key_of_many": (lambda: spoiled(A1, key=("A", "B")), HARD),
    "x_of_one": (lambda: spoiled(X, key=("A",)), HARD),
    "x_of_all": (lambda: spoiled(X, key=tuple("ABCDE")), WARN),
    "option_count": (lambda: spoiled(A1, options=A1.options[:4]), WARN),
    "empty_option": (lambda: spoiled(A1, options=with_option("")), HARD),
    "equal_options": (lambda: spoiled(A1, options=with_option("胃镜")), HARD),
    "equal_labels": (lambda: spoiled(A1, options=(*A1.options[:4], Option("D", "喉镜"))), HARD),
    "equal_stems": (lambda: spoiled(B1, stems=(*B1.stems, Stem("x", B1.stems[0].stem, ("A",)))), HARD),
    "group_of_one": (lambda: spoiled(B1, stems=B1.stems[:1]), HARD),
    "no_case": (lambda: spoiled(A2, case=""), HARD),
    "thin_case": (lambda: spoiled(A2, case="患者，咳嗽一周。"), WARN),
    "absolute_word": (lambda: spoiled(A1, options=with_option("必须手术")), WARN),
    "all_or_none": (lambda: spoiled(A1, options=with_option("以上都是")), WARN),
    "longest_key": (lambda: spoiled(A1, options=with_option("子宫颈细胞学联合检测"), key=("E",)), WARN),
    "too_long": (lambda: spoiled(A1, stem="长" * 201), WARN),
}


@pytest.mark.parametrize("code", SPOILED)
def test_each_defect_alone_is_found_and_blocks_or_warns(code: str):
    make, severity = SPOILED[code]
    assert [(one.kind, one.code, one.severity) for one in findings(make())] == [(KIND, code, severity)]
    assert blocked([A1, make()]) == ([1] if severity == HARD else [])


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("code", SPOILED)
def test_each_defect_has_its_words(code: str, language: str):
    finding = findings(SPOILED[code][0]())[0]
    with translation.override(language):
        words = render_to_string(f"findings/{KIND}.html", {"finding": finding}).strip()
    assert len(words) >= 4
    assert any(
        "\u4e00" <= char <= "\u9fff" for char in words.replace("必须", "").replace("以上都是", "")
    ) == (language == "zh-hans")


def test_the_place_within_a_group():
    entry = spoiled(B1, stems=(B1.stems[0], Stem("b1-test-1-2", "", ())))
    assert [(one.code, one.params["stem"]) for one in findings(entry)] == [("no_stem", 2), ("no_key", 2)]
    assert [one.params["stem"] for one in findings(spoiled(A1, key=()))] == [0]


# Where each line runs


@pytest.mark.parametrize(
    ("what", "warn", "block"),
    [
        ("stem", LIMITS.long_stem, LIMITS.stored_text),
        ("case", LIMITS.long_case, LIMITS.stored_text),
        ("explanation", LIMITS.long_explanation, LIMITS.stored_text),
        ("source", LIMITS.stored_source, LIMITS.stored_source),
    ],
)
def test_length_of_a_text(what: str, warn: int, block: int):
    filler = CASE if what == "case" else ""

    def result(length: int) -> list[tuple[str, str]]:
        return found(A2, **{what: filler + "长" * (length - len(filler))})

    assert result(warn) == []
    assert result(warn + 1) == [("too_long", HARD if warn == block else WARN)]
    assert result(block) == ([] if warn == block else [("too_long", WARN)])
    assert result(block + 1) == [("too_long", HARD)]


def test_length_of_an_option():
    at = LIMITS.long_option
    assert found(A1, options=with_option("长" * at)) == []
    assert found(A1, options=with_option("长" * (at + 1))) == [("too_long", WARN)]
    assert found(A1, options=with_option("长" * (LIMITS.stored_text + 1))) == [("too_long", HARD)]
    finding = findings(spoiled(A1, options=with_option("长" * (at + 1))))[0]
    assert (finding.value, finding.threshold, finding.params["label"]) == (at + 1, at, "E")


@pytest.mark.parametrize(("length", "result"), [(3, [("short_stem", WARN)]), (4, []), (5, [])])
def test_the_shortest_stem(length: int, result: list):
    assert found(A1, stem="问" * length) == result


@pytest.mark.parametrize(
    ("entry", "count", "result"),
    [
        (A1, 0, [("option_count", HARD), ("key_unknown", HARD)]),
        (A1, 1, [("option_count", HARD)]),
        (A1, 2, [("option_count", WARN)]),
        (A1, 4, [("option_count", WARN)]),
        (A1, 5, []),
        (A1, 6, [("option_count", WARN)]),
        (B2, 5, [("option_count", WARN)]),
        (B2, 6, []),
    ],
)
def test_the_number_of_options(entry: Entry, count: int, result: list):
    texts = ("胃镜", "肠镜", "喉镜", "鼻镜", "腹腔镜", "胸腔镜")
    assert found(entry, options=options(*texts[:count])) == result


@pytest.mark.parametrize(
    ("size", "result"), [(0, [("group_of_one", HARD)]), (1, [("group_of_one", HARD)]), (2, [])]
)
def test_the_least_group(size: int, result: list):
    assert found(B1, stems=B1.stems[:size]) == result


@pytest.mark.parametrize(
    ("key", "result"),
    [("A", [("x_of_one", HARD)]), ("AB", []), ("ABCD", []), ("ABCDE", [("x_of_all", WARN)])],
)
def test_the_key_of_an_x_item(key: str, result: list):
    assert found(X, key=tuple(key)) == result


@pytest.mark.parametrize(
    ("key", "result"), [("T", []), ("F", []), ("A", [("key_unknown", HARD)]), ("TF", [("key_of_many", HARD)])]
)
def test_the_key_of_a_true_false_item(key: str, result: list):
    assert found(TF, key=tuple(key)) == result


@pytest.mark.parametrize(
    ("mine", "other", "warned"),
    [(9, 5, True), (8, 5, False), (20, 16, True), (19, 16, False), (25, 20, True), (24, 20, False)],
)
def test_the_key_is_clearly_the_longest(mine: int, other: int, warned: bool):
    texts = options("甲" * other, "乙", "丙", "丁", "键" * mine)
    assert found(A1, options=texts, key=("E",)) == ([("longest_key", WARN)] if warned else [])
    assert found(A1, options=texts, key=("A",)) == []
    assert found(X, options=texts, key=("E", "A")) == []


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ("胃 镜。", "胃镜", True),
        ("ＣＴ", "CT", True),
        ("10²个", "102个", False),
        ("T1A期", "T1a期", False),
        (">5 mm", "<5 mm", False),
        ("＞5 mm", ">5mm", True),
    ],
)
def test_options_that_say_the_same(one: str, other: str, equal: bool):
    assert (folded(one) == folded(other)) is equal
    result = found(A1, options=options(one, other, "喉镜", "鼻镜", "肛镜"))
    assert result == ([("equal_options", HARD)] if equal else [])


@pytest.mark.parametrize(
    ("text", "warned"),
    [
        ("总是有效", True),
        ("从不复发", True),
        ("一定有效", True),
        ("不一定有效", False),
        ("一定程度有效", False),
        ("所有患者", True),
        ("完全治愈", True),
        ("不完全治愈", False),
        ("完全缓解", False),
        ("绝不手术", True),
        ("绝对值升高", False),
        ("must be removed", True),
        ("mustard", False),
        ("Always effective", True),
    ],
)
def test_absolute_words(text: str, warned: bool):
    expected = [("absolute_word", WARN)] if warned else []
    assert found(A1, options=with_option(text)) == expected
    assert found(TF, stem=text + "，筛查。") == expected
    assert found(A1, stem=text + "的检查是") == []


@pytest.mark.parametrize(
    ("case", "missing"),
    [
        (CASE, None),
        ("女孩，11个月，发热3天。", None),
        ("Woman, 45 years old, found to have a nodule.", None),
        ("患者，58岁，咳嗽。", ["sex"]),
        ("男，咳嗽。", ["age"]),
        ("男，58岁。", ["complaint"]),
        ("男，咳嗽6个月。", ["age"]),
        ("某医院开展门诊。", ["age", "sex", "complaint"]),
    ],
)
def test_the_data_of_a_case(case: str, missing: list[str] | None):
    result = findings(spoiled(A2, case=case))
    assert [one.params["missing"] for one in result] == ([missing] if missing else [])
    assert findings(spoiled(A1, case=case)) == []


@pytest.mark.parametrize(
    ("text", "case"),
    [
        (CASE, True),
        ("男，咳嗽。", True),
        ("58岁，咳嗽。", True),
        ("男，58岁。", False),
        ("胃癌的病因有很多。", False),
    ],
)
def test_what_looks_like_a_case(text: str, case: bool):
    assert looks_like_case(text) is case


def test_the_limits_are_arguments():
    assert [one.code for one in findings(A1, Limits(options=6))] == ["option_count"]


# The genuine bank


def test_no_genuine_item_is_blocked_and_few_are_warned():
    entries = [of_row(row) for row in (*bank_rows(), *homework_rows())]
    assert blocked(entries) == []
    warned = {entry.code: [one.code for one in findings(entry)] for entry in entries if findings(entry)}
    # three cases describe a population, a check-up and a tumor by its figures: the writer was asked and kept them
    assert {code for code, codes in warned.items() if "thin_case" in codes} == {
        "a2-health-002",
        "a2-liver-002",
        "a2-overview-001",
    }
    assert {code for codes in warned.values() for code in codes} == {"thin_case", "absolute_word"}
    assert len(warned) <= 10
