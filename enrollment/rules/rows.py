"""What a line of an uploaded roster says, forgiving in form and strict in substance; every fault at once, none guessed."""

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from accounts.enums import InstitutionKind
from accounts.rules import BadIdNumber, check_digit, clean, fold, parse_id_number, parse_phone
from core.values import read_date, visible
from enrollment.enums import Fault
from programs.enums import Track

TEXT_LIMITS = {"name": 60, "institution": 120, "department": 60, "title": 40}
CHOICE_COLUMNS = (
    "sex",
    "institution_level",
    "institution_kind",
    "profession",
    "track",
    "specialty",
    "fine_specialty",
    "priority_program",
)
FLAG_COLUMNS = ("health_management", "licensed_physician", "checkup_head", "in_shortage")
REQUIRED = ("name", "id_number", "phone", "institution", "profession", "track")
_SCIENTIFIC = re.compile(r"\d(\.\d+)?E\+?\d+")
_ROUNDED = re.compile(r"[0-9]{15}000")
_HAN = r"[\u2e80-\u303b\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
_BETWEEN = re.compile(rf"(?<={_HAN}) (?={_HAN})")
_FULL_STOP = re.compile(rf"(?<={_HAN}) ?\. ?(?={_HAN})")
_WIDTH = {0xFF01 + number: 0x21 + number for number in range(94)}
_AROUND = "'’‘` \t\n\r"


@dataclass(frozen=True, slots=True)
class KnownInstitution:
    pk: int
    level: str


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Words a sheet may use: `choices[column]` and `flags` map a folded word to its value; institutions by folded name."""

    choices: Mapping[str, Mapping[str, Any]]
    flags: Mapping[str, bool]
    institutions: Mapping[str, KnownInstitution] = field(default_factory=dict)
    online_specialty: int | None = None


@dataclass(slots=True)
class Reading:
    """`values` as understood; a problem is {code, column, params}."""

    values: dict[str, Any] = field(default_factory=dict)
    problems: list[dict[str, Any]] = field(default_factory=list)

    def fault(self, code: Fault, column: str, **params: Any) -> None:
        self.problems.append({"code": str(code), "column": column, "params": params})

    @property
    def is_bad(self) -> bool:
        return any(problem["code"] not in Fault.notices() for problem in self.problems)


def tidy(text: str) -> str:
    """A text as it is kept: outer and double spaces dropped, and the apostrophe that keeps a cell text.

    Every character stays itself: the usual normal forms would turn rare family names into other characters.
    """
    return " ".join(text.strip(_AROUND).split())


def tidy_name(text: str) -> str:
    """Further: letters of one width, one kind of dot between several parts, no space around it nor between two Chinese
    characters."""
    name = re.sub(r" ?[·•‧・∙⋅･] ?", "·", tidy(text).translate(_WIDTH))
    return _BETWEEN.sub("", _FULL_STOP.sub("·", name))


def read_row(cells: Mapping[str, str], words: Vocabulary, today: dt.date) -> Reading:
    """Every column read and crossed; `values` holds what could be understood."""
    cells = {column: visible(text) for column, text in cells.items()}
    reading = Reading()
    for column in REQUIRED:
        if not cells.get(column, "").strip():
            reading.fault(Fault.REQUIRED, column)
    for column, limit in TEXT_LIMITS.items():
        _read_text(reading, column, cells.get(column, ""), limit)
    for column in CHOICE_COLUMNS:
        _read_choice(reading, column, cells.get(column, ""), words)
    for column in FLAG_COLUMNS:
        _read_flag(reading, column, cells.get(column, ""), words)
    _read_id_number(reading, cells.get("id_number", ""), today)
    _cross_birth_date(reading, cells.get("birth_date", ""))
    _read_phone(reading, cells.get("phone", ""))
    for cross in _CROSS:
        cross(reading, words)
    return reading


def _read_text(reading: Reading, column: str, text: str, limit: int) -> None:
    value = tidy_name(text) if column == "name" else tidy(text)
    if len(value) > limit:
        reading.fault(Fault.TOO_LONG, column, limit=limit)
    reading.values[column] = value[:limit]


def _read_choice(reading: Reading, column: str, text: str, words: Vocabulary) -> None:
    choices = words.choices.get(column, {})
    reading.values[column] = choices.get(fold(text))
    if text.strip() and fold(text) not in choices:
        reading.fault(Fault.NOT_IN_LIST, column, typed=text[:40])


def _read_flag(reading: Reading, column: str, text: str, words: Vocabulary) -> None:
    reading.values[column] = words.flags.get(fold(text), False)
    if text.strip() and fold(text) not in words.flags:
        reading.fault(Fault.NOT_A_FLAG, column, typed=text[:40])


def _read_id_number(reading: Reading, text: str, today: dt.date) -> None:
    reading.values |= {"id_number": "", "birth_date": None}
    if not text.strip():
        return
    if _SCIENTIFIC.fullmatch(clean(text)) or _was_rounded(text):
        reading.fault(Fault.ID_ROUNDED, "id_number")
        return
    try:
        number = parse_id_number(text, today)
    except BadIdNumber as bad:
        reading.fault(
            {"shape": Fault.ID_SHAPE, "date": Fault.ID_DATE, "check": Fault.ID_CHECK}[bad.code], "id_number"
        )
        return
    reading.values |= {"id_number": number.text, "birth_date": number.birth_date.isoformat()}
    if reading.values["sex"] and reading.values["sex"] != number.sex:
        reading.fault(Fault.SEX_DIFFERS, "sex")
    reading.values["sex"] = str(number.sex)


def _was_rounded(text: str) -> bool:
    """Fifteen digits and three zeros that do not fit them: a spreadsheet keeps no more of a number."""
    number = clean(text)
    return bool(_ROUNDED.fullmatch(number)) and check_digit(number[:17]) != number[17]


def _cross_birth_date(reading: Reading, text: str) -> None:
    """A list's own column of birth dates is only compared: the number says when somebody was born."""
    if not text.strip():
        return
    born = read_date(text)
    if born is None:
        reading.fault(Fault.NOT_A_DATE, "birth_date", typed=text[:40])
    elif reading.values["birth_date"] not in {None, born.isoformat()}:
        reading.fault(Fault.BIRTH_DIFFERS, "birth_date")


