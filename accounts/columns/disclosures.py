import django_filters as filters
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.disclosures import DISCLOSABLE
from accounts.enums import DisclosureStatus
from accounts.models import Disclosure
from accounts.personal import Secret
from core.columns import Column, Listing

DISCLOSURE_TONES = {
    DisclosureStatus.WAITING: "info",
    DisclosureStatus.REFUSED: "neutral",
    DisclosureStatus.BUILDING: "info",
    DisclosureStatus.READY: "success",
    DisclosureStatus.ENDED: "neutral",
}


class DisclosureFilter(filters.FilterSet):
    status = filters.ChoiceFilter(label=_("Status"), choices=DisclosureStatus)

    class Meta:
        model = Disclosure
        fields: tuple[str, ...] = ()


def disclosure_url(row: Disclosure) -> str:
    return reverse("accounts:disclosure-show", kwargs={"pk": row.pk})


def in_full(row: Disclosure) -> str:
    return "、".join(str(Secret(secret).label) for secret in row.secrets)


DISCLOSURES = Listing(
    code="accounts.disclosures",
    title=_("Lists in full"),
    columns=(
        Column("list", _("List"), lambda row: str(DISCLOSABLE[row.listing].title), width=24),
        Column("who", _("Asked by"), lambda row: str(row.membership.user), width=14),
        Column("secrets", _("In full"), in_full, width=20),
        Column("rows", _("Lines"), "row_count", kind="int", sort="row_count"),
        Column(
            "status",
            _("Status"),
            lambda row: row.get_status_display(),
            kind="status",
            sort="status",
            tone=lambda row: DISCLOSURE_TONES[row.status],
        ),
        Column("requested_at", _("Asked at"), "requested_at", kind="datetime", sort="requested_at", width=18),
        Column("decided", _("Decided by"), lambda row: str(row.decided_by or ""), width=14),
        Column("downloads", _("Downloads"), "downloads", kind="int"),
    ),
    filters=DisclosureFilter,
    order=("-pk",),
    related=("membership__user__person", "membership__unit", "decided_by__person"),
    row_url=disclosure_url,
    empty=_("Nobody of your unit asked for a list in full. The way begins at the list itself."),
)
