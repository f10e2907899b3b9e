"""P2: a printed day lasts until its 24:00 in Asia/Shanghai; shares are compared without division."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from core.enums import Operator
from core.templatetags.portal import deadline
from core.values import CHINA, day_end, day_start, holds, printed_day, share_holds

UTC = dt.UTC


@pytest.mark.parametrize(
    ("instant", "printed", "words"),
    [
        pytest.param(
            dt.datetime(2022, 11, 30, 16, tzinfo=UTC),
            dt.date(2022, 11, 30),
            "2022-11-30 24:00",
            id="P2-midnight",
        ),
        pytest.param(
            dt.datetime(2022, 11, 30, 15, 59, tzinfo=UTC),
            dt.date(2022, 11, 30),
            "2022-11-30 23:59",
            id="P2-a-minute-before",
        ),
        pytest.param(
            dt.datetime(2022, 11, 30, 16, 1, tzinfo=UTC),
            dt.date(2022, 12, 1),
            "2022-12-01 00:01",
            id="P2-a-minute-after",
        ),
        pytest.param(
            dt.datetime(2022, 12, 31, 16, tzinfo=UTC),
            dt.date(2022, 12, 31),
            "2022-12-31 24:00",
            id="P2-year-end",
        ),
        pytest.param(
            dt.datetime(2024, 2, 29, 16, tzinfo=UTC),
            dt.date(2024, 2, 29),
            "2024-02-29 24:00",
            id="P2-leap-day",
        ),
        pytest.param(
            dt.datetime(2024, 4, 30, 9, tzinfo=UTC), dt.date(2024, 4, 30), "2024-04-30 17:00", id="B1-an-hour"
        ),
    ],
)
def test_an_instant_is_printed_under_the_day_it_ends(instant, printed, words):
    assert printed_day(instant) == printed
    with translation.override("en"):
        assert deadline(instant) == words


@given(st.dates(min_value=dt.date(2000, 1, 1), max_value=dt.date(2099, 12, 30)))
def test_every_day_ends_where_the_next_begins(day):
    assert day_end(day) == day_start(day + dt.timedelta(days=1))
    assert day_end(day).tzinfo == CHINA
    assert printed_day(day_end(day)) == day
    assert printed_day(day_end(day) - dt.timedelta(microseconds=1)) == day


def test_in_chinese_the_day_is_written_as_the_plan_writes_it():
    with translation.override("zh-hans"):
        assert deadline(day_end(dt.date(2022, 11, 30))) == "2022年11月30日 24:00"


def test_no_deadline_is_a_dash():
    assert deadline(None) == "–"


@pytest.mark.parametrize(
    ("operator", "at", "above", "below"),
    [
        (Operator.GE, True, True, False),
        (Operator.GT, False, True, False),
        (Operator.LE, True, False, True),
        (Operator.LT, False, False, True),
        (Operator.EQ, True, False, False),
    ],
)
def test_operators_at_above_and_below_the_threshold(operator, at, above, below):
    assert (holds(operator, 20, 20), holds(operator, 21, 20), holds(operator, 19, 20)) == (at, above, below)


@pytest.mark.parametrize(
    ("operator", "part", "whole", "threshold", "met"),
    [
        pytest.param(Operator.GE, 1, 3, Decimal("0.3333"), True, id="a-third-is-more-than-3333"),
        pytest.param(Operator.GE, 3, 10, Decimal("0.3"), True, id="E6-exactly-30-percent"),
        pytest.param(Operator.GE, 299, 1000, Decimal("0.3"), False, id="E6-29.9-percent"),
        pytest.param(Operator.LE, 10, 100, Decimal("0.1"), True, id="E8-exactly-10-percent"),
        pytest.param(Operator.LE, 101, 1000, Decimal("0.1"), False, id="E8-10.1-percent"),
        pytest.param(Operator.LT, 10, 100, Decimal("0.1"), False, id="S1-below-is-strict"),
        pytest.param(Operator.LE, 0, 0, Decimal("0.1"), False, id="a-share-of-nothing-never-holds"),
    ],
)
def test_shares(operator, part, whole, threshold, met):
    assert share_holds(operator, part, whole, threshold) is met


@given(st.integers(0, 10**6), st.integers(1, 10**6), st.integers(0, 100))
def test_a_share_compares_like_the_exact_fraction(part, whole, percent):
    assert share_holds(Operator.GE, part, whole, Decimal(percent) / 100) == (part * 100 >= percent * whole)
