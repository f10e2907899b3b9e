"""The make-up of the paper: its parts, whether the bank fills them, how its items are used, a sample (X3)."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.enums import Role
from core.exceptions import Refusal
from core.forms import add_refusal
from core.lists import build_table, list_view
from exams.blueprints import (
    exposure_of,
    feasibility,
    papers_drawn,
    sample_of,
    specialties_of,
    use_by_part,
    uses_in,
)
from exams.columns import BLUEPRINT, PART_USE, feasible_of, uses_of
from exams.forms import BlueprintForm, SampleForm
from exams.models import BlueprintRow
from exams.permissions import can_manage_bank
from exams.services import edit_blueprint, sample_paper
from programs.enums import Area, SettingCode
from programs.http import PortalRequest, year_page
from programs.models import ProgramYear
from programs.queries import setting

KEEPERS = (Role.NATIONAL_OFFICE, Role.AUDITOR)


@require_safe
@year_page(*KEEPERS, area=Area.EXAMS)
def blueprint_show(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """The paper's make-up, its points, and what the bank lacks for each specialty."""
    rows = list(BlueprintRow.objects.visible_to(request.scope).filter(year=year))
    parts = build_table(request, BLUEPRINT, rows)
    parts["foot"] = _totals(rows)
    feasible = build_table(request, feasible_of(rows), feasibility(year))
    context = {
        "year": year,
        "rows": parts,
        "feasible": feasible,
        "may_decide": can_manage_bank(request.actor, year),
    }
    return render(request, "exams/blueprint_show.html", context)


def _totals(rows: list[BlueprintRow]) -> list[dict[str, Any]]:
    items, points = sum(row.count for row in rows), sum(row.total for row in rows)
    # on a phone the sums stand below each other, each with its name
    cells = [
        (_("Total"), ""),
        ("", ""),
        (items, _("Items")),
        ("", ""),
        (points, _("Points")),
        ("", ""),
        ("", ""),
    ]
    return [{"text": text, "label": label, "align": "end" if label else "start"} for text, label in cells]


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(Role.NATIONAL_OFFICE, area=Area.EXAMS)
def blueprint_edit(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """Numbers and points of the parts; `act` preview shows what the change would leave unfilled and writes nothing."""
    rows = list(BlueprintRow.objects.visible_to(request.scope).filter(year=year))
    preview = request.POST.get("act") == "preview"
    full = int(setting(year, SettingCode.EXAM_POINTS))
    form = BlueprintForm(request.POST or None, rows=rows, full=full, preview=preview)
    if form.is_valid() and not preview:
        try:
            edit_blueprint(
                year=year,
                parts=form.parts,
                reason=form.cleaned_data["reason"],
                actor=request.actor,
                now=request.now,
            )
            messages.success(request, _("The parts of the paper are changed."))
            return redirect("exams:blueprint-show", **year.url_kwargs)
        except Refusal as refusal:
            add_refusal(form, refusal)
    context = {
        "year": year,
        "form": form,
        "rows": form.lines(),
        "full": full,
        "is_sat": papers_drawn(year) > 0,
        "before": build_table(request, feasible_of(rows), feasibility(year)),
        "after": _after(request, year, form, rows),
    }
    return render(request, "exams/blueprint_edit.html", context)


def _after(
    request: PortalRequest, year: ProgramYear, form: BlueprintForm, rows: list[BlueprintRow]
) -> dict[str, Any] | None:
    """What the bank would lack, as soon as numbers were sent that can be read."""
    if not form.is_readable:
        return None
    return build_table(request, feasible_of(rows), feasibility(year, form.blueprint))


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(*KEEPERS, area=Area.EXAMS)
def use_list(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """On how many papers each item has stood, against the year's cap; POST exports what is filtered."""
    exposure = exposure_of(year)
    context = {
        "year": year,
        "place": str(year),
        "exposure": exposure,
        "cap": exposure.cap * 100 if exposure.cap is not None else None,
        "parts": build_table(request, PART_USE, use_by_part(year, exposure)),
    }
    return list_view(
        request,
        uses_of(year.url_kwargs, exposure),
        uses_in(year, request.scope),
        actor=request.actor,
        template="exams/use_list.html",
        context=context,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(Role.NATIONAL_OFFICE, area=Area.EXAMS)
def sample_show(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """POST draws a paper as the machine would, shows it with its keys apart, and records that it was looked at."""
    form = SampleForm(request.POST or None, specialties=specialties_of(year))
    context: dict[str, Any] = {"year": year, "form": form, "feasible": None}
    if form.is_valid():
        specialty = form.cleaned_data["specialty"]
        try:
            drawn = sample_paper(year=year, specialty=specialty, actor=request.actor, now=request.now)
        except Refusal as refusal:
            rows = list(BlueprintRow.objects.visible_to(request.scope).filter(year=year))
            lacking = [row for row in feasibility(year) if row[0] == specialty]
            context["feasible"] = build_table(request, feasible_of(rows), lacking)
            add_refusal(form, refusal)
        else:
            parts, keys = sample_of(year, drawn)
            shown = {"parts": parts, "keys": keys, "specialty": specialty, "copies": range(12)}
            return render(request, "exams/sample_show.html", {**context, **shown})
    return render(request, "exams/sample_choose.html", context)
