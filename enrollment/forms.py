from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.institutions import InstitutionPick, institution_option
from accounts.models import Institution, Region
from accounts.scope import Scope
from core.enums import Measure
from core.forms import ReasonForm
from core.templatetags.portal import name_of
from core.uploads import WORKBOOKS, FileUpload
from enrollment.enums import FundingKind
from enrollment.files import PICTURES
from enrollment.imports.preview import NewPlace
from enrollment.models import Enrollment, Rule
from enrollment.queries import institutions_near, workplaces_for
from enrollment.rules.again import FACTS
from programs.enums import Generation, Track
from programs.forms import RowForm
from programs.models import ProgramYear, Specialty


class UploadForm(forms.Form):
    file = FileUpload(
        policy=WORKBOOKS,
        label=_("Workbook"),
        help_text=_(".xlsx from the template, at most 10 MB. Nothing is taken in before you confirm."),
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
        field.queryset = waiting.select_related("person", "institution__merged_into").order_by(
            "applied_at", "pk"
        )
        # what the choice does to the rules is shown at once; without scripts the button beside it asks
        field.widget.attrs |= {"hx-get": "", "hx-target": "#outlook"}
        field.label_from_instance = lambda row: f"{row.person.name} · {row.institution.name}"


class PlaceForm(forms.Form):
    """Which institution of the province a workplace of an upload is."""

    institution = InstitutionPick(label=_("Institution"))
    keep = forms.BooleanField(
        label=_("Remember the name"),
        required=False,
        initial=True,
        help_text=_("It becomes another name of the institution; the next roster is read with it."),
    )

    def __init__(self, *args: Any, region: Region, place: NewPlace, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["institution"]
        field.queryset = institutions_near(region)
        field.suggested = [institution_option(one) for one in place.alike]


class FactsForm(forms.ModelForm):
    """What was applied with; frozen at approval."""

    institution = InstitutionPick(label=_("Workplace"))

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
        self.fields["institution"].queryset = institutions_near(region)  # type: ignore[attr-defined]

    def _offer(self, name: str, rows: Any) -> None:
        field: Any = self.fields[name]
        field.queryset = rows
        field.label_from_instance = name_of


class ChangeForm(ReasonForm):
    """What is held about a trainee, to be corrected where it is wrong; the province decides."""

    name = forms.CharField(label=_("Full name"), max_length=60)
    phone = forms.CharField(label=_("Mobile phone"), max_length=20, help_text=_("11 digits."))
    institution = forms.ModelChoiceField(
        label=_("Workplace"),
        queryset=Institution.objects.none(),
        help_text=_("Is yours not in the list? Leave this and write its full official name as the reason."),
    )
    specialty = forms.ModelChoiceField(label=_("Specialty"), queryset=Specialty.objects.none())
    field_order = ["name", "phone", "institution", "specialty", "reason"]

    def __init__(self, *args: Any, enrollment: Enrollment, **kwargs: Any) -> None:
        person = enrollment.person
        kwargs["initial"] = {
            "name": person.name,
            "phone": person.phone,
            "institution": enrollment.institution_id,
            "specialty": enrollment.specialty_id,
        }
        super().__init__(*args, **kwargs)
        self._offer("institution", workplaces_for(enrollment))
        old = enrollment.year.specialty_rows.filter(generation=Generation.OLD)
        online = enrollment.track == Track.ONLINE_ONLY
        self._offer("specialty", old.filter(online_only=True) if online else old)
        if not person.phone:
            self.fields["phone"].required = False

    def _offer(self, name: str, rows: Any) -> None:
        field: Any = self.fields[name]
        field.queryset = rows
        field.label_from_instance = name_of
        field.empty_label = None


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


class TransferForm(ReasonForm):
    """Seats of one track from one province to another; a coordinator gives only the own province's."""

    track = forms.ChoiceField(label=_("Training track"), choices=Track)
    giver = forms.ModelChoiceField(label=_("Giving province"), queryset=Region.objects.none())
    taker = forms.ModelChoiceField(label=_("Receiving province"), queryset=Region.objects.none())
    seats = forms.IntegerField(label=_("Seats"), min_value=1, max_value=100_000)
    field_order = ["track", "giver", "taker", "seats", "reason"]

    def __init__(self, *args: Any, year: ProgramYear, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        provinces = Region.objects.filter(quotas__year=year).distinct().order_by("order")
        own = provinces.filter(pk=scope.region_code) if scope.is_provincial else provinces
        giver: Any = self.fields["giver"]
        taker: Any = self.fields["taker"]
        giver.queryset, taker.queryset = own, provinces
        if scope.is_provincial:
            giver.initial, giver.empty_label = scope.region_code, None


class GroupForm(forms.Form):
    """How trainees get into the national discussion group (E13)."""

    name = forms.CharField(label=_("Name of the group"), max_length=120)
    text = forms.CharField(
        label=_("How to join"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    picture = FileUpload(
        policy=PICTURES,
        label=_("QR code"),
        required=False,
        help_text=_("PNG or JPG, at most 5 MB. A code of a chat expires: put a new one here then."),
    )
