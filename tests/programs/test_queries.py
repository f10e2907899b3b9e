"""Reads of a year's plan: settings, provinces, dates, closings, what a copy has otherwise."""

import datetime as dt
from decimal import Decimal

import pytest

from programs.enums import SettingCode
from programs.models import Duty, DutyExtension, Quota, Setting, Theme
from programs.queries import (
    assumptions,
    changed_rows,
    due_at,
    duty_of_kind,
    provinces_of,
    setting,
    settings_of,
    year_differences,
)
from programs.services import copy_year
from programs.yearmodels import YEAR_MODELS
from tests.factories import HEBEI, HENAN, NOW, lead_unit

pytestmark = pytest.mark.django_db


def test_a_setting_by_its_code(year_2022):
    assert setting(year_2022, SettingCode.PASS_POINTS) == Decimal(72)
    Setting.objects.filter(year=year_2022).delete()
    with pytest.raises(Setting.DoesNotExist):
        setting(year_2022, SettingCode.PASS_POINTS)


def test_all_settings_in_one_query(year_2022, django_assert_num_queries):
    with django_assert_num_queries(1):
        values = settings_of(year_2022)
    assert set(values) == set(SettingCode.values)
    assert values[SettingCode.ONLINE_HOURS_REQUIRED] == 170


def test_provinces_in_the_official_order_in_one_query(year_2022, year_2024, django_assert_num_queries):
    with django_assert_num_queries(1):
        provinces = [(one.region.short_name, one.technical_unit.name) for one in provinces_of(year_2022)]
    assert len(provinces) == 31
    assert [name for name, _unit in provinces[:3]] == ["北京", "天津", "河北"]
    assert provinces_of(year_2024) == []


def test_assumptions_are_the_assumed_rows_of_the_year_the_open_ones_first(year_2022, year_2024):
    theme = Theme.objects.filter(year=year_2022, code="lung").get()
    Theme.objects.filter(pk=theme.pk).update(confirmed_at=NOW)
    found = dict(assumptions(year_2022))
    themes = found[str(Theme._meta.verbose_name)]
    assert len(themes) == 13
    assert all(row.assumed and row.year_id == year_2022.pk for rows in found.values() for row in rows)
    open_ones = [row.confirmed_at is None for row in themes]
    assert sorted(open_ones, reverse=True) == open_ones or sorted(open_ones) == open_ones
    assert str(Quota._meta.verbose_name) not in found


@pytest.fixture
def kickoff(year_2022):
    return Duty.objects.get(year=year_2022, code="kickoff-meeting")


def test_p2_an_extension_holds_for_its_unit_alone(kickoff):
    later = kickoff.due_at + dt.timedelta(days=10)
    DutyExtension.objects.create(
        year=kickoff.year, duty=kickoff, unit=lead_unit(HEBEI), due_at=later, reason="雨"
    )
    assert due_at(kickoff, lead_unit(HEBEI)) == later
    assert due_at(kickoff, lead_unit(HENAN)) == kickoff.due_at
    assert due_at(kickoff, None) == kickoff.due_at


def test_the_first_duty_of_a_kind(year_2022, kickoff):
    Duty.objects.filter(pk=kickoff.pk).update(kind="test")
    Duty.objects.create(
        year=year_2022,
        code="later",
        name="x",
        kind="test",
        due_at=kickoff.due_at + dt.timedelta(1),
        clause="x",
    )
    assert duty_of_kind(year_2022, "test") == kickoff
    assert duty_of_kind(year_2022, "no-such-kind") is None


def test_what_a_copied_year_has_otherwise(year_2022, system):
    copy = copy_year(
        source=year_2022, year=2023, name="x", name_en="x", shift=dt.timedelta(0), actor=system, now=NOW
    )
    before = year_differences(copy)  # what a room adapts in its copies
    assert {one.label for one in before} <= {
        str(entry.model._meta.verbose_name) for entry in YEAR_MODELS if entry.adapt
    }
    Quota.objects.filter(year=copy, code="hebei-comprehensive").update(seats=210)
    found = [one for one in year_differences(copy) if one not in before]
    assert [(one.field.name, one.before, one.after) for one in found] == [("seats", 200, 210)]
    assert year_differences(year_2022) == []


def test_a_row_that_the_old_year_does_not_have_is_no_change(year_2022):
    old = list(Theme.objects.filter(year=year_2022, code="lung"))
    new = [Theme(year=year_2022, code="new", name="新", order=1), Theme(code="lung", name="肺", order=4)]
    assert changed_rows(old, new, frozenset({"id", "clause", "assumed", "name_en"})) == [
        ("lung", "name", "肺癌", "肺")
    ]
