"""The office's board: 31 provinces × the duties of their units (P4)."""

import datetime as dt
import io

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from accounts.enums import UnitKind
from programs.enums import DutyState
from programs.models import Duty, DutyExtension, DutyRecord
from programs.queries import provinces_of
from tests.factories import HEBEI, HENAN, NOW, lead_unit
from tests.helpers import assert_constant_queries

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("autumn_2022")]


def board(persona, year):
    return persona.client.get(reverse("programs:duty-board", kwargs=year.url_kwargs))


def cell(page, province: str, duty: Duty) -> dict:
    table = page.context["table"]
    column = [one["label"] for one in table["columns"]].index(duty.name)
    row = next(row for row in table["rows"] if row["key"] == province)
    return row["cells"][column]


def done(duty, unit, day=dt.date(2022, 8, 30)):
    DutyRecord.objects.create(year=duty.year, duty=duty, unit=unit, done_on=day, recorded_at=NOW)


def test_p4_every_province_and_every_duty_of_its_units(year_2022, national_officer):
    page = board(national_officer, year_2022)
    assert len(page.context["table"]["rows"]) == 31
    provincial = [
        duty
        for duty in Duty.objects.filter(year=year_2022)
        if {"technical_lead", "administrative"} & set(duty.holders)
    ]
    assert len(page.context["table"]["columns"]) == 1 + len(provincial)


def test_done_overdue_and_extended(year_2022, national_officer):
    kickoff = Duty.objects.get(year=year_2022, code="kickoff-meeting")
    done(kickoff, lead_unit(HEBEI))
    later = dt.datetime(2022, 12, 1, tzinfo=dt.UTC)
    DutyExtension.objects.create(
        year=year_2022, duty=kickoff, unit=lead_unit(HENAN), due_at=later, reason="疫情"
    )
    page = board(national_officer, year_2022)
    assert cell(page, HEBEI, kickoff)["text"] == str(DutyState.DONE.label)
    assert cell(page, HENAN, kickoff)["text"].startswith(str(DutyState.DUE.label))
    assert cell(page, HENAN, kickoff)["text"] != str(DutyState.DUE.label)
    assert cell(page, "110000", kickoff)["text"] == str(DutyState.OVERDUE.label)


def test_of_two_units_the_one_behind_counts(year_2022, national_officer):
    duty = Duty.objects.filter(year=year_2022, figure="").first()
    duty.holders, duty.due_at = ["technical_lead", "administrative"], NOW - dt.timedelta(days=1)
    duty.save(update_fields=["holders", "due_at"])
    done(duty, lead_unit(HEBEI))
    assert cell(board(national_officer, year_2022), HEBEI, duty)["text"] == str(DutyState.OVERDUE.label)
    done(duty, lead_unit(HEBEI, UnitKind.ADMINISTRATIVE))
    assert cell(board(national_officer, year_2022), HEBEI, duty)["text"] == str(DutyState.DONE.label)


def test_the_workbook_says_what_the_page_says(year_2022, national_officer):
    kickoff = Duty.objects.get(year=year_2022, code="kickoff-meeting")
    done(kickoff, lead_unit(HEBEI))
    url = reverse("programs:duty-board", kwargs=year_2022.url_kwargs)
    page = national_officer.client.get(url)
    sheet = load_workbook(io.BytesIO(national_officer.client.post(url).content)).active
    rows = [[value or "" for value in row] for row in sheet.iter_rows(values_only=True)]
    head = next(number for number, row in enumerate(rows) if kickoff.name in row)
    shown = [[cell["text"] for cell in row["cells"]] for row in page.context["table"]["rows"]]
    assert [[text.replace("–", "") for text in row] for row in shown] == [
        [str(value) for value in row[: len(shown[0])]] for row in rows[head + 1 : head + 32]
    ]


def test_a_fixed_number_of_queries(year_2022, national_officer):
    kickoff = Duty.objects.get(year=year_2022, code="kickoff-meeting")
    url = reverse("programs:duty-board", kwargs=year_2022.url_kwargs)
    units = [row.technical_unit for row in provinces_of(year_2022)]

    def more(count: int) -> None:
        for _ in range(count):
            done(kickoff, units.pop())

    assert_constant_queries(national_officer.client, url, more)
