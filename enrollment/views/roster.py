"""The coordinator's roster: findings beside the list, approval of many, submission and receipt."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.documents import slips_context
from accounts.enums import Role, UnitKind
from accounts.models import Unit
from core.exceptions import NotAllowed, Refusal
from core.forms import ReasonForm, add_refusal
from core.lists import list_view
from enrollment.columns import ROSTER, PeopleFilter
from enrollment.enums import EnrollmentStatus, RosterStatus
from enrollment.forms import PastForm
from enrollment.models import Enrollment, PastInstitution
from enrollment.queries import counts_with, health_of, joined_of, waiting_prospects
from enrollment.services.access import issue_trainee_codes
from enrollment.services.approval import Approval, approve
from enrollment.services.guards import COLLECTING, STANDING
from enrollment.services.people import mark_joined, refuse
from enrollment.services.placement import place
from enrollment.services.remarks import open_remarks
from enrollment.services.roster import (
    SUBMISSION_KIND,
    list_past_institutions,
    note_warning_reason,
    submit_roster,
    wanting_reason,
)
from enrollment.views.shared import act, ask_in_full_url, chosen, own_region, roster_context, roster_crumbs
from programs.enums import Area
from programs.http import PortalRequest, year_page
from programs.models import ProgramYear, Submission


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(Role.TECHNICAL_LEAD, area=Area.ENROLLMENT)
def roster_list(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """Everyone on the province's list with the findings above; POST exports what is filtered."""
    region = own_region(request)
    rows = Enrollment.objects.visible_to(request.scope).of(year)
    if request.method == "POST":
        context: dict[str, Any] = {"place": region.name}
    else:
        context = roster_context(year, region, reverse("enrollment:roster-list", kwargs=year.url_kwargs))
        prospects = waiting_prospects(year, region)
        context |= {
            "place": region.name,
            "crumbs": roster_crumbs(year),
            "waiting": len(prospects),
            "if_approved": health_of(year, region, counts_with(year, region, prospects)).failing
            if prospects
            else [],
            "collecting": context["roster"].status in COLLECTING,
            "standing": context["roster"].status in STANDING,
            "returned": context["roster"].status == RosterStatus.RETURNED,
            "group_reminder": _group_reminder(request, rows),
            "group": joined_of(rows),
            "open_marks": open_remarks(context["roster"]),
            "bases": bases_of(request),
            "reason_form": ReasonForm(use_required_attribute=False),
            "in_full_url": ask_in_full_url(request, year, ROSTER),
        }
    return list_view(
        request, ROSTER, rows, actor=request.actor, template="enrollment/roster_list.html", context=context
    )


def _group_reminder(request: PortalRequest, rows: QuerySet[Enrollment]) -> str:
    """Beside the list of those who have not joined the group: their names, ready for the chat (E13)."""
    if request.GET.get("joined_group") != "false":
        return ""
    waiting = PeopleFilter(
        request.GET, queryset=rows.filter(status=EnrollmentStatus.APPROVED), request=request
    ).qs
    names = list(waiting.order_by("pk").values_list("person__name", flat=True))
    if not names:
        return ""
    text = _(
        "%(n)s have not joined the national discussion group yet: %(names)s. Please scan the code on your first page."
    )
    return text % {"n": len(names), "names": _(", ").join(names)}


def bases_of(request: PortalRequest) -> QuerySet[Unit]:
    """The training bases of the coordinator's province."""
    return (
        Unit.objects.visible_to(request.scope)
        .open()
        .filter(kind=UnitKind.TRAINING_BASE, region=request.scope.region_code)
    )


def _back(year: ProgramYear, request: PortalRequest) -> str:
    """The list as it was filtered."""
    query = request.GET.urlencode()
    url = reverse("enrollment:roster-list", kwargs=year.url_kwargs)
    return f"{url}?{query}" if query else url


