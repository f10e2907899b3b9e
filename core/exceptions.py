"""Expected refusals: a sentence for the person, never a crash."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.functional import Promise

Text = str | Promise


class Refusal(Exception):
    """An act the portal declines; `message` says what and why, `remedy` how to put it right."""

    status = 409

    def __init__(self, message: Text, *, remedy: Text = "", params: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.params = dict(params or {})

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".strip()


class NotAllowed(Refusal, PermissionDenied):
    """The object is in the actor's scope, the act is not (403)."""

    status = 403


class IllegalTransition(Refusal):
    """The object is not in a state from which this verb leads on."""


class Stale(Refusal):
    """Somebody changed the object since this page was opened."""


class Closed(Refusal):
    """The subject of this year and province is closed (关账)."""
