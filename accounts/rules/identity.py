"""Identity numbers (GB 11643) and phones; pure."""

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass

from accounts.enums import Sex

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
_SHAPE = re.compile(r"[0-9]{17}[0-9X]")
_PHONE = re.compile(r"1[3-9][0-9]{9}")
_COUNTRY = re.compile(r"^(\+86|0086|86(?=1[0-9]{10}$))")


@dataclass(frozen=True, slots=True)
class IdNumber:
    """What a valid 18-character identity number says."""

    text: str
    birth_date: dt.date
    sex: Sex


class BadIdNumber(ValueError):
    """`code` is one of: shape, date, check."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def clean(text: str) -> str:
    """Width folded, spaces, apostrophes and what nobody sees dropped, x upper-cased; nothing is guessed."""
    folded = unicodedata.normalize("NFKC", text)
    return "".join(char for char in folded if not _dropped(char)).upper()


def _dropped(char: str) -> bool:
    return char.isspace() or char in "'’‘`" or unicodedata.category(char) in {"Cf", "Cc"}


def check_digit(first17: str) -> str:
    return _CHECK[sum(int(digit) * weight for digit, weight in zip(first17, _WEIGHTS, strict=True)) % 11]


def parse_id_number(text: str, today: dt.date) -> IdNumber:
    """The cleaned number with birth date and sex; raises BadIdNumber."""
    number = clean(text)
    if not _SHAPE.fullmatch(number):
        raise BadIdNumber("shape")
    try:
        born = dt.datetime.strptime(number[6:14], "%Y%m%d").replace(tzinfo=dt.UTC).date()
    except ValueError:
        raise BadIdNumber("date") from None
    if not dt.date(1900, 1, 1) <= born <= today:
        raise BadIdNumber("date")
    if check_digit(number[:17]) != number[17]:
        raise BadIdNumber("check")
    return IdNumber(number, born, Sex.MALE if int(number[16]) % 2 else Sex.FEMALE)


def parse_phone(text: str) -> str | None:
    """A mobile number of the mainland without +86, or None."""
    # any dash, and brackets around the country's number
    number = "".join(char for char in clean(text) if unicodedata.category(char) not in {"Pd", "Ps", "Pe"})
    number = _COUNTRY.sub("", number)
    return number if _PHONE.fullmatch(number) else None
