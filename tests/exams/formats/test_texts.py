"""Markup to words, keys and types as people write them, and the limits of one text (I2)."""

import pytest

from core.exceptions import Refusal
from exams.enums import ItemKind
from exams.formats import gift, moodle, pasted, reports
from exams.formats.reading import code_in, codes_in, difficulty_of, key_of, says_true_or_false
from exams.formats.texts import decoded, paragraphs, plain
from exams.rules.entries import clean

QUIZ = '<quiz><question type="%s">%s</question></quiz>'
CHOICE = (
    '<questiontext format="html"><text>%s</text></questiontext><answer fraction="%s"><text>甲</text></answer>'
)


def quiz(text: str, fraction: str = "100", kind: str = "multichoice") -> bytes:
    return (QUIZ % (kind, CHOICE % (text, fraction))).encode()


@pytest.mark.parametrize(
    ("markup", "words", "lost"),
    [
        ("<p>甲 <b>乙</b></p>\n<p>丙</p>", "甲 乙\n\n丙", set()),
        ("5<6 且 7>3，a<b and c>d", "5<6 且 7>3，a<b and c>d", set()),
        ("甲<!-- 注 <b> -->乙<!-- 未完", "甲乙<!-- 未完", set()),
        ("<script>alert(1)</script>甲<style>p{}</style>", "甲", {"media"}),
        ("<svg><text>乙</text></svg>甲", "甲", {"image"}),
        ("<script>甲", "", {"media"}),
        ("10<sup>−3</sup>mol，CO<sub>2", "10⁻³mol，CO₂", set()),
        ("x<sup>a</sup>", "x^a", {"formula"}),
        ("<table><tr><td>甲</td><td>乙</td></tr></table>", "甲 | 乙", {"table"}),
        ("甲&nbsp;乙&lt;&#x1F600;&#x110000;", "甲 乙<😀�", set()),
        ('<a href="x">见文</a><math>a</math>', "见文a", {"link", "formula"}),
        ("<?php system('x') ?>甲", "<?php system('x') ?>甲", set()),
    ],
)
def test_markup_becomes_words(markup: str, words: str, lost: set[str]):
    text, found = plain(markup)
    assert "\n\n".join(map(clean, paragraphs(text))) == words
    assert found == lost


def test_lines_count_in_the_own_format_of_moodle():
    assert paragraphs(plain("甲\r\n乙\n\n丙", lines=True)[0]) == ["甲\n乙", "丙"]
    assert paragraphs(plain("甲\r\n乙\n\n丙")[0]) == ["甲 乙 丙"]


@pytest.mark.parametrize("data", [b"a\0b", b"\xff\xff\xff", b"\xff\xfe\x00"], ids=["nul", "no text", "half"])
def test_what_is_no_text(data: bytes):
    with pytest.raises(Refusal):
        decoded(data)


@pytest.mark.parametrize(
    ("text", "kind", "key"),
    [
        ("ＡＢＤ", "x", ("A", "B", "D")),
        ("d、a 和 b。", "x", ("A", "B", "D")),
        ("【C】", "a1", ("C",)),
        ("", "a1", ()),
        ("√", "tf", ("T",)),
        ("×", "tf", ("F",)),
        ("正确", "tf", ("T",)),
        ("A", "tf", None),
        ("M", "a1", None),
        ("见书", "a1", None),
    ],
)
def test_a_key_as_people_write_it(text: str, kind: str, key: tuple[str, ...] | None):
    assert key_of(text, ItemKind(kind)) == key


def test_words_of_difficulty_truth_and_places():
    assert [difficulty_of(text) for text in ("1", "5.0", "４级", "难", "Easy", "6", "")] == [
        1,
        5,
        4,
        5,
        1,
        None,
        None,
    ]
    assert [says_true_or_false(text) for text in ("对", "×", "T", "A", "X", "")] == [
        True,
        True,
        True,
        False,
        False,
        False,
    ]
    names = {"lung": "肺癌", "liver": "肝癌"}
    assert [code_in(names, text) for text in (" 肺 癌", "LIVER", "胃癌")] == ["lung", "liver", "胃癌"]
    assert codes_in(names, "肝癌、胃癌；lung, 肺癌") == ("liver", "胃癌", "lung")


def test_tags_that_stand_in_xml_as_elements():
    read = moodle.read(quiz('<p>甲<b>乙</b><img src="a"/></p>'))
    assert read.entries[0].stem == "甲乙"
    assert [one.code for one in read.reports] == ["image", "kind_assumed"]


@pytest.mark.parametrize("fraction", ["", "viel", "nan", "inf", "-inf", "1e999"])
def test_marks_that_are_no_number(fraction: str):
    assert len(moodle.read(quiz("甲是什么", fraction)).entries) == 1


def test_one_text_that_is_too_long_costs_one_item():
    long = "长" * (reports.MAX_MARKUP + 1)
    data = quiz(long).replace(b"</quiz>", quiz("甲是什么")[len("<quiz>") :])
    assert [one.code for one in moodle.read(data).reports] == ["text_long", "kind_assumed"]
    assert [one.code for one in gift.read(f"{long}{{T}}\n\n甲{{T}}".encode()).reports] == ["text_long"]


def test_a_file_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(reports, "MAX_UPLOAD", 100)
    for read in (moodle.read, gift.read):
        with pytest.raises(Refusal):
            read(b"x" * 101)
    monkeypatch.setattr(pasted, "MAX_LINES", 2)
    assert len(pasted.read_text("甲\n乙").reports) == 2
    with pytest.raises(Refusal):
        pasted.read_text("甲\n乙\n丙")
    with pytest.raises(Refusal):
        pasted.read_text("长" * 200)


def test_more_markup_than_any_bank_has(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(reports, "MAX_MARKS", 3)
    assert moodle.read(quiz("<![CDATA[<b>甲</b>]]>")).entries
    with pytest.raises(Refusal):
        moodle.read(quiz("<![CDATA[<b>甲</b><b>乙</b>]]>"))
