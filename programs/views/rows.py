"""The lists of plan rows and the page on which the office changes one with a reason."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.enums import Role
from accounts.queries import history
from accounts.scope import Scope
from core.columns import Listing
from core.exceptions import Refusal, Text
from core.forms import add_refusal
from core.lists import list_view
from core.templatetags.portal import name_of
from programs.columns import PRIORITY_PROGRAMS, PROVINCES, QUOTAS, SETTINGS, SPECIALTIES, TARGETS, THEMES
from programs.enums import Area
from programs.forms import ROW_FORMS, RowForm
from programs.http import PortalRequest, year_page
from programs.models import (
    Participation,
    PriorityProgram,
    ProgramYear,
    Quota,
    Setting,
    Specialty,
    Target,
    Theme,
    YearRow,
)
from programs.permissions import can_manage_year, check_manage_year
from programs.queries import with_quotas, with_targets
from programs.services import edit_row

READERS = (Role.NATIONAL_OFFICE, Role.AUDITOR, Role.EXPERT, Role.TECHNICAL_LEAD, Role.ADMINISTRATIVE)
VERBS: dict[str, Text] = {
    "edit_row": gettext_lazy("Changed"),
    "confirm_assumption": gettext_lazy("Assumption confirmed"),
}


def _own_rows(model: type[YearRow]) -> Callable[[Scope, ProgramYear], QuerySet[Any]]:
    return lambda scope, year: model._default_manager.visible_to(scope).filter(year=year)


@dataclass(frozen=True, slots=True)
class PlanTable:
    """One kind of plan row: `rows(scope, year)` is what its list shows, `model` what its edit page changes.

    `namespace` is that of the room which keeps the pages, `form` what it changes a row with.
    """

    code: str
    path: str
    model: type[YearRow]
    listing: Listing
    rows: Callable[[Scope, ProgramYear], QuerySet[Any]]
    area: Area | None = None
    namespace: str = "programs"
    form: type[RowForm] | None = None

    @property
    def list_name(self) -> str:
        return f"{self.namespace}:{self.code}-list"

    @property
    def row_form(self) -> type[RowForm]:
        return self.form or ROW_FORMS[self.model]

    def check_area(self, year: ProgramYear) -> None:
        if self.area and not year.has(self.area):
            raise Http404


_provinces = _own_rows(Participation)
PLAN_TABLES = (
    PlanTable("quota", "quotas", Quota, QUOTAS, lambda *at: with_quotas(_provinces(*at)), Area.ENROLLMENT),
    PlanTable("target", "targets", Target, TARGETS, lambda *at: with_targets(_provinces(*at)), Area.COURSES),
    PlanTable("province", "provinces", Participation, PROVINCES, _provinces),
    PlanTable("specialty", "specialties", Specialty, SPECIALTIES, _own_rows(Specialty)),
    PlanTable("theme", "themes", Theme, THEMES, _own_rows(Theme), Area.COURSES),
    PlanTable(
        "priority-program",
        "priority-programs",
        PriorityProgram,
        PRIORITY_PROGRAMS,
        _own_rows(PriorityProgram),
        Area.ENROLLMENT,
    ),
    PlanTable("setting", "settings", Setting, SETTINGS, _own_rows(Setting)),
)


_EDIT_NAMES = {table.model._meta.label_lower: f"programs:{table.code}-edit" for table in PLAN_TABLES} | {
    "programs.duty": "programs:duty-detail"
}


def edit_url(row: YearRow, year: ProgramYear) -> str:
    """The row's own page, or nothing where another room keeps it."""
    name = _EDIT_NAMES.get(row._meta.label_lower)
    return reverse(name, kwargs={**year.url_kwargs, "pk": row.pk}) if name else ""


def year_crumbs(year: ProgramYear, *further: tuple[Text, str]) -> list[tuple[Text, str]]:
    return [(_("Program year"), reverse("programs:year-detail", kwargs=year.url_kwargs)), *further]


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(*READERS)
def row_list(request: PortalRequest, year: ProgramYear, table: PlanTable) -> HttpResponse:
    """The rows of one kind; POST exports what is filtered."""
    table.check_area(year)
    context = {
        "year": year,
        "title": table.listing.title,
        "place": name_of(year),
        "crumbs": year_crumbs(year, (table.listing.title, "")),
        "may_edit": can_manage_year(request.actor, year),
    }
    rows = table.rows(request.scope, year)
    template = "programs/row_list.html"
    return list_view(request, table.listing, rows, actor=request.actor, template=template, context=context)


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(*READERS)
def row_edit(request: PortalRequest, year: ProgramYear, pk: int, table: PlanTable) -> HttpResponse:
    """One row with its source and history; the office changes it with a reason."""
    table.check_area(year)
    row = _find(request, year, pk, table.model)
    # a form writes into its row: the page shows another copy
    draft = _find(request, year, pk, table.model)
    form = table.row_form(request.POST or None, instance=draft, scope=request.scope)
    if request.method == "POST" and _saved(request, row, form):
        messages.success(request, _("Saved: %(row)s.") % {"row": name_of(row)})
        return redirect(table.list_name, **year.url_kwargs)
    back = reverse(table.list_name, kwargs=year.url_kwargs)
    return render(
        request, "programs/row_edit.html", _edit_context(request, year, row, form, table.listing.title, back)
    )


def _find(request: PortalRequest, year: ProgramYear, pk: int, model: type[YearRow]) -> YearRow:
    rows = model._default_manager.visible_to(request.scope).select_related("year__program")
    row: YearRow = get_object_or_404(rows, year=year, pk=pk)
    return row


def _saved(request: PortalRequest, row: YearRow, form: RowForm) -> bool:
    check_manage_year(request.actor, row.year)
    if not form.is_valid():
        return False
    try:
        edit_row(
            row=row,
            values=form.values(),
            reason=form.cleaned_data["reason"],
            actor=request.actor,
            now=request.now,
        )
    except Refusal as refusal:
        add_refusal(form, refusal)
        return False
    return True


def _edit_context(
    request: PortalRequest, year: ProgramYear, row: YearRow, form: RowForm, title: Text, back: str
) -> dict[str, Any]:
    return {
        "year": year,
        "row": row,
        "title": name_of(row),
        "form": form,
        "may_edit": can_manage_year(request.actor, year),
        "cancel_url": back,
        "history": history(row, VERBS),
        "crumbs": year_crumbs(year, (title, back), (name_of(row), "")),
        "assumption_key": row._meta.label_lower,
    }
