"""Bar charts for paper as SVG, for a word processor as text; pure, text stays text so that a reader can search and copy it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

FONT = "Portal SC, Noto Sans CJK SC, sans-serif"
# told apart in print without color by light and dark
COLORS = ("#9db8d2", "#0b3f70", "#c05c00")
WIDTH, LABELS, NUMBERS = 660, 140, 56
BAR, GAP, TOP, LEGEND = 9, 5, 8, 20
Amount = int | float | Decimal | None


@dataclass(frozen=True, slots=True)
class Series:
    name: str
    values: Sequence[Amount]


@dataclass(frozen=True, slots=True)
class BarChart:
    """Horizontal bars, one group for each label; `most` fixes the right end of the scale, `unit` follows each number."""

    title: str
    labels: Sequence[str]
    series: Sequence[Series]
    unit: str = ""
    most: Amount = None


def nice_end(value: Amount) -> Decimal:
    """The round number at or above the value that four equal parts divide well; 1 for nothing."""
    amount = Decimal(str(value or 0))
    if amount <= 0:
        return Decimal(1)
    power = Decimal(10) ** (amount.adjusted())
    return next(power * step for step in (1, 2, 4, 6, 8, 10) if power * step >= amount)


def _end(chart: BarChart) -> Decimal:
    values = [value for one in chart.series for value in one.values if value is not None]
    return nice_end(chart.most if chart.most is not None else max(values, default=0))


def text_bars(chart: BarChart, series: Series, width: int = 24) -> list[str]:
    """Each value as a bar of characters, on the scale of the whole chart, and its number."""
    end = _end(chart)
    return [
        "–"
        if value is None
        else f"{'█' * round(Decimal(str(value)) * width / end)} {_number(Decimal(str(value)))}{chart.unit}"
        for value in series.values
    ]


def bar_chart(chart: BarChart) -> SafeString:
    """The chart as one <svg>; a missing value has no bar and reads –."""
    end = _end(chart)
    row = BAR * len(chart.series) + GAP
    legend = LEGEND if len(chart.series) > 1 else 0
    body = TOP + legend
    height = body + row * len(chart.labels) + 18
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}" width="{}" height="{}" role="img" aria-label="{}" '
        'font-family="{}" font-size="8.5">{}{}{}</svg>',
        WIDTH, height, WIDTH, height, chart.title, FONT,
        _legend(chart.series) if legend else "",
        _scale(end, chart.unit, body, height - 18),
        _groups(chart, end, body, row),
    )  # fmt: skip


def _legend(series: Sequence[Series]) -> SafeString:
    return format_html_join(
        "", '<rect x="{}" y="4" width="10" height="10" fill="{}"/><text x="{}" y="12.5">{}</text>',
        ((LABELS + 170 * number, COLORS[number % len(COLORS)], LABELS + 170 * number + 15, one.name)
         for number, one in enumerate(series)),
    )  # fmt: skip


def _x(value: Amount, end: Decimal) -> Decimal:
    """How far the bar of a value reaches, one decimal of a point."""
    return (Decimal(str(value)) * (WIDTH - LABELS - NUMBERS) / end).quantize(Decimal("0.1"))


def _scale(end: Decimal, unit: str, top: int, bottom: int) -> SafeString:
    ticks = [end * part / 4 for part in range(5)]
    return format_html_join(
        "", '<line x1="{0}" x2="{0}" y1="{1}" y2="{2}" stroke="#d5dbe3" stroke-width="0.6"/>'
        '<text x="{0}" y="{3}" text-anchor="middle" fill="#555" font-size="8">{4}{5}</text>',
        ((LABELS + _x(tick, end), top, bottom, bottom + 11, _number(tick), unit) for tick in ticks),
    )  # fmt: skip


def _groups(chart: BarChart, end: Decimal, top: int, row: int) -> SafeString:
    return format_html_join(
        "", '<text x="{}" y="{}" text-anchor="end">{}</text>{}',
        ((LABELS - 8, top + row * number + (row - GAP) / 2 + 3, label, _bars(chart, end, top + row * number, number))
         for number, label in enumerate(chart.labels)),
    )  # fmt: skip


def _bars(chart: BarChart, end: Decimal, top: int, number: int) -> SafeString:
    return format_html_join(
        "", '<rect x="{}" y="{}" width="{}" height="{}" fill="{}"/><text x="{}" y="{}" font-size="7.5">{}</text>',
        (_bar(one.values[number], end, top + BAR * place, COLORS[(place if len(chart.series) > 1 else 1) % len(COLORS)], chart.unit)
         for place, one in enumerate(chart.series)),
    )  # fmt: skip


def _bar(value: Amount, end: Decimal, y: int, color: str, unit: str) -> tuple[object, ...]:
    reach = _x(min(Decimal(str(value)), end), end) if value is not None else Decimal(0)
    words = "–" if value is None else f"{_number(Decimal(str(value)))}{unit}"
    return LABELS, y, reach, BAR - 1, color, LABELS + reach + 4, y + BAR - 2, words


def _number(value: Decimal) -> str:
    text = f"{value:,.2f}"
    return text.rstrip("0").rstrip(".")
