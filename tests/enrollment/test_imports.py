"""E11, E17: an uploaded roster is read forgivingly, shown with every fault, and taken in whole or not at all."""

import io
import json

import pytest
from django.utils import translation
from openpyxl import load_workbook

from accounts.models import InstitutionAlias
from core.enums import JobStatus
from core.imports import text_of
from enrollment.enums import EnrollmentStatus, Fault, ImportStatus
from enrollment.imports.columns import COLUMNS
from enrollment.imports.problems import REMEDIES, worded
from enrollment.imports.workbooks import marked, template
from enrollment.models import ImportRow
from enrollment.services.imports import (
    stage_import,
)
from programs.enums import Track
from programs.models import Specialty
from tests.enrollment.sheets import HEADINGS, cell, faults, line, upload
from tests.factories import EnrollmentFactory, InstitutionFactory, PersonFactory, id_number
from tests.helpers import workbook

pytestmark = pytest.mark.django_db


def test_a_clean_sheet_has_no_faults(read, known_hospital):
    staged = read(line(1), line(2))
    assert (staged.status, staged.row_count, staged.bad_count) == (ImportStatus.PREVIEW, 2, 0)
    assert faults(staged) == []
    values = json.loads(staged.rows.first().values)
    assert (values["institution_id"], values["sex"], values["health_management"]) == (
        known_hospital.pk,
        "male",
        True,
    )


def test_what_people_do_to_a_cell_is_forgiven(read, known_hospital):
    number = id_number(7)
    staged = read(
        line(1, id_number=f" '{number[:6]} {number[6:14]} {number[14:]} ", phone="+86 139-0000-0001"),
        line(2, id_number=id_number(8).lower(), name=" 阿卜杜拉 • 买买提 "),
        line(3, institution="测试县　医院"),
    )
    assert faults(staged) == []
    first, second, third = (json.loads(row.values) for row in staged.rows.all())
    assert (first["id_number"], first["phone"]) == (number, "13900000001")
    assert second["name"] == "阿卜杜拉·买买提"
    assert third["institution_id"] == known_hospital.pk


def test_full_width_digits_are_digits(read, known_hospital):
    number = id_number(9)
    staged = read(line(1, id_number=number.translate({ord(str(d)): 0xFF10 + d for d in range(10)})))
    assert faults(staged) == []
    assert json.loads(staged.rows.get().values)["id_number"] == number


@pytest.mark.parametrize(
    ("column", "typed", "code"),
    [
        ("name", "", Fault.REQUIRED),
        ("name", "很" * 61, Fault.TOO_LONG),
        ("id_number", "", Fault.REQUIRED),
        ("id_number", "13010219850412", Fault.ID_SHAPE),
        ("id_number", "1.30102E+17", Fault.ID_ROUNDED),
        ("id_number", "130102198502300019", Fault.ID_DATE),
        (
            "id_number",
            id_number(1)[:17] + "0123456789X"[("0123456789X".index(id_number(1)[17]) + 1) % 11],
            Fault.ID_CHECK,
        ),
        ("sex", "female", Fault.SEX_DIFFERS),
        ("phone", "12345", Fault.PHONE),
        ("profession", "魔法师", Fault.NOT_IN_LIST),
        ("profession", "", Fault.REQUIRED),
        ("health_management", "也许", Fault.NOT_A_FLAG),
        ("specialty", "", Fault.REQUIRED),
        ("institution", "", Fault.REQUIRED),
        ("fine_specialty", "", Fault.REQUIRED),
        ("institution_level", "city", Fault.LEVEL_DIFFERS),
    ],
    ids=lambda value: str(value)[:12],
)
def test_each_fault_stands_at_its_cell(read, known_hospital, column, typed, code):
    staged = read(line(1, **{column: typed}))
    assert faults(staged) == [(2, cell(column, 2), column, str(code))]
    assert staged.bad_count == 1


def test_every_fault_of_every_row_at_once(read, known_hospital):
    staged = read(line(1, phone="1", profession="魔法师", name=""), line(2), line(3, id_number="x"))
    assert [(row, code) for row, _cell, _column, code in faults(staged)] == [
        (2, "IMP-001"),
        (2, "IMP-030"),
        (2, "IMP-020"),
        (4, "IMP-010"),
    ]
    assert (staged.row_count, staged.bad_count) == (3, 2)


def test_a_number_cell_that_lost_digits_is_told_never_guessed(read, known_hospital):
    data = workbook(
        HEADINGS,
        [[line(1).get(c.code, "") if c.code != "id_number" else 130102198504120011 for c in COLUMNS]],
    )
    staged = read(data=data)
    assert faults(staged) == [(2, cell("id_number", 2), "id_number", "IMP-011")]
    assert json.loads(staged.rows.get().values)["id_number"] == ""


def test_duplicates_in_the_file_name_each_other(read, known_hospital):
    staged = read(line(1), line(2), line(3, id_number=id_number(1)))
    assert faults(staged) == [(2, "B2", "id_number", "IMP-040"), (4, "B4", "id_number", "IMP-040")]
    assert staged.rows.first().problems[0]["params"] == {"rows": "2, 4"}


