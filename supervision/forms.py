"""What units, reviewers and the office type on scorecards."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Region, Unit
from core.forms import DateInput, ReasonForm
from core.uploads import FileUpload
from core.values import CHINA
from programs.forms import RowForm
from supervision.enums import ActivityKind, FundDirection, FundKind
from supervision.models import Criterion, ScorecardLine
from supervision.services import Entry

PAPERS = _("PDF, JPG or PNG, at most 20 MB.")


def points_field(maximum: Decimal, label: Any, *, required: bool = False) -> forms.DecimalField:
    """0 to the maximum in halves."""
    field = forms.DecimalField(
        label=label, min_value=0, max_value=maximum, decimal_places=1, required=required
    )
    field.widget.attrs.update({"step": "0.5", "inputmode": "decimal"})
    return field


def _people(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One person a line: name, unit, title."),
    )


class SelfAssessmentForm(forms.Form):
    """Points, explanation and papers for each line of a sheet that is open to the unit."""

    use_required_attribute = False

    def __init__(self, *args: Any, lines: Iterable[ScorecardLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = list(lines)
        for line in self.lines:
            text = line.criterion.text
            self.fields[f"points_{line.pk}"] = points_field(
                line.maximum, _("Own points: %(criterion)s") % {"criterion": text}
            )
            self.fields[f"note_{line.pk}"] = forms.CharField(
                label=_("Explanation: %(criterion)s") % {"criterion": text},
                required=False,
                max_length=2000,
                widget=forms.Textarea(attrs={"rows": 2}),
            )
            self.fields[f"file_{line.pk}"] = FileUpload(
                label=_("Evidence for: %(criterion)s") % {"criterion": text}, required=False
            )
            for paper in line.evidence.all():
                self.fields[f"remove_{paper.pk}"] = forms.BooleanField(
                    label=_("Take back “%(name)s”") % {"name": paper.name}, required=False
                )
            points = None if line.self_points is None else f"{line.self_points.normalize():f}"
            self.initial.update({f"points_{line.pk}": points, f"note_{line.pk}": line.note})

    def of(self, line: ScorecardLine) -> dict[str, Any]:
        """The bound fields of one line, for its row of the sheet."""
        papers = [(paper, self[f"remove_{paper.pk}"]) for paper in line.evidence.all()]
        return {
            "points": self[f"points_{line.pk}"],
            "note": self[f"note_{line.pk}"],
            "file": self[f"file_{line.pk}"],
            "papers": papers,
        }

    def entries(self) -> dict[int, Entry]:
        """What save_self_assessment takes."""
        return {line.pk: self._entry(line) for line in self.lines}

    def _entry(self, line: ScorecardLine) -> Entry:
        data = self.cleaned_data
        files: Sequence[UploadedFile] = [data[f"file_{line.pk}"]] if data[f"file_{line.pk}"] else []
        removed = frozenset(paper.pk for paper in line.evidence.all() if data[f"remove_{paper.pk}"])
        return Entry(data[f"points_{line.pk}"], data[f"note_{line.pk}"], files, removed)


class OverrideForm(ReasonForm):
    """Other points than measured or claimed, with the reason."""

    points = forms.DecimalField()
    field_order = ["points", "reason"]

    def __init__(self, *args: Any, maximum: Decimal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["points"] = points_field(maximum, _("Points in review"), required=True)
        self.fields["points"].help_text = _("0 to %(points)s in steps of 0.5.") % {
            "points": maximum.normalize()
        }


class CriterionForm(RowForm):
    """The office's reading of a criterion; the printed words stay as they are."""

    class Meta:
        model = Criterion
        fields = [
            "points",
            "operator",
            "threshold",
            "applies_administrative",
            "applies_technical",
            "applies_base",
            "reading",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["threshold"].help_text = _("A share is a fraction of 1, a day is written YYYY-MM-DD.")


class ThresholdForm(ReasonForm):
    """A province's own threshold (S4)."""

    region = forms.ModelChoiceField(label=_("Province"), queryset=Region.objects.none())
    threshold = forms.CharField(
        label=_("Threshold"),
        max_length=20,
        help_text=_("A share is a fraction of 1, a day is written YYYY-MM-DD."),
    )
    field_order = ["region", "threshold", "reason"]
    use_required_attribute = False

    def __init__(self, *args: Any, regions: QuerySet[Region], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region"].queryset = regions  # type: ignore[attr-defined]


class ActivityForm(forms.Form):
    """What was held or published (S7, C13)."""

    kind = forms.ChoiceField(label=_("Kind"), choices=ActivityKind)
    title = forms.CharField(label=_("Title"), max_length=120)
    held_on = forms.DateField(label=_("Day"), widget=DateInput())
    participants = forms.IntegerField(
        label=_("Participants"), min_value=0, max_value=10_000_000, required=False
    )
    note = forms.CharField(
        label=_("Content"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Place, partners, media; for published pieces the text or where it was shown."),
    )
    file = FileUpload(label=_("Evidence"), required=False, help_text=PAPERS)

    use_required_attribute = False


class FundForm(forms.Form):
    """One entry in the unit's book (S6)."""

    kind = forms.ChoiceField(label=_("Kind"), choices=FundKind)
    direction = forms.ChoiceField(
        label=_("Direction"),
        choices=[("", "–"), *FundDirection.choices],
        required=False,
        help_text=_("For budget and spending only."),
    )
    amount = forms.DecimalField(label=_("Amount (yuan)"), max_digits=14, decimal_places=2)
    booked_on = forms.DateField(label=_("Day"), widget=DateInput())
    note = forms.CharField(label=_("Remark"), required=False, max_length=200)
    file = FileUpload(label=_("Evidence"), required=False, help_text=PAPERS)

    use_required_attribute = False


class ProvincialFileForm(forms.Form):
    """Who answers in the province and with which plan (P5)."""

    in_charge = forms.CharField(label=_("Person in charge"), max_length=120, required=False)
    contact = forms.CharField(
        label=_("Contact"), max_length=120, required=False, help_text=_("Office phone or mailbox.")
    )
    working_group = _people(_("Working group"))
    expert_group = _people(_("Expert group"))
    nominees = _people(_("Nominees to the committee"))
    plan = FileUpload(label=_("Year plan"), required=False, help_text=PAPERS)
    manual = FileUpload(label=_("Work manual"), required=False, help_text=PAPERS)

    use_required_attribute = False


class VisitForm(forms.Form):
    """A quality-control visit to a base of the province."""

    base = forms.ModelChoiceField(label=_("Training base"), queryset=Unit.objects.none())
    visited_on = forms.DateField(label=_("Day"), widget=DateInput())
    visitors = forms.CharField(label=_("Visitors"), max_length=200)
    result = forms.CharField(
        label=_("Result"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("What was looked at, what is to be mended and by when."),
    )
    file = FileUpload(label=_("Record of the visit"), required=False, help_text=PAPERS)

    use_required_attribute = False

    def __init__(self, *args: Any, bases: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["base"].queryset = bases  # type: ignore[attr-defined]


def day_in_china(moment: Any) -> Any:
    """Today's date as forms suggest it."""
    return moment.astimezone(CHINA).date()
