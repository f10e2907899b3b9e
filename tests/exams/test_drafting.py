"""Rows come and go on the form, keys stay with their options, and each finding knows its field (X2)."""

from dataclasses import replace

import pytest

from exams.enums import ItemKind
from exams.rules import drafting
from exams.rules.entries import Entry, Option, Stem
from exams.rules.validity import findings
from tests.exams.test_writing import group, single


@pytest.mark.parametrize(
    ("kind", "options", "stems"),
    [
        pytest.param(ItemKind.A1, 5, 0, id="X2-A1-has-five-options"),
        pytest.param(ItemKind.B2, 8, 2, id="X2-B2-has-more"),
        pytest.param(ItemKind.B1, 5, 2, id="X2-a-group-has-two-stems"),
        pytest.param(ItemKind.TRUE_FALSE, 0, 0, id="X2-true-false-has-none"),
    ],
)
def test_x2_a_blank_item_has_the_rows_of_its_printed_form(kind: str, options: int, stems: int) -> None:
    entry = drafting.blank(kind)
    assert (len(entry.options), len(entry.stems)) == (options, stems)
    assert drafting.is_empty(entry)


def test_x2_the_key_follows_its_option_when_another_one_goes() -> None:
    entry = replace(single(), key=("C",))
    shorter = drafting.done("drop-option:0", entry)
    assert shorter is not None
    assert ([one.label for one in shorter.options], shorter.key) == (["A", "B", "C", "D"], ("B",))
    assert shorter.options[1].text == entry.options[2].text
    gone = drafting.done("drop-option:2", entry)
    assert gone is not None
    assert gone.key == ()


def test_x2_the_keys_of_a_group_follow_too() -> None:
    entry = replace(group(), stems=(Stem(stem="一", key=("B",)), Stem(stem="二", key=("A",))))
    shorter = drafting.drop_option(entry, 0)
    assert [stem.key for stem in shorter.stems] == [("A",), ()]


def test_x2_rows_are_added_up_to_what_can_be_shown() -> None:
    entry = single()
    for _more in range(20):
        entry = drafting.add_option(entry)
    assert [one.label for one in entry.options] == list("ABCDEFGHIJKL")
    several = group()
    for _more in range(20):
        several = drafting.add_stem(several)
    assert len(several.stems) == drafting.MAX_STEMS
    assert len(drafting.drop_stem(several, 0).stems) == drafting.MAX_STEMS - 1


@pytest.mark.parametrize("act", ["drop-option:99", "drop-option:x", "drop-stem:0", "add-stem"])
def test_x2_what_cannot_be_done_leaves_the_item_as_it_is(act: str) -> None:
    assert drafting.done(act, single()) == single()


def test_x2_other_acts_are_none_of_the_forms() -> None:
    assert drafting.done("save", single()) is None
    judged = Entry(ItemKind.TRUE_FALSE, stem="对不对")
    assert drafting.add_option(judged) == drafting.lettered(judged) == judged


def test_x2_options_are_lettered_in_their_order() -> None:
    entry = replace(single(), options=(Option("C", "丙"), Option("A", "甲")), key=("A",))
    assert drafting.lettered(entry) == replace(
        entry, options=(Option("A", "丙"), Option("B", "甲")), key=("B",)
    )


def test_x2_what_nobody_filled_in_is_not_kept() -> None:
    entry = replace(
        group(),
        options=(Option("A", " 甲 "), Option("B", ""), Option("C", "丙"), Option("D", " ")),
        stems=(Stem(), Stem(stem=" 一 "), Stem(code="kept")),
        source=" 指南 \n 2022 ",
    )
    kept = drafting.trimmed(entry)
    assert kept.options == (Option("A", "甲"), Option("B", ""), Option("C", "丙"))
    assert kept.stems == (Stem(stem="一"), Stem(code="kept"))
    assert kept.source == "指南 2022"


_NO_CASE = replace(single(), kind=ItemKind.A2)
_LONG = "长" * 401


@pytest.mark.parametrize(
    ("entry", "fields"),
    [
        pytest.param(single(stem=""), {"stem-0"}, id="X2-no-question"),
        pytest.param(single(key=()), {"key-0"}, id="X2-no-key"),
        pytest.param(_NO_CASE, {"case"}, id="X2-no-case"),
        pytest.param(replace(_NO_CASE, case="男，60岁，" + _LONG), {"case"}, id="X2-a-long-case"),
        pytest.param(single(source=_LONG), {"source"}, id="X2-a-long-source"),
        pytest.param(
            replace(single(), options=(*single().options[:2], Option("C", ""), *single().options[3:])),
            {"option-2"},
            id="X2-an-empty-option",
        ),
        pytest.param(
            replace(single(), options=(*single().options[:4], Option("E", _LONG))),
            {"option-4"},
            id="X2-a-long-option",
        ),
        pytest.param(
            replace(group(), stems=(Stem(stem="第一问是什么", key=("A",)), Stem(stem="第二问是什么"))),
            {"key-1"},
            id="X2-the-second-stem-has-no-key",
        ),
        pytest.param(single(explanation="析" * 1001), {"explanation-0"}, id="X2-a-long-explanation"),
    ],
)
def test_x2_a_finding_knows_its_field(entry: Entry, fields: set[str]) -> None:
    assert {drafting.field_of(finding) for finding in findings(entry)} == fields
