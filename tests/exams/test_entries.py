"""The written item, between files and the bank (X2, I2)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams.rules.entries import Entry, clean, count, of_row, to_row
from tests.exams.entry_samples import A1, B1, B2, SOUND, TF, spoiled
from tests.exams.item_content import bank_rows, homework_rows


def test_every_genuine_row_comes_back_as_it_stands():
    rows = [*bank_rows(), *homework_rows()]
    assert len(rows) > 200
    for row in rows:
        assert to_row(of_row(row)) == {name: row[name] for name in row if name != "second_reading"}


@pytest.mark.parametrize("entry", SOUND, ids=lambda entry: entry.kind)
def test_an_entry_comes_back_from_its_row(entry: Entry):
    placed = spoiled(entry, outline="3.2", case="男，50岁，咳嗽。")
    assert of_row(to_row(entry)) == entry
    assert of_row(to_row(placed)) == placed
    assert set(to_row(placed)) - set(to_row(entry)) <= {"outline", "case"}


def test_what_a_key_may_name():
    assert A1.labels == tuple("ABCDE")
    assert TF.labels == ("T", "F")


def test_each_stem_of_a_group_counts():
    assert count([A1, B1, B2]) == 1 + 2 + 3
    assert A1.parts[0].key == ("A",)
    assert B1.parts == B1.stems


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("  一\t 二  三\r\n\r\n  四  ", "一 二 三\n四"),
        ("a\u2028b\vc\x85d", "a\nb\nc\nd"),
        ("\ufeff男\x00，\ud80050 \x01 岁\uffff", "男，50 岁"),
        ("\u3000全角\u3000空格\u3000", "全角\u3000空格"),
        ("𠮷👩\u200d⚕️ m² H₂O", "𠮷👩\u200d⚕️ m² H₂O"),
        ("", ""),
    ],
)
def test_clean(text: str, kept: str):
    assert clean(text) == kept


@given(st.text())
def test_a_clean_text_stays_as_it_is(text: str):
    once = clean(text)
    assert clean(once) == once
    assert "\n\n" not in once
    assert once.encode().decode() == once
