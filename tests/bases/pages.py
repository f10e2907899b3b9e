"""What the page tests of this room share."""

from typing import Any

import time_machine
from django.test import Client
from django.urls import reverse

from tests.bases import factories as make
from tests.bases.factories import NOW
from tests.factories import Persona


def url(name: str, obj: Any = None, **more: Any) -> str:
    kwargs = {"program": "nuclear", "year": 2024, **more}
    return reverse(f"bases:{name}", kwargs=kwargs | ({"pk": obj.pk} if obj else {}))


def english(someone: Persona) -> Client:
    """The person's browser, set to English."""
    someone.client.cookies["django_language"] = "en"
    return someone.client


def typed(section: str, **changes: Any) -> dict[str, Any]:
    """The section's values as a browser sends them."""
    values = make.SECTIONS[section] | changes
    return {name: _as_sent(value) for name, value in values.items()}


def _as_sent(value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else value


def posted(application: Any, section: str, **changes: Any) -> dict[str, Any]:
    return typed(section, **changes) | {"revision": make.again(application).revision}


def act(someone: Persona, name: str, obj: Any, now: Any = NOW, **data: Any) -> list[str]:
    """Press a button; the messages of the page it leads to."""
    with time_machine.travel(now, tick=False):
        page = english(someone).post(url(name, obj), data, follow=True)
    assert page.status_code == 200
    return [str(message) for message in page.context["messages"]]