def test_people_already_enrolled_are_told_apart(read, known_hospital, henan, hebei):
    for number, more in {
        1: {},
        2: {"region": henan},
        3: {"track": Track.ONLINE_ONLY},
        4: {"status": EnrollmentStatus.WITHDRAWN},
    }.items():
        person = PersonFactory(name=f"赵{number}", id_number=id_number(number))
        EnrollmentFactory(person=person, **more)
    PersonFactory(name="钱五", id_number=id_number(5))
    staged = read(*(line(number) for number in range(1, 6)))
    assert [(row, code) for row, _cell, _column, code in faults(staged)] == [
        (3, "IMP-042"),
        (4, "IMP-043"),
        (6, "IMP-044"),
    ]


def test_e12_online_only_has_its_one_specialty(read, known_hospital, year_2022):
    staged = read(
        line(1, track="online_only", specialty="", fine_specialty=""),
        line(2, track="online_only", specialty="临床"),
    )
    assert [(row, code) for row, _cell, _column, code in faults(staged)] == [(3, "IMP-032")]
    assert (
        json.loads(staged.rows.first().values)["specialty"]
        == Specialty.objects.get(year=year_2022, generation="old", online_only=True).pk
    )


def test_e17_unknown_institutions_are_proposed(read, hebei):
    staged = read(line(1, institution="从未见过的医院"), line(2, institution="另一家", institution_level=""))
    assert [(row, code) for row, _cell, _column, code in faults(staged)] == [(2, "IMP-901"), (3, "IMP-050")]
    assert staged.bad_count == 1


def test_e17_a_level_that_does_not_exist_is_told_once(read):
    staged = read(line(1, institution="从未见过的医院", institution_level="特级"))
    assert [code for *_rest, code in faults(staged)] == [Fault.NOT_IN_LIST]


def test_e17_aliases_and_merged_institutions_are_known(read, known_hospital, hebei):
    InstitutionAlias.objects.create(institution=known_hospital, name="县医院")
    InstitutionFactory(name="旧县医院", region=hebei, merged_into=known_hospital)
    staged = read(line(1, institution="县医院"), line(2, institution="旧县医院"))
    assert faults(staged) == []
    assert {json.loads(row.values)["institution_id"] for row in staged.rows.all()} == {known_hospital.pk}


def test_every_fault_has_its_remedy(read):
    assert set(REMEDIES) == set(Fault)
    row = ImportRow(
        number=2,
        problems=[
            {
                "code": str(Fault.LEVEL_DIFFERS),
                "column": "institution_level",
                "cell": "F2",
                "params": {"registry": "county"},
            }
        ],
    )
    (one,) = worded(row, "赵一")
    assert (one.cell, one.code, one.person, one.is_notice) == ("F2", "IMP-051", "赵一", False)
    assert "%(" not in text_of([one])


# Template and marked workbook


def test_a_template_filled_and_read_has_no_faults(year_2022, hebei, read, known_hospital):
    book = load_workbook(io.BytesIO(template(year_2022, hebei)))
    page = book.worksheets[0]
    head = next(
        row
        for row in range(1, 10)
        if page.cell(row, 1).value and str(COLUMNS[0].label) in str(page.cell(row, 1).value)
    )
    for offset, one in enumerate([line(1), line(2)], 1):
        for index, column in enumerate((column for column in COLUMNS if column.offered), 1):
            page.cell(head + offset, index, one.get(column.code, ""))
    buffer = io.BytesIO()
    book.save(buffer)
    staged = read(data=buffer.getvalue())
    assert (staged.row_count, faults(staged)) == (2, [])


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_template_of_either_language_is_read(year_2022, hebei, read, known_hospital, language):
    with translation.override(language):
        labels = [str(column.label) for column in COLUMNS]
        row = [line(1).get(column.code, "") for column in COLUMNS]
    staged = read(data=workbook(labels, [row]))
    assert faults(staged) == []


def test_the_template_offers_lists_and_keeps_numbers_as_text(year_2022, hebei):
    book = load_workbook(io.BytesIO(template(year_2022, hebei)))
    page, lists = book.worksheets[0], book.worksheets[-1]
    assert lists.sheet_state == "hidden"
    ranges = {str(rule.sqref)[0]: rule.formula1 for rule in page.data_validations.dataValidation}
    assert set(ranges) == {"D", "F", "G", "J", "K", "L", "M", "N", "O", "P", "Q", "R"}
    assert page.column_dimensions["B"].number_format == "@"
    fine = [cell.value for column in lists.columns for cell in column]
    assert {"临床", "鼻咽癌的筛查与早诊", "其它"} <= set(fine)


def test_the_marked_workbook_comes_back_corrected(read, known_hospital):
    staged = read(line(1, phone="1"), line(2))
    book = load_workbook(io.BytesIO(marked(staged)))
    page = book.worksheets[0]
    bad = [c for row in page.iter_rows(min_row=2) for c in row if c.comment]
    assert ["IMP-020" in c.comment.text for c in bad] == [True]
    bad[0].value = "13900000001"
    buffer = io.BytesIO()
    book.save(buffer)
    assert faults(read(data=buffer.getvalue())) == []


def test_a_template_of_another_province_or_year_is_refused(year_2022, henan, hebei, act, work_jobs):
    stage_import(year=year_2022, region=hebei, file=upload(template(year_2022, henan)), **act)
    (job,) = work_jobs()
    assert job.status == JobStatus.FAILED
    assert job.error
