"""What a POST of a target sends so that it goes through: the form of its page filled in as a person would."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.formsets import BaseFormSet
from django.forms.models import ModelChoiceIteratorValue
from django.http import HttpResponse
from django.template import Context
from django.test import Client

from tests.access import ready_collecting, ready_rooms, ready_sittings  # noqa: F401 - they fill READY
from tests.access.ready import QUERY, READY
from tests.access.requests import address, ask
from tests.access.world import Target, World
from tests.factories import NOW


def sending(world: World, name: str, who: str, built: Target) -> tuple[str, dict[str, Any]]:
    """Where and what `who` sends so that the act goes through, its object made ready for it."""
    # a copy: what makes an act ready stands for the next sweep, too
    more = dict(READY[name](world, built) or {}) if name in READY else {}
    query = more.pop(QUERY, "")
    url = address(world, name, built.own) + (f"?{query}" if query else "")
    data = {**filled(world.client(who), url), **built.data, **more}
    return url, {key: value for key, value in data.items() if value is not None}


def again(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """The same once more: files are read from their beginning."""
    for value in data.values():
        if hasattr(value, "seek"):
            value.seek(0)
    return data


def forms_of(response: HttpResponse) -> Iterator[forms.BaseForm]:
    """The forms that a page was made from."""
    seen: set[int] = set()
    found = getattr(response, "context", None) or []
    # a page of one template has one context, not a list of them
    for context in [found] if isinstance(found, Context) else found:
        for value in context.flatten().values():
            for form in _within(value):
                if id(form) not in seen:
                    seen.add(id(form))
                    yield form


def _within(value: Any) -> Iterable[forms.BaseForm]:
    if isinstance(value, forms.BaseForm):
        return [value]
    if isinstance(value, BaseFormSet):
        return [value.management_form, *value.forms]
    return []


def filled(client: Client, url: str) -> dict[str, Any]:
    """Every field of the form at an address as it stands, and a value where it is empty and wanted."""
    page = ask(client, "get", url, {})
    if page.status_code == 405:
        page = ask(client, "post", url, {})
    found: dict[str, Any] = {}
    for form in forms_of(page):
        for bound in form:
            value = bound.value()
            if value in (None, "", []) and (bound.field.required or bound.name == "reason"):
                value = likely(bound)
            if value is not False and value not in (None, "", []):
                found.setdefault(bound.html_name, sent(bound, value))
    return found


def sent(bound: BoundField, value: Any) -> Any:
    """As the browser sends it."""
    if isinstance(value, list | tuple | set):
        return [str(getattr(one, "pk", one)) for one in value]
    if value is True:
        return "on"
    if hasattr(value, "read"):
        return value
    prepared = (
        bound.field.widget.format_value(value) if not isinstance(bound.field, forms.ChoiceField) else value
    )
    return str(getattr(value, "pk", value) if isinstance(prepared, list | tuple) else prepared)


def likely(bound: BoundField) -> Any:
    field = bound.field
    if hasattr(field, "choices"):
        first = first_of(field.choices)
        return (
            ([first] if first else [])
            if isinstance(field, forms.MultipleChoiceField | forms.ModelMultipleChoiceField)
            else first
        )
    if isinstance(field, forms.DateTimeField):
        return NOW + dt.timedelta(days=1)
    if isinstance(field, forms.DateField):
        return NOW.date()
    if isinstance(field, forms.BooleanField):
        return True
    if isinstance(field, forms.FileField):
        return None
    if isinstance(field, forms.IntegerField | forms.DecimalField):
        return field.min_value or 1
    return "核对"


def first_of(choices: Any) -> Any:
    for value, label in choices:
        if isinstance(label, list | tuple):
            return first_of(label)
        if isinstance(value, ModelChoiceIteratorValue):
            value = value.value
        if value not in ("", None):
            return value
    return None
