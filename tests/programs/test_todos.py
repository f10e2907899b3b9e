"""What the year's plan puts on the desk (P1, P4)."""

import datetime as dt

import pytest
from django.urls import reverse

from core.todos import TODO_SOURCES
from programs.models import Duty, DutyRecord, Setting
from programs.services import copy_year
from tests.factories import NOW


def todos(source, someone, year, now=NOW):
    return list(TODO_SOURCES[source].find(someone.actor, year, now))


def test_p4_a_unit_is_asked_for_its_own_evidence(year_2022, hebei_administrator, hebei_coordinator):
    duty = Duty.objects.get(year=year_2022, code="funds-arrived")
    (todo,) = todos("programs.duties", hebei_administrator, year_2022)
    assert (todo.label, todo.due_at, todo.tone) == (duty.name, duty.due_at, "")
    assert todo.url == reverse("programs:duty-record", kwargs={**year_2022.url_kwargs, "pk": duty.pk})
    assert duty.name not in {todo.label for todo in todos("programs.duties", hebei_coordinator, year_2022)}


@pytest.mark.parametrize(
    ("before", "tone"),
    [
        (dt.timedelta(days=31), None),
        (dt.timedelta(days=30) - dt.timedelta(seconds=1), ""),
        (dt.timedelta(0), "late"),
    ],
)
def test_p4_a_duty_is_asked_for_a_month_ahead_and_marked_when_late(
    before, tone, year_2022, hebei_administrator
):
    duty = Duty.objects.get(year=year_2022, code="funds-arrived")
    found = todos("programs.duties", hebei_administrator, year_2022, duty.due_at - before)
    assert [todo.tone for todo in found] == ([] if tone is None else [tone])


def test_what_is_done_is_asked_for_no_more(year_2022, hebei_administrator):
    duty = Duty.objects.get(year=year_2022, code="funds-arrived")
    DutyRecord.objects.create(
        year=year_2022, duty=duty, unit=hebei_administrator.unit, done_on=NOW.date(), recorded_at=NOW
    )
    assert todos("programs.duties", hebei_administrator, year_2022) == []


def test_p1_the_office_is_asked_to_confirm_what_was_assumed(year_2022, national_officer):
    (before,) = todos("programs.plan", national_officer, year_2022)
    Setting.objects.filter(year=year_2022).update(confirmed_at=NOW)
    (after,) = todos("programs.plan", national_officer, year_2022)
    assert before.count - after.count == Setting.objects.filter(year=year_2022).exclude(assumed="").count()


def test_p1_the_office_is_asked_to_review_a_draft(year_2022, national_officer):
    draft = copy_year(
        source=year_2022,
        year=2023,
        name="2023",
        name_en="",
        shift=dt.timedelta(365),
        actor=national_officer.actor,
        now=NOW,
    )
    review = reverse("programs:year-review", kwargs=draft.url_kwargs)
    assert todos("programs.plan", national_officer, draft)[0].url == review
    assert review not in {todo.url for todo in todos("programs.plan", national_officer, year_2022)}


def test_p1_a_plan_without_assumptions_asks_nothing(year_2022, national_officer, monkeypatch):
    monkeypatch.setattr("programs.todos.row_counts", lambda year: [])
    assert todos("programs.plan", national_officer, year_2022) == []
