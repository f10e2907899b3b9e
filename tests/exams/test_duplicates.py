"""Which items repeat others, exactly or nearly (X1)."""

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams.enums import PairKind
from exams.rules import ItemText, exact_key, find_duplicates
from exams.rules import grams as grams_module
from exams.rules.duplicates import (
    Reading,
    nearness,
    other_answer,
    other_direction,
    other_numbers,
    other_subject,
)
from exams.rules.grams import GramIndex, pairs_of
from tests.exams import item_content as content
from tests.exams.labelled_pairs import item_text, pairs, plain

BANK = [
    item_text(row["code"], plain(row))
    for row in content.stems((*content.bank_rows(), *content.homework_rows()))
]
TWICE = [pair for pair in pairs() if pair.duplicate and pair.kind in {"reworded", "order", "synonym"}]
FIT = item_text(
    "fit",
    {
        "kind": "a1",
        "stem": "推荐采用免疫法粪便隐血试验筛查结直肠癌的间隔为",
        "options": ["每半年1次", "每年1次", "每2年1次", "每3年1次"],
        "key": "B",
    },
)
PUNCTUATION = st.text("，。、；：（）“”？! ,;()\u3000", max_size=3)


def codes(matches) -> set[frozenset[str]]:
    return {frozenset((match.new.code, match.other.code)) for match in matches}


def reading(stem: str, *, key: str = "B", case: str = "", options=None) -> Reading:
    options = FIT.options if options is None else tuple(zip("ABCDE", options, strict=False))
    return Reading(ItemText("x", "a1", stem, tuple(key), case, options))


def wide(text: str) -> str:
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text)


@given(item=st.sampled_from(BANK), order=st.randoms(use_true_random=False), mark=PUNCTUATION)
def test_the_exact_key_is_of_the_words_alone(item, order, mark):
    """Options in any order and under any label, wide or narrow, spaced and punctuated in any way."""
    options = [wide(text) + mark for _, text in item.options]
    order.shuffle(options)
    typed = replace(
        item,
        stem=mark + wide(item.stem) + mark,
        case=item.case + mark,
        options=tuple(zip("HGFEDCBA", options, strict=False)),
        right=(),
    )
    assert exact_key(typed) == exact_key(item)


@given(place=st.integers(0, len(BANK) - 1), other=st.integers(0, len(BANK) - 1))
def test_other_items_have_other_exact_keys(place, other):
    assert (exact_key(BANK[place]) == exact_key(BANK[other])) is (place == other)


@given(pair=st.sampled_from(TWICE), seed=st.integers(0, 999))
def test_a_duplicate_is_found_whatever_the_order_of_the_items(pair, seed):
    one, other = replace(pair.one, code="one"), replace(pair.other, code="other")
    items = [*random.Random(seed).sample(BANK, 20), one, other]
    items = [item for item in items if item.code in {"one", "other"} or exact_key(item) != exact_key(one)]
    expected = codes(find_duplicates(items, []))
    random.Random(seed + 1).shuffle(items)
    assert codes(find_duplicates(items, [])) == expected
    assert codes(find_duplicates([one], [other])) == codes(find_duplicates([other], [one]))


def test_the_banks_items_repeat_none_of_each_other():
    assert [(match.new.code, match.other.code) for match in find_duplicates(BANK, [])] == []


def test_what_is_looked_up_finds_what_every_pair_compared_would_find():
    """No duplicate of the labelled pairs is lost among the bank by the way it is looked for."""
    same = [pair for pair in pairs() if pair.duplicate]
    known = [*BANK, *(replace(pair.one, code=f"one {pair.code}") for pair in same)]
    new = [replace(pair.other, code=pair.code) for pair in same]
    found = codes(find_duplicates(new, known))
    for pair in same:
        alike = nearness(Reading(pair.one), Reading(pair.other)) is not None
        alike = alike or exact_key(pair.one) == exact_key(pair.other)
        assert (frozenset((pair.code, f"one {pair.code}")) in found) is alike, pair.code


def test_exact_before_near_the_nearest_first_in_the_order_of_the_new():
    near = replace(FIT, code="near", stem="用免疫法粪便隐血试验筛查结直肠癌的推荐间隔是")
    nearer = replace(FIT, code="nearer", stem=f"目前{FIT.stem}")
    same = replace(FIT, code="same", stem=f"{FIT.stem}（ ）。")
    found = find_duplicates([replace(FIT, code="new"), *BANK[:3]], [near, same, nearer])
    assert [(match.new.code, match.other.code, match.likeness) for match in found] == [
        ("new", "same", PairKind.EXACT),
        ("new", "nearer", PairKind.NEAR),
        ("new", "near", PairKind.NEAR),
    ]
    assert found[0].score == 100
    assert 100 > found[1].score > found[2].score > 60


def test_a_pair_of_new_items_is_told_once_at_the_later():
    again = replace(FIT, code="again")
    found = find_duplicates([FIT, again], [])
    assert [(match.new.code, match.other.code) for match in found] == [("again", "fit")]
    assert find_duplicates([], [FIT, again]) == [], "known items are not compared with each other"


