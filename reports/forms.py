from django import forms
from django.utils.translation import gettext_lazy as _

from reports.models import AnnualReport


class NarrativeForm(forms.Form):
    """What the document wants told beside the figures."""

    achievements = forms.CharField(
        label=_("Achievements"), required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("What the year brought: training, exam, bases, what was done well and should go on."),
    )  # fmt: skip
    problems = forms.CharField(
        label=_("Problems"), required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("What did not go well, why, and what is to be done about it."),
    )  # fmt: skip
    funds = forms.CharField(
        label=_("Use of funds"), required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("What arrived, what was spent on what, what is left."),
    )  # fmt: skip

    @staticmethod
    def told(report: AnnualReport) -> dict[str, str]:
        return report.narrative
