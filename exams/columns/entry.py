"""Whose papers a corrected key touches."""

from django.utils.translation import gettext_lazy as _

from core.columns import Column, Listing
from core.templatetags.portal import name_of
from exams.columns.tables import attempt_tone, attempt_words

AFFECTED = Listing(
    code="exams.affected",
    title=_("Papers with this item under another key"),
    columns=(
        Column("registration", _("Registration number"), "enrollment.registration.number", kind="code", width=18),
        Column("name", _("Name"), "enrollment.person.name"),
        Column("province", _("Province"), lambda row: name_of(row.enrollment.region)),
        Column("attempt", _("Attempt"), "number", kind="int"),
        Column("started", _("Started at"), "started_at", kind="datetime", sort="started_at"),
        Column("score", _("Score"), "score", kind="int", sort="score"),
        Column("result", _("Result"), attempt_words, kind="status", tone=attempt_tone),
    ),
    order=("-started_at", "-pk"),
    related=("enrollment__person", "enrollment__registration", "enrollment__region"),
    empty=_("No paper has it under another key."),
)  # fmt: skip
