"""How values are written on screen and in documents; the same in both languages' places."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django import template
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.enums import Measure, Operator
from core.values import CHINA, printed_day

register = template.Library()
_DASH = "–"


def _decimal(value: Decimal, places: int = 2) -> str:
    # grouped in both languages: Django's zh-hans formats know no separator
    text = f"{value:,.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def display(value: Any, kind: str = "text") -> str:
    """A value as text: an empty one as a dash, instants in Asia/Shanghai, numbers grouped."""
    if value is None or value == "":
        return _DASH
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, dt.datetime):
        return timezone.localtime(value, CHINA).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, dt.date):
        return value.isoformat()
    if kind == "code" or isinstance(value, str):
        return str(value)
    if isinstance(value, Decimal):
        return _decimal(value, 1 if kind == "percent" else 2) + ("%" if kind == "percent" else "")
    if isinstance(value, int):
        return f"{value:,}" + ("%" if kind == "percent" else "")
    return str(value)


@register.filter(name="display")
def display_filter(value: Any, kind: str = "text") -> str:
    return display(value, kind)


@register.filter
def deadline(instant: dt.datetime | None) -> str:
    """An exclusive instant as people write it: midnight is 24:00 of the day before (P2)."""
    if instant is None:
        return _DASH
    local = instant.astimezone(CHINA)
    day = printed_day(instant)
    clock = "24:00" if local.time() == dt.time.min else local.strftime("%H:%M")
    return _("%(year)s-%(month)02d-%(day)02d %(clock)s") % {
        "year": day.year,
        "month": day.month,
        "day": day.day,
        "clock": clock,
    }


@register.filter
def day(value: dt.date | dt.datetime | None) -> str:
    if value is None:
        return _DASH
    if isinstance(value, dt.datetime):
        value = value.astimezone(CHINA).date()
    return value.isoformat()


@register.filter
def measure(value: Any, unit: str) -> str:
    """A figure's amount in its unit; a share is a fraction of 1 shown in percent."""
    if value is None or value == "":
        return _DASH
    if unit == Measure.SHARE:
        return _decimal(Decimal(str(value)) * 100, 1) + "%"
    if unit == Measure.MONEY:
        return f"¥{Decimal(value):,.2f}"
    if unit == Measure.FLAG:
        return _("Yes") if value else _("No")
    if unit == Measure.HOURS:
        return _("%(hours)s class hours") % {"hours": _decimal(Decimal(str(value)), 1)}
    return display(Decimal(str(value)) if isinstance(value, float | str) and unit != Measure.DATE else value)


@register.filter
def operator_sign(operator: str) -> str:
    return str(Operator(operator).label) if operator else ""


@register.filter
def name_of(obj: Any) -> str:
    """Reference rows carry `name` and `name_en`; people's own text is never translated."""
    if obj is None:
        return _DASH
    english = getattr(obj, "name_en", "")
    return english if english and (get_language() or "").startswith("en") else str(getattr(obj, "name", obj))


@register.filter
def item(mapping: Any, key: Any) -> Any:
    """A member of a mapping under a variable key."""
    return mapping.get(key) if mapping else None


@register.filter
def mask_id(text: str) -> str:
    """An identity number in lists: the region and the last four."""
    return f"{text[:6]}{'*' * (len(text) - 10)}{text[-4:]}" if len(text) >= 15 else "*" * len(text)


@register.filter
def mask_phone(text: str) -> str:
    return f"{text[:3]}****{text[-4:]}" if len(text) >= 11 else "*" * len(text)
