"""What Moodle XML and GIFT cannot carry is said when it is written (I2)."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from exams.formats import gift, moodle
from exams.formats.reports import Read, Written
from exams.rules.entries import Entry, Option, Stem
from tests.exams.entry_samples import A1, B1, TF, X, options

FORMATS: dict[str, tuple[Callable[[Sequence[Entry]], Written], Callable[[bytes], Read]]] = {
    "moodle": (moodle.write, moodle.read),
    "gift": (gift.write, gift.read),
}
both = pytest.mark.parametrize("name", FORMATS)


def through(name: str, entry: Entry) -> tuple[list[tuple[str, int | None]], tuple[Entry, ...]]:
    write, read = FORMATS[name]
    written = write([entry])
    assert all(one.cause and one.remedy and str(one.place) for one in written.reports)
    return [(one.code, one.item) for one in written.reports], read(written.data).entries


@both
def test_letters_with_a_gap_begin_anew_and_the_key_goes_with_them(name: str):
    gap = (Option("A", "胃镜"), Option("C", "肠镜"), Option("F", "喉镜"))
    reports, entries = through(name, replace(X, options=gap, key=("C", "F")))
    assert reports == [("relabeled", 0)]
    assert entries == (replace(X, options=options("胃镜", "肠镜", "喉镜"), key=("B", "C")),)
    reports, entries = through(
        name, replace(B1, options=gap, stems=(Stem("", "甲是什么", ("F",)), Stem("", "乙是什么", ("A",))))
    )
    assert reports == [("relabeled", 0)]
    assert [stem.key for stem in entries[0].stems] == [("C",), ("A",)]


@both
@pytest.mark.parametrize("entry", [replace(A1, key=()), replace(X, key=())], ids=lambda one: one.kind)
def test_an_item_without_a_key_is_written_and_said(name: str, entry: Entry):
    assert through(name, entry) == ([("unkeyed", 0)], (entry,))


@both
@pytest.mark.parametrize("key", [(), ("A",)])
def test_a_true_false_item_without_a_key_is_not_written_with_one_made_up(name: str, key: tuple[str, ...]):
    assert through(name, replace(TF, key=key)) == ([("unkeyed", 0)], ())


@both
def test_a_key_outside_the_options_is_lost_and_said(name: str):
    reports, entries = through(name, replace(X, key=("A", "B", "Z")))
    assert reports == [("unkeyed", 0)]
    assert entries[0].key == ("A", "B")


@both
def test_two_keys_of_a_single_choice_are_kept(name: str):
    entry = replace(A1, key=("A", "B"))
    assert through(name, entry) == ([], (entry,))


@both
def test_a_stem_with_no_or_two_keys_is_left_out_of_a_group(name: str):
    stems = (Stem("", "甲是什么", ("A", "B")), Stem("", "乙是什么", ("C",), "因为丙"), Stem("", "丙是什么"))
    reports, entries = through(name, replace(B1, stems=stems))
    assert reports == [("stem_lost", 0), ("stem_lost", 0)]
    assert entries == (replace(B1, stems=stems[1:2]),)
    assert through(name, replace(B1, stems=stems[:1])) == ([("stem_lost", 0), ("not_written", 0)], ())


@both
def test_equal_options_of_a_group_become_one(name: str):
    reports, entries = through(name, replace(B1, options=options("胃镜", "肠镜", "胃镜", "喉镜", "肛镜")))
    assert reports == [("options_merged", 0)]
    assert [option.text for option in entries[0].options] == ["胃镜", "肠镜", "喉镜", "肛镜"]


def test_gift_keeps_the_arrow_for_itself():
    stems = (Stem("", "甲->乙是什么", ("A",)), Stem("", "乙是什么", ("C",)))
    reports, entries = through("gift", replace(B1, stems=stems))
    assert reports == [("arrow", 0)]
    assert entries[0].stems[0].stem == "甲→乙是什么"
    assert through("moodle", replace(B1, stems=stems)) == ([], (replace(B1, stems=stems),))


@both
def test_an_edited_order_falls_back_to_the_order_of_the_file(name: str):
    write, read = FORMATS[name]
    data = write([B1]).data.replace(b"order:CBADE", b"order:CBAD")
    assert read(data).entries[0].stems[0].key == ("A",)


@both
def test_more_options_than_letters(name: str):
    write, read = FORMATS[name]
    entry = replace(A1, options=tuple(Option(chr(65 + at), f"选项{at}") for at in range(13)))
    assert [one.code for one in read(write([entry]).data).reports] == ["many_options"]
