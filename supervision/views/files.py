"""The provincial file: read by the office, kept by the province (P5)."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.enums import Role, UnitKind
from accounts.models import Region, Unit
from core.forms import ReasonForm
from core.lists import build_table, export
from core.templatetags.portal import display, name_of
from core.uploads import served
from programs.enums import Area
from programs.http import PortalRequest, year_page
from programs.models import Participation, ProgramYear
from supervision.files import FILES, YearBeside, file_findings, file_lines, years_beside
from supervision.forms import ProvincialFileForm, VisitForm, day_in_china
from supervision.models import ProvincialFile, QualityVisit
from supervision.permissions import can_keep_file
from supervision.services.files import (
    PAPERS,
    TEXTS,
    record_visit,
    remove_visit,
    save_provincial_file,
)
from supervision.views.common import acted, tried

OFFICE = (Role.NATIONAL_OFFICE, Role.AUDITOR, Role.EXPERT)
PROVINCE = (Role.TECHNICAL_LEAD, Role.ADMINISTRATIVE)
office = year_page(*OFFICE, area=Area.SUPERVISION)
province = year_page(*PROVINCE, area=Area.SUPERVISION)
readers = year_page(*OFFICE, *PROVINCE, area=Area.SUPERVISION)


@require_http_methods(["GET", "HEAD", "POST"])
@office
def file_list(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """Every province and what its file holds; POST exports it."""
    lines = file_lines(year, request.scope)
    if request.method == "POST":
        return export(request, FILES, lines, actor=request.actor, place=name_of(year))
    context = {
        "year": year,
        "crumbs": [(FILES.title, "")],
        "table": build_table(request, FILES, lines),
        "count": len(lines),
    }
    return render(request, "supervision/file_list.html", context)


@require_safe
@readers
def file_show(request: PortalRequest, year: ProgramYear, region: str) -> HttpResponse:
    return _page(request, year, _region(request, year, region))


@require_safe
@province
def file_own(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    return _page(request, year, _region(request, year, request.scope.region_code))


def _region(request: PortalRequest, year: ProgramYear, code: str) -> Region:
    rows = Participation.objects.visible_to(request.scope).select_related("region")
    return get_object_or_404(rows, year=year, region=code).region


def _file(request: PortalRequest, year: ProgramYear, region: Region) -> ProvincialFile | None:
    return ProvincialFile.objects.visible_to(request.scope).filter(year=year, region=region).first()


def _page(request: PortalRequest, year: ProgramYear, region: Region) -> HttpResponse:
    """The file, what it lacks, the visits, and the years beside each other."""
    kept = _file(request, year, region)
    rows = QualityVisit.objects.visible_to(request.scope).filter(year=year, region=region)
    visits = list(rows.select_related("base", "year__program"))
    keeps = can_keep_file(request.actor, year, region.pk)
    context = {
        "year": year,
        "region": region,
        "crumbs": _crumbs(request, year, region),
        "facts": _facts(year, region, kept),
        "findings": [one for one in file_findings(year, kept, len(visits)) if not one.passed],
        "visits": [_visit(one, keeps) for one in visits],
        "beside": _beside_table(years_beside(year, region, request.scope)),
        "may_keep": keeps,
    }
    return render(request, "supervision/file_show.html", context)


def _crumbs(request: PortalRequest, year: ProgramYear, region: Region) -> list[tuple[Any, str]]:
    if request.scope.is_provincial:
        return [(_("Provincial file"), "")]
    return [(FILES.title, reverse("supervision:file-list", kwargs=year.url_kwargs)), (name_of(region), "")]


def _facts(year: ProgramYear, region: Region, kept: ProvincialFile | None) -> list[dict[str, Any]]:
    form = ProvincialFileForm()
    texts = [
        {"label": form.fields[name].label, "value": getattr(kept, name) if kept else ""} for name in TEXTS
    ]
    papers = [
        {
            "label": form.fields[name].label,
            "value": _("File") if kept and getattr(kept, name) else "",
            "url": _paper_url(year, region, name) if kept and getattr(kept, name) else "",
        }
        for name in PAPERS
    ]
    return [*texts, *papers]


def _paper_url(year: ProgramYear, region: Region, name: str) -> str:
    return reverse("supervision:file-paper", kwargs={**year.url_kwargs, "region": region.pk, "paper": name})


def _visit(visit: QualityVisit, keeps: bool) -> dict[str, Any]:
    kwargs = {**visit.year.url_kwargs, "pk": visit.pk}
    return {
        "visit": visit,
        "key": f"visit-{visit.pk}",
        "file_url": reverse("supervision:visit-file", kwargs=kwargs) if visit.file else "",
        "remove_url": reverse("supervision:visit-remove", kwargs=kwargs) if keeps else "",
    }


def _beside_table(years: list[YearBeside]) -> dict[str, Any]:
    labels = (_("Year"), _("Comprehensive seats"), _("Online-only seats"), _("Points"), _("Rank"))
    rows = [
        {
            "cells": [
                {"text": str(one.year.year)},
                {"text": display(one.comprehensive)},
                {"text": display(one.online_only)},
                {
                    "text": f"{display(one.points)} / {display(one.applicable)}"
                    if one.points is not None
                    else ""
                },
                {"text": display(one.rank)},
            ]
        }
        for one in years
    ]
    return {
        "caption": _("Years beside each other"),
        "columns": [{"label": label} for label in labels],
        "rows": rows,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@province
def file_edit(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """The own province's file; papers that are not chosen anew stay."""
    region = _region(request, year, request.scope.region_code)
    kept = _file(request, year, region)
    told = {name: getattr(kept, name) for name in TEXTS} if kept else {}
    form = ProvincialFileForm(request.POST or None, request.FILES or None, initial=told)

    def save() -> None:
        data = form.cleaned_data
        save_provincial_file(
            year=year,
            region=region,
            texts={name: data[name] for name in TEXTS},
            papers={name: data[name] for name in PAPERS},
            actor=request.actor,
            now=request.now,
        )

    if request.method == "POST" and acted(form, save):
        messages.success(request, _("The provincial file is saved."))
        return redirect("supervision:file-own", **year.url_kwargs)
    return _form_page(request, year, form, _("Provincial file"), _("Save"))


