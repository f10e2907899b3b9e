"""Values the whole portal writes the same way."""

import datetime as dt
import operator as op
import re
import unicodedata
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db import models
from django.utils.translation import gettext as _

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


_DATE = re.compile(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?")
# day 0 of spreadsheet programs
_SERIAL = dt.date(1899, 12, 30)


def read_date(text: str) -> dt.date | None:
    """A day as people type it or as a spreadsheet shows it; None for anything else.

    With dashes, strokes, dots or 年月日 between, or nothing; with a time behind it; and as the number of the day.
    """
    folded = "".join(unicodedata.normalize("NFKC", text).strip().partition(" ")[0].split())
    if re.fullmatch(r"[1-9]\d{4}", folded):
        return _SERIAL + dt.timedelta(days=int(folded))
    found = _DATE.fullmatch(folded)
    if not found or (folded.isdigit() and len(folded) != 8):
        return None
    try:
        return dt.date(*map(int, found.groups()))
    except ValueError:
        return None


def visible(text: str) -> str:
    """Without marks that nobody sees: zero-width spaces, joiners, direction marks, soft hyphens."""
    return "".join(char for char in text if unicodedata.category(char) != "Cf")


def hours_field(**options: Any) -> models.DecimalField:
    """Class hours (课时), one decimal."""
    return models.DecimalField(max_digits=6, decimal_places=1, **options)


def money_field(**options: Any) -> models.DecimalField:
    """Yuan, two decimals."""
    return models.DecimalField(max_digits=14, decimal_places=2, **options)


def some_of(words: Sequence[str], most: int) -> str:
    """The first `most` words; how many more there are is said."""
    shown, more = "、".join(words[:most]), len(words) - most
    return _("%(names)s and %(more)s more") % {"names": shown, "more": more} if more > 0 else shown