@require_POST
@year_page(Role.TECHNICAL_LEAD, area=Area.ENROLLMENT)
def roster_approve(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """Those ticked, or with `everyone` all who wait among those the list shows."""
    region = own_region(request)
    people = chosen(request)
    if "everyone" in request.POST:
        people = _waiting(request, year)
    return act(
        request,
        lambda: approve(year=year, region=region, people=people, actor=request.actor, now=request.now),
        _approved,
        _back(year, request),
    )


@require_POST
@year_page(Role.TECHNICAL_LEAD, area=Area.ENROLLMENT)
def roster_refuse(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """Turn down those ticked, or with `everyone` all who wait among those the list shows, for one reason."""
    region, people, form = own_region(request), chosen(request), ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    if "everyone" in request.POST:
        people = _waiting(request, year)
    given = {"people": people, "reason": reason, "actor": request.actor, "now": request.now}
    return act(
        request,
        lambda: refuse(year=year, region=region, **given),
        lambda count: (
            ngettext("%(n)s person is not admitted.", "%(n)s people are not admitted.", count) % {"n": count}
        ),
        _back(year, request),
    )


def _waiting(request: PortalRequest, year: ProgramYear) -> list[int]:
    """Who waits for approval among those the list shows."""
    rows = Enrollment.objects.visible_to(request.scope).of(year).waiting()
    rows = rows.filter(region=request.scope.region_code)
    return list(PeopleFilter(request.GET, queryset=rows, request=request).qs.values_list("pk", flat=True))


def _approved(done: Approval) -> str:
    count = len(done.approved)
    text = ngettext("%(n)s person is approved.", "%(n)s people are approved.", count) % {"n": count}
    if done.local:
        text += " " + _("%(n)s of them are locally funded: the funded seats are taken.") % {"n": done.local}
    if done.skipped:
        text += " " + _("%(n)s did not wait for approval and were left as they are.") % {"n": done.skipped}
    return text


@require_POST
@year_page(Role.TECHNICAL_LEAD, area=Area.ENROLLMENT)
def roster_join(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """Mark those ticked as members of the discussion group (E13)."""
    region, people = own_region(request), chosen(request)
    return act(
        request,
        lambda: mark_joined(year=year, region=region, people=people, actor=request.actor, now=request.now),
        lambda count: _("%(n)s people are marked as joined.") % {"n": count},
        _back(year, request),
    )


@never_cache
@require_POST
@year_page(Role.TECHNICAL_LEAD, area=Area.ENROLLMENT)
def roster_codes(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """Slips with one-time codes for those ticked, or with `everyone` for all not yet activated that the list shows."""
    region, people = own_region(request), chosen(request)
    if "everyone" in request.POST:
        rows = Enrollment.objects.visible_to(request.scope).of(year).not_activated().filter(region=region)
        people = list(
            PeopleFilter(request.GET, queryset=rows, request=request).qs.values_list("pk", flat=True)
        )
    given = {"people": people, "actor": request.actor, "now": request.now}
    try:
        slips = issue_trainee_codes(year=year, region=region, **given)
    except NotAllowed:
        raise
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect(_back(year, request))
    context = slips_context(slips, unit_label=f"{year} · {region.name}", back_url=_back(year, request))
    return render(request, "accounts/code_slips.html", context)


@require_POST
@year_page(Role.TECHNICAL_LEAD, area=Area.ENROLLMENT)
def roster_place(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """Give those ticked to a training base of the province."""
    region, people = own_region(request), chosen(request)
    base = get_object_or_404(bases_of(request), pk=request.POST.get("base") or 0)
    return act(
        request,
        lambda: place(
            year=year, region=region, people=people, base=base, actor=request.actor, now=request.now
        ),
        lambda count: _("%(n)s people are placed at %(base)s.") % {"n": count, "base": base.name},
        _back(year, request),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(Role.TECHNICAL_LEAD, area=Area.ENROLLMENT)
def roster_submit(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """What is handed up, what stops it, and the button."""
    region = own_region(request)
    refusal = None
    if request.method == "POST":
        try:
            roster = submit_roster(year=year, region=region, actor=request.actor, now=request.now)
        except NotAllowed:
            raise
        except Refusal as caught:
            refusal = caught
        else:
            return redirect("enrollment:roster-receipt", **year.url_kwargs, pk=roster.submission_id)
    context = roster_context(year, region, reverse("enrollment:roster-list", kwargs=year.url_kwargs))
    findings = context["health"].findings
    context |= {
        "crumbs": roster_crumbs(year, (_("Submit"), "")),
        "refusal": refusal,
        "problems": [{"text": str(refusal), "url": ""}] if refusal else [],
        "collecting": context["roster"].status in COLLECTING,
        "stopping": [finding for finding in findings if finding.blocks],
        "wants_reason": bool(wanting_reason(findings)),
        "waiting": sum(quota.waiting for quota in context["quotas"]),
        "returned": context["roster"].status == RosterStatus.RETURNED,
    }
    return render(request, "enrollment/roster_submit.html", context)


@require_POST
@year_page(Role.TECHNICAL_LEAD, area=Area.ENROLLMENT)
def roster_reason(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """Why a limit in principle is exceeded (E8)."""
    region, reason = own_region(request), request.POST.get("reason", "")
    return act(
        request,
        lambda: note_warning_reason(
            year=year, region=region, reason=reason, actor=request.actor, now=request.now
        ),
        lambda _roster: _("The reason is kept and goes up with the roster."),
        reverse("enrollment:roster-submit", kwargs=year.url_kwargs),
    )


@require_safe
@year_page(Role.TECHNICAL_LEAD, area=Area.ENROLLMENT)
def roster_receipt(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    rows = Submission.objects.visible_to(request.scope).filter(kind=SUBMISSION_KIND, year=year)
    submission = get_object_or_404(rows, pk=pk)
    context = {
        "crumbs": roster_crumbs(year, (_("Receipt"), "")),
        "receipt": {
            "title": _("The roster is submitted"),
            "number": submission.number,
            "time": submission.submitted_at,
            "version": submission.version,
            "digest": submission.sha256,
            "next_step": _(
                "The national office accepts it or returns it with a reason; you find the answer in your to-do list."
            ),
            "url": reverse("enrollment:roster-print", kwargs=year.url_kwargs),
            "url_label": _("Print the roster for the seal"),
        },
    }
    return render(request, "enrollment/roster_receipt.html", context)


@require_safe
@year_page(Role.TECHNICAL_LEAD, area=Area.ENROLLMENT)
def roster_print(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """The approved people on paper, for seal and signatures."""
    region = own_region(request)
    people = Enrollment.objects.visible_to(request.scope).of(year).active().select_related(*ROSTER.related)
    context = roster_context(year, region, "")
    context |= {
        "people": people.order_by("track", "registration__number"),
        "printed_at": request.now,
        "unit_label": region.name,
        "filters": [],
        "back_url": reverse("enrollment:roster-list", kwargs=year.url_kwargs),
    }
    return render(request, "enrollment/roster_print.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(Role.TECHNICAL_LEAD, area=Area.ENROLLMENT)
def past_edit(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """Last year's institutions, where the portal has no roster of that year (E9)."""
    region = own_region(request)
    names = PastInstitution.objects.visible_to(request.scope).filter(year=year).values_list("name", flat=True)
    form = PastForm(request.POST or None, initial={"names": "\n".join(names)})
    if request.method == "POST" and form.is_valid():
        try:
            list_past_institutions(
                year=year,
                region=region,
                names=form.cleaned_data["names"],
                actor=request.actor,
                now=request.now,
            )
        except Refusal as refusal:
            add_refusal(form, refusal, "names")
        else:
            return redirect("enrollment:roster-list", **year.url_kwargs)
    context = {
        "form": form,
        "crumbs": roster_crumbs(year, (_("Institutions of last year"), "")),
        "cancel_url": reverse("enrollment:roster-list", kwargs=year.url_kwargs),
    }
    return render(request, "enrollment/past_edit.html", context)