@require_http_methods(["GET", "HEAD", "POST"])
@province
def visit_create(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """Record a visit to a base of the own province."""
    region = _region(request, year, request.scope.region_code)
    form = VisitForm(
        request.POST or None,
        request.FILES or None,
        bases=_bases(request),
        initial={"visited_on": day_in_china(request.now)},
    )

    def save() -> None:
        record_visit(year=year, region=region, actor=request.actor, now=request.now, **form.cleaned_data)

    if request.method == "POST" and acted(form, save):
        messages.success(request, _("The visit is recorded."))
        return redirect("supervision:file-own", **year.url_kwargs)
    return _form_page(request, year, form, _("Record a visit"), _("Record"))


def _bases(request: PortalRequest) -> QuerySet[Unit]:
    open_units = Unit.objects.visible_to(request.scope).open()
    return open_units.filter(kind=UnitKind.TRAINING_BASE, region=request.scope.region_code)


def _form_page(request: PortalRequest, year: ProgramYear, form: Any, title: str, label: str) -> HttpResponse:
    back = reverse("supervision:file-own", kwargs=year.url_kwargs)
    context = {
        "year": year,
        "form": form,
        "title": title,
        "multipart": True,
        "submit_label": label,
        "cancel_url": back,
        "crumbs": [(_("Provincial file"), back), (title, "")],
    }
    return render(request, "supervision/record_form.html", context)


def _found(request: PortalRequest, year: ProgramYear, pk: int) -> QualityVisit:
    rows = QualityVisit.objects.visible_to(request.scope).select_related("base", "year__program")
    return get_object_or_404(rows, year=year, pk=pk)


@require_safe
@readers
def visit_file(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    return served(_found(request, year, pk).file)


@require_safe
@readers
def file_paper(request: PortalRequest, year: ProgramYear, region: str, paper: str) -> HttpResponse:
    """The year plan or the work manual, as an attachment."""
    kept = _file(request, year, _region(request, year, region))
    if kept is None or paper not in PAPERS:
        raise Http404
    return served(getattr(kept, paper))


@require_POST
@province
def visit_remove(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    visit, form = _found(request, year, pk), ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    tried(
        request,
        lambda: remove_visit(visit=visit, reason=reason, actor=request.actor, now=request.now),
        _("The visit is taken back."),
    )
    return redirect("supervision:file-own", **year.url_kwargs)