def _read_phone(reading: Reading, text: str) -> None:
    phone = parse_phone(text) if text.strip() else ""
    if phone is None:
        reading.fault(Fault.PHONE, "phone")
    reading.values["phone"] = phone or ""


def _cross_specialty(reading: Reading, words: Vocabulary) -> None:
    """Online-only trainees are fixed to one specialty; the others choose an old and a fine one (E12)."""
    values = reading.values
    faulty = {problem["column"] for problem in reading.problems}
    if values["track"] == Track.ONLINE_ONLY:
        if values["specialty"] not in {None, words.online_specialty}:
            reading.fault(Fault.ONLINE_SPECIALTY, "specialty")
        values["specialty"] = words.online_specialty
        return
    for column in ("specialty", "fine_specialty"):
        if values[column] is None and column not in faulty and words.choices.get(column):
            reading.fault(Fault.REQUIRED, column)


def _cross_institution(reading: Reading, words: Vocabulary) -> None:
    """The registry knows the level of an institution; a new one needs it written (E17)."""
    values = reading.values
    known = words.institutions.get(fold(values["institution"]))
    values["institution_id"] = known.pk if known else None
    if not values["institution"]:
        return
    if known is not None:
        if values["institution_level"] not in {None, known.level}:
            reading.fault(Fault.LEVEL_DIFFERS, "institution_level", registry=str(known.level))
        values["institution_level"] = str(known.level)
    elif values["institution_level"] is None:
        if "institution_level" not in {problem["column"] for problem in reading.problems}:
            reading.fault(Fault.LEVEL_MISSING, "institution_level")
    else:
        values["institution_kind"] = values["institution_kind"] or str(InstitutionKind.OTHER)
        reading.fault(Fault.NEW_INSTITUTION, "institution")


def settle(
    values: Mapping[str, Any], problems: Sequence[Mapping[str, Any]], known: KnownInstitution
) -> Reading:
    """A line whose unknown workplace turned out to be `known`: the registry's level counts, what was wrong there is gone."""
    settled = {Fault.LEVEL_MISSING, Fault.NEW_INSTITUTION}
    return Reading(
        {**values, "institution_id": known.pk, "institution_level": str(known.level)},
        [dict(problem) for problem in problems if problem["code"] not in settled],
    )


_CROSS: tuple[Callable[[Reading, Vocabulary], None], ...] = (_cross_specialty, _cross_institution)
