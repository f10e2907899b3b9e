"""The code of the second step; a wrong one stands in the record (T19)."""

from typing import Any

from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from django import forms

from accounts.middleware import asked_by
from accounts.services.traces import note_failed_code


class _NotedCode:
    user: Any

    def clean_code(self) -> str:
        """The code if it is right; raises ValidationError for a wrong one and for too many, on record."""
        try:
            code: str = super().clean_code()  # type: ignore[misc]
        except forms.ValidationError:
            note_failed_code(user=self.user, **asked_by(context.request))
            raise
        return code


class CodeForm(_NotedCode, AuthenticateForm):
    """At the sign-in."""


class CodeAgainForm(_NotedCode, ReauthenticateForm):
    """Before an act that wants it once more."""
