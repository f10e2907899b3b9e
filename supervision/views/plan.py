"""The criteria of the year: their list, the office's changes with reason, thresholds of provinces (S1, S2, S4)."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts.enums import Role
from accounts.models import Region
from accounts.queries import history
from core.exceptions import Text
from core.lists import list_view
from core.templatetags.portal import name_of
from programs.enums import Area
from programs.http import PortalRequest, year_page
from programs.models import Participation, ProgramYear
from programs.services import edit_row
from supervision.columns import CRITERIA, in_unit, threshold_words
from supervision.enums import SheetKind
from supervision.forms import CriterionForm, ThresholdForm
from supervision.models import Criterion, ThresholdOverride
from supervision.permissions import can_manage_scorecards, check_manage_scorecards
from supervision.queries import applicable_points, criteria_of, plan_warnings
from supervision.services import remove_threshold_override, set_threshold_override
from supervision.views.common import READERS, acted, crumbs, tried

VERBS: dict[str, Text] = {"edit_row": gettext_lazy("Changed")}


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(*READERS, area=Area.SUPERVISION)
def criterion_list(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """The criteria with ticks as printed and read; POST exports them."""
    context = {
        "year": year,
        "title": CRITERIA.title,
        "place": name_of(year),
        "crumbs": crumbs(year, (CRITERIA.title, "")),
        "full_marks": [
            {"label": SheetKind(kind).label, "value": applicable, "printed": printed}
            for kind, (applicable, printed) in applicable_points(criteria_of(year)).items()
        ],
        "warnings": plan_warnings(year) if can_manage_scorecards(request.actor, year) else [],
    }
    rows = Criterion.objects.visible_to(request.scope).filter(year=year)
    return list_view(
        request,
        CRITERIA,
        rows,
        actor=request.actor,
        template="supervision/criterion_list.html",
        context=context,
    )


def _criterion(request: PortalRequest, year: ProgramYear, pk: int) -> Criterion:
    rows = Criterion.objects.visible_to(request.scope).select_related("year__program")
    row: Criterion = get_object_or_404(rows, year=year, pk=pk)
    return row


def _url(criterion: Criterion) -> str:
    return reverse("supervision:criterion-edit", kwargs={**criterion.year.url_kwargs, "pk": criterion.pk})


def _regions(request: PortalRequest, year: ProgramYear) -> Any:
    own = Participation.objects.visible_to(request.scope).filter(year=year).values("region")
    return Region.objects.filter(pk__in=own).order_by("order")


def _page(
    request: PortalRequest, criterion: Criterion, form: CriterionForm, own: ThresholdForm
) -> HttpResponse:
    year = criterion.year
    thresholds = (
        ThresholdOverride.objects.visible_to(request.scope)
        .filter(criterion=criterion)
        .select_related("region")
    )
    context = {
        "year": year,
        "criterion": criterion,
        "title": criterion.text,
        "facts": _facts(criterion),
        "form": form,
        "threshold_form": own,
        "thresholds": [{"row": row, "words": in_unit(row.threshold, criterion.unit)} for row in thresholds],
        "may_edit": can_manage_scorecards(request.actor, year),
        "history": history(criterion, VERBS),
        "crumbs": crumbs(
            year,
            (CRITERIA.title, reverse("supervision:criterion-list", kwargs=year.url_kwargs)),
            (criterion.text, ""),
        ),
    }
    return render(request, "supervision/criterion_edit.html", context)


def _facts(criterion: Criterion) -> list[dict[str, Any]]:
    return [
        {"label": _("Who is assessed"), "value": criterion.subject, "clause": criterion.clause},
        {"label": _("Area"), "value": criterion.area},
        {"label": _("Points"), "value": criterion.points.normalize()},
        {"label": _("Method as printed"), "value": criterion.method},
        {"label": _("Threshold as printed"), "value": criterion.printed_threshold},
        {"label": _("Compared"), "value": threshold_words(criterion)},
        {"label": _("Judged"), "value": criterion.get_measure_display()},
        {
            "label": _("Ticked as printed"),
            "value": "、".join(str(kind.label) for kind in SheetKind if criterion.ticked_for(kind)),
        },
        {
            "label": _("Applies to"),
            "value": "、".join(str(kind.label) for kind in SheetKind if criterion.applies_to(kind)),
        },
        {"label": _("Reading"), "value": criterion.reading},
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(*READERS, area=Area.SUPERVISION)
def criterion_edit(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """One criterion with its words, reading and history; the office changes it with a reason."""
    criterion = _criterion(request, year, pk)
    draft = _criterion(request, year, pk)  # a form writes into its row
    form = CriterionForm(request.POST or None, instance=draft, scope=request.scope)

    def save() -> None:
        values, reason = form.values(), form.cleaned_data["reason"]
        edit_row(row=criterion, values=values, reason=reason, actor=request.actor, now=request.now)

    if request.method == "POST":
        check_manage_scorecards(request.actor, year)
        if acted(form, save):
            messages.success(request, _("Saved: %(row)s.") % {"row": criterion.text})
            return redirect(_url(criterion))
    return _page(request, criterion, form, ThresholdForm(regions=_regions(request, year), prefix="own"))


@require_POST
@year_page(Role.NATIONAL_OFFICE, area=Area.SUPERVISION)
def threshold_set(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """A province's own threshold, with the reason."""
    criterion = _criterion(request, year, pk)
    form = ThresholdForm(request.POST, regions=_regions(request, year), prefix="own")

    def save() -> None:
        set_threshold_override(criterion=criterion, actor=request.actor, now=request.now, **form.cleaned_data)

    if acted(form, save):
        messages.success(request, _("The province has its own threshold now."))
        return redirect(_url(criterion))
    return _page(
        request, criterion, CriterionForm(instance=_criterion(request, year, pk), scope=request.scope), form
    )


@require_POST
@year_page(Role.NATIONAL_OFFICE, area=Area.SUPERVISION)
def threshold_remove(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """The printed threshold binds again."""
    rows = ThresholdOverride.objects.visible_to(request.scope).select_related(
        "criterion__year__program", "year__program"
    )
    own = get_object_or_404(rows, year=year, pk=pk)
    reason = request.POST.get("reason", "")
    done = _("The printed threshold binds the province again.")
    tried(
        request,
        lambda: remove_threshold_override(override=own, reason=reason, actor=request.actor, now=request.now),
        done,
    )
    return redirect(_url(own.criterion))
