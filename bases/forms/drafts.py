"""The application as it is typed: a save takes what there is, the hand-in wants everything (B4)."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from bases.enums import BOXES, FileKind, Section
from bases.models import Application, Call, Director, Trainer
from bases.queries import label_of
from bases.rules import REQUIRED
from bases.services.drafts import DIRECTOR_FIELDS, SECTION_FIELDS, TRAINER_FIELDS
from core.uploads import FileUpload

YES, NO = "yes", "no"
POSTCODE = RegexValidator(r"^\d{6}$", _("A postcode has six digits, e.g. 100044."))
PHONE = RegexValidator(
    r"^\+?[\d\-() ]{7,20}$", _("A phone number has digits only, e.g. 010-12345678 or a mobile number.")
)
OLDEST = 99
BLANK_LINES = 2
MAX_TRAINERS = 80


class YesNoField(forms.TypedChoiceField):
    """Yes, no, or not answered yet."""

    widget = forms.RadioSelect

    def __init__(self, **options: Any) -> None:
        answers = ((YES, _("Yes")), (NO, _("No")))
        super().__init__(choices=answers, coerce=lambda text: text == YES, empty_value=None, **options)

    def prepare_value(self, value: Any) -> Any:
        return {True: YES, False: NO}.get(value, value) if isinstance(value, bool) else value


class DraftForm(forms.ModelForm):
    """Fields wanted at the hand-in are shown as such and may stay empty until then."""

    wanted: Sequence[str] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        for name, field in self.fields.items():
            field.required = name in self.wanted

    def _clean_fields(self) -> None:
        for field in self.fields.values():
            field.required = False
        super()._clean_fields()  # type: ignore[misc]
        for name, field in self.fields.items():
            field.required = name in self.wanted


def _yes_no(*names: str) -> dict[str, YesNoField]:
    return {name: YesNoField(label=label_of(Application, name)) for name in names}


def _areas(*names: str) -> dict[str, forms.Textarea]:
    return {name: forms.Textarea(attrs={"rows": 3}) for name in names}


class HospitalForm(DraftForm):
    wanted = REQUIRED[Section.HOSPITAL]
    teaching_hospital = _yes_no("teaching_hospital")["teaching_hospital"]

    class Meta:
        model = Application
        fields = SECTION_FIELDS[Section.HOSPITAL]
        widgets = {"kind": forms.RadioSelect}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["postcode"].validators.append(POSTCODE)
        kinds = self.fields["kind"]
        kinds.choices = [choice for choice in kinds.choices if choice[0]]  # type: ignore[attr-defined]


class DepartmentForm(DraftForm):
    wanted = REQUIRED[Section.DEPARTMENT]
    radiation_protection = _yes_no("radiation_protection")["radiation_protection"]

    class Meta:
        model = Application
        fields = SECTION_FIELDS[Section.DEPARTMENT]
        widgets = _areas("hardware")


class RecordForm(DraftForm):
    """The five boxes; each carries the label of the call and the words of the condition that decides (B3)."""

    wanted = SECTION_FIELDS[Section.RECORD]
    has_research_project = YesNoField()
    has_cme_course = YesNoField()
    has_nsfc_grant = YesNoField()
    has_award = YesNoField()
    has_publication = YesNoField()

    class Meta:
        model = Application
        fields = SECTION_FIELDS[Section.RECORD]
        widgets = _areas(*(f"{kind}_text" for kind in BOXES))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        conditions = {row.kind: row for row in self.instance.call.conditions.all()}
        for kind in BOXES:
            condition, field = conditions.get(kind), self.fields[f"has_{kind}"]
            field.label = condition.box_label if condition else label_of(Application, f"has_{kind}")
            if condition:
                field.help_text = _("What decides: %(condition)s") % {"condition": condition.printed}
            self.fields[f"{kind}_text"].help_text = _("Needed if the answer is yes.")


class SupplementForm(DraftForm):
    wanted = REQUIRED[Section.SUPPLEMENT]
    treadmill = _yes_no("treadmill")["treadmill"]
    bicycle = _yes_no("bicycle")["bicycle"]
    defibrillator = _yes_no("defibrillator")["defibrillator"]
    ecg_monitor = _yes_no("ecg_monitor")["ecg_monitor"]
    rescue_equipment = _yes_no("rescue_equipment")["rescue_equipment"]

    class Meta:
        model = Application
        fields = SECTION_FIELDS[Section.SUPPLEMENT]
        widgets = _areas("equipment_text")


def _age() -> forms.IntegerField:
    return forms.IntegerField(label=_("Age"), min_value=18, max_value=OLDEST)


def _phone() -> forms.CharField:
    return forms.CharField(
        label=_("Phone"), max_length=20, validators=[PHONE], widget=forms.TextInput(attrs={"type": "tel"})
    )


class DirectorForm(DraftForm):
    wanted = REQUIRED[Section.DIRECTOR]
    age = _age()
    phone = _phone()
    address = forms.CharField(label=_("Postal address"), max_length=200)
    years_of_practice = forms.IntegerField(
        label=_("Years in clinical work, education and training"), min_value=0, max_value=OLDEST
    )

    class Meta:
        model = Director
        fields = DIRECTOR_FIELDS
        widgets = {"experience": forms.Textarea(attrs={"rows": 6}), "sex": forms.RadioSelect}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sexes = self.fields["sex"]
        sexes.choices = [choice for choice in sexes.choices if choice[0]]  # type: ignore[attr-defined]


class TrainerForm(DraftForm):
    wanted = REQUIRED[Section.TRAINERS]
    age = _age()
    phone = _phone()

    class Meta:
        model = Trainer
        fields = TRAINER_FIELDS

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in TRAINER_FIELDS}


TrainerLines = forms.formset_factory(
    TrainerForm, extra=BLANK_LINES, max_num=MAX_TRAINERS, absolute_max=MAX_TRAINERS, validate_max=True
)
SECTION_FORMS: dict[Section, type[DraftForm]] = {
    Section.HOSPITAL: HospitalForm,
    Section.DEPARTMENT: DepartmentForm,
    Section.RECORD: RecordForm,
    Section.SUPPLEMENT: SupplementForm,
    Section.DIRECTOR: DirectorForm,
}


def trainer_lines(application: Application, data: Any = None) -> Any:
    """Annex 4 with the saved lines and two empty ones."""
    saved = [{name: getattr(row, name) for name in TRAINER_FIELDS} for row in application.trainers.all()]
    return TrainerLines(data, initial=saved, prefix="trainers")


def typed_trainers(lines: Any) -> list[dict[str, Any]]:
    """The lines that hold anything, in their order."""
    rows = [form.values() for form in lines.forms if hasattr(form, "cleaned_data") and form.cleaned_data]
    return [row for row in rows if any(value not in (None, "") for value in row.values())]


class AttachmentForm(forms.Form):
    """A scan or photo as PDF, PNG or JPEG."""

    kind = forms.ChoiceField(label=_("What it is"), choices=FileKind, widget=forms.RadioSelect)
    file = FileUpload(
        label=_("File"),
        help_text=_("PDF, PNG or JPEG, up to 20 MB. A new sealed scan replaces the one before."),
        widget=forms.FileInput(),
    )

    use_required_attribute = False


def notes_of(call: Call, section: Section) -> str:
    """The annex's own notes that stand beside a section."""
    by_section = {Section.DIRECTOR: call.director_notes, Section.TRAINERS: call.trainer_notes}
    return by_section.get(section, call.application_notes)
