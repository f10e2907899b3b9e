from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.enums import Measure
from core.forms import ReasonForm
from core.templatetags.portal import name_of
from enrollment.enums import FundingKind
from enrollment.models import Enrollment, Rule
from enrollment.queries import institutions_near
from enrollment.services.people import FACTS
from programs.enums import Generation, Track
from programs.forms import RowForm


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("Workbook"),
        help_text=_(".xlsx from the template, at most 10 MB. Nothing is taken in before you confirm."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls"}),
    )


class PastForm(forms.Form):
    names = forms.CharField(
        label=_("Institutions of last year"),
        help_text=_("One institution per line, full official name."),
        widget=forms.Textarea(attrs={"rows": 12}),
        max_length=40_000,
    )

    def clean_names(self) -> list[str]:
        return [line for line in self.cleaned_data["names"].splitlines() if line.strip()]


class FundingForm(ReasonForm):
    funding = forms.ChoiceField(label=_("Funded by"), choices=FundingKind)


class ReplaceForm(ReasonForm):
    """Those of the same track who wait can take the place."""

    by = forms.ModelChoiceField(label=_("Who takes the place"), queryset=Enrollment.objects.none())
    field_order = ["by", "reason"]

    def __init__(self, *args: Any, enrollment: Enrollment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        waiting = enrollment.year.enrollments.waiting().filter(
            region=enrollment.region_id, track=enrollment.track
        )
        field: Any = self.fields["by"]
        if not waiting.exists():
            field.help_text = _("Nobody of this track waits. Upload the newcomer as a roster first.")
        field.queryset = waiting.select_related("person", "institution").order_by("applied_at", "pk")
        field.label_from_instance = lambda row: f"{row.person.name} · {row.institution.name}"


class FactsForm(forms.ModelForm):
    """What was applied with; frozen at approval."""

    class Meta:
        model = Enrollment
        fields = FACTS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        year, region = self.instance.year, self.instance.region
        specialties = year.specialty_rows.all()
        only = {"online_only": True} if self.instance.track == Track.ONLINE_ONLY else {}
        self._offer("specialty", specialties.filter(generation=Generation.OLD, **only))
        self._offer("fine_specialty", specialties.filter(generation=Generation.FINE))
        self._offer("priority_program", year.priorityprogram_rows.all())
        self._offer("institution", institutions_near(region))

    def _offer(self, name: str, rows: Any) -> None:
        field: Any = self.fields[name]
        field.queryset = rows
        field.label_from_instance = name_of


class RuleForm(RowForm):
    """How much a rule asks for, and whether it stops a roster or only wants a reason (E4–E10)."""

    class Meta:
        model = Rule
        fields = ["threshold", "severity"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["threshold"] = f"{self.instance.threshold.normalize():f}"
        if self.instance.unit == Measure.SHARE:
            self.fields["threshold"].help_text = _("As a fraction of 1: 0.7 stands for 70 %.")
