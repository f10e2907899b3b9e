from typing import Any

import django_filters as filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import Membership
from core.columns import Column, Listing
from core.templatetags.portal import name_of


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
