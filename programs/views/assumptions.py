"""The one page of everything the texts do not say (P1)."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from types import SimpleNamespace
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.enums import Role
from accounts.models import Unit
from core.lists import export
from core.templatetags.portal import deadline, display, name_of
from programs.columns import ASSUMPTIONS, setting_words
from programs.forms import AssumptionFilter
from programs.http import PortalRequest, year_page
from programs.models import ProgramYear, Setting, YearRow
from programs.permissions import can_manage_year
from programs.queries import assumptions
from programs.services import confirm_assumption, confirm_assumptions
from programs.views.rows import edit_url, year_crumbs
from programs.yearmodels import YEAR_MODELS

_NOT_THE_VALUE = {
    "id",
    "code",
    "clause",
    "assumed",
    "confirmed_at",
    "name",
    "name_en",
    "order",
    "printed",
    "reading",
    "kind",
    "figure",
}
_PAGE = 50


@dataclass(frozen=True, slots=True)
class Assumption:
    """One row whose figure was supplied, worded for the page and the workbook."""

    kind: str
    label: str
    row: YearRow
    url: str = ""

    @property
    def name(self) -> str:
        return str(name_of(self.row)) if hasattr(self.row, "name") else str(self.row)

    @property
    def value(self) -> str:
        """The figures of the row itself: what would have to be known from the text."""
        if isinstance(self.row, Setting):
            return setting_words(self.row)
        columns = [
            one
            for one in self.row._meta.concrete_fields
            if one.name not in _NOT_THE_VALUE and not one.is_relation
        ]
        words = [(str(column.verbose_name), _words(self.row, column.name)) for column in columns]
        return " · ".join(f"{label} {text}" for label, text in words if text)


def _words(row: YearRow, name: str) -> str:
    value = getattr(row, name)
    if value in (None, "", False) or isinstance(value, list | dict):
        return ""
    label = getattr(row, f"get_{name}_display", None)
    if label:
        return str(label())
    return deadline(value) if hasattr(value, "astimezone") else display(value)


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(Role.NATIONAL_OFFICE, Role.AUDITOR)
def assumption_list(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """Every assumed row with its reason; the office confirms or changes it. POST exports what is filtered."""
    everything, form, rows = _asked_for(request, year)
    if request.method == "POST":
        return export(
            request, ASSUMPTIONS, rows, actor=request.actor, words=_filter_words(form), place=name_of(year)
        )
    page = Paginator(rows, _PAGE).get_page(request.GET.get("page"))
    context = {
        "year": year,
        "crumbs": year_crumbs(year, (_("Assumptions"), "")),
        "filter": SimpleNamespace(form=form),
        "words": _filter_words(form),
        "page": page,
        "groups": _by_reason(page.object_list),
        "confirm_all_url": f"{reverse('programs:assumption-confirm-all', kwargs=year.url_kwargs)}?{request.GET.urlencode()}",
        "confirmable": sum(one.row.is_provisional for one in rows),
        "open_count": sum(one.row.is_provisional for one in everything),
        "units": _assumed_units(request),
        "may_confirm": can_manage_year(request.actor, year),
    }
    return render(request, "programs/assumption_list.html", context)


def _asked_for(
    request: PortalRequest, year: ProgramYear
) -> tuple[list[Assumption], AssumptionFilter, list[Assumption]]:
    """Every assumed row, the search area, and the rows it leaves."""
    everything = _all(year)
    kinds = list({one.kind: one.label for one in everything}.items())
    form = AssumptionFilter(request.GET, kinds=kinds)
    return everything, form, _filtered(everything, form)


def _all(year: ProgramYear) -> list[Assumption]:
    return [
        Assumption(row._meta.label_lower, label, row, edit_url(row, year))
        for label, rows in assumptions(year)
        for row in rows
    ]


def _filtered(rows: list[Assumption], form: AssumptionFilter) -> list[Assumption]:
    asked = form.cleaned_data if form.is_valid() else {}
    shown, kind = asked.get("shown", ""), asked.get("kind", "")
    wanted = {"": (True,), "confirmed": (False,), "all": (True, False)}[shown]
    return [one for one in rows if one.row.is_provisional in wanted and kind in ("", one.kind)]


def _by_reason(rows: Iterable[Assumption]) -> list[dict[str, Any]]:
    """Neighbors that share kind and reason stand together, so that a reason is read once."""
    groups = groupby(rows, key=lambda one: (one.label, one.row.assumed))
    return [{"label": label, "reason": reason, "rows": list(members)} for (label, reason), members in groups]


def _filter_words(form: AssumptionFilter) -> list[tuple[str, str]]:
    if not form.is_valid():
        return []
    chosen = [(form.fields[name], value) for name, value in form.cleaned_data.items() if value]
    return [(str(field.label), str(dict(field.choices)[value])) for field, value in chosen]  # type: ignore[attr-defined]


def _assumed_units(request: PortalRequest) -> dict[str, Any]:
    """Units the texts do not name; they outlive the year, so they are told, not confirmed here."""
    units = Unit.objects.visible_to(request.scope).exclude(assumed="")
    return {"count": units.count(), "reason": units.values_list("assumed", flat=True).first() or ""}


@require_POST
@year_page(Role.NATIONAL_OFFICE)
def assumption_confirm(request: PortalRequest, year: ProgramYear, kind: str, pk: int) -> HttpResponse:
    """The office takes the figure as its own."""
    entry = YEAR_MODELS.get(kind)
    if entry is None:
        raise Http404
    row = get_object_or_404(entry.model._default_manager.visible_to(request.scope), year=year, pk=pk)
    confirm_assumption(row=row, reason=request.POST.get("reason", ""), actor=request.actor, now=request.now)
    messages.success(request, _("Confirmed: %(row)s.") % {"row": Assumption(kind, "", row).name})
    back = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        return redirect(back)
    return redirect("programs:assumption-list", **year.url_kwargs)


@require_POST
@year_page(Role.NATIONAL_OFFICE)
def assumption_confirm_all(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """The office takes everything that the list shows, on all of its pages, as its own."""
    _everything, _form, rows = _asked_for(request, year)
    count = confirm_assumptions(
        year=year, rows=[one.row for one in rows], actor=request.actor, now=request.now
    )
    text = ngettext("%(n)s row is confirmed.", "%(n)s rows are confirmed.", count)
    messages.success(request, text % {"n": count})
    return redirect("programs:assumption-list", **year.url_kwargs)
