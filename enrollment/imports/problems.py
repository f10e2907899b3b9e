"""What a problem of a line says to the person: cause and remedy, in the reader's language."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.enums import InstitutionLevel
from core.exceptions import Text
from core.imports import Problem, problems_of
from enrollment.enums import Fault
from enrollment.imports.columns import BY_CODE
from enrollment.models import ImportRow, RosterImport

REMEDIES: dict[str, Text] = {
    Fault.REQUIRED: _("Fill it in."),
    Fault.NO_COLUMN: _("Add a column with this heading and fill it in, or copy your rows into the template."),
    Fault.TOO_LONG: _("Shorten it."),
    Fault.ID_SHAPE: _("Copy it again from the identity card."),
    Fault.ID_ROUNDED: _(
        "Set the column to text and type the number again; the portal does not guess digits."
    ),
    Fault.ID_DATE: _("Compare characters 7 to 14 with the identity card."),
    Fault.ID_CHECK: _("Compare it with the identity card, digit by digit."),
    Fault.BIRTH_DIFFERS: _("Check the number, or clear the cell."),
    Fault.NOT_A_DATE: _("Write it as 1985-04-12, or clear the cell: the identity number says it."),
    Fault.SEX_DIFFERS: _("Check the number, or clear the cell."),
    Fault.PHONE: _("11 digits that begin with 13 to 19, such as 13800138000."),
    Fault.NOT_IN_LIST: _("Choose one from the drop-down list of the template."),
    Fault.NOT_A_FLAG: _("Write yes or no, or leave it empty for no."),
    Fault.ONLINE_SPECIALTY: _("Clear the cell."),
    Fault.TWICE_IN_FILE: _("Keep one of the rows."),
    Fault.ALREADY_HERE: _("Delete the row; change facts on the person's page."),
    Fault.OTHER_PROVINCE: _("Ask the person in which province they take part."),
    Fault.OTHER_TRACK: _("Delete the row, or withdraw the other enrollment first."),
    Fault.NAME_DIFFERS: _("Check name and number against the identity card."),
    Fault.REQUEST_WAITS: _("Decide on it under “Corrections asked for”, then upload the list again."),
    Fault.LEVEL_MISSING: _("Choose the level, or write the institution's name as the registry has it."),
    Fault.LEVEL_DIFFERS: _(
        "Use the level of the registry: %(registry)s. If it is wrong, ask the office to correct it."
    ),
    Fault.NEW_INSTITUTION: _("Check the name: a typing error would make a second institution."),
}


def worded(row: ImportRow, person: str) -> list[Problem]:
    return _worded(row.number, row.problems, person)


def worded_of_list(staged: RosterImport) -> list[Problem]:
    """What is wrong with the list as a whole, at the row of its headings."""
    return _worded(staged.layout.get("head", 0), staged.problems, "")


def _worded(number: int, problems: Iterable[dict[str, Any]], person: str) -> list[Problem]:
    return problems_of(
        number,
        map(_spoken, problems),
        person=person,
        columns=BY_CODE,
        faults=Fault,
        remedies=REMEDIES,
        notices=Fault.notices(),
    )


def _spoken(problem: dict[str, Any]) -> dict[str, Any]:
    params = dict(problem["params"])
    if "registry" in params:
        params["registry"] = str(InstitutionLevel(params["registry"]).label)
    return {**problem, "params": params}
