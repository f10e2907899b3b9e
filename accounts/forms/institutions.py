"""What is typed about an institution."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Institution, Region
from accounts.queries.institutions import PLACE, institutions_named, place_of, regions_named
from accounts.scope import Scope
from accounts.services.institutions import FIELDS
from core.forms import Option, PickField, ReasonForm


def institution_option(row: Institution) -> Option:
    return Option(str(row.pk), row.name, f"{row.get_level_display()} · {place_of(row.region)}")


def region_option(row: Region) -> Option:
    return Option(row.pk, str(row), f"{place_of(row)} {row.pk}")


def search_institutions(rows: QuerySet[Institution], typed: str) -> QuerySet[Institution]:
    return institutions_named(rows, typed).select_related(*PLACE)


class InstitutionPick(PickField):
    """An institution that stands, of those in `queryset`; found by name, alias, pinyin or initials."""

    def __init__(self, queryset: QuerySet[Institution] | None = None, **kwargs: Any) -> None:
        super().__init__(
            Institution.objects.none() if queryset is None else queryset,
            search=search_institutions,
            describe=institution_option,
            url=lambda: reverse("accounts:institution-options"),
            **kwargs,
        )


class InstitutionForm(forms.ModelForm):
    """An entry of the registry; `reason` is asked for when it is corrected."""

    region = PickField(
        Region.objects.none(),
        search=regions_named,
        describe=region_option,
        url=lambda: reverse("accounts:region-options"),
        label=_("Region"),
        help_text=_("County or district, where it has one. Type its name, pinyin, initials or code."),
    )
    aliases = forms.CharField(
        label=_("Other names"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One a line: short names, former names, the name with the province before it."),
    )

    class Meta:
        model = Institution
        fields = FIELDS

    use_required_attribute = False

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        region: Any = self.fields["region"]
        region.queryset = Region.objects.visible_to(scope)
        self.fields["name"].help_text = _("Full official name.")
        if self.instance.pk:
            self.initial["aliases"] = "\n".join(alias.name for alias in self.instance.aliases.order_by("pk"))

    def _get_validation_exclusions(self) -> set[str]:
        """That a name is taken the service says, with whose it is and what to do."""
        return {*super()._get_validation_exclusions(), "region"}  # type: ignore[misc]

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in FIELDS}

    def other_names(self) -> list[str]:
        return [line.strip()[:120] for line in self.cleaned_data["aliases"].splitlines() if line.strip()]


class EditForm(InstitutionForm):
    reason = forms.CharField(
        label=_("Reason for the change"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("It stands in the history."),
    )


class IntoForm(forms.Form):
    """Which institution stays."""

    into = InstitutionPick(label=_("The institution that stays"))

    def __init__(self, *args: Any, others: QuerySet[Institution], apart_from: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        into: Any = self.fields["into"]
        into.queryset = others
        into.address = lambda: f"{reverse('accounts:institution-options')}?apart={apart_from}"


class MergeForm(ReasonForm):
    """The reason, typed below the preview."""
