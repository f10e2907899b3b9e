"""Identity numbers (GB 11643) and mobile numbers at their boundaries."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.enums import Sex
from accounts.rules import BadIdNumber, check_digit, clean, parse_id_number, parse_phone

TODAY = dt.date(2022, 9, 15)


def number(region: str = "110105", born: str = "19491231", sequence: str = "002") -> str:
    first17 = f"{region}{born}{sequence}"
    return first17 + check_digit(first17)


def test_the_number_printed_in_the_standard():
    parsed = parse_id_number("11010519491231002X", TODAY)
    assert (parsed.text, parsed.birth_date, parsed.sex) == (
        "11010519491231002X",
        dt.date(1949, 12, 31),
        Sex.FEMALE,
    )
    assert parse_id_number(number(sequence="001"), TODAY).sex == Sex.MALE


@pytest.mark.parametrize(
    "typed",
    [
        "11010519491231002x",
        " 110105 19491231 002X ",
        "１１０１０５１９４９１２３１００２Ｘ",
        "'11010519491231002X",
        "11010519491231002X\u200b",
    ],
    ids=["small-x", "spaces", "full-width", "apostrophe-of-a-spreadsheet", "zero-width"],
)
def test_forms_in_which_people_type_it(typed):
    assert parse_id_number(typed, TODAY).text == "11010519491231002X"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param("", "shape", id="nothing"),
        pytest.param("110105194912310", "shape", id="fifteen-digits"),
        pytest.param("11010519491231002", "shape", id="seventeen"),
        pytest.param("11010519491231002XX", "shape", id="nineteen"),
        pytest.param("1101051949123100XX", "shape", id="x-inside"),
        pytest.param("1.10105E+17", "shape", id="float-of-a-spreadsheet"),
        pytest.param("11010519491231002Y", "shape", id="another-letter"),
        pytest.param("١١٠١٠٥١٩٤٩١٢٣١٠٠٢X", "shape", id="other-digits"),
        pytest.param(number(born="19490230"), "date", id="30-february"),
        pytest.param(number(born="20010229"), "date", id="29-february-of-a-common-year"),
        pytest.param(number(born="18991231"), "date", id="before-1900"),
        pytest.param(number(born="20220916"), "date", id="born-tomorrow"),
        pytest.param("110105194912310021", "check", id="check-digit"),
        pytest.param("110105194912310012", "check", id="two-digits-exchanged"),
    ],
)
def test_what_is_wrong_is_said_by_its_code(text, code):
    with pytest.raises(BadIdNumber) as refused:
        parse_id_number(text, TODAY)
    assert refused.value.code == code


@pytest.mark.parametrize("born", ["19000101", "20000229", "20220915"], ids=["1900", "leap-day", "born-today"])
def test_birthdays_at_the_limits(born):
    assert parse_id_number(number(born=born), TODAY).birth_date.strftime("%Y%m%d") == born


@given(
    st.from_regex(r"[1-9][0-9]{5}", fullmatch=True), st.dates(dt.date(1900, 1, 1), TODAY), st.integers(0, 999)
)
def test_every_number_with_its_check_digit_passes_and_any_other_digit_fails(region, born, sequence):
    good = number(region, f"{born:%Y%m%d}", f"{sequence:03d}")
    parsed = parse_id_number(good, TODAY)
    assert parsed.birth_date == born
    assert (parsed.sex == Sex.MALE) == bool(sequence % 2)
    for wrong in set("0123456789X") - {good[17]}:
        with pytest.raises(BadIdNumber, match="check"):
            parse_id_number(good[:17] + wrong, TODAY)


def fault_of(text: str) -> str:
    try:
        return "" if parse_id_number(text, TODAY).text == clean(text) else "changed"
    except BadIdNumber as error:
        return error.code


@given(st.text(max_size=30))
def test_no_text_breaks_the_reading(text):
    assert fault_of(text) in {"", "shape", "date", "check"}
    phone = parse_phone(text)
    assert phone is None or len(phone) == 11


@pytest.mark.parametrize(
    ("typed", "phone"),
    [
        ("13912345678", "13912345678"),
        (" 139 1234 5678 ", "13912345678"),
        ("139-1234-5678", "13912345678"),
        ("+8613912345678", "13912345678"),
        ("008613912345678", "13912345678"),
        ("＋８６１３９１２３４５６７８", "13912345678"),
        ("19912345678", "19912345678"),
        ("12912345678", None),
        ("1391234567", None),
        ("139123456789", None),
        ("0311-12345678", None),
        ("+85212345678", None),
        ("1٣٩12345678", None),
        ("", None),
    ],
)
def test_mobile_numbers(typed, phone):
    assert parse_phone(typed) == phone
