"""Bars as long as their numbers, with Chinese labels as text (R1)."""

import re
from decimal import Decimal
from xml.etree import ElementTree

import pytest

from reports.documents.charts import (
    LABELS,
    NUMBERS,
    TOP,
    WIDTH,
    BarChart,
    Series,
    bar_chart,
    nice_end,
    text_bars,
)

PLACE = WIDTH - LABELS - NUMBERS


def drawn(chart: BarChart) -> ElementTree.Element:
    return ElementTree.fromstring(bar_chart(chart))  # noqa: S314 - our own drawing


def bars(svg: ElementTree.Element) -> list[float]:
    return [float(one.get("width", "")) for one in rectangles(svg)]


def rectangles(svg: ElementTree.Element) -> list[ElementTree.Element]:
    """The bars; the legend's samples stand above them."""
    found = svg.iter("{http://www.w3.org/2000/svg}rect")
    return [one for one in found if one.get("x") == str(LABELS) and float(one.get("y", "")) >= TOP]


def texts(svg: ElementTree.Element) -> list[str]:
    return [one.text or "" for one in svg.iter("{http://www.w3.org/2000/svg}text")]


@pytest.mark.parametrize(
    ("value", "end"),
    [
        (None, 1),
        (0, 1),
        (-3, 1),
        (0.3, Decimal("0.4")),
        (1, 1),
        (3, 4),
        (7, 8),
        (9, 10),
        (100, 100),
        (101, 200),
        (Decimal("244.02"), 400),
    ],
)
def test_the_scale_ends_at_a_round_number_at_or_above(value, end):
    assert nice_end(value) == end


def test_bars_are_as_long_as_their_numbers():
    svg = drawn(BarChart("名额", ["河北", "河南", "湖北"], [Series("名额", [50, 100, 0])]))
    assert bars(svg) == [PLACE / 2, PLACE, 0]
    assert svg.get("aria-label") == "名额"


def test_labels_and_numbers_are_text():
    found = texts(
        drawn(
            BarChart(
                "合格率", ["河北", "河南"], [Series("合格率", [Decimal("88.50"), None])], unit="%", most=100
            )
        )
    )
    assert {"河北", "河南", "88.5%", "–", "0%", "100%"} <= set(found)


def test_a_value_beyond_the_scale_stays_on_the_page():
    assert bars(drawn(BarChart("x", ["a"], [Series("x", [140])], most=100))) == [PLACE]


def test_two_series_stand_side_by_side_with_a_legend():
    svg = drawn(BarChart("名额", ["河北"], [Series("名额", [200]), Series("已批准", [100])]))
    assert bars(svg) == [PLACE, PLACE / 2]
    assert {"名额", "已批准"} <= set(texts(svg))
    assert len({one.get("fill") for one in rectangles(svg)}) == 2


def test_what_people_typed_is_not_markup():
    chart = bar_chart(BarChart('<"x">', ["<b>基地</b>"], [Series("&", [1])]))
    assert "<b>" not in chart
    assert "&lt;b&gt;基地&lt;/b&gt;" in chart


def test_31_provinces_fit_a_page_with_two_series():
    """170 mm wide on paper, so the height in points must stay below 240 mm."""
    chart = bar_chart(BarChart("x", ["省"] * 31, [Series("a", [1] * 31), Series("b", [1] * 31)]))
    found = re.search(r'viewBox="0 0 (\d+) (\d+)"', chart)
    assert found is not None
    width, height = map(int, found.groups())
    assert height / width * 170 < 215


def test_bars_of_text_share_the_scale_of_the_chart():
    seats, approved = Series("名额", [200, 100]), Series("已审核", [50, None])
    chart = BarChart("名额", ["北京", "河北"], [seats, approved], unit="人")
    assert text_bars(chart, seats, 8) == ["████████ 200人", "████ 100人"]
    assert text_bars(chart, approved, 8) == ["██ 50人", "–"]
