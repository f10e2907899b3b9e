from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.personal import OnErase, PersonalField
from accounts.queries.personal import place_of
from core.columns import Column, Listing


def _term(entry: PersonalField) -> str:
    days = entry.term_days
    if days is None:
        return str(_("no term: until it is erased"))
    return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}


REGISTER = Listing(
    code="accounts.personal",
    title=_("Register of personal data"),
    columns=(
        Column("place", _("Where"), place_of, width=30),
        Column("label", _("What"), lambda entry: str(entry.label), width=24),
        Column("reason", _("Why it is held"), lambda entry: str(entry.reason), width=60),
        Column(
            "on_erase",
            _("When a person is erased"),
            lambda entry: str(OnErase(entry.on_erase).label),
            width=18,
        ),
        Column("term", _("Term after the use ended"), _term, width=20),
        Column("code", _("Column"), "code", kind="code", on_page=False, width=40),
    ),
)
OWN_DATA: tuple[Column, ...] = (
    Column("part", _("Part"), lambda line: line[0], width=30),
    Column("number", _("No."), lambda line: line[1], kind="int", width=6),
    Column("label", _("What"), lambda line: str(line[2].label), width=30),
    Column("value", _("Value"), lambda line: line[2].value, kind="code", width=60),
    Column("code", _("Column"), lambda line: line[2].code, kind="code", width=40),
)


def own_lines(parts: Any) -> list[Any]:
    """Own data as lines of one sheet."""
    return [
        (str(part.title), number, fact)
        for part in parts
        for number, row in enumerate(part.rows, 1)
        for fact in row
    ]
