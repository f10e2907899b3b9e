from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.enums import UnitKind
from accounts.models import Region, Unit
from core.columns import Column, Listing, yes_no
from core.templatetags.portal import name_of


class UnitFilter(filters.FilterSet):
    """Search area of the list of units."""

    name = filters.CharFilter(label=_("Unit"), lookup_expr="icontains")
    kind = filters.ChoiceFilter(label=_("Kind"), choices=UnitKind)
    closed = yes_no(_("Closed"), field_name="closed_at", method="by_closed")
    region = filters.ModelChoiceFilter(label=_("Province"), queryset=Region.objects.provinces())

    class Meta:
        model = Unit
        fields: tuple[str, ...] = ()

    def by_closed(self, rows: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        return rows.filter(closed_at__isnull=not value)


def _state(row: Unit) -> str:
    return str(_("Closed") if row.closed_at else _("Open"))


def _tone(row: Unit) -> str:
    return "" if row.closed_at else "success"


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
        Column("closed_at", _("Closed at"), "closed_at", kind="datetime", on_page=False, width=18),
        Column("state", _("State"), _state, kind="status", tone=_tone),
        Column("clause", _("Clause"), "clause", width=24),
        Column("assumed", _("Source"), "assumed", kind="assumed", width=40),
    ),
    filters=UnitFilter,
    order=("kind", "region__order", "code"),
    related=("region",),
    row_url=lambda row: reverse("accounts:unit-show", kwargs={"pk": row.pk}),
)
