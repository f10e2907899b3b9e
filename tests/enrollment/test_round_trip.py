"""T34: template, filled in, taken in and exported again: every character is what was typed."""

import shutil
import subprocess

import pytest
from django.urls import reverse

from core.tables import read_sheet
from enrollment.imports.workbooks import marked, template
from enrollment.models import Enrollment
from enrollment.services.taking_in import apply_import
from tests.enrollment.generated import cells_below, filled, generated
from tests.enrollment.sheets import faults

pytestmark = [pytest.mark.django_db, pytest.mark.no_cover]  # others measure the same lines
COUNT = 10_000
OFFICE = shutil.which("soffice")
EXPORTED = ("name", "institution")


def assert_kept(staged, lines, act) -> None:
    """In the marked return as typed; after taking in, in the database."""
    assert {code for _row, _cell, _column, code in faults(staged)} == {"IMP-901"}
    returned = cells_below(marked(staged))
    assert [{key: cells[key] for key in line} for cells, line in zip(returned, lines, strict=True)] == lines
    assert apply_import(staged=staged, only_good=False, **act) == len(lines)
    taken = Enrollment.objects.order_by("pk").select_related("person", "institution")
    assert [
        (
            row.person.name,
            row.person.id_number,
            row.person.phone,
            row.institution.name,
            row.department,
            row.title,
        )
        for row in taken
    ] == [
        tuple(line[key] for key in ("name", "id_number", "phone", "institution", "department", "title"))
        for line in lines
    ]


def test_t34_template_fill_import_export_keeps_every_character(
    year_2022, hebei, read, act, hebei_coordinator
):
    lines = generated(COUNT, seed=34)
    staged = read(data=filled(template(year_2022, hebei), lines))
    assert_kept(staged, lines, act)
    response = hebei_coordinator.client.post(reverse("enrollment:roster-list", kwargs=year_2022.url_kwargs))
    sheet = read_sheet(response.content, {"name": ("姓名",), "institution": ("工作单位",)})
    exported = sorted(tuple(row.cells[key] for key in EXPORTED) for row in sheet.rows)
    assert exported == sorted(tuple(line[key] for key in EXPORTED) for line in lines)


@pytest.mark.skipif(OFFICE is None, reason="needs LibreOffice (soffice)")
def test_t34_the_same_after_libreoffice_saved_it(year_2022, hebei, read, act, tmp_path):
    lines = generated(COUNT, seed=35)
    path = tmp_path / "roster.xlsx"
    path.write_bytes(filled(template(year_2022, hebei), lines))
    command = [
        str(OFFICE),
        "--headless",
        "--convert-to",
        "xlsx",
        "--outdir",
        str(tmp_path / "saved"),
        str(path),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    assert_kept(read(data=(tmp_path / "saved" / "roster.xlsx").read_bytes()), lines, act)
