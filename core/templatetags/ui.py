"""Presentational tags and filters: icons, tokens, page numbers, and the pairing of columns with cells."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from django import template
from django.contrib.staticfiles import finders
from django.core.paginator import Page
from django.forms import BoundField, Form
from django.middleware.csrf import get_token
from django.template.context import Context
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

register = template.Library()

SPRITE = "portal/icons.svg"
KIND = re.compile(r"[a-z0-9_]+")
FINDING_LOOKS = {
    "passed": ("success", "circle-check"),
    "no_data": ("neutral", "help-circle"),
    "hard": ("danger", "circle-x"),
    "warn": ("warning", "alert-triangle"),
    "info": ("info", "info-circle"),
}
TONE_ICONS = {
    "success": "circle-check",
    "danger": "circle-x",
    "warning": "alert-triangle",
    "info": "info-circle",
    "neutral": "circle",
}


@lru_cache
def icon_names() -> frozenset[str]:
    """The names in the shipped sprite."""
    path = finders.find(SPRITE)
    if not path:
        raise LookupError(f"{SPRITE} is not among the static files")
    return frozenset(re.findall(r'<symbol id="([^"]+)"', Path(path).read_text("utf-8")))


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """A sprite icon; hidden from assistive technology unless it has a label of its own."""
    if name not in icon_names():
        raise ValueError(f"no icon “{name}”: add it to frontend/icons.txt and run frontend/vendor.py")
    href = f"{static(SPRITE)}#{name}"
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}"><use href="{}"></use></svg>', label, href
        )
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}"></use></svg>', href
    )


@register.simple_tag(takes_context=True)
def post_token(context: Context) -> SafeString:
    """The CSRF field, also inside `{% include … only %}`, where the context has lost it."""
    request = getattr(context, "request", None) or context.get("request")
    if request is None:
        return SafeString("")
    return format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', get_token(request))


@register.simple_tag
def colon() -> str:
    """Between a label and its value; Chinese has a sign of its own."""
    return _(": ")


@register.simple_tag
def page_numbers(page: Page) -> list[int | None]:
    """Page numbers around the current one; None stands for a gap."""
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
    return [number if isinstance(number, int) else None for number in numbers]


@register.filter
def with_columns(row: Any, columns: Iterable[Any]) -> list[tuple[Any, Any]]:
    """Each cell of a table's row with its column."""
    cells = row["cells"] if isinstance(row, Mapping) else row.cells
    return list(zip(cells, columns, strict=True))


@register.filter
def template_key(kind: str) -> str:
    """A kind that may stand in a template's path."""
    if not KIND.fullmatch(kind):
        raise ValueError(f"not a kind: {kind!r}")
    return kind


@register.filter
def finding_templates(finding: Any) -> tuple[str, str]:
    """The wording of a finding's kind, or the general one."""
    return f"findings/{template_key(finding.kind)}.html", "findings/default.html"


@register.filter
def remedy_templates(remedy: Any) -> tuple[str, str]:
    """The wording of a remedy's kind, or the general one."""
    return f"findings/remedies/{template_key(remedy.kind)}.html", "findings/remedies/default.html"


def _look(finding: Any) -> tuple[str, str]:
    status, severity = str(finding.status), str(finding.severity)
    return FINDING_LOOKS[status if status in FINDING_LOOKS else severity]


@register.filter
def finding_tone(finding: Any) -> str:
    return _look(finding)[0]


@register.filter
def finding_icon(finding: Any) -> str:
    return _look(finding)[1]


@register.filter
def tone_icon(tone: str) -> str:
    return TONE_ICONS[tone]


@register.filter
def more_in_use(form: Form, shown: int) -> bool:
    """Whether a field beyond the first `shown` carries a value, so that it must not stay folded."""
    return any(field.data not in (None, "", []) for field in form.visible_fields()[shown:])


@register.filter
def is_checkbox(field: BoundField) -> bool:
    return getattr(field.field.widget, "input_type", "") == "checkbox" and not field.use_fieldset


@register.filter
def chart_rows(chart: Mapping[str, Any]) -> list[tuple[str, str, list[Any]]]:
    """The chart as a table: label, way to the rows, and one cell per series."""
    categories = list(chart["categories"])
    urls = chart.get("urls") or [""] * len(categories)
    series = [one["data"] for one in chart["series"]]
    return [(label, url, list(cells)) for label, url, *cells in zip(categories, urls, *series, strict=True)]


@register.filter
def chart_spec(chart: Mapping[str, Any]) -> dict[str, Any]:
    """What the browser draws; labels are made plain strings here because they may be lazy."""
    return {
        "kind": chart.get("kind", "bar"),
        "unit": str(chart.get("unit", "")),
        "target": chart.get("target"),
        "categories": [str(one) for one in chart["categories"]],
        "series": [{"name": str(one["name"]), "data": list(one["data"])} for one in chart["series"]],
    }
