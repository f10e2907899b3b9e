import django_filters as filters
from django.utils.translation import gettext_lazy as _

from accounts.enums import UnitKind
from accounts.models import Region, Unit
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
