"""One service behind a button or a form: success leads on, a refusal loses nothing that was typed."""

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from core.exceptions import NotAllowed, Refusal
from core.forms import add_refusal

Result = TypeVar("Result")


def act(
    request: HttpRequest, service: Callable[[], Any], done: Callable[[Any], str], to: str
) -> HttpResponse:
    """One service, then back: its success or its refusal as a message. A missing permission stays a 403."""
    try:
        result = service()
    except NotAllowed:
        raise
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done(result))
    return redirect(to)


def submitted(
    request: HttpRequest, form: forms.BaseForm, service: Callable[[dict[str, Any]], Result]
) -> Result | None:
    """What the service gave for a good form; None when the form must be shown (again)."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        return service(form.cleaned_data)
    except NotAllowed:
        raise
    except Refusal as refusal:
        add_refusal(form, refusal)
        return None
