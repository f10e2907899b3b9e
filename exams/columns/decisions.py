"""What waits for a person's word: sittings with late answers, requests to void an attempt."""

from dataclasses import replace
from typing import Any

import django_filters as filters
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.columns import Column, Listing
from core.search import named
from core.templatetags.portal import name_of
from exams.columns.lists import ProvinceFilterSet
from exams.columns.tables import attempts_of
from exams.enums import AttemptState, LateReason, VoidDecision
from exams.models import Attempt, VoidRequest
from exams.pile import with_pile

WAITING, DECIDED = "waiting", "decided"
VOID_TONES = {VoidDecision.WAITING: "info", VoidDecision.CONFIRMED: "danger", VoidDecision.REFUSED: "neutral"}


class LateFilter(ProvinceFilterSet):
    """Search area of the sittings with late answers."""

    q = filters.CharFilter(label=_("Name or registration number"), method="by_name")
    reason = filters.ChoiceFilter(label=_("Why apart"), choices=LateReason, method="by_reason")
    decision = filters.ChoiceFilter(
        label=_("Decision"),
        choices=[(WAITING, _("To be decided")), (DECIDED, _("Decided"))],
        method="by_decision",
    )
    province_path = "enrollment__region"

    class Meta:
        model = Attempt
        fields: tuple[str, ...] = ()

    def by_name(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        number = Q(enrollment__registration__number=value.strip())
        return rows.filter(named(value, "enrollment__person__") | number)

    def by_reason(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(**{f"late_{value}__gt": 0})

    def by_decision(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(late_waiting__gt=0) if value == WAITING else rows.filter(late_waiting=0)


def _reasons(row: Any) -> str:
    counts = ((reason.label, getattr(row, f"late_{reason.value}")) for reason in LateReason)
    return "、".join(f"{label} {count}" for label, count in counts if count)


def _seconds(row: Any) -> int:
    return max(0, int((row.late_last - row.accept_until).total_seconds()))


def pile_url(row: Attempt) -> str:
    return reverse("exams:late-show", kwargs={**row.enrollment.year.url_kwargs, "pk": row.pk})


LATE_SITTINGS = Listing(
    code="exams.late",
    title=_("Late answers"),
    columns=(
        Column("registration", _("Registration number"), "enrollment.registration.number", kind="code", width=18),
        Column("name", _("Name"), "enrollment.person.name", url=pile_url),
        Column("province", _("Province"), lambda row: name_of(row.enrollment.region), sort="enrollment__region__order"),
        Column("attempt", _("Attempt"), "number", kind="int"),
        Column("waiting", _("To be decided"), "late_waiting", kind="int", sort="late_waiting"),
        Column("all", _("Late answers"), "late_all", kind="int", sort="late_all"),
        Column("counting", _("Counting"), "late_counting", kind="int"),
        Column("reason", _("Why apart"), _reasons, width=30),
        Column("late", _("Seconds late, at most"), _seconds, kind="int"),
        Column("devices", _("Devices"), "late_devices", kind="int"),
        Column("arrived", _("Last arrived"), "late_last", kind="datetime", sort="late_last", width=18),
        Column(
            "decision", _("Decision"), lambda row: _("To be decided") if row.late_waiting else _("Decided"), kind="status",
            tone=lambda row: "warning" if row.late_waiting else "neutral",
        ),
    ),
    filters=LateFilter,
    order=("-late_last", "-pk"),
    related=("enrollment__person", "enrollment__registration", "enrollment__region", "enrollment__year__program"),
    empty=_("No answer arrived late."),
    extras={"prepare": with_pile},
)  # fmt: skip


class VoidFilter(ProvinceFilterSet):
    """Search area of the requests to void an attempt."""

    decision = filters.ChoiceFilter(label=_("Decision"), choices=VoidDecision)
    province_path = "attempt__enrollment__region"

    class Meta:
        model = VoidRequest
        fields: tuple[str, ...] = ()


def void_url(row: VoidRequest) -> str:
    return reverse("exams:void-show", kwargs={**row.attempt.enrollment.year.url_kwargs, "pk": row.pk})


VOID_REQUESTS = Listing(
    code="exams.voids",
    title=_("Requests to void an attempt"),
    columns=(
        Column("name", _("Name"), "attempt.enrollment.person.name", url=void_url),
        Column("province", _("Province"), lambda row: name_of(row.attempt.enrollment.region)),
        Column("attempt", _("Attempt"), "attempt.number", kind="int"),
        Column("reason", _("Reason"), "reason", width=50),
        Column("asked_by", _("Asked by"), lambda row: str(row.asked_by), width=14),
        Column("asked_at", _("Asked at"), "asked_at", kind="datetime", sort="asked_at", width=18),
        Column(
            "decision", _("Decision"), lambda row: row.get_decision_display(), kind="status", sort="decision",
            tone=lambda row: VOID_TONES[VoidDecision(row.decision)],
        ),
        Column("decided_by", _("Decided by"), lambda row: str(row.decided_by or ""), width=14),
        Column("decided_at", _("Decided at"), "decided_at", kind="datetime", width=18),
    ),
    filters=VoidFilter,
    order=("-asked_at", "-pk"),
    related=(
        "attempt__enrollment__person", "attempt__enrollment__region", "attempt__enrollment__year__program",
        "asked_by__person", "decided_by__person",
    ),
    empty=_("Nobody asked for an attempt to be void."),
)  # fmt: skip


def _void_ask_url(row: Any) -> str:
    if row.void_asked or row.state == AttemptState.VOID:
        return ""
    return reverse("exams:void-ask", kwargs={**row.enrollment.year.url_kwargs, "pk": row.pk})


def _void_words(row: Any) -> str:
    if row.void_asked:
        return str(_("asked for, waits for a second person"))
    return "" if row.state == AttemptState.VOID else str(_("Ask for it to be void"))


def staff_attempts_of(total: int, *, acts: bool, pile: bool) -> Listing:
    """One trainee's attempts for staff, rows read with `exams.pile.with_waiting`; `acts` for the office, `pile` for those
    who read the late answers.
    """
    own = attempts_of(total)
    more = [
        Column("receipt", _("Receipt number"), "receipt", kind="code"),
        Column(
            "late", _("Late answers to be decided"), "late_waiting", kind="int",
            url=lambda row: pile_url(row) if pile and row.late_waiting else "",
        ),
    ]  # fmt: skip
    if acts:
        more.append(Column("void", _("Void"), _void_words, url=_void_ask_url))
    columns = [replace(column, url=None) for column in own.columns]
    return replace(own, code="exams.attempts_of_one", title=_("Exam attempts"), columns=(*columns, *more))