def test_drafts_that_say_nothing_yet_repeat_nothing():
    blank = replace(FIT, stem=" （ ）", options=())
    assert find_duplicates([blank, replace(blank, code="again"), FIT], [replace(blank, code="known")]) == []


def test_the_same_words_with_another_key_are_shown():
    """One of the two keys is wrong, and a person has to see it."""
    found = find_duplicates([replace(FIT, right=("D",))], [replace(FIT, code="known")])
    assert [match.likeness for match in found] == [PairKind.EXACT]


def test_other_numbers_in_what_is_asked_or_in_the_answer():
    asked = reading("10 mm的腺瘤切除后复查间隔为")
    assert other_numbers(asked, reading("20 mm的腺瘤切除后复查间隔为"))
    assert other_numbers(asked, reading("1 mm的腺瘤切除后复查间隔为")) is True
    assert not other_numbers(asked, reading("1 cm的腺瘤切除后复查间隔为"))
    assert not other_numbers(asked, reading("腺瘤切除后复查间隔为")), "a number left out"
    assert other_numbers(asked, reading("10 mm的腺瘤切除后复查间隔为", key="C"))
    assert not other_numbers(
        reading("下一步应", case="男，56岁，息肉8 mm。"), reading("下一步应", case="女，60岁，息肉9 mm。")
    )


def test_other_direction():
    assert other_direction(reading("属于癌前疾病的是"), reading("不属于癌前疾病的是"))
    assert not other_direction(reading("不正确的是"), reading("错误的是"))
    assert not other_direction(reading("下一步应", case="无不适。"), reading("下一步应", case="不愿复查。"))


def test_other_subject():
    assert other_subject(reading("肺癌的间隔为"), reading("肝癌的间隔为"))
    assert not other_subject(reading("大肠癌的间隔为"), reading("结直肠癌的间隔为"))
    assert other_subject(reading("下一步应", case="肺癌术后。"), reading("下一步应", case="肝癌术后。"))


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        (["每年1次", "碘过敏"], ["每年1次", "明确的碘过敏史"], False),
        (["每年1次", "内镜下切除"], ["每年1次", "开胸手术"], True),
        (["每年1次", "降钙素"], ["每年1次", "血清降钙素"], False),
    ],
)
def test_other_answer(one, other, apart):
    first, second = reading("首选的是", options=one), reading("首选的是", options=other)
    assert other_answer(first, second) is apart
    assert other_answer(second, first) is apart


def test_other_answer_without_options_is_another_key():
    true, false = (reading("可以排除", options=[], key=key) for key in "TF")
    assert other_answer(true, false)
    assert not other_answer(true, true)
    assert other_answer(true, reading("可以排除")), "a statement and a choice"
    assert other_answer(reading("可以排除", key=""), reading("可以排除")), "no key at all"


def test_statements_are_held_to_more_than_stems():
    one = reading("幽门螺杆菌根除后可不再随访胃镜", options=[], key="F")
    near = reading("根除幽门螺杆菌之后便可不再随访胃镜", options=[], key="F")
    far = reading("接受根除治疗者一律可不再随访", options=[], key="F")
    assert nearness(one, near) is not None
    assert nearness(one, far) is None
    assert nearness(near, one) == nearness(one, near)


def test_a_stem_alike_with_other_options_is_not_near_enough():
    one = reading("推荐的筛查间隔时间是多久", options=["每年1次", "甲", "乙", "丙", "丁"], key="A")
    other = reading(
        "指南所推荐的复查间隔为", options=["每年1次", "戊己庚", "辛壬癸", "子丑寅", "卯辰巳"], key="A"
    )
    assert nearness(one, other) is None
    assert nearness(
        one, reading("推荐的筛查间隔时间为多久", options=["每年1次", "甲", "乙", "丙", "丁"], key="A")
    )


def test_pairs_of_characters_stay_where_clauses_change_places():
    assert pairs_of("癌") == "癌"
    assert pairs_of("") == ""
    assert len(pairs_of("甲乙丙")) == 2
    assert sorted(pairs_of("甲乙丙甲")) == list(pairs_of("甲乙丙甲"))


def test_candidates_share_rare_pairs_and_are_bounded(monkeypatch):
    texts = [
        pairs_of(text) for text in ["胃癌筛查间隔", "胃癌筛查年龄", "完全无关的话", "胃癌筛查间隔时间", ""]
    ]
    index = GramIndex(texts)
    assert list(index.candidates(0)) == [3, 1]
    assert list(index.candidates(2)) == []
    assert list(index.candidates(4)) == []
    monkeypatch.setattr(grams_module, "OFFERED", 1)
    assert list(index.candidates(0)) == [3]
    monkeypatch.setattr(grams_module, "READ", 0)
    assert list(index.candidates(0)) == [3], "the rarest pair is always looked up"
