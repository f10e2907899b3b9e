"""The ledger of seats and their transfers between provinces (E1, E3)."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.enums import Role
from core.exceptions import Refusal
from core.forms import ReasonForm, add_refusal
from core.lists import build_table, export
from core.templatetags.portal import name_of
from enrollment.columns import TRANSFER_TONES
from enrollment.forms import TransferForm
from enrollment.permissions import can_ask_for_transfer, can_decide_roster, can_keep_roster
from enrollment.quotas import LEDGER, ledger
from enrollment.services.quotas import (
    approve_transfer,
    ask_for_transfer,
    refuse_transfer,
    withdraw_transfer,
)
from enrollment.views.shared import act
from programs.enums import Area, TransferStatus
from programs.http import PortalRequest, year_page
from programs.models import ProgramYear, QuotaTransfer

readers = year_page(
    Role.NATIONAL_OFFICE,
    Role.AUDITOR,
    Role.TECHNICAL_LEAD,
    Role.ADMINISTRATIVE,
    area=Area.ENROLLMENT,
)
movers = year_page(Role.NATIONAL_OFFICE, Role.TECHNICAL_LEAD, area=Area.ENROLLMENT)
office = year_page(Role.NATIONAL_OFFICE, area=Area.ENROLLMENT)


@require_http_methods(["GET", "HEAD", "POST"])
@readers
def quota_ledger(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """Seats allocated, moved, filled and free, by province and track; below, what was asked to move. POST exports."""
    lines = ledger(year, request.scope)
    if request.method == "POST":
        return export(request, LEDGER, lines, actor=request.actor, place=name_of(year))
    transfers = QuotaTransfer.objects.visible_to(request.scope).filter(year=year)
    context = {
        "year": year,
        "crumbs": [(LEDGER.title, "")],
        "table": build_table(request, LEDGER, lines),
        "count": len(lines),
        "transfers": [
            _entry(request, row) for row in transfers.select_related("giver", "taker", "year__program")
        ],
        "may_ask": can_ask_for_transfer(request.actor, year, request.scope.region_code),
    }
    return render(request, "enrollment/quota_ledger.html", context)


def _entry(request: PortalRequest, row: QuotaTransfer) -> dict[str, Any]:
    asked = row.status == TransferStatus.ASKED
    return {
        "row": row,
        "key": f"refuse-{row.pk}",
        "tone": TRANSFER_TONES[TransferStatus(row.status)],
        "may_decide": asked and can_decide_roster(request.actor, row.year),
        "may_withdraw": asked and can_keep_roster(request.actor, row.year, row.giver_id),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@movers
def transfer_create(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """Say which province gives how many seats of which track to which, and why."""
    form = TransferForm(request.POST or None, year=year, scope=request.scope)
    if request.method == "POST" and form.is_valid() and _asked(request, year, form):
        return redirect("enrollment:quota-ledger", **year.url_kwargs)
    back = reverse("enrollment:quota-ledger", kwargs=year.url_kwargs)
    context = {
        "form": form,
        "submit_label": _("Ask for the transfer"),
        "cancel_url": back,
        "crumbs": [(LEDGER.title, back), (_("Move seats"), "")],
    }
    return render(request, "enrollment/transfer_form.html", context)


def _asked(request: PortalRequest, year: ProgramYear, form: TransferForm) -> bool:
    try:
        ask_for_transfer(year=year, actor=request.actor, now=request.now, **form.cleaned_data)
    except Refusal as refusal:
        add_refusal(form, refusal)
        return False
    return True


def _decide(
    request: PortalRequest, year: ProgramYear, pk: int, service: Any, said: str, **more: Any
) -> HttpResponse:
    rows = QuotaTransfer.objects.visible_to(request.scope).select_related("giver", "taker", "year__program")
    transfer = get_object_or_404(rows, year=year, pk=pk)
    return act(
        request,
        lambda: service(transfer=transfer, actor=request.actor, now=request.now, **more),
        lambda _transfer: said,
        reverse("enrollment:quota-ledger", kwargs=year.url_kwargs),
    )


@require_POST
@office
def transfer_approve(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    return _decide(request, year, pk, approve_transfer, _("The seats have moved."))


@require_POST
@office
def transfer_refuse(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    return _decide(request, year, pk, refuse_transfer, _("The transfer is not approved."), reason=reason)


@require_POST
@movers
def transfer_withdraw(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    return _decide(request, year, pk, withdraw_transfer, _("The transfer is taken back."))
