"""Two items side by side with what differs marked (X1)."""

from dataclasses import replace

import pytest

from exams.rules import Part, difference
from exams.rules.differences import compared
from tests.exams.labelled_pairs import item_text, pairs

FIT = item_text(
    "fit",
    {
        "kind": "a1",
        "case": "",
        "stem": "免疫法粪便隐血试验筛查的间隔为",
        "options": ["每半年1次", "每年1次", "每3年1次"],
        "key": "B",
    },
)
STATEMENT = item_text("tf", {"kind": "tf", "stem": "FIT阴性可以排除腺瘤。", "key": "F"})


def shown(stretches) -> str:
    return "".join(f"[{stretch.text}]" if stretch.changed else stretch.text for stretch in stretches)


@pytest.mark.parametrize(
    ("one", "other", "marked", "against"),
    [
        ("特异度为90%", "特异度为95%", "特异度为[90%]", "特异度为[95%]"),
        ("灵敏度90%时特异度80%", "灵敏度90%时特异度85%", "灵敏度90%时特异度[80%]", "灵敏度90%时特异度[85%]"),
        ("10 000名居民", "10,000名居民", "10 000名居民", "10,000名居民"),
        ("6 min", "6分钟", "6 min", "6分钟"),
        ("10～15 kcal", "10-15kcal", "10～15 kcal", "10-15kcal"),
        ("0-Ⅱc型", "0—IIc型", "0-Ⅱc型", "0—IIc型"),
        ("可以排除。", "不能排除", "[可以]排除。", "[不能]排除"),
        ("属于癌前疾病的有", "属于癌前疾病的是", "属于癌前疾病的[有]", "属于癌前疾病的[是]"),
        ("A类", "Ａ类", "A类", "Ａ类"),
        ("", "多出", "", "[多出]"),
        ("甲乙丙", "丁乙戊", "[甲乙丙]", "[丁乙戊]"),
        ("癌", "癌", "癌", "癌"),
    ],
)
def test_what_differs_is_marked_on_both_sides(one, other, marked, against):
    assert tuple(map(shown, compared(one, other))) == (marked, against)


def test_nothing_of_a_text_is_lost():
    for pair in pairs():
        for row in difference(pair.one, pair.other):
            if row.part == Part.CASE:
                assert (row.one.text, row.other.text) == (pair.one.case, pair.other.case)
            elif row.part == Part.OPTION:
                assert row.one.text == dict(pair.one.options).get(row.one.label, "")
                assert row.other.text == dict(pair.other.options).get(row.other.label, "")


def test_options_stand_beside_their_like_whatever_their_order():
    other = replace(FIT, options=(("A", "每3年1次"), ("B", "每半年1次"), ("C", "每年1次")), right=("C",))
    rows = [row for row in difference(FIT, other) if row.part == Part.OPTION]
    assert [(row.one.label, row.other.label) for row in rows] == [("A", "B"), ("B", "C"), ("C", "A")]
    assert not any(row.changed for row in rows), "a label alone is no difference"
    assert [(row.one.right, row.other.right) for row in rows] == [
        (False, False),
        (True, True),
        (False, False),
    ]


def test_another_right_option_is_a_difference():
    rows = difference(FIT, replace(FIT, right=("C",)))
    assert [row.one.label for row in rows if row.changed] == ["B", "C"]


def test_options_that_only_one_has_come_as_they_are():
    other = replace(FIT, options=(*FIT.options[:2], ("C", "胃镜")))
    rows = difference(FIT, other)
    assert [(row.one.text, row.other.text) for row in rows[-2:]] == [("每3年1次", ""), ("", "胃镜")]
    assert all(row.changed for row in rows[-2:])
    assert difference(other, FIT)[-1].other.text == "每3年1次"


def test_a_case_apart_stands_beside_the_same_case_in_the_stem():
    apart = replace(FIT, case="男，60岁。")
    together = replace(FIT, stem=f"男，60岁，{FIT.stem}")
    rows = difference(apart, together)
    assert [row.part for row in rows] == [Part.STEM, *[Part.OPTION] * 3]
    assert not any(row.changed for row in rows)
    assert [row.part for row in difference(apart, apart)][:2] == [Part.CASE, Part.STEM]


def test_the_key_of_a_statement_is_compared():
    rows = difference(STATEMENT, replace(STATEMENT, right=("T",)))
    assert [(row.part, row.changed) for row in rows] == [(Part.STEM, False), (Part.KEY, True)]
    assert shown(rows[1].one.stretches) == "[F]"
