"""Forms of the control room: more time, and words into the exam."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Region, Unit
from core.forms import ReasonForm
from core.templatetags.portal import name_of
from exams.services.control import MOST_CHARACTERS, MOST_MINUTES


class ExtraTimeForm(ReasonForm):
    """Minutes for all of a base; without `bases` for the one person whose page it is."""

    base = forms.ModelChoiceField(label=_("Training base"), queryset=Unit.objects.none())
    minutes = forms.IntegerField(
        label=_("Minutes more"),
        min_value=1,
        max_value=MOST_MINUTES,
        help_text=_("Between 1 and 180. Earlier grants stay; these minutes come on top."),
    )
    is_standing = forms.BooleanField(label=_("Holds for later attempts, too"), required=False)
    field_order = ("base", "minutes", "is_standing", "reason")

    def __init__(self, data: Any, *, bases: QuerySet[Unit] | None, base: str = "") -> None:
        super().__init__(data, initial={"base": base})
        if bases is None:
            del self.fields["base"]
            return
        self.fields["base"].queryset = bases  # type: ignore[attr-defined]
        self.fields["base"].label_from_instance = name_of  # type: ignore[attr-defined]


class BroadcastForm(forms.Form):
    """A message to everybody, to a province or to a base; a province writes to its own."""

    region = forms.ModelChoiceField(
        label=_("Province"), queryset=Region.objects.none(), required=False, empty_label=_("All provinces")
    )
    base = forms.ModelChoiceField(
        label=_("Training base"), queryset=Unit.objects.none(), required=False, empty_label=_("All bases")
    )
    text = forms.CharField(
        label=_("Message"),
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("At most 300 characters. It cannot be taken back; every running sitting shows it within half a minute."),
    )  # fmt: skip

    def __init__(
        self, data: Any, *, regions: QuerySet[Region], bases: QuerySet[Unit], own: str = "", first: Any = None
    ) -> None:
        super().__init__(data, initial={"region": own or None, **(first or {})})
        for name, rows in (("region", regions), ("base", bases)):
            self.fields[name].queryset = rows  # type: ignore[attr-defined]
            self.fields[name].label_from_instance = name_of  # type: ignore[attr-defined]
        if own:
            self.fields["region"].required = True
            self.fields["region"].empty_label = None  # type: ignore[attr-defined]

    @property
    def where(self) -> dict[str, Any]:
        """To whom: the base, where one is chosen, whatever stands beside it."""
        base, region = self.cleaned_data["base"], self.cleaned_data["region"]
        return {"base": base} if base else {"region": region}
