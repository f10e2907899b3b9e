from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.enums import InstitutionKind, InstitutionLevel
from accounts.models import Institution, Region
from accounts.queries.institutions import PLACE, institutions_named, place_of
from core.columns import Column, Listing, yes_no


class InstitutionFilter(filters.FilterSet):
    """Search area of the registry; a name is found by its aliases too (E17)."""

    q = filters.CharFilter(label=_("Name, alias, pinyin or initials"), method="by_name")
    level = filters.ChoiceFilter(label=_("Level"), choices=InstitutionLevel)
    kind = filters.ChoiceFilter(label=_("Kind"), choices=InstitutionKind)
    region = filters.ModelChoiceFilter(
        label=_("Province"), queryset=Region.objects.provinces(), method="in_province"
    )
    offers_checkup = yes_no(_("Special cancer check-ups"))
    offers_screening = yes_no(_("Cancer screening"))

    class Meta:
        model = Institution
        fields: tuple[str, ...] = ()

    def by_name(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return institutions_named(rows, value)

    def in_province(self, rows: QuerySet[Any], name: str, value: Region) -> QuerySet[Any]:
        return rows.filter(region__code__startswith=value.code[:2])


def _aliases(row: Institution) -> str:
    return "、".join(alias.name for alias in row.aliases.all())


INSTITUTIONS = Listing(
    code="accounts.institutions",
    title=_("Registry of institutions"),
    columns=(
        Column("name", _("Institution"), "name", sort="name", width=40),
        Column("aliases", _("Aliases"), _aliases, width=30),
        Column("level", _("Level"), lambda row: row.get_level_display(), sort="level"),
        Column("kind", _("Kind"), lambda row: row.get_kind_display(), sort="kind", width=20),
        Column("region", _("Region"), lambda row: place_of(row.region), sort="region__code", width=26),
        Column("offers_checkup", _("Special cancer check-ups"), "offers_checkup", kind="flag"),
        Column("offers_screening", _("Cancer screening"), "offers_screening", kind="flag"),
    ),
    filters=InstitutionFilter,
    order=("region__code", "name"),
    related=PLACE,
    row_url=lambda row: reverse("accounts:institution-show", kwargs={"pk": row.pk}),
    empty=_("No institution of the registry matches. Enter it, or let a roster bring it in."),
)
