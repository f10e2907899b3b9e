"""The lists of this room, each declared once for page and workbook."""

from typing import Any

import django_filters as filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.enums import InstitutionKind, InstitutionLevel, Role, UnitKind
from accounts.models import Institution, Membership, Region, Unit
from core.columns import Column, Listing
from core.templatetags.portal import name_of


class UnitFilter(filters.FilterSet):
    """Search area of the list of units."""

    name = filters.CharFilter(label=_("Unit"), lookup_expr="icontains")
    kind = filters.ChoiceFilter(label=_("Kind"), choices=UnitKind)
    region = filters.ModelChoiceFilter(label=_("Province"), queryset=Region.objects.provinces())

    class Meta:
        model = Unit
        fields: tuple[str, ...] = ()


class PersonFilter(filters.FilterSet):
    """Search area of the list of people."""

    q = filters.CharFilter(label=_("Name or login name"), method="by_name")
    role = filters.ChoiceFilter(label=_("Role"), choices=Role)
    unit = filters.CharFilter(label=_("Unit"), field_name="unit__name", lookup_expr="icontains")

    class Meta:
        model = Membership
        fields: tuple[str, ...] = ()

    def by_name(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(Q(user__person__name__icontains=value) | Q(user__username__icontains=value))


class InstitutionFilter(filters.FilterSet):
    """Search area of the registry; a name is found by its aliases too (E17)."""

    q = filters.CharFilter(label=_("Name or alias"), method="by_name")
    level = filters.ChoiceFilter(label=_("Level"), choices=InstitutionLevel)
    kind = filters.ChoiceFilter(label=_("Kind"), choices=InstitutionKind)
    region = filters.ModelChoiceFilter(
        label=_("Province"), queryset=Region.objects.provinces(), method="in_province"
    )
    offers_checkup = filters.BooleanFilter(label=_("Special cancer check-ups"))
    offers_screening = filters.BooleanFilter(label=_("Cancer screening"))

    class Meta:
        model = Institution
        fields: tuple[str, ...] = ()

    def by_name(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(Q(name__icontains=value) | Q(aliases__name__icontains=value)).distinct()

    def in_province(self, rows: QuerySet[Any], name: str, value: Region) -> QuerySet[Any]:
        return rows.filter(region__code__startswith=value.code[:2])


def _aliases(row: Institution) -> str:
    return "、".join(alias.name for alias in row.aliases.all())


UNITS = Listing(
    code="accounts.units",
    title=_("Units"),
    columns=(
        Column("name", _("Unit"), name_of, sort="name", width=40),
        Column("kind", _("Kind"), lambda row: row.get_kind_display(), sort="kind"),
        Column(
            "region",
            _("Province"),
            lambda row: name_of(row.region) if row.region else "",
            sort="region__order",
        ),
        Column("clause", _("Clause"), "clause", width=24),
        Column("assumed", _("Source"), "assumed", kind="assumed", width=40),
    ),
    filters=UnitFilter,
    order=("kind", "region__order", "code"),
    related=("region",),
)
PEOPLE = Listing(
    code="accounts.people",
    title=_("People and roles"),
    columns=(
        Column("person", _("Name"), lambda row: str(row.user), sort="user__person__name"),
        Column("username", _("Login name"), "user.username", kind="code", sort="user__username", width=20),
        Column("unit", _("Unit"), lambda row: name_of(row.unit), sort="unit__name", width=40),
        Column("role", _("Role"), lambda row: row.get_role_display(), sort="role"),
        Column("starts_at", _("From"), "starts_at", kind="datetime", sort="starts_at", width=18),
        Column("ends_at", _("Until"), "ends_at", kind="datetime", sort="ends_at", width=18),
        Column("active", _("May sign in"), "user.is_active", kind="flag"),
    ),
    filters=PersonFilter,
    order=("unit__kind", "unit__code", "role", "pk"),
    related=("user__person", "unit"),
)
INSTITUTIONS = Listing(
    code="accounts.institutions",
    title=_("Registry of institutions"),
    columns=(
        Column("name", _("Institution"), "name", sort="name", width=40),
        Column("aliases", _("Aliases"), _aliases, width=30),
        Column("level", _("Level"), lambda row: row.get_level_display(), sort="level"),
        Column("kind", _("Kind"), lambda row: row.get_kind_display(), sort="kind", width=20),
        Column("region", _("Region"), lambda row: name_of(row.region), sort="region__code"),
        Column("offers_checkup", _("Special cancer check-ups"), "offers_checkup", kind="flag"),
        Column("offers_screening", _("Cancer screening"), "offers_screening", kind="flag"),
    ),
    filters=InstitutionFilter,
    order=("region__code", "name"),
    related=("region",),
    empty=_("No institution of the registry matches. Rosters bring new ones in."),
)
