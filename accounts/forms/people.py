import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Unit
from accounts.rules import parse_phone
from accounts.rules.memberships import ROLES_OF
from core.forms import DateInput
from core.values import day_end, printed_day


def _until() -> forms.DateField:
    return forms.DateField(
        label=_("Until"),
        required=False,
        widget=DateInput(),
        help_text=_("The last day of the role. Leave it empty when no end is known."),
    )


class InviteForm(forms.Form):
    """A role in a unit for somebody new, or for the owner of a login name."""

    role = forms.ChoiceField(label=_("Role"))
    name = forms.CharField(label=_("Name"), max_length=60)
    login_name = forms.CharField(
        label=_("Login name"),
        max_length=60,
        required=False,
        help_text=_(
            "Somebody who has an account already: type their login name or registration number. "
            "Somebody new: leave it empty, and it is made from the name."
        ),
        widget=forms.TextInput(
            attrs={"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"}
        ),
    )
    phone = forms.CharField(
        label=_("Mobile phone"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    email = forms.EmailField(label=_("E-mail"), required=False)
    until = _until()

    def __init__(self, *args: Any, unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = ROLES_OF.get(unit.kind, ())
        field: Any = self.fields["role"]
        field.choices = [(role.value, role.label) for role in roles]

    def clean_phone(self) -> str:
        typed = self.cleaned_data["phone"]
        phone = parse_phone(typed) if typed else ""
        if phone is None:
            raise forms.ValidationError(_("Not a mobile number. It has 11 digits, such as 13912345678."))
        return phone

    def clean_until(self) -> dt.datetime | None:
        return _end_of(self.cleaned_data["until"])


class LimitForm(forms.Form):
    """Until when a role holds."""

    until = _until()
    reason = forms.CharField(
        label=_("Reason"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, membership: Membership, **kwargs: Any) -> None:
        ends_at = membership.ends_at
        kwargs.setdefault("initial", {"until": printed_day(ends_at) if ends_at else None})
        super().__init__(*args, **kwargs)

    def clean_until(self) -> dt.datetime | None:
        return _end_of(self.cleaned_data["until"])


def _end_of(day: dt.date | None) -> dt.datetime | None:
    return day_end(day) if day else None
