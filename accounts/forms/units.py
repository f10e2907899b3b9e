from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.enums import UnitKind
from accounts.models import Region, Unit
from core.templatetags.portal import name_of


class UnitForm(forms.ModelForm):
    """Names of a unit and the source that names it."""

    class Meta:
        model = Unit
        fields = ("name", "name_en", "clause", "assumed")
        labels = {"name": _("Unit"), "clause": _("Source")}
        help_texts = {
            "clause": _("The document and the place in it that name this unit."),
            "assumed": _("Why the unit was assumed without a source; empty once it is confirmed."),
        }


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
    field_order = ("kind", "region", "name", "name_en", "clause", "assumed")
