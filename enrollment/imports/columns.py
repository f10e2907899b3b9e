"""The columns of the roster workbook: template, reading and annotated return all go by this list."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts.enums import InstitutionKind, InstitutionLevel, Sex
from accounts.rules import fold
from core.exceptions import Text
from enrollment.enums import Profession
from enrollment.rules.rows import FLAG_COLUMNS, REQUIRED
from programs.enums import Generation, Track
from programs.models import ProgramYear

YES_NO: tuple[tuple[bool, Text], ...] = ((True, _("Yes")), (False, _("No")))
# a tick or 1 is how people say yes in a list
_TICKS = {"√": True, "✓": True, "1": True, "y": True, "0": False, "n": False, "×": False, "-": False}
Options = Callable[[ProgramYear], list[tuple[Any, Text]]]


def _choices(enum: Any) -> Options:
    return lambda year: [(member.value, member.label) for member in enum]


def _specialties(generation: str) -> Options:
    return lambda year: _named(year.specialty_rows.filter(generation=generation))


def _named(rows: Any) -> list[tuple[Any, Text]]:
    english = (translation.get_language() or "").startswith("en")
    return [(row.pk, row.name_en if english and row.name_en else row.name) for row in rows]


@dataclass(frozen=True, slots=True)
class RosterColumn:
    code: str
    label: Text
    hint: Text
    width: int = 14
    options: Options | None = None

    @property
    def required(self) -> bool:
        return self.code in REQUIRED


COLUMNS: tuple[RosterColumn, ...] = (
    RosterColumn("name", _("Full name"), _("As on the identity card; names with · are fine."), 12),
    RosterColumn(
        "id_number",
        _("Identity number"),
        _("18 characters. The column is text, so that no digit is lost."),
        22,
    ),
    RosterColumn("phone", _("Mobile phone"), _("11 digits."), 15),
    RosterColumn("sex", _("Sex"), _("May stay empty: the identity number says it."), 8, _choices(Sex)),
    RosterColumn("institution", _("Workplace"), _("Full official name, the same for all its people."), 30),
    RosterColumn(
        "institution_level",
        _("Workplace level"),
        _("Needed where the registry does not know the institution yet."),
        14,
        _choices(InstitutionLevel),
    ),
    RosterColumn(
        "institution_kind", _("Workplace kind"), _("May stay empty."), 18, _choices(InstitutionKind)
    ),
    RosterColumn("department", _("Department"), _("May stay empty."), 14),
    RosterColumn("title", _("Professional title"), _("May stay empty."), 14),
    RosterColumn("profession", _("Profession"), _("Choose from the list."), 12, _choices(Profession)),
    RosterColumn(
        "track",
        _("Training track"),
        _("Choose from the list; nobody may stand on both."),
        14,
        _choices(Track),
    ),
    RosterColumn(
        "specialty",
        _("Specialty"),
        _("Decides lessons and exam; online-only trainees leave it empty."),
        16,
        _specialties(Generation.OLD),
    ),
    RosterColumn(
        "fine_specialty",
        _("Fine specialty"),
        _("Recorded and counted beside the specialty."),
        24,
        _specialties(Generation.FINE),
    ),
    RosterColumn(
        "health_management",
        _("Works in health management"),
        _("At least three months a year in a check-up center."),
        14,
    ),
    RosterColumn(
        "priority_program",
        _("National early-detection program"),
        _("Leave empty if none."),
        26,
        lambda year: _named(year.priorityprogram_rows.all()),
    ),
    RosterColumn("licensed_physician", _("Licensed physician"), _("Yes or no; empty is no."), 12),
    RosterColumn("checkup_head", _("Head or chief examiner of check-ups"), _("Yes or no; empty is no."), 16),
    RosterColumn("in_shortage", _("Urgently needed specialty"), _("Yes or no; empty is no."), 14),
)
BY_CODE = {column.code: column for column in COLUMNS}


def in_every_language() -> Iterator[str]:
    """Run the body once per language of the portal: a sheet made in one is read in another."""
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            yield code


def headings() -> dict[str, str]:
    """Heading in the active language → column code."""
    return {str(column.label): column.code for column in COLUMNS}


def options_of(column: RosterColumn, year: ProgramYear) -> list[tuple[Any, Text]]:
    """What may stand in the column's cells, empty for free text."""
    if column.code in FLAG_COLUMNS:
        return list(YES_NO)
    return column.options(year) if column.options else []


def words_of(column: RosterColumn, year: ProgramYear) -> dict[str, Any]:
    """Folded word → value, in every language, and the plain codes."""
    words: dict[str, Any] = {}
    for _language in in_every_language():
        for value, label in options_of(column, year):
            words[fold(str(label))] = value
            if isinstance(value, str):
                words[fold(value)] = value
    return words | _TICKS if column.code in FLAG_COLUMNS else words
