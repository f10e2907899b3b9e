"""Activities and money: lists, entering, papers, taking back (S6, S7, C13)."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.enums import Measure
from core.figures import FIGURES
from core.lists import list_view
from core.templatetags.portal import display, measure, name_of
from core.uploads import served
from programs.enums import Area
from programs.http import PortalRequest, year_page
from programs.models import ProgramYear
from programs.where import Where
from supervision.columns import ACTIVITIES, FUNDS
from supervision.forms import ActivityForm, FundForm, day_in_china
from supervision.models import Activity, FundEntry
from supervision.permissions import can_record, check_record
from supervision.queries import arrival_finding, direction_totals
from supervision.services import record_activity, record_fund, remove_activity, remove_fund
from supervision.views.common import ASSESSED, READERS, acted, tried

_TILES = ("funds_allocated", "funds_received", "funds_matched", "funds_spent", "funds_use_rate")


def _list_context(request: PortalRequest, year: ProgramYear, title: Any) -> dict[str, Any]:
    return {
        "year": year,
        "title": title,
        "place": name_of(year),
        "crumbs": [(title, "")],
        "may_record": can_record(request.actor, year),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(*READERS, area=Area.SUPERVISION)
def activity_list(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """What the units in scope held and published; POST exports what is filtered."""
    rows = Activity.objects.visible_to(request.scope).filter(year=year)
    context = _list_context(request, year, ACTIVITIES.title)
    context["create_url"] = reverse("supervision:activity-create", kwargs=year.url_kwargs)
    context["stats"] = [
        _tile(request, year, code) for code in ("supervision.activities", "supervision.published")
    ]
    return list_view(
        request,
        ACTIVITIES,
        rows,
        actor=request.actor,
        template="supervision/activity_list.html",
        context=context,
    )


def _cut(request: PortalRequest, year: ProgramYear) -> tuple[Where, str]:
    """A base's own books, a province's, or the country's; with the query of the drill-down."""
    scope = request.scope
    if scope.is_unit:
        return Where(year.pk, base_id=scope.unit_id), f"?base={scope.unit_id}"
    region = scope.region_code if scope.is_provincial else request.GET.get("region", "")
    return Where(year.pk, region=region), f"?region={region}" if region else ""


