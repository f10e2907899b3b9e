"""The lists of this room."""

from typing import Any

import django_filters as filters
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Region
from bases.enums import STATUS_TONES, ApplicationStatus, ReviewStatus
from bases.models import Application, BaseApproval, Review
from core.columns import Column, Listing, yes_no
from core.templatetags.portal import name_of

REVIEW_TONES = {ReviewStatus.ASSIGNED: "info", ReviewStatus.DONE: "success", ReviewStatus.DECLINED: "neutral"}


def provinces_in_scope(request: Any) -> QuerySet[Region]:
    """A provincial role searches in its own province."""
    return Region.objects.provinces().visible_to(request.scope)


class ApplicationFilter(filters.FilterSet):
    """Search area of the applications."""

    q = filters.CharFilter(label=_("Hospital"), method="by_name")
    region = filters.ModelChoiceFilter(label=_("Province"), queryset=provinces_in_scope)
    status = filters.ChoiceFilter(label=_("Status"), choices=ApplicationStatus)
    conditions_met = yes_no(_("Basic conditions met"))
    has_priority = yes_no(_("Priority"))

    class Meta:
        model = Application
        fields: tuple[str, ...] = ()

    def by_name(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(Q(hospital_name__icontains=value) | Q(unit__name__icontains=value))


class ApprovalFilter(filters.FilterSet):
    """Search area of the bases."""

    q = filters.CharFilter(label=_("Training base"), field_name="base__name", lookup_expr="icontains")
    region = filters.ModelChoiceFilter(label=_("Province"), queryset=provinces_in_scope)

    class Meta:
        model = BaseApproval
        fields: tuple[str, ...] = ()


def application_url(row: Application) -> str:
    return reverse("bases:application-detail", kwargs={**row.year.url_kwargs, "pk": row.pk})


def review_url(row: Review) -> str:
    return reverse("bases:review-edit", kwargs={**row.application.year.url_kwargs, "pk": row.pk})


def _perfusion(row: Application) -> int | None:
    counts = (row.rest_count, row.stress_count)
    return None if None in counts else sum(count or 0 for count in counts)


def _number(row: Application) -> str:
    return row.submission.number if row.submission else ""


def _approval_state(row: BaseApproval) -> str:
    if row.revoked_at:
        return str(_("Revoked or replaced"))
    return str(_("Filed")) if row.filed_at else str(_("Waits to be filed"))


def _approval_tone(row: BaseApproval) -> str:
    return "neutral" if row.revoked_at else ("success" if row.filed_at else "info")


APPLICATIONS = Listing(
    code="bases.applications",
    title=_("Applications for training bases"),
    columns=(
        Column("hospital", _("Hospital"), str, sort="unit__name", width=36),
        Column("province", _("Province"), lambda row: name_of(row.region), sort="region__order", width=16),
        Column(
            "status",
            _("Status"),
            lambda row: row.get_status_display(),
            kind="status",
            sort="status",
            tone=lambda row: STATUS_TONES[ApplicationStatus(row.status)],
        ),
        Column("level", _("Level"), lambda row: row.get_level_display(), sort="level", width=18),
        Column("perfusion", _("Perfusion examinations a year"), _perfusion, kind="int"),
        Column("years", _("Years"), "perfusion_years", kind="int", sort="perfusion_years", on_page=False),
        Column("senior", _("Senior titles"), "senior_titles", kind="int", sort="senior_titles"),
        Column("full_senior", _("Full senior titles"), "full_senior_titles", kind="int", on_page=False),
        Column("met", _("Basic conditions met"), "conditions_met", kind="flag", sort="conditions_met"),
        Column("priority", _("Priority"), "has_priority", kind="flag", sort="has_priority"),
        Column("number", _("Receipt number"), _number, kind="code", width=18),
        Column(
            "submitted",
            _("Handed in"),
            "submission.submitted_at",
            kind="datetime",
            sort="submission__submitted_at",
            width=18,
        ),
        Column("reason", _("Reason"), "reason", on_page=False, width=40),
    ),
    filters=ApplicationFilter,
    order=("region__order", "pk"),
    related=("year__program", "unit", "region", "submission"),
    row_url=application_url,
    empty=_("No hospital has begun an application yet."),
)
REVIEWS = Listing(
    code="bases.reviews",
    title=_("My reviews"),
    columns=(
        Column(
            "hospital",
            _("Hospital"),
            lambda row: str(row.application),
            sort="application__hospital_name",
            width=36,
        ),
        Column(
            "province",
            _("Province"),
            lambda row: name_of(row.application.region),
            sort="application__region__order",
        ),
        Column(
            "status",
            _("Status"),
            lambda row: row.get_status_display(),
            kind="status",
            sort="status",
            tone=lambda row: REVIEW_TONES[ReviewStatus(row.status)],
        ),
        Column("assigned_at", _("Assigned"), "assigned_at", kind="datetime", sort="assigned_at", width=18),
        Column("done_at", _("Reviewed"), "done_at", kind="datetime", sort="done_at", width=18),
    ),
    order=("status", "pk"),
    related=("application__year__program", "application__region", "application__unit"),
    row_url=review_url,
    empty=_("No application was given to you for review."),
)
APPROVALS = Listing(
    code="bases.approvals",
    title=_("Training bases of this year"),
    columns=(
        Column("base", _("Training base"), lambda row: name_of(row.base), sort="base__name", width=40),
        Column("province", _("Province"), lambda row: name_of(row.region), sort="region__order", width=16),
        Column(
            "replaces", _("Replaces"), lambda row: name_of(row.replaces) if row.replaces else "", width=36
        ),
        Column("state", _("Status"), _approval_state, kind="status", tone=_approval_tone),
        Column("approved_at", _("Selected at"), "approved_at", kind="datetime", sort="approved_at", width=18),
        Column("filed_at", _("Filed at"), "filed_at", kind="datetime", sort="filed_at", width=18),
        Column("reason", _("Reason"), "reason", width=50),
    ),
    filters=ApprovalFilter,
    order=("region__order", "pk"),
    related=("year__program", "base", "region", "replaces"),
    empty=_("No training base was approved or named this year yet."),
)
