from typing import Any

import django_filters as filters
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.enums import MembershipState, Role
from accounts.models import Membership
from core.columns import Column, Listing
from core.search import named
from core.templatetags.portal import name_of
from core.values import printed_day

TONES = {
    MembershipState.RUNNING: "success",
    MembershipState.WAITING: "warning",
    MembershipState.LATER: "info",
}


class PersonFilter(filters.FilterSet):
    """Search area of the list of people; the rows carry their state (Membership.objects.with_state)."""

    q = filters.CharFilter(label=_("Name or login name"), method="by_name")
    role = filters.ChoiceFilter(label=_("Role"), choices=Role)
    unit = filters.CharFilter(label=_("Unit"), field_name="unit__name", lookup_expr="icontains")
    state = filters.ChoiceFilter(label=_("State"), choices=MembershipState)

    class Meta:
        model = Membership
        fields: tuple[str, ...] = ()

    def by_name(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(named(value, "user__person__") | Q(user__username__icontains=value.strip()))


def state_label(row: Any) -> str:
    return str(MembershipState(row.state).label)


def state_tone(row: Any) -> str:
    return TONES.get(row.state, "")


def unit_label(row: Membership) -> str:
    """A trainee stands under the office whose program it is, and works there no day."""
    name = name_of(row.unit)
    return _("Trainee under %(unit)s") % {"unit": name} if row.role == Role.TRAINEE else name


def _last_day(row: Membership) -> Any:
    return printed_day(row.ends_at) if row.ends_at else None


def _url(row: Membership) -> str:
    return reverse("accounts:person-show", kwargs={"pk": row.pk})


_PERSON = Column("person", _("Name"), lambda row: str(row.user), sort="user__person__name")
_USERNAME = Column("username", _("Login name"), "user.username", kind="code", sort="user__username", width=20)
_ROLE = Column("role", _("Role"), lambda row: row.get_role_display(), sort="role")
_TERM = (
    Column("starts_at", _("From"), "starts_at", kind="datetime", sort="starts_at", width=18),
    Column("ends_at", _("Until"), _last_day, kind="date", sort="ends_at", width=18),
    Column("state", _("State"), state_label, kind="status", tone=state_tone, sort="state"),
)
PEOPLE = Listing(
    code="accounts.people",
    title=_("People and roles"),
    columns=(
        _PERSON,
        _USERNAME,
        Column("unit", _("Unit"), unit_label, sort="unit__name", width=40),
        _ROLE,
        *_TERM,
    ),
    filters=PersonFilter,
    order=("unit__kind", "unit__code", "role", "pk"),
    related=("user__person", "unit"),
    row_url=_url,
)
MEMBERS = Listing(
    code="accounts.members",
    title=_("People of the unit"),
    columns=(_PERSON, _USERNAME, _ROLE, *_TERM),
    order=("role", "pk"),
    related=("user__person", "unit"),
    empty=_("Nobody works for this unit in the portal yet."),
    row_url=_url,
)
