"""The control room: who sits where and how, more time, and words to all of them (X5, X8)."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.enums import Role
from accounts.models import Region, Unit
from accounts.scope import Scope
from core.exceptions import Refusal
from core.forms import add_refusal
from core.lists import build_table, list_view
from enrollment.models import Enrollment
from exams.columns.control import FIGURES, GRANTS, MESSAGES, candidates_of, figures_of
from exams.control import by_base, by_province, candidates, sittings_in_full, total, with_sitting
from exams.course import course_of, facts_of
from exams.forms_control import BroadcastForm, ExtraTimeForm
from exams.models import Attempt, Broadcast, ExtraTime, LateAnswer
from exams.permissions import can_manage_bank, check_manage_bank
from exams.queries import limits_of
from exams.services import Granted, grant_extra_time, send_broadcast
from exams.views.office import KEEPERS
from programs.enums import Area
from programs.http import PortalRequest, year_page
from programs.models import ProgramYear

WATCHERS = (Role.NATIONAL_OFFICE, Role.AUDITOR, Role.TECHNICAL_LEAD, Role.BASE_COORDINATOR)
SPEAKERS = (Role.NATIONAL_OFFICE, Role.TECHNICAL_LEAD)
LAST = 5


@require_safe
@year_page(*WATCHERS, area=Area.EXAMS)
def control_room(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """Live figures of the sittings; the page asks for them again every ten seconds."""
    province = _opened(request)
    context = {
        "year": year,
        "province": province,
        "speaks": request.scope.role in SPEAKERS,
        "keeps": request.scope.role in KEEPERS,
        "grants_time": can_manage_bank(request.actor, year),
        **_figures(request, year, province),
    }
    if request.headers.get("HX-Request"):
        return render(request, "exams/control_live.html", context)
    said = _messages(request.scope, year)[:LAST]
    context["messages_sent"] = build_table(request, MESSAGES, said)
    return render(request, "exams/control_room.html", context)


def _opened(request: PortalRequest) -> Region | None:
    """The province whose bases are shown: the one asked for, a province's own; None for all or for a base."""
    code = request.scope.region_code if request.scope.is_provincial else request.GET.get("province", "")
    found: Region | None = Region.objects.provinces().visible_to(request.scope).filter(pk=code).first()
    return found


def _figures(request: PortalRequest, year: ProgramYear, province: Region | None) -> dict[str, Any]:
    rows, now, scope = candidates(year, request.scope), request.now, request.scope
    people = reverse("exams:sitting-list", kwargs=year.url_kwargs)
    here = reverse("exams:control-room", kwargs=year.url_kwargs)
    provinces = by_province(rows, now)
    tables = []
    if scope.is_national:
        listing = figures_of(_("Province"), people, opens=lambda line: f"{here}?{line.query}")
        tables.append(build_table(request, listing, provinces))
    if province or not scope.is_national:
        of = rows.filter(region=province) if province else rows
        within = f"province={province.pk}&" if province and scope.is_national else ""
        may = can_manage_bank(request.actor, year)
        listing = figures_of(
            _("Training base"),
            people,
            opens=lambda line: f"{people}?{line.query}",
            grants=reverse("exams:extra-time-grant", kwargs=year.url_kwargs) if may else "",
            listing="bases",
        )
        tables.append(build_table(request, listing, by_base(of, now, scope, within)))
    everybody = total(line.tally for line in provinces)
    return {"stats": _stats(everybody, people), "tables": tables, "taken_at": now}


