"""T35, E11: a list as people type it gives exactly the findings it should, at their cells; corrected it imports clean."""

import io
import json

import pytest
from openpyxl import load_workbook

from enrollment.enums import ImportStatus
from enrollment.imports.workbooks import marked
from enrollment.models import Enrollment, RosterImport
from enrollment.services.imports import confirm_import
from tests.enrollment.dirty import (
    KEPT_NAMES,
    ROWS,
    dirty_workbook,
    expected,
    id_number,
    letter_of,
    row_of,
    world_of,
)
from tests.enrollment.sheets import faults

pytestmark = pytest.mark.django_db


@pytest.fixture
def staged(read, hebei, henan) -> RosterImport:
    world_of(hebei, henan)
    return read(data=dirty_workbook())


def corrected(staged: RosterImport) -> bytes:
    """The marked return, the very workbook that was sent, with the cells put right that it marks."""
    book = load_workbook(io.BytesIO(marked(staged)))
    page = book["八月名单"]
    for number, row in enumerate(ROWS, 1):
        for column, _fault in row.found:
            assert page[f"{letter_of(column)}{row_of(number)}"].comment, f"{row.why}: not marked"
        for column, value in row.mended.items():
            page[f"{letter_of(column)}{row_of(number)}"].value = value
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_t35_sixty_dirty_rows_give_exactly_the_expected_findings(staged):
    assert (len(ROWS), staged.row_count) == (60, 60)
    assert sorted(faults(staged)) == sorted(expected())
    names = {row.number: json.loads(row.values)["name"] for row in staged.rows.all()}
    assert {n: names[row_of(n)] for n in KEPT_NAMES} == KEPT_NAMES
    understood = {row.number: json.loads(row.values) for row in staged.rows.all()}
    assert [understood[row_of(n)]["id_number"] for n in (1, 3, 5, 7, 8)] == [
        id_number(n) for n in (1, 3, 5, 7, 8)
    ]
    assert [understood[row_of(n)]["health_management"] for n in (38, 39, 40, 41)] == [True, True, True, False]
    assert {understood[row_of(n)]["id_number"] for n in (10, 11, 12)} == {""}


def test_t35_its_corrected_return_imports_clean(staged, read, act, work_jobs):
    again = read(data=corrected(staged))
    assert {code for _row, _cell, _column, code in faults(again)} == {"IMP-901"}
    assert (again.row_count, again.bad_count, again.status) == (60, 0, ImportStatus.PREVIEW)
    before = Enrollment.objects.count()
    confirm_import(staged=again, only_good=False, **act)
    (job,) = work_jobs()
    assert job.result == {"taken": 60}
    assert Enrollment.objects.count() == before + 60
