import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import ReasonForm
from core.values import CHINA
from exams.models import ExamWindow


class MinuteInput(forms.DateTimeInput):
    """A day and a minute in Beijing time."""

    input_type = "datetime-local"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M", **kwargs)


class WindowForm(ReasonForm):
    """When attempts may start; the end is exclusive."""

    opens_at = forms.DateTimeField(label=_("Opens"), widget=MinuteInput())
    closes_at = forms.DateTimeField(
        label=_("Closes"), widget=MinuteInput(), help_text=_("24:00 of a day is 00:00 of the next.")
    )
    field_order = ("opens_at", "closes_at", "reason")

    @classmethod
    def of(cls, window: ExamWindow) -> "WindowForm":
        def local(instant: dt.datetime) -> dt.datetime:
            return instant.astimezone(CHINA).replace(tzinfo=None)

        return cls(initial={"opens_at": local(window.opens_at), "closes_at": local(window.closes_at)})


class DecisionForm(ReasonForm):
    """Accept or not, with the reason."""

    accept = forms.TypedChoiceField(
        label=_("Decision"),
        choices=[("yes", _("Accept")), ("no", _("Do not accept"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    field_order = ("accept", "reason")


class LookupForm(forms.Form):
    """The public search for a certificate: both must be right."""

    number = forms.CharField(label=_("Certificate number"), max_length=40)
    name = forms.CharField(label=_("Name"), max_length=60)
