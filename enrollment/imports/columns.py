"""The columns of the roster workbook: template, reading and annotated return all go by this list."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.enums import InstitutionKind, InstitutionLevel, Sex
from accounts.rules import fold
from core.exceptions import Text
from core.imports import ImportColumn, in_every_language
from enrollment.enums import Profession
from enrollment.rules.rows import FLAG_COLUMNS, REQUIRED
from programs.enums import Generation, Track
from programs.models import ProgramYear

YES_NO: tuple[tuple[bool, Text], ...] = ((True, _("Yes")), (False, _("No")))
# a tick or 1 is how people say yes in a list; true is a box that was ticked
_YES, _NO = pgettext_lazy("words for yes", "y,yes,true"), pgettext_lazy("words for no", "n,no,none,false")
_TICKS = dict.fromkeys("√✓✔1", True) | dict.fromkeys("0×✗-/", False)
# GB/T 2261.1 writes 1 for male and 2 for female
_SEXES = {
    Sex.MALE: pgettext_lazy("words for male", "m,1"),
    Sex.FEMALE: pgettext_lazy("words for female", "f,2"),
}
Options = Callable[[ProgramYear], list[tuple[Any, Text]]]


def _choices(enum: Any) -> Options:
    return lambda year: [(member.value, member.label) for member in enum]


def _specialties(generation: str) -> Options:
    return lambda year: _named(year.specialty_rows.filter(generation=generation))


def _named(rows: Any) -> list[tuple[Any, Text]]:
    english = (translation.get_language() or "").startswith("en")
    return [(row.pk, row.name_en if english and row.name_en else row.name) for row in rows]


@dataclass(frozen=True, slots=True)
class RosterColumn(ImportColumn):
    options: Options | None = None


# what people write over the columns of their own lists
_ALSO: dict[str, Text] = {
    "name": pgettext_lazy("headings of a name", "name,trainee"),
    "id_number": pgettext_lazy("headings of an identity number", "id number,id card,id card number"),
    "phone": pgettext_lazy("headings of a phone", "phone,mobile,telephone,phone number"),
    "sex": pgettext_lazy("headings of the sex", "gender"),
    "birth_date": pgettext_lazy("headings of a birth date", "birthday,born"),
    "institution": pgettext_lazy("headings of a workplace", "institution,employer,hospital"),
    "institution_level": pgettext_lazy("headings of a level", "level,institution level"),
    "institution_kind": pgettext_lazy("headings of a kind", "kind,institution kind"),
    "department": pgettext_lazy("headings of a department", "section"),
    "title": pgettext_lazy("headings of a title", "title"),
    "profession": pgettext_lazy("headings of a profession", "occupation"),
    "track": pgettext_lazy("headings of a track", "track,kind of training"),
    "specialty": pgettext_lazy("headings of a specialty", "field"),
}


def _column(
    code: str, label: Text, hint: Text, width: int, options: Options | None = None, *, offered: bool = True
) -> RosterColumn:
    also = _ALSO.get(code, "")
    return RosterColumn(code, label, hint, width, code in REQUIRED, also, offered, options)


COLUMNS: tuple[RosterColumn, ...] = (
    _column("name", _("Full name"), _("As on the identity card; names with · are fine."), 12),
    _column(
        "id_number",
        _("Identity number"),
        _("18 characters. The column is text, so that no digit is lost."),
        22,
    ),
    _column("phone", _("Mobile phone"), _("11 digits."), 15),
    _column("sex", _("Sex"), _("May stay empty: the identity number says it."), 8, _choices(Sex)),
    _column("birth_date", _("Birth date"), _("The identity number says it."), 12, offered=False),
    _column("institution", _("Workplace"), _("Full official name, the same for all its people."), 30),
    _column(
        "institution_level",
        _("Workplace level"),
        _("Needed where the registry does not know the institution yet."),
        14,
        _choices(InstitutionLevel),
    ),
    _column("institution_kind", _("Workplace kind"), _("May stay empty."), 18, _choices(InstitutionKind)),
    _column("department", _("Department"), _("May stay empty."), 14),
    _column("title", _("Professional title"), _("May stay empty."), 14),
    _column("profession", _("Profession"), _("Choose from the list."), 12, _choices(Profession)),
    _column(
        "track",
        _("Training track"),
        _("Choose from the list; nobody may stand on both."),
        14,
        _choices(Track),
    ),
    _column(
        "specialty",
        _("Specialty"),
        _("Decides lessons and exam; online-only trainees leave it empty."),
        16,
        _specialties(Generation.OLD),
    ),
    _column(
        "fine_specialty",
        _("Fine specialty"),
        _("Recorded and counted beside the specialty."),
        24,
        _specialties(Generation.FINE),
    ),
    _column(
        "health_management",
        _("Works in health management"),
        _("At least three months a year in a check-up center."),
        14,
    ),
    _column(
        "priority_program",
        _("National early-detection program"),
        _("Leave empty if none."),
        26,
        lambda year: _named(year.priorityprogram_rows.all()),
    ),
    _column("licensed_physician", _("Licensed physician"), _("Yes or no; empty is no."), 12),
    _column("checkup_head", _("Head or chief examiner of check-ups"), _("Yes or no; empty is no."), 16),
    _column("in_shortage", _("Urgently needed specialty"), _("Yes or no; empty is no."), 14),
)
BY_CODE = {column.code: column for column in COLUMNS}


def options_of(column: RosterColumn, year: ProgramYear) -> list[tuple[Any, Text]]:
    """What may stand in the column's cells, empty for free text."""
    if column.code in FLAG_COLUMNS:
        return list(YES_NO)
    return column.options(year) if column.options else []


def words_of(column: RosterColumn, year: ProgramYear) -> dict[str, Any]:
    """Folded word → value, in every language, and the plain codes."""
    words: dict[str, Any] = dict(_TICKS) if column.code in FLAG_COLUMNS else {}
    for _language in in_every_language():
        for value, label in options_of(column, year):
            words[fold(str(label))] = value
            if isinstance(value, str):
                words[fold(value)] = value
        for value, others in _others(column).items():
            words |= dict.fromkeys(map(fold, str(others).split(",")), value)
    return words


def _others(column: RosterColumn) -> dict[Any, Text]:
    if column.code in FLAG_COLUMNS:
        return {True: _YES, False: _NO}
    return dict(_SEXES) if column.code == "sex" else {}
