"""The roster workbook as it goes out: the template made for a province, and an upload with its faults marked."""

import json

from django.utils.translation import gettext as _

from accounts.models import Region
from core.imports import Template, marked_file, template_file
from enrollment.imports.columns import BY_CODE, COLUMNS, options_of
from enrollment.imports.problems import worded
from enrollment.models import RosterImport
from programs.models import ProgramYear

VERSION = 1


def stamp(year: ProgramYear, region: Region) -> str:
    return f"roster|{year.program.code}|{year.year}|{region.pk}|{VERSION}"


def _template(year: ProgramYear, region: Region) -> Template:
    return Template(
        title=_("Roster"),
        heading=f"{year.name} · {region.name} · {_('Roster')}",
        stamp=stamp(year, region),
        columns=COLUMNS,
        options=lambda column: [str(label) for _value, label in options_of(BY_CODE[column.code], year)],
    )


def template(year: ProgramYear, region: Region) -> bytes:
    return template_file(_template(year, region))


def marked(staged: RosterImport) -> bytes:
    """The uploaded lines as typed, faulty cells marked and explained."""
    rows = ((row, json.loads(row.cells)) for row in staged.rows.all())
    lines = ((cells, worded(row, cells.get("name", ""))) for row, cells in rows)
    return marked_file(_template(staged.year, staged.region), lines)
