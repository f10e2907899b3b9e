"""The roster workbook as it goes out: the template made for a province, and an upload with its faults marked."""

import json

from django.utils.translation import gettext as _

from accounts.models import Region
from core.imports import Template, marked_file, template_file
from core.returned import Returned, marked_upload
from enrollment.imports.columns import BY_CODE, COLUMNS, options_of
from enrollment.imports.problems import worded, worded_of_list
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
    """The upload with its faulty cells marked and explained; corrected, it is uploaded again.

    It is the workbook itself where that can be kept faithfully, else its lines in the template's columns.
    """
    rows = [(row, json.loads(row.cells)) for row in staged.rows.all()]
    lines = [(row.number, cells, worded(row, cells.get("name", ""))) for row, cells in rows]
    upload = Returned(staged.data, staged.layout, lines, worded_of_list(staged))
    return marked_upload(upload, COLUMNS) or marked_file(
        _template(staged.year, staged.region), ((cells, problems) for _row, cells, problems in lines)
    )
