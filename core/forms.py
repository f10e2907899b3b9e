from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting
from django.utils.translation import gettext_lazy as _

from core.exceptions import Refusal


class PortalRenderer(TemplatesSetting):
    """One field template gives label, hint, error and aria to every form."""

    field_template_name = "forms/field.html"


class ReasonForm(forms.Form):
    """The written reason that many acts want."""

    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


def add_refusal(form: forms.BaseForm, refusal: Refusal, field: str | None = None) -> None:
    """Show a service's refusal where the person typed, with everything typed still there."""
    form.add_error(field, forms.ValidationError(str(refusal)))


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)
