"""A threshold as the plan writes it (text) and as it is compared."""

import datetime as dt
from decimal import Decimal, InvalidOperation

from core.enums import Measure

Threshold = Decimal | dt.date


def parsed(unit: str, text: str | None) -> Threshold | None:
    """The threshold in the kind its unit compares by; None where the text gives none. Raises ValueError."""
    if not text:
        return None
    if unit == Measure.DATE:
        return dt.date.fromisoformat(text)
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise ValueError(text) from error
    if not number.is_finite():
        raise ValueError(text)
    return number


def moved(unit: str, text: str | None, years: int) -> str | None:
    """The threshold in another year: a day keeps its month and day, the last of February its meaning."""
    day = parsed(unit, text)
    if not isinstance(day, dt.date):
        return text
    last = day.month == 2 and day.day == 29
    return day.replace(year=day.year + years, day=28 if last else day.day).isoformat()
