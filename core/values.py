"""Values the whole portal writes the same way."""

import datetime as dt
import operator as op
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db import models

from core.enums import Operator

CHINA = ZoneInfo("Asia/Shanghai")
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    Operator.GE: op.ge,
    Operator.GT: op.gt,
    Operator.LE: op.le,
    Operator.LT: op.lt,
    Operator.EQ: op.eq,
}


def holds(operator: str, left: Any, right: Any) -> bool:
    """True when `left operator right`; both sides of one comparable kind."""
    return _COMPARE[operator](left, right)


def share_holds(operator: str, part: int | Decimal, whole: int | Decimal, threshold: Decimal) -> bool:
    """Compare part/whole with a threshold by cross-multiplication; an empty whole is a share of nothing."""
    return whole > 0 and holds(operator, Decimal(part), threshold * whole)


def day_end(day: dt.date) -> dt.datetime:
    """The exclusive instant at which a printed day is over: 24:00 Asia/Shanghai (P2)."""
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time.min, tzinfo=CHINA)


def day_start(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.min, tzinfo=CHINA)


def printed_day(instant: dt.datetime) -> dt.date:
    """The day a deadline is printed under: midnight belongs to the day before."""
    local = instant.astimezone(CHINA)
    return local.date() - dt.timedelta(days=1) if local.time() == dt.time.min else local.date()


def hours_field(**options: Any) -> models.DecimalField:
    """Class hours (课时), one decimal."""
    return models.DecimalField(max_digits=6, decimal_places=1, **options)


def money_field(**options: Any) -> models.DecimalField:
    """Yuan, two decimals."""
    return models.DecimalField(max_digits=14, decimal_places=2, **options)
