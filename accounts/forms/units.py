from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.enums import UnitKind
from accounts.forms.institutions import InstitutionPick
from accounts.models import Institution, Region, Unit
from accounts.scope import Scope
from core.templatetags.portal import name_of


class UnitForm(forms.ModelForm):
    """Names of a unit, the institution it belongs to, and the source that names it."""

    institution = InstitutionPick(
        label=_("Institution"),
        required=False,
        help_text=_("The entry of the registry whose unit this is; empty where there is none."),
    )

    class Meta:
        model = Unit
        fields = ("name", "name_en", "institution", "clause", "assumed")
        labels = {"name": _("Unit"), "clause": _("Source")}
        help_texts = {
            "clause": _("The document and the place in it that name this unit."),
            "assumed": _("Why the unit was assumed without a source; empty once it is confirmed."),
        }

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Institution.objects.visible_to(scope).standing()
        if self.instance.region_id:
            rows = rows.in_province(self.instance.region_id)
        self.fields["institution"].queryset = rows  # type: ignore[attr-defined]


class EditUnitForm(UnitForm):
    """Corrections of a unit; another institution wants a reason."""

    reason = forms.CharField(
        label=_("Reason for another institution"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Needed where the institution changes; it stands in the record."),
    )
    field_order = ("name", "name_en", "institution", "reason", "clause", "assumed")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if "institution" in self.changed_data and not data.get("reason", "").strip():
            self.add_error("reason", _("Say why the unit belongs to another institution."))
        return data


class _RegionField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return name_of(obj)


class NewUnitForm(UnitForm):
    """Kind and province are chosen once: what its people see hangs on them."""

    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[(kind.value, kind.label) for kind in UnitKind if kind != UnitKind.NATIONAL_OFFICE],
    )
    region = _RegionField(label=_("Province"), queryset=Region.objects.provinces())
    field_order = ("kind", "region", "name", "name_en", "institution", "clause", "assumed")
