"""What the office and the units type about a year."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.enums import UnitKind
from accounts.models import Unit
from accounts.scope import Scope
from core.forms import DateInput, ReasonForm
from core.uploads import FileUpload
from core.values import CHINA, day_end, printed_day
from programs.models import (
    Duty,
    DutyRecord,
    Participation,
    PriorityProgram,
    ProgramYear,
    Quota,
    Setting,
    Specialty,
    Target,
    Theme,
    YearRow,
)

_MIDSUMMER = (7, 1)


class CopyYearForm(forms.Form):
    """Open next year: number, names, and how far the calendar moves (P1)."""

    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100)
    name = forms.CharField(label=_("Name of the program year"), max_length=160)
    name_en = forms.CharField(label=_("English name"), max_length=160, required=False)
    shift_days = forms.IntegerField(
        label=_("Move every date by (days)"),
        required=False,
        min_value=-3660,
        max_value=3660,
        help_text=_("Leave it empty to keep month and day: 31 August stays 31 August."),
    )

    @classmethod
    def suggested(cls, source: ProgramYear) -> dict[str, Any]:
        """The year after `source`, with its number replaced in the names."""
        old, new = str(source.year), str(source.year + 1)
        return {
            "year": source.year + 1,
            "name": source.name.replace(old, new),
            "name_en": source.name_en.replace(old, new),
        }

    def shift(self, source: ProgramYear) -> dt.timedelta:
        """The distance asked for, else the days between the two summers, so that leap days do not move a date."""
        days = self.cleaned_data["shift_days"]
        if days is not None:
            return dt.timedelta(days=days)
        return dt.date(self.cleaned_data["year"], *_MIDSUMMER) - dt.date(source.year, *_MIDSUMMER)


class RowForm(forms.ModelForm):
    """Fields of one plan row and the reason for changing them (P1)."""

    reason = forms.CharField(
        label=_("Reason for the change"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("It stands in the history of this row."),
    )

    # the page's own error summary speaks, not the browser
    use_required_attribute = False

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scope = scope

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not set(self.changed_data) - {"reason"} and not self.errors:
            raise forms.ValidationError(_("Nothing was changed."))
        return cleaned

    def values(self) -> dict[str, Any]:
        """What edit_row is to set."""
        return {name: self.cleaned_data[name] for name in self._meta.fields or ()}


class QuotaForm(RowForm):
    class Meta:
        model = Quota
        fields = ["seats"]


class TargetForm(RowForm):
    class Meta:
        model = Target
        fields = ["amount"]


class SpecialtyForm(RowForm):
    class Meta:
        model = Specialty
        fields = ["name", "name_en", "order"]


class ThemeForm(RowForm):
    """A share binds from the moment the office sets it (C2)."""

    share = forms.DecimalField(
        label=_("Share of electives (%)"),
        min_value=0,
        max_value=100,
        decimal_places=2,
        required=False,
        help_text=_("Empty: no share is asked."),
    )

    class Meta:
        model = Theme
        fields = ["name", "name_en", "order", "share"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.share is not None:
            self.initial["share"] = (self.instance.share * 100).normalize()

    def clean_share(self) -> Decimal | None:
        percent: Decimal | None = self.cleaned_data["share"]
        return None if percent is None else percent / 100


class PriorityProgramForm(RowForm):
    class Meta:
        model = PriorityProgram
        fields = ["name", "name_en", "order"]


class SettingForm(RowForm):
    """A share is typed as the fraction it is stored as."""

    class Meta:
        model = Setting
        fields = ["value"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["value"] = f"{self.instance.value.normalize():f}"
        if self.instance.unit == "share":
            self.fields["value"].help_text = _("As a fraction of 1: 0.7 stands for 70 %.")


class ParticipationForm(RowForm):
    """The two units that answer for a province (P3)."""

    class Meta:
        model = Participation
        fields = ["administrative_unit", "technical_unit"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = Unit.objects.visible_to(self.scope).filter(region=self.instance.region_id)
        for name, kind in (
            ("administrative_unit", UnitKind.ADMINISTRATIVE),
            ("technical_unit", UnitKind.TECHNICAL_LEAD),
        ):
            field = self.fields[name]
            field.queryset = own.filter(kind=kind)  # type: ignore[attr-defined]


class _DeadlineFields(forms.Form):
    """A deadline as people write it: a day, which lasts until its 24:00, or an hour of it (P2)."""

    due_on = forms.DateField(label=_("Due on"), widget=DateInput())
    due_time = forms.TimeField(
        label=_("At"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=_("Empty: 24:00 of that day."),
    )

    def due_at(self) -> dt.datetime:
        day, hour = self.cleaned_data["due_on"], self.cleaned_data["due_time"]
        return dt.datetime.combine(day, hour, tzinfo=CHINA) if hour else day_end(day)


class DutyForm(_DeadlineFields, RowForm):
    class Meta:
        model = Duty
        fields = ["name", "name_en", "wall", "reading"]

    field_order = ["name", "name_en", "due_on", "due_time", "wall", "reading", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        local = self.instance.due_at.astimezone(CHINA)
        self.initial["due_on"] = printed_day(self.instance.due_at)
        self.initial["due_time"] = None if local.time() == dt.time.min else local.time()

    def values(self) -> dict[str, Any]:
        return {**super().values(), "due_at": self.due_at()}


class DutyRecordForm(forms.Form):
    """The day, a word, a scan (P4, S7)."""

    done_on = forms.DateField(label=_("Done on"), widget=DateInput())
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Place, people, what was decided."),
    )
    file = FileUpload(
        label=_("Evidence"),
        required=False,
        help_text=_("PDF, JPG or PNG, at most 20 MB. A new file takes the place of the old one."),
    )

    @classmethod
    def told(cls, entry: DutyRecord | None) -> dict[str, Any]:
        """What stands already, so that correcting needs no retyping."""
        return {"done_on": entry.done_on, "note": entry.note} if entry else {}


class ExtensionForm(_DeadlineFields, ReasonForm):
    """A later date for one unit."""

    unit: forms.ModelChoiceField = forms.ModelChoiceField(label=_("Unit"), queryset=None)
    field_order = ["unit", "due_on", "due_time", "reason"]

    def __init__(self, *args: Any, scope: Scope, units: list[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = Unit.objects.visible_to(scope).filter(pk__in=[unit.pk for unit in units])
        self.fields["unit"].queryset = chosen  # type: ignore[attr-defined]


class AssumptionFilter(forms.Form):
    """Search area of the page of assumptions."""

    shown = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("To be confirmed")), ("confirmed", _("Confirmed")), ("all", _("All"))],
    )
    kind = forms.ChoiceField(label=_("Kind"), required=False)

    def __init__(self, *args: Any, kinds: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", _("All")), *kinds]  # type: ignore[attr-defined]


ROW_FORMS: dict[type[YearRow], type[RowForm]] = {
    form._meta.model: form  # type: ignore[misc]
    for form in (
        QuotaForm,
        TargetForm,
        SpecialtyForm,
        ThemeForm,
        PriorityProgramForm,
        SettingForm,
        ParticipationForm,
        DutyForm,
    )
}
