"""How values are written on screen and in documents."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import translation

from core.enums import Measure, Operator
from core.templatetags.portal import (
    day,
    display,
    display_filter,
    item,
    mask_id,
    mask_phone,
    measure,
    name_of,
    operator_sign,
)

NOON = dt.datetime(2022, 8, 31, 16, 30, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (None, "text", "–"),
        ("", "text", "–"),
        (0, "int", "0"),
        (True, "flag", "Yes"),
        (False, "flag", "No"),
        (5850, "int", "5,850"),
        (33, "percent", "33%"),
        (Decimal("33.30"), "percent", "33.3%"),
        (Decimal("100.0"), "percent", "100%"),
        (Decimal("170.0"), "decimal", "170"),
        (Decimal("1234.56"), "decimal", "1,234.56"),
        ("001", "code", "001"),
        (130102, "code", "130102"),
        (NOON, "datetime", "2022-09-01 00:30"),
        (NOON.date(), "date", "2022-08-31"),
        ([1], "text", "[1]"),
    ],
)
def test_values_as_text(value, kind, text):
    assert display(value, kind) == display_filter(value, kind) == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (None, Measure.COUNT, "–"),
        ("", Measure.COUNT, "–"),
        (Decimal("0.5"), Measure.SHARE, "50%"),
        ("0.333", Measure.SHARE, "33.3%"),
        (Decimal(1234567), Measure.MONEY, "¥1,234,567.00"),
        (True, Measure.FLAG, "Yes"),
        (False, Measure.FLAG, "No"),
        (Decimal("170.5"), Measure.HOURS, "170.5 class hours"),
        (15, Measure.COUNT, "15"),
        ("15.0000", Measure.COUNT, "15"),
        (NOON.date(), Measure.DATE, "2022-08-31"),
        ("2022-08-31", Measure.DATE, "2022-08-31"),
    ],
)
def test_amounts_in_their_unit(value, unit, text):
    assert measure(value, unit) == text


def test_a_day_is_that_of_beijing():
    assert (day(None), day(NOON.date()), day(NOON)) == ("–", "2022-08-31", "2022-09-01")


def test_operators_are_written_as_signs():
    assert [operator_sign(operator) for operator in Operator] == ["≥", ">", "≤", "<", "="]
    assert operator_sign("") == ""


class Row:
    name, name_en = "河北省", "Hebei"


class Person:
    name = "张三"


def test_reference_rows_follow_the_language_and_people_do_not():
    assert (name_of(Row()), name_of(Person()), name_of(None), name_of("x")) == ("Hebei", "张三", "–", "x")
    with translation.override("zh-hans"):
        assert name_of(Row()) == "河北省"


def test_a_member_under_a_variable_key():
    assert (item({"a": 1}, "a"), item({"a": 1}, "b"), item({}, "a"), item(None, "a")) == (1, None, None, None)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("110105194912310029", "110105********0029"),
        ("110105491231002", "110105*****1002"),
        ("123", "***"),
        ("", ""),
    ],
)
def test_identity_numbers_are_masked(text, masked):
    assert mask_id(text) == masked


@pytest.mark.parametrize(("text", "masked"), [("13912345678", "139****5678"), ("12345", "*****"), ("", "")])
def test_phones_are_masked(text, masked):
    assert mask_phone(text) == masked
