"""What several pages of this room show."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Region
from accounts.permissions import can_ask_in_full
from core.columns import Listing
from core.exceptions import NotAllowed, Refusal
from core.findings import Finding, Remedy
from core.forms import add_refusal
from enrollment.columns import ROSTER_TONES, person_url
from enrollment.enums import EnrollmentStatus, RosterStatus, RuleKind
from enrollment.models import Enrollment
from enrollment.queries import Health, health_of, recruitment_term, roster_of
from enrollment.quotas import quota_use
from enrollment.rules.recruitment import AT_MOST, RULES, Kind
from programs.enums import Track
from programs.http import PortalRequest
from programs.models import ProgramYear

Crumbs = list[tuple[str, str]]


def own_region(request: PortalRequest) -> Region:
    return get_object_or_404(Region, pk=request.scope.region_code)


def ask_in_full_url(request: PortalRequest, year: ProgramYear, listing: Listing) -> str:
    """Where this list is asked for in full, as it is filtered; empty for who may not (T47)."""
    if not can_ask_in_full(request.actor):
        return ""
    query = request.GET.copy()
    query["of"], query["in"] = listing.code, str(year.pk)
    return f"{reverse('accounts:disclosure-create')}?{query.urlencode()}"


def chosen(request: HttpRequest) -> list[int]:
    """The rows ticked on a list."""
    return [int(value) for value in request.POST.getlist("chosen") if value.isdigit()]


def with_rows(findings: Iterable[Finding], list_url: str, cut: Mapping[str, str]) -> list[Finding]:
    """Each finding that counts people leads to those people."""
    linked = []
    for finding in findings:
        kind = RULES[finding.kind]
        query: dict[str, str] = {"status": EnrollmentStatus.APPROVED, **cut}
        if kind.trait:
            query |= {"track": Track.COMPREHENSIVE, "trait": kind.trait}
            finding = replace(finding, remedies=_with_candidates(finding, kind, list_url, cut))
        elif finding.figure:
            query["track"] = Track.ONLINE_ONLY if "online" in finding.figure else Track.COMPREHENSIVE
        else:
            linked.append(finding)
            continue
        linked.append(replace(finding, figure_url=f"{list_url}?{urlencode(query)}"))
    return linked


def _with_candidates(
    finding: Finding, kind: Kind, list_url: str, cut: Mapping[str, str]
) -> tuple[Remedy, ...]:
    """Each remedy leads to those who may come: who wait and help; or go: who are approved and do not."""
    helps, hinders = ("lacking", "trait") if kind.operators == AT_MOST else ("trait", "lacking")
    urls = {
        "add_people": candidates(list_url, cut, EnrollmentStatus.APPLIED, [(helps, kind.trait)]),
        "replace_people": candidates(list_url, cut, EnrollmentStatus.APPROVED, [(hinders, kind.trait)]),
    }
    return tuple(
        replace(remedy, params={**remedy.params, "url": urls.get(remedy.kind, "")})
        for remedy in finding.remedies
    )


def candidates(
    list_url: str, cut: Mapping[str, str], status: EnrollmentStatus, query: Iterable[tuple[str, str]]
) -> str:
    """The list of people, cut down to comprehensive ones of this status and these traits."""
    wanted = [*cut.items(), ("status", status), ("track", Track.COMPREHENSIVE), *query]
    return f"{list_url}?{urlencode(wanted)}"


def roster_context(
    year: ProgramYear, region: Region, list_url: str, cut: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """State, seats, term and findings of a province's roster; `cut` narrows the list that findings lead to."""
    roster = roster_of(year, region)
    health = health_of(year, region)
    findings = with_rows(health.findings, list_url, cut or {})
    return {
        "year": year,
        "region": region,
        "roster": roster,
        "roster_state": {
            "label": RosterStatus(roster.status).label,
            "tone": ROSTER_TONES[RosterStatus(roster.status)],
        },
        "quotas": list(quota_use(year, region).values()),
        "term": recruitment_term(year, region),
        "failing": [finding for finding in findings if not finding.passed],
        "passing": [finding for finding in findings if finding.passed],
        "joint": joint_data(health, list_url, cut or {}),
        "health": health,
    }


def joint_data(health: Health, list_url: str, cut: Mapping[str, str]) -> dict[str, Any] | None:
    """The smallest change for all rules together, where more than one rule asks for something; with its candidates."""
    if health.joint is None or not health.joint.touched or len(health.failing) < 2:
        return None
    data = health.joint.as_data()
    for one in data["leaving"]:
        one["url"] = candidates(list_url, cut, EnrollmentStatus.APPROVED, one["query"])
    data["url"] = candidates(list_url, cut, EnrollmentStatus.APPLIED, data["newcomers_query"])
    return data


def roster_crumbs(year: ProgramYear, *rest: tuple[str, str]) -> Crumbs:
    return [(_("Roster of trainees"), reverse("enrollment:roster-list", kwargs=year.url_kwargs)), *rest]


def tell_rules(request: HttpRequest, year: ProgramYear, region: Region) -> None:
    """After a change to an accepted roster: which rules it now misses (E15)."""
    failing = health_of(year, region).failing
    if failing and roster_of(year, region).status == RosterStatus.ACCEPTED:
        names = "、".join(str(RuleKind(finding.kind).label) for finding in failing)
        messages.warning(request, _("The roster no longer meets: %(rules)s.") % {"rules": names})


def act(
    request: HttpRequest, service: Callable[[], Any], done: Callable[[Any], str], to: str
) -> HttpResponse:
    """One service, then back: its success or its refusal as a message. A missing permission stays a 403."""
    try:
        result = service()
    except NotAllowed:
        raise
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done(result))
    return redirect(to)


def form_page(
    request: PortalRequest,
    row: Enrollment,
    form: Any,
    title: str,
    service: Callable[[dict[str, Any]], Any],
    *,
    done: str = "",
    template: str = "enrollment/person_form.html",
    more: Mapping[str, Any] | None = None,
    hold: bool = False,
) -> HttpResponse:
    """Load, form, one service, back to the person; a refusal keeps what was typed. With `hold` nothing is done yet."""
    if request.method == "POST" and not hold and form.is_valid():
        try:
            service(form.cleaned_data)
        except NotAllowed:
            raise
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            if done:
                messages.success(request, done)
            tell_rules(request, row.year, row.region)
            return redirect(person_url(row))
    name = row.person.name
    crumbs = roster_crumbs(row.year, (name, person_url(row)), (title, ""))
    context = {"form": form, "title": title, "crumbs": crumbs, "cancel_url": person_url(row), "name": name}
    return render(request, template, {**context, **(more or {})})
