"""The bases of the year: what was approved or named, and naming one (B5, B6)."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.enums import Role, UnitKind
from accounts.models import Region, Unit
from bases.columns import APPROVALS
from bases.forms.decisions import BaseForm
from bases.models import BaseApproval
from bases.permissions import can_name_base, check_name_base
from bases.queries import new_bases
from bases.services import file_base, name_base
from bases.views.common import DECIDERS, READERS, act, crumbs, sent
from core.exceptions import NotAllowed, Refusal
from core.findings import Finding
from core.forms import add_refusal
from core.lists import list_view
from programs.enums import Area
from programs.http import PortalRequest, year_page
from programs.models import ProgramYear
from programs.permissions import can_manage_year


def _all_bases(request: PortalRequest) -> Any:
    """Every base in scope that was not replaced, of whatever year."""
    rows = Unit.objects.visible_to(request.scope).filter(kind=UnitKind.TRAINING_BASE, replacements=None)
    return rows.select_related("region").order_by("region__order", "code")


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(*READERS, Role.BASE_COORDINATOR, area=Area.BASES)
def approval_list(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """Bases approved or named this year; for a province the rule on new ones. POST exports."""
    rows = BaseApproval.objects.visible_to(request.scope).filter(year=year)
    finding = _finding(request, year)
    may_name = can_name_base(request.actor, year) and finding is not None
    may_file = can_manage_year(request.actor, year)
    context = {
        "title": APPROVALS.title,
        "crumbs": crumbs(year, (APPROVALS.title, "")),
        "place": str(year),
        "finding": finding,
        "waiting": list(_waiting(rows)) if may_file else [],
        "bases": list(_all_bases(request)) if request.scope.is_provincial else [],
        "name_url": reverse("bases:approval-add", kwargs=year.url_kwargs) if may_name else "",
        "year": year,
    }
    template = "bases/approval_list.html"
    return list_view(request, APPROVALS, rows, actor=request.actor, template=template, context=context)


def _waiting(rows: Any) -> Any:
    """Named by a province and not filed; those of a call are filed with their application."""
    return (
        rows.in_force()
        .filter(filed_at=None, application=None)
        .select_related("base", "region", "year__program")
    )


def _finding(request: PortalRequest, year: ProgramYear) -> Finding | None:
    if not request.scope.is_provincial:
        return None
    region = Region.objects.visible_to(request.scope).filter(pk=request.scope.region_code).first()
    return new_bases(year, region) if region else None


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(*DECIDERS, area=Area.BASES)
def approval_add(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """The technical lead unit names a base."""
    check_name_base(request.actor, year)
    form = BaseForm(sent(request), bases=_all_bases(request))
    if request.method == "POST" and form.is_valid():
        try:
            name_base(year=year, **form.cleaned_data, actor=request.actor, now=request.now)
        except NotAllowed:
            raise
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The base was named. The committee files it."))
            return redirect("bases:approval-list", **year.url_kwargs)
    context = {
        "title": _("Name a training base"),
        "form": form,
        "finding": _finding(request, year),
        "submit_label": _("Name the base"),
        "cancel_url": reverse("bases:approval-list", kwargs=year.url_kwargs),
        "crumbs": crumbs(
            year,
            (APPROVALS.title, reverse("bases:approval-list", kwargs=year.url_kwargs)),
            (_("Name a training base"), ""),
        ),
    }
    return render(request, "bases/approval_add.html", context)


@require_POST
@year_page(*DECIDERS, area=Area.BASES)
def approval_file(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """The committee's filing of a province's base."""
    rows = BaseApproval.objects.visible_to(request.scope).select_related("year__program")
    approval: BaseApproval = get_object_or_404(rows, year=year, pk=pk)
    back = reverse("bases:approval-list", kwargs=year.url_kwargs)
    return act(request, back, _("Filed."), file_base, approval=approval)