def _stats(tally: Any, people: str) -> list[dict[str, Any]]:
    tones = {"lost": "danger", "unsaved": "warning"}
    return [
        {
            "label": label,
            "value": getattr(tally, name),
            "url": f"{people}?state={asked}" if asked else people,
            "tone": tones.get(name, "") if getattr(tally, name) else "",
        }
        for name, asked, label in FIGURES
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(*WATCHERS, area=Area.EXAMS)
def sitting_list(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """Every candidate with the last sitting; POST exports what is filtered (R3)."""
    rows = with_sitting(candidates(year, request.scope))
    listing = candidates_of(year, limits_of(year).attempts, request.now)
    context = {"year": year, "place": str(year), "taken_at": request.now}
    return list_view(
        request, listing, rows, actor=request.actor, template="exams/control_list.html", context=context
    )


@require_safe
@year_page(*WATCHERS, area=Area.EXAMS)
def sitting_show(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """The course of one sitting: times, devices, addresses, absences, extra time, hand-in. No answers, no score."""
    rows = sittings_in_full(Attempt.objects.visible_to(request.scope).filter(enrollment__year=year))
    related = ("enrollment__person", "enrollment__region", "enrollment__registration", "enrollment__year")
    attempt = get_object_or_404(rows.select_related(*related), pk=pk)
    late = LateAnswer.objects.visible_to(request.scope).filter(attempt=attempt).count()
    context = {
        "year": year,
        "attempt": attempt,
        "facts": facts_of(attempt, limits_of(year).attempts, request.now),
        "events": course_of(attempt),
        "late": late if request.scope.role in KEEPERS else 0,
        "grants_time": can_manage_bank(request.actor, year) and attempt.is_open,
        "crumbs": [
            (_("Control room"), reverse("exams:control-room", kwargs=year.url_kwargs)),
            (_("Candidates"), reverse("exams:sitting-list", kwargs=year.url_kwargs)),
            (attempt.enrollment.person.name, ""),
        ],
    }
    return render(request, "exams/control_show.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(*KEEPERS, area=Area.EXAMS)
def extra_time_grant(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """More time for a base, or with ?person= for one candidate; below, what was granted so far."""
    if request.method == "POST":
        check_manage_bank(request.actor, year)
    person = _person(request, year)
    bases = None if person else _bases(request.scope, year)
    form = ExtraTimeForm(request.POST or None, bases=bases, base=request.GET.get("base", ""))
    if request.method == "POST" and form.is_valid():
        try:
            granted = grant_extra_time(
                year=year, enrollment=person, **form.cleaned_data, actor=request.actor, now=request.now
            )
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, told(granted))
            return redirect("exams:control-room", **year.url_kwargs)
    rows = ExtraTime.objects.visible_to(request.scope).filter(year=year)
    context = {
        "year": year,
        "form": form,
        "person": person,
        "may": can_manage_bank(request.actor, year),
        "table": build_table(
            request, GRANTS, rows.select_related("enrollment__person", "base", "granted_by__person")
        ),
        "submit_label": _("Grant the time"),
        "cancel_url": reverse("exams:control-room", kwargs=year.url_kwargs),
    }
    return render(request, "exams/control_extra.html", context)


def _person(request: PortalRequest, year: ProgramYear) -> Enrollment | None:
    asked = request.GET.get("person", "")
    if not asked:
        return None
    rows = candidates(year, request.scope).select_related("person", "region")
    return get_object_or_404(rows, pk=asked if asked.isdecimal() else 0)


def told(granted: Granted) -> str:
    """Whom a grant reached, in numbers."""
    minutes = granted.grant.minutes
    reached = ngettext(
        "%(n)s running sitting has %(minutes)s more minutes.",
        "%(n)s running sittings have %(minutes)s more minutes.",
        granted.extended,
    )
    words = [reached % {"n": granted.extended, "minutes": minutes}]
    if granted.handed_in:
        done = ngettext(
            "%(n)s sitting was handed in already and is not opened again.",
            "%(n)s sittings were handed in already and are not opened again.",
            granted.handed_in,
        )
        words.append(done % {"n": granted.handed_in})
    if granted.grant.is_standing:
        words.append(_("Later attempts have them, too."))
    return " ".join(words)


def _bases(scope: Scope, year: ProgramYear) -> Any:
    """Bases at which somebody of the year is placed."""
    rows = Unit.objects.visible_to(scope).filter(placements__enrollment__year=year)
    return rows.order_by("region__order", "code").distinct()


def _messages(scope: Scope, year: ProgramYear) -> Any:
    """Those that reach people whom the reader sees."""
    rows = (
        Broadcast.objects.visible_to(scope)
        .filter(year=year)
        .select_related("region", "base", "sent_by__person")
    )
    if scope.is_national:
        return rows
    if scope.is_unit:
        base = Unit.objects.visible_to(scope).get()
        return rows.reaching(base.region_id, [base.pk])
    return rows.reaching(
        scope.region_code, Unit.objects.visible_to(scope).filter(region=scope.region_code).values("pk")
    )


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(*SPEAKERS, area=Area.EXAMS)
def broadcast_send(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """A message into running sittings; below, what was sent so far."""
    scope = request.scope
    regions = Region.objects.provinces().visible_to(scope).order_by("order", "pk")
    form = BroadcastForm(
        request.POST or None,
        regions=regions,
        bases=_bases(scope, year),
        own=scope.region_code if scope.is_provincial else "",
        first={name: request.GET[name] for name in ("region", "base") if name in request.GET},
    )
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["text"]
        send_broadcast(year=year, text=text, **form.where, actor=request.actor, now=request.now)
        messages.success(request, _("Sent. Running sittings show it within half a minute."))
        return redirect("exams:control-room", **year.url_kwargs)
    context = {
        "year": year,
        "form": form,
        "table": build_table(request, MESSAGES, _messages(scope, year)),
        "submit_label": _("Send the message"),
        "cancel_url": reverse("exams:control-room", kwargs=year.url_kwargs),
    }
    return render(request, "exams/control_broadcast.html", context)
