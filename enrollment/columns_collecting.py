"""The lists of collecting: hospitals' sheets, applicants by invitation."""

from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Institution
from accounts.queries.institutions import institutions_named
from core.columns import Column, Listing
from core.exceptions import Text
from core.templatetags.portal import deadline
from enrollment.enums import ApplicantStatus, SheetStatus
from enrollment.models import Applicant, Sheet

SHEET_TONES = {
    SheetStatus.SENT: "neutral",
    SheetStatus.FILLING: "warning",
    SheetStatus.HANDED_IN: "info",
    SheetStatus.MERGED: "success",
}
APPLICANT_TONES = {
    ApplicantStatus.WAITING: "info",
    ApplicantStatus.TAKEN: "success",
    ApplicantStatus.REFUSED: "neutral",
}


class SheetFilter(filters.FilterSet):
    q = filters.CharFilter(label=_("Hospital"), method="by_name")
    status = filters.ChoiceFilter(label=_("Status"), choices=SheetStatus)

    class Meta:
        model = Sheet
        fields: tuple[str, ...] = ()

    def by_name(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        found = institutions_named(Institution.objects.visible_to(self.request.scope), value)
        return rows.filter(institution__in=found)


def sheet_address(row: Sheet) -> str:
    return reverse("enrollment:sheet-show", kwargs={**row.year.url_kwargs, "pk": row.pk})


def _link_state(row: Sheet) -> str:
    return str(_("void")) if row.voided_at else ""


def _filled(track: str, label: Text) -> Column:
    """On the page how many of how many, in one column."""

    def value(row: Sheet) -> str:
        return f"{getattr(row, f'{track}_count')} / {getattr(row, f'{track}_seats')}"

    return Column(f"{track}_filled", label, value, on_export=False)


def _numbers(track: str, filled: Text, seats: Text) -> tuple[Column, Column]:
    """In the workbook two numbers with their sums."""
    return (
        Column(track, filled, f"{track}_count", kind="int", total=f"{track}_count", on_page=False),
        Column(f"{track}_seats", seats, f"{track}_seats", kind="int", total=f"{track}_seats", on_page=False),
    )


SHEETS = Listing(
    code="enrollment.sheets",
    title=_("Hospitals' sheets"),
    columns=(
        Column("institution", _("Hospital"), "institution.name", sort="institution__name", width=32),
        Column(
            "status",
            _("Status"),
            lambda row: row.get_status_display(),
            kind="status",
            sort="status",
            tone=lambda row: SHEET_TONES[row.status],
        ),
        _filled("comprehensive", _("Comprehensive")),
        *_numbers("comprehensive", _("Comprehensive"), _("Seats, comprehensive training")),
        _filled("online", _("Online-only")),
        *_numbers("online", _("Online-only"), _("Seats, online-only")),
        Column("over", _("More than seats"), "is_over", kind="flag"),
        Column("faulty", _("Lines to correct"), "faulty_count", kind="int", sort="faulty_count"),
        Column("closes_at", _("Open until"), lambda row: deadline(row.closes_at), sort="closes_at", width=20),
        Column("link", _("Link"), _link_state),
        Column(
            "handed_in_at",
            _("Sheet handed in at"),
            "handed_in_at",
            kind="datetime",
            sort="handed_in_at",
            width=18,
        ),
    ),
    filters=SheetFilter,
    order=("institution__name", "pk"),
    related=("institution", "year__program", "region"),
    row_url=sheet_address,
    empty=_("No hospital has a sheet yet. Send them their links, or change the search."),
)


class ApplicantFilter(filters.FilterSet):
    status = filters.ChoiceFilter(label=_("Status"), choices=ApplicantStatus)

    class Meta:
        model = Applicant
        fields: tuple[str, ...] = ()


def applicant_address(row: Applicant) -> str:
    return reverse("enrollment:applicant-show", kwargs={**row.year.url_kwargs, "pk": row.pk})


APPLICANTS = Listing(
    code="enrollment.applicants",
    title=_("Applications by invitation"),
    columns=(
        Column("name", _("Full name"), lambda row: row.typed.get("name", ""), width=12),
        Column("receipt", _("Receipt number"), "receipt_number", kind="code", width=16),
        Column("institution", _("Workplace"), lambda row: row.typed.get("institution", ""), width=30),
        Column("track", _("Training track"), lambda row: row.typed.get("track", "")),
        Column(
            "status",
            _("Status"),
            lambda row: row.get_status_display(),
            kind="status",
            sort="status",
            tone=lambda row: APPLICANT_TONES[row.status],
        ),
        Column("applied_at", _("Applied at"), "applied_at", kind="datetime", sort="applied_at", width=18),
        Column("decided_at", _("Decided at"), "decided_at", kind="datetime", sort="decided_at", width=18),
    ),
    filters=ApplicantFilter,
    order=("-pk",),
    related=("year__program", "region"),
    row_url=applicant_address,
    empty=_("Nobody has applied by invitation."),
)
