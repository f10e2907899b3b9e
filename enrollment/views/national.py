"""The national office's side: every province's roster, decision and lock; the administrative unit's figures."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.enums import Role
from accounts.queries import history
from core.exceptions import Text
from core.lists import build_table, export
from enrollment.enums import RosterStatus
from enrollment.models import Roster
from enrollment.permissions import can_decide_roster
from enrollment.provinces import PROVINCES, province_lines
from enrollment.services.flows import ROSTER_FLOW
from enrollment.services.roster import accept_roster, lock_roster, return_roster, unlock_roster
from enrollment.views.remarks import version_context
from enrollment.views.shared import act, own_region, roster_context
from programs.enums import Area
from programs.http import PortalRequest, year_page
from programs.models import Participation, ProgramYear

VERBS: dict[str, Text] = {
    "submit_roster": gettext_lazy("Submitted"),
    "accept_roster": gettext_lazy("Accepted"),
    "return_roster": gettext_lazy("Returned"),
    "lock_roster": gettext_lazy("Locked"),
    "unlock_roster": gettext_lazy("Unlocked"),
    "note_warning_reason": gettext_lazy("Reason for exceeding a limit in principle"),
    "list_past_institutions": gettext_lazy("Institutions of last year listed"),
}
office = year_page(Role.NATIONAL_OFFICE, area=Area.ENROLLMENT)


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(Role.NATIONAL_OFFICE, Role.AUDITOR, area=Area.ENROLLMENT)
def province_list(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """Every province: seats, people, rules not met, state of its roster."""
    lines = province_lines(year, request.scope)
    if request.method == "POST":
        return export(request, PROVINCES, lines, actor=request.actor, place=str(year))
    states = [Roster(status=line.status) for line in lines]
    context = {
        "year": year,
        "may_set_group": can_decide_roster(request.actor, year),
        "crumbs": [(_("Rosters of the provinces"), "")],
        "table": build_table(request, PROVINCES, lines),
        "count": len(lines),
        "submitted": sum(roster.status == RosterStatus.SUBMITTED for roster in states),
        "accepted": sum(roster.status in {RosterStatus.ACCEPTED, RosterStatus.LOCKED} for roster in states),
        "failing": sum(bool(line.failing) for line in lines),
    }
    return render(request, "enrollment/province_list.html", context)


@require_safe
@year_page(Role.NATIONAL_OFFICE, Role.AUDITOR, area=Area.ENROLLMENT)
def province_show(request: PortalRequest, year: ProgramYear, region: str) -> HttpResponse:
    row = _participation(request, year, region)
    crumbs = [
        (_("Rosters of the provinces"), reverse("enrollment:province-list", kwargs=year.url_kwargs)),
        (row.region.name, ""),
    ]
    return _province_page(request, row, crumbs, can_decide_roster(request.actor, year))


@require_safe
@year_page(Role.ADMINISTRATIVE, area=Area.ENROLLMENT)
def overview_show(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """The administrative unit reads its province's figures."""
    row = _participation(request, year, own_region(request).pk)
    return _province_page(request, row, [(_("Recruitment at a glance"), "")], may_decide=False)


def _participation(request: PortalRequest, year: ProgramYear, region: str) -> Participation:
    rows = Participation.objects.visible_to(request.scope).select_related("region", "technical_unit")
    return get_object_or_404(rows, year=year, region=region)


def _province_page(
    request: PortalRequest, row: Participation, crumbs: list[tuple[str, str]], may_decide: bool
) -> HttpResponse:
    year, region = row.year, row.region
    people_url = reverse("enrollment:person-list", kwargs=year.url_kwargs)
    context = roster_context(year, region, people_url, {"region": region.pk})
    roster: Roster = context["roster"]
    context |= {
        "crumbs": crumbs,
        "unit": row.technical_unit,
        "submission": roster.submission,
        "people_url": f"{people_url}?region={region.pk}",
        "events": history(roster, VERBS) if roster.pk else [],
        **version_context(request, roster),
        "verbs": ROSTER_FLOW.verbs_from(roster.status) if may_decide and roster.pk else [],
    }
    return render(request, "enrollment/province_show.html", context)


def _decide(
    request: PortalRequest,
    year: ProgramYear,
    region: str,
    service: Callable[..., Roster],
    done: str,
    **more: Any,
) -> HttpResponse:
    rows = Roster.objects.visible_to(request.scope).select_related("year__program", "region", "submission")
    roster = get_object_or_404(rows, year=year, region=region)
    return act(
        request,
        lambda: service(roster=roster, actor=request.actor, now=request.now, **more),
        lambda _roster: done % {"province": roster.region.name},
        reverse("enrollment:province-show", kwargs={**year.url_kwargs, "region": region}),
    )


@require_POST
@office
def province_accept(request: PortalRequest, year: ProgramYear, region: str) -> HttpResponse:
    return _decide(request, year, region, accept_roster, _("The roster of %(province)s is accepted."))


@require_POST
@office
def province_return(request: PortalRequest, year: ProgramYear, region: str) -> HttpResponse:
    reason = request.POST.get("reason", "")
    return _decide(
        request, year, region, return_roster, _("The roster of %(province)s is returned."), reason=reason
    )


@require_POST
@office
def province_lock(request: PortalRequest, year: ProgramYear, region: str) -> HttpResponse:
    return _decide(request, year, region, lock_roster, _("The roster of %(province)s is locked."))


@require_POST
@office
def province_unlock(request: PortalRequest, year: ProgramYear, region: str) -> HttpResponse:
    reason = request.POST.get("reason", "")
    return _decide(
        request, year, region, unlock_roster, _("The roster of %(province)s is unlocked."), reason=reason
    )
