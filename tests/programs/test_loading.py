"""Fixture files into rows: once, in the right order, and with the place of whatever is wrong."""

import datetime as dt
import io
from decimal import Decimal

import pytest
from django.core.management import call_command

from accounts.models import Region, Unit
from core.models import Event
from core.values import CHINA
from programs.loading import BadFixture, load_folder
from programs.models import Duty, Participation, Program, ProgramYear, Quota, Setting
from tests.factories import NOW
from tests.programs.source_rows import FIXTURES

pytestmark = pytest.mark.django_db
UNITS = """
- model: accounts.unit
  defaults: {kind: technical_lead, owner: cpma, clause: "x"}
  rows: [{code: tl-new, region: "130000", name: 新单位}]
"""
PROGRAM = """
- model: programs.program
  rows: [{code: new, name: 新项目, owner: cpma, clause: "x"}]
"""
YEAR = "{program: new, year: 2030, name: 新年度, status: open, areas: [enrollment], clause: x}"
# a participation stands in a file that sorts before the unit it names
PARTICIPATION = """
- model: programs.participation
  defaults: {clause: "x"}
  rows: [{code: hebei, region: "130000", technical_unit: tl-new, order: 1}]
"""


@pytest.fixture
def load(tmp_path, system):
    def loaded(**files: str) -> ProgramYear | None:
        for name, text in files.items():
            (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
        return load_folder(tmp_path, actor=system, now=NOW)

    return loaded


def row(**values) -> str:
    pairs = ", ".join(f"{name}: {value}" for name, value in values.items())
    return f"- {{model: programs.duty, rows: [{{{pairs}}}]}}"


def test_a_folder_is_loaded_in_the_order_of_its_references(load):
    year = load(a_participation=PARTICIPATION, program=PROGRAM, year=YEAR, z_units=UNITS)
    one = Participation.objects.get(year=year)
    assert (one.region_id, one.technical_unit.code, one.administrative_unit) == ("130000", "tl-new", None)
    assert Event.objects.of(year).get().data == {"rows": {"programs.participation": 1}}


def test_a_folder_of_timeless_rows_has_no_year(load):
    assert load(units=UNITS) is None
    assert Unit.objects.get(code="tl-new").owner.code == "cpma"


def test_what_the_office_has_changed_is_left_as_it_is(year_2022, system):
    Quota.objects.filter(year=year_2022, code="hebei-comprehensive").update(seats=999)
    Setting.objects.filter(year=year_2022, code="pass-points").delete()
    before = Event.objects.of(year_2022).count()
    load_folder(FIXTURES / "cancer-2022", actor=system, now=NOW)
    assert Quota.objects.get(year=year_2022, code="hebei-comprehensive").seats == 999
    assert Setting.objects.get(year=year_2022, code="pass-points").value == Decimal(72)
    assert Event.objects.of(year_2022).count() == before + 1


def test_loading_again_changes_and_records_nothing(year_2022, system):
    counts = [model.objects.count() for model in (Region, Unit, Quota, Duty, Event)]
    for folder in ("common", "cancer-2022", "nuclear-2024"):
        load_folder(FIXTURES / folder, actor=system, now=NOW)
    assert [model.objects.count() for model in (Region, Unit, Quota, Duty, Event)] == counts


DUTY = {"code": "d", "name": "x", "holders": "[technical_lead]", "clause": "x"}


@pytest.mark.parametrize(
    ("due", "instant"),
    [
        ('"2022-11-30"', dt.datetime(2022, 12, 1, tzinfo=CHINA)),
        ('"2022-12-31"', dt.datetime(2023, 1, 1, tzinfo=CHINA)),
        ('"2024-04-30T17:00"', dt.datetime(2024, 4, 30, 17, tzinfo=CHINA)),
    ],
)
def test_p2_a_bare_date_lasts_until_its_24_00_and_an_hour_is_exact(load, due, instant):
    year = load(program=PROGRAM, year=YEAR, duty=row(**DUTY, due_at=due))
    assert Duty.objects.get(year=year).due_at == instant


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"due_at": '"2022-11-31"'}, "day is out of range"),
        ({"due_at": "null"}, "due_at"),
        ({"nonsense": 1}, "nonsense"),
        ({"clause": '""'}, "has_a_source"),
        ({"measure": "guess"}, "guess"),
    ],
)
def test_a_wrong_row_is_named_with_its_file_and_nothing_is_loaded(load, changes, said):
    text = row(**{**DUTY, "due_at": '"2022-11-30"', **changes})
    with pytest.raises(BadFixture) as wrong:
        load(program=PROGRAM, year=YEAR, duty=text)
    assert said in str(wrong.value)
    assert not Program.objects.filter(code="new").exists()


def test_a_reference_that_leads_nowhere_is_named(load):
    with pytest.raises(BadFixture, match=r"a_participation\.yaml, programs\.participation hebei"):
        load(a_participation=PARTICIPATION, program=PROGRAM, year=YEAR)


def test_the_command_loads_every_year_folder_and_leaves_what_stands(year_2022):
    text = io.StringIO()
    call_command("load_fixtures", stdout=text)
    assert [line.split(":")[0] for line in text.getvalue().splitlines()] == [
        "common",
        "cancer-2022",
        "nuclear-2024",
        "divisions",
    ]
    assert Quota.objects.filter(year=year_2022).count() == 62