def _tile(request: PortalRequest, year: ProgramYear, code: str) -> dict[str, Any]:
    """A figure of the cut, opening to its rows."""
    figure, (where, query) = FIGURES[code], _cut(request, year)
    value = figure.value(request.scope, where)
    share = figure.unit == Measure.SHARE
    words = display(value.percent, "percent") if share else display(value.amount)
    unit = _("yuan") if figure.unit == Measure.MONEY else ""
    url = reverse("supervision:figure-show", kwargs={**year.url_kwargs, "code": code})
    return {"label": figure.label, "value": words, "unit": unit, "url": f"{url}{query}"}


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(*ASSESSED, area=Area.SUPERVISION)
def activity_create(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """Record what the own unit held or published."""
    check_record(request.actor, year)
    today = day_in_china(request.now)
    form = ActivityForm(request.POST or None, request.FILES or None, initial={"held_on": today})

    def save() -> None:
        record_activity(year=year, actor=request.actor, now=request.now, **form.cleaned_data)

    back = reverse("supervision:activity-list", kwargs=year.url_kwargs)
    if request.method == "POST" and acted(form, save):
        messages.success(request, _("The activity was recorded."))
        return redirect(back)
    return _form_page(request, year, form, _("Record an activity"), (ACTIVITIES.title, back))


def _form_page(
    request: PortalRequest, year: ProgramYear, form: Any, title: str, place: tuple[Any, str]
) -> HttpResponse:
    context = {
        "year": year,
        "form": form,
        "title": title,
        "multipart": True,
        "submit_label": _("Record"),
        "cancel_url": place[1],
        "crumbs": [place, (title, "")],
    }
    return render(request, "supervision/record_form.html", context)


def _activity(request: PortalRequest, year: ProgramYear, pk: int) -> Activity:
    rows = Activity.objects.visible_to(request.scope).select_related("unit", "region", "year__program")
    row: Activity = get_object_or_404(rows, year=year, pk=pk)
    return row


def _file_fact(row: Activity | FundEntry, name: str) -> dict[str, Any]:
    url = reverse(f"supervision:{name}", kwargs={**row.year.url_kwargs, "pk": row.pk}) if row.file else ""
    return {"label": _("Evidence"), "value": _("File") if row.file else "", "url": url}


def _detail(
    request: PortalRequest, row: Activity | FundEntry, title: str, place: tuple[Any, str], **more: Any
) -> HttpResponse:
    context = {
        "year": row.year,
        "title": title,
        "crumbs": [place, (title, "")],
        "note": row.note,
        "may_remove": can_record(request.actor, row.year) and row.unit_id == request.scope.unit_id,
        **more,
    }
    return render(request, "supervision/record_detail.html", context)


@require_safe
@year_page(*READERS, area=Area.SUPERVISION)
def activity_detail(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """One activity with its content and paper."""
    row = _activity(request, year, pk)
    facts = [
        {"label": _("Kind"), "value": row.get_kind_display()},
        {"label": _("Day"), "value": display(row.held_on)},
        {"label": _("Unit"), "value": name_of(row.unit)},
        {"label": _("Participants"), "value": display(row.participants)},
        _file_fact(row, "activity-file"),
    ]
    place = (ACTIVITIES.title, reverse("supervision:activity-list", kwargs=year.url_kwargs))
    remove_url = reverse("supervision:activity-remove", kwargs={**year.url_kwargs, "pk": pk})
    return _detail(request, row, row.title, place, facts=facts, remove_url=remove_url)


@require_safe
@year_page(*READERS, area=Area.SUPERVISION)
def activity_file(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    return served(_activity(request, year, pk).file)


@require_POST
@year_page(*ASSESSED, area=Area.SUPERVISION)
def activity_remove(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    row = _activity(request, year, pk)
    done = _("Taken back: %(row)s") % {"row": row.title}
    tried(request, lambda: remove_activity(activity=row, actor=request.actor, now=request.now), done)
    return redirect(reverse("supervision:activity-list", kwargs=year.url_kwargs))


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(*READERS, area=Area.FUNDING)
def fund_list(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """The books in scope: totals, use rate, arrival in time, entries; POST exports what is filtered (R3)."""
    where, _query = _cut(request, year)
    context = _list_context(request, year, FUNDS.title)
    context |= {
        "create_url": reverse("supervision:fund-create", kwargs=year.url_kwargs),
        "stats": [_tile(request, year, f"supervision.{code}") for code in _TILES],
        "arrival": arrival_finding(year, request.scope, where, day_in_china(request.now)),
        "directions": _direction_table(year, request, where),
    }
    rows = FundEntry.objects.visible_to(request.scope).filter(year=year)
    return list_view(
        request, FUNDS, rows, actor=request.actor, template="supervision/fund_list.html", context=context
    )


def _direction_table(year: ProgramYear, request: PortalRequest, where: Where) -> dict[str, Any]:
    labels = (_("Direction"), _("Budgeted"), _("Spent"), _("Left"))
    columns = [{"label": label, "align": "end" if number else "start"} for number, label in enumerate(labels)]
    rows = [
        {
            "cells": [
                {"text": label},
                *({"text": measure(amount, "money")} for amount in (budget, spent, budget - spent)),
            ]
        }
        for label, budget, spent in direction_totals(year, request.scope, where)
    ]
    return {"caption": _("Budget and spending by direction"), "columns": columns, "rows": rows}


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(*ASSESSED, area=Area.FUNDING)
def fund_create(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """Enter money received, budgeted or spent into the own unit's book."""
    check_record(request.actor, year)
    form = FundForm(
        request.POST or None, request.FILES or None, initial={"booked_on": day_in_china(request.now)}
    )

    def save() -> None:
        record_fund(year=year, actor=request.actor, now=request.now, **form.cleaned_data)

    back = reverse("supervision:fund-list", kwargs=year.url_kwargs)
    if request.method == "POST" and acted(form, save):
        messages.success(request, _("The entry was booked."))
        return redirect(back)
    return _form_page(request, year, form, _("Book money"), (FUNDS.title, back))


def _entry(request: PortalRequest, year: ProgramYear, pk: int) -> FundEntry:
    rows = FundEntry.objects.visible_to(request.scope).select_related("unit", "year__program")
    row: FundEntry = get_object_or_404(rows, year=year, pk=pk)
    return row


@require_safe
@year_page(*READERS, area=Area.FUNDING)
def fund_detail(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """One entry of a book with its paper."""
    row = _entry(request, year, pk)
    facts = [
        {"label": _("Kind"), "value": row.get_kind_display()},
        {"label": _("Direction"), "value": row.get_direction_display()},
        {"label": _("Amount (yuan)"), "value": measure(row.amount, "money")},
        {"label": _("Day"), "value": display(row.booked_on)},
        {"label": _("Unit"), "value": name_of(row.unit)},
        _file_fact(row, "fund-file"),
    ]
    place = (FUNDS.title, reverse("supervision:fund-list", kwargs=year.url_kwargs))
    remove_url = reverse("supervision:fund-remove", kwargs={**year.url_kwargs, "pk": pk})
    return _detail(request, row, str(row), place, facts=facts, remove_url=remove_url)


@require_safe
@year_page(*READERS, area=Area.FUNDING)
def fund_file(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    return served(_entry(request, year, pk).file)


@require_POST
@year_page(*ASSESSED, area=Area.FUNDING)
def fund_remove(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    row = _entry(request, year, pk)
    tried(
        request,
        lambda: remove_fund(entry=row, actor=request.actor, now=request.now),
        _("The entry was taken back."),
    )
    return redirect(reverse("supervision:fund-list", kwargs=year.url_kwargs))
