"""The coordinator's side of the invitation link and of applications under it (E11)."""

import datetime as dt
from typing import Any

import segno
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.enums import Role
from core.exceptions import NotAllowed, Refusal
from core.forms import ReasonForm, add_refusal
from core.lists import list_view
from core.templatetags.portal import mask_id, mask_phone
from core.values import printed_day
from enrollment.columns_collecting import APPLICANT_TONES, APPLICANTS
from enrollment.enums import ApplicantStatus
from enrollment.forms_collecting import LinkForm
from enrollment.imports.preview import worded_rows
from enrollment.models import Applicant, Invitation, RosterImport
from enrollment.services.collecting import checked_lines
from enrollment.services.invitations import (
    extend_invitation,
    make_invitation,
    refuse_applicants,
    take_applicants,
    void_invitation,
)
from enrollment.views.shared import act, chosen, own_region, roster_crumbs
from programs.enums import Area
from programs.http import PortalRequest, year_page
from programs.models import ProgramYear

coordinator = year_page(Role.TECHNICAL_LEAD, area=Area.ENROLLMENT)


def _list_url(year: ProgramYear) -> str:
    return reverse("enrollment:applicant-list", kwargs=year.url_kwargs)


def _crumbs(year: ProgramYear, *rest: tuple[str, str]) -> list[tuple[str, str]]:
    return roster_crumbs(year, (_("Applications by invitation"), _list_url(year)), *rest)


def _link(request: PortalRequest, year: ProgramYear) -> Invitation | None:
    rows = Invitation.objects.visible_to(request.scope).filter(year=year)
    return rows.select_related("year__program", "region").first()


@require_http_methods(["GET", "HEAD", "POST"])
@coordinator
def applicant_list(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """Who applied for themself; POST exports what is filtered."""
    rows = Applicant.objects.visible_to(request.scope).filter(year=year)
    context = {
        "place": own_region(request).name,
        "year": year,
        "crumbs": _crumbs(year),
        "reason_form": ReasonForm(use_required_attribute=False),
    }
    template = "enrollment/applicant_list.html"
    return list_view(request, APPLICANTS, rows, actor=request.actor, template=template, context=context)


@require_http_methods(["GET", "HEAD", "POST"])
@coordinator
def invitation_edit(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """The link with its code to scan; POST makes one, moves its end, or with `renew` gives it another address."""
    found = _link(request, year)
    initial = {"last_day": printed_day(found.closes_at)} if found else {}
    form = LinkForm(request.POST or None, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            _invite(request, year, found, form.cleaned_data["closes_at"])
        except NotAllowed:
            raise
        except Refusal as refusal:
            add_refusal(form, refusal, "last_day")
        else:
            return redirect("enrollment:invitation-edit", **year.url_kwargs)
    context = {
        "form": form,
        "year": year,
        "crumbs": _crumbs(year, (_("Invitation link"), "")),
        "cancel_url": _list_url(year),
        "invitation": found,
        "opens": found is not None and found.opens(request.now),
        **(_address(found) if found else {"url": "", "qr": ""}),
    }
    return render(request, "enrollment/invitation_edit.html", context)


def _invite(
    request: PortalRequest, year: ProgramYear, found: Invitation | None, closes_at: dt.datetime
) -> None:
    """Another end for a link that stands, else a new address."""
    given: dict[str, Any] = {"closes_at": closes_at, "actor": request.actor, "now": request.now}
    if found is None or found.voided_at or "renew" in request.POST:
        make_invitation(year=year, region=own_region(request), **given)
    else:
        extend_invitation(invitation=found, **given)


def _address(invitation: Invitation) -> dict[str, str]:
    path = reverse("enrollment_open:application-create", args=[invitation.token])
    url = settings.PUBLIC_URL.rstrip("/") + path
    return {"url": url, "qr": segno.make(url, error="m").svg_data_uri(scale=4, border=2)}


@require_POST
@coordinator
def invitation_void(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    rows = Invitation.objects.visible_to(request.scope).filter(year=year)
    given = {"invitation": get_object_or_404(rows), "actor": request.actor, "now": request.now}
    back = reverse("enrollment:invitation-edit", kwargs=year.url_kwargs)
    return act(request, lambda: void_invitation(**given), lambda _i: _("The link opens nothing now."), back)


@require_safe
@coordinator
def applicant_show(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """One application as typed, and what the roster says about the person."""
    rows = Applicant.objects.visible_to(request.scope).filter(year=year)
    applicant = get_object_or_404(rows.select_related("year__program", "region"), pk=pk)
    typed, problems = applicant.typed, []
    if typed and applicant.status == ApplicantStatus.WAITING:
        staged = RosterImport(year=applicant.year, region=applicant.region)
        problems = worded_rows(checked_lines([typed], staged, request.now))
    twins = rows.filter(status=ApplicantStatus.WAITING, id_number_index=applicant.id_number_index)
    context = {
        "year": year,
        "applicant": applicant,
        "tone": APPLICANT_TONES[ApplicantStatus(applicant.status)],
        "facts": _facts(typed),
        "problems": problems,
        "twins": twins.exclude(pk=pk).count() if applicant.id_number_index else 0,
        "waiting": applicant.status == ApplicantStatus.WAITING,
        "crumbs": _crumbs(year, (typed.get("name", applicant.receipt_number), "")),
        "reason_form": ReasonForm(use_required_attribute=False),
    }
    return render(request, "enrollment/applicant_show.html", context)


def _facts(typed: dict[str, str]) -> list[dict[str, str]]:
    """What was typed, numbers masked; nothing where it is erased."""
    return [
        {"label": _("Full name"), "value": typed.get("name", "")},
        {"label": _("Identity number"), "value": mask_id(typed.get("id_number", ""))},
        {"label": _("Mobile phone"), "value": mask_phone(typed.get("phone", ""))},
        {"label": _("Workplace"), "value": typed.get("institution", "")},
        {"label": _("Workplace level"), "value": typed.get("institution_level", "")},
        {"label": _("Department"), "value": typed.get("department", "")},
        {"label": _("Professional title"), "value": typed.get("title", "")},
        {"label": _("Profession"), "value": typed.get("profession", "")},
        {"label": _("Training track"), "value": typed.get("track", "")},
        {"label": _("Specialty"), "value": typed.get("specialty", "")},
        {"label": _("Fine specialty"), "value": typed.get("fine_specialty", "")},
    ]


@require_POST
@coordinator
def applicant_take(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """Those ticked onto the roster, where they wait for approval."""
    given: dict[str, Any] = {
        "year": year,
        "region": own_region(request),
        "applicants": chosen(request),
    }
    return act(
        request,
        lambda: take_applicants(**given, actor=request.actor, now=request.now),
        lambda staged: (
            _("%(n)s people are on the roster now and wait for approval.") % {"n": staged.taken_count}
        ),
        _list_url(year),
    )


@require_POST
@coordinator
def applicant_refuse(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """Those ticked, for one reason."""
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    given: dict[str, Any] = {
        "year": year,
        "region": own_region(request),
        "applicants": chosen(request),
        "reason": reason,
    }
    return act(
        request,
        lambda: refuse_applicants(**given, actor=request.actor, now=request.now),
        lambda count: _("%(n)s applications are turned down.") % {"n": count},
        _list_url(year),
    )
