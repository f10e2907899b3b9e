"""What office and experts type."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bases.enums import Advice, ObjectionStatus
from bases.models import Call, Condition, Objection, Review, ScoringRow
from bases.queries import Candidate
from core.forms import DateInput
from core.templatetags.portal import name_of
from programs.forms import RowForm


class PlainForm(forms.Form):
    """The page's own error summary takes the focus, not the browser's bubble."""

    use_required_attribute = False


class PublicityForm(PlainForm):
    starts_on = forms.DateField(label=_("First day"), widget=DateInput())
    ends_on = forms.DateField(
        label=_("Last day"), widget=DateInput(), help_text=_("Shown until 24:00 of this day.")
    )


class ObjectionForm(forms.ModelForm):
    use_required_attribute = False
    sender = forms.CharField(label=_("From whom (real name)"), max_length=80)
    contact = forms.CharField(label=_("Contact"), max_length=120, required=False)

    class Meta:
        model = Objection
        fields = ("received_on", "sender", "contact", "text")
        widgets = {"received_on": DateInput(), "text": forms.Textarea(attrs={"rows": 4})}


class AnswerForm(PlainForm):
    status = forms.ChoiceField(
        label=_("Finding"),
        choices=[(one.value, one.label) for one in (ObjectionStatus.DISMISSED, ObjectionStatus.UPHELD)],
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label=_("What the inquiry found"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )


class ReviewersForm(PlainForm):
    """Experts who are free to be asked; those with a conflict of interest are not offered."""

    experts = forms.MultipleChoiceField(
        label=_("Experts"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick at least one expert.")},
    )

    def __init__(self, *args: Any, candidates: list[Candidate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.free = {str(one.membership.pk): one.membership for one in candidates if one.is_free}
        field: Any = self.fields["experts"]
        field.choices = [(key, f"{row.user} · {name_of(row.unit)}") for key, row in self.free.items()]

    def chosen(self) -> list[Any]:
        return [self.free[key] for key in self.cleaned_data["experts"]]


class ReviewForm(PlainForm):
    """One number for each line of the call's scoring sheet, an advice and its grounds."""

    def __init__(self, *args: Any, review: Review, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = list(review.application.call.scoring.all())
        lines = {
            f"row_{row.pk}": forms.IntegerField(
                label=name_of(row),
                min_value=0,
                max_value=row.points,
                help_text=_("0 to %(points)s points") % {"points": row.points},
            )
            for row in self.rows
        }
        self.fields = lines | {
            "advice": forms.ChoiceField(label=_("Advice"), choices=Advice, widget=forms.RadioSelect),
            "opinion": forms.CharField(
                label=_("Grounds"), max_length=2000, widget=forms.Textarea(attrs={"rows": 5}),
                help_text=_("Academic strength, director, people, equipment and rooms in a few sentences."),
            ),
        }  # fmt: skip

    def points(self) -> dict[int, int]:
        return {row.pk: self.cleaned_data[f"row_{row.pk}"] for row in self.rows}


class BaseForm(PlainForm):
    """A base that the province names; the reason says how it answers the committee's conditions (B6)."""

    name = forms.CharField(label=_("Name of the base"), max_length=120)
    replaces: Any = forms.ModelChoiceField(
        label=_("Replaces"), queryset=None, required=False, empty_label=_("No base: it is a new one")
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Own training site, equipment, staff, and the balance between regions."),
    )

    def __init__(self, *args: Any, bases: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["replaces"]
        field.queryset = bases
        field.label_from_instance = name_of


class CallForm(RowForm):
    class Meta:
        model = Call
        fields = [
            "title",
            "opens_on",
            "deadline",
            "contacts",
            "text",
            "application_notes",
            "director_notes",
            "trainer_notes",
        ]
        widgets = {
            "opens_on": DateInput(),
            "deadline": forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
            "contacts": forms.Textarea(attrs={"rows": 3}),
            "text": forms.Textarea(attrs={"rows": 14}),
        }


class ConditionForm(RowForm):
    class Meta:
        model = Condition
        fields = ["operator", "threshold", "printed", "box_label"]
        widgets = {"printed": forms.Textarea(attrs={"rows": 3})}


class ScoringForm(RowForm):
    class Meta:
        model = ScoringRow
        fields = ["name", "name_en", "points"]


PLAN_FORMS: dict[str, type[RowForm]] = {"call": CallForm, "condition": ConditionForm, "scoring": ScoringForm}
