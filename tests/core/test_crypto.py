"""Personal values at rest: readable with the portal's keys alone, and only whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.crypto import Undecipherable, decrypt, encrypt, keyed_index, normalize

OLD, NEW = "1:" + "o" * 48, "2:" + "n" * 48


@given(st.text(), st.text(max_size=20))
def test_what_was_encrypted_comes_back(text, purpose):
    assert decrypt(encrypt(text, purpose), purpose) == text


def test_the_same_value_never_looks_the_same_twice():
    assert encrypt("110101199003077774", "p") != encrypt("110101199003077774", "p")


def test_an_identity_number_takes_48_bytes():
    assert len(encrypt("110101199003077774", "accounts.person.id_number")) == 48


def test_every_changed_bit_is_noticed():
    blob = encrypt("13900000001", "p")
    for position in range(len(blob)):
        broken = bytearray(blob)
        broken[position] ^= 1
        with pytest.raises(Undecipherable):
            decrypt(bytes(broken), "p")


@pytest.mark.parametrize("length", [0, 1, 2, 13, 14, 20])
def test_what_is_cut_short_is_noticed(length):
    with pytest.raises(Undecipherable):
        decrypt(encrypt("13900000001", "p")[:length], "p")


def test_a_value_moved_to_another_field_is_noticed():
    with pytest.raises(Undecipherable, match="phone"):
        decrypt(encrypt("13900000001", "id_number"), "phone")


def test_keys_rotate_without_rewriting(settings):
    settings.PERSONAL_DATA_KEYS = [OLD]
    before = encrypt("旧", "p")
    settings.PERSONAL_DATA_KEYS = [NEW, OLD]
    after = encrypt("新", "p")
    assert (before[1], after[1]) == (1, 2)
    assert (decrypt(before, "p"), decrypt(after, "p")) == ("旧", "新")


def test_a_key_that_is_gone_takes_its_values_with_it(settings):
    settings.PERSONAL_DATA_KEYS = [OLD]
    before = encrypt("旧", "p")
    settings.PERSONAL_DATA_KEYS = [NEW]
    with pytest.raises(Undecipherable):
        decrypt(before, "p")


def test_another_secret_under_the_same_number_opens_nothing(settings):
    settings.PERSONAL_DATA_KEYS = [OLD]
    before = encrypt("旧", "p")
    settings.PERSONAL_DATA_KEYS = ["1:" + "x" * 48]
    with pytest.raises(Undecipherable):
        decrypt(before, "p")


@pytest.mark.parametrize(
    "typed", ["11010519491231002x", "１１０１０５１９４９１２３１００２Ｘ", " 110105 19491231 002X\t"]
)
def test_one_number_typed_in_several_ways_has_one_index(typed):
    assert normalize(typed) == "11010519491231002X"
    assert keyed_index(typed, "id_number") == keyed_index("11010519491231002X", "id_number")


def test_indexes_differ_by_value_purpose_and_key(settings):
    index = keyed_index("13900000001", "phone")
    assert len(index) == 64
    assert index != keyed_index("13900000002", "phone")
    assert index != keyed_index("13900000001", "id_number")
    settings.PERSONAL_INDEX_KEY = "z" * 48
    assert index != keyed_index("13900000001", "phone")


def test_nothing_has_the_empty_index():
    assert keyed_index("", "phone") == ""
