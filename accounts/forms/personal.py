from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.personal import Secret


class DisclosureForm(forms.Form):
    """What is to be shown in full, and what for."""

    secrets = forms.MultipleChoiceField(
        label=_("In full"), choices=Secret, widget=forms.CheckboxSelectMultiple, initial=[Secret.ID_NUMBER]
    )
    purpose = forms.CharField(
        label=_("Purpose"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "For whom the list is and why masked numbers will not do. Your colleague decides by this."
        ),
    )
